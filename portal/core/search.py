"""助记码: pinyin initials, editable, several per name; and the one way to fold what people type into a search box."""

from __future__ import annotations

import re
import unicodedata


def fold(text: str) -> str:
    """Lower case, full-width made half-width, blanks single: how both sides of a search are compared."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().lower()


def initials(name: str) -> str:
    """Pinyin initials with Latin and digits kept: 昆仑液压油 46 -> "klyyy 46". A proposal: people may correct it."""
    from pypinyin import Style, lazy_pinyin  # 15 MB of tables, only where a name is made

    parts = lazy_pinyin(fold(name), style=Style.FIRST_LETTER, errors=str)
    return re.sub(r"[^a-z0-9 .\-]", "", "".join(parts))


def haystack(*parts: str | None) -> str:
    """What a row is searched in: all its names folded, one blank between."""
    return fold(" ".join(part for part in parts if part))


def words(query: str) -> list[str]:
    """The words that all must be found (a blank is AND), with LIKE's own signs taken out."""
    return [word for word in re.sub(r"[%_\\\x00]", " ", fold(query)).split(" ") if word][:8]
