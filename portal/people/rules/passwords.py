"""What a new password must be: long and not easily guessed. No rules on which kinds of characters (ASVS 6.2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from portal.core.text import T, Text

SHORTEST, LONGEST = 12, 128
LEAST_WEIGHT = 7
"""How many pieces a guesser must put together; a character that belongs to no known piece is a piece."""

_ROWS = ("`1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./", "abcdefghijklmnopqrstuvwxyz", "01234567890")
_LINES = tuple(row for there in _ROWS for row in (there, there[::-1]))
_NUMBERS = re.compile(r"1[3-9]\d{9}|(19|20)\d\d(0?[1-9]|1[0-2])(0?[1-9]|[12]\d|3[01])|(19|20)\d\d|\d\d")
"""A mobile number, a day, a year; two digits count as one piece: twelve digits are too few."""
_LEET = str.maketrans("@04$5!137", "aoassiiet")


def password_fault(password: str, *, own: Iterable[str], words: frozenset[str]) -> Text | None:
    """What is wrong with a new password, or None; `own` is what everybody knows of the person (login, name, phone)."""
    if len(password) < SHORTEST:
        return T("密码至少 {n} 个字符，可以用一句话", n=SHORTEST)
    if len(password) > LONGEST:
        return T("密码最多 {n} 个字符", n=LONGEST)
    if weight(password, words | {part for name in own for part in _parts(name)}) < LEAST_WEIGHT:
        return T("这个密码太容易猜到，换一句只有您知道的话")
    return None


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[\W_]+", _folded(name)) if len(part) > 1]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def weight(password: str, words: frozenset[str]) -> int:
    """The fewest pieces that make up the password: words, keys in a row, one key many times, numbers, repetitions."""
    text = _folded(password)
    best = [0] + [len(text)] * len(text)
    for at in range(len(text)):
        for end in range(at + 1, len(text) + 1):
            if best[at] + 1 < best[end] and _is_piece(text, at, end, words):
                best[end] = best[at] + 1
    return best[-1]


def _is_piece(text: str, at: int, end: int, words: frozenset[str]) -> bool:
    part = text[at:end]
    return (
        len(part) == 1
        or part in words
        or part.translate(_LEET) in words
        or len(set(part)) == 1
        or (len(part) > 2 and any(part in line for line in _LINES))
        or bool(_NUMBERS.fullmatch(part))
        or (len(part) > 1 and text[:at].endswith(part))
    )
