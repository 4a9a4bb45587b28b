# data
"""Lists as people send them: sheets, columns in any order, chat text; each line with its quantity and what names it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from portal.core.text import T, Text
from portal.orders.rules.counts import bare_count, explicit_count, glued_count, read_count, unit_of
from portal.orders.rules.sheets import Columns, guess_columns, head_columns, only_heads
from portal.orders.rules.wording import DAYS, PRICES, names_in, words_in

MOST_LINES = 500
LONGEST = 300
"""Characters of one line that are looked at."""


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One thing that was asked for."""

    row: int
    """The line of the pasted text, from 1."""
    text: str
    names: tuple[str, ...]
    """What may be a code, a barcode or the customer's own name, the likeliest first."""
    words: tuple[str, ...]
    """Folded words to search by."""
    quantity: int | None
    unit: str | None = None
    note: Text | None = None
    """What to look at: a fraction, a weight, several numbers."""
    glued: tuple[str, int] | None = None
    """ "HM46-200x6": the name and quantity it would be if the whole is no code."""


@dataclass(frozen=True, slots=True)
class Pasted:
    lines: tuple[PastedLine, ...]
    skipped: tuple[str, ...] = ()
    """Heads, greetings, sums: lines that ask for nothing."""
    left_over: int = 0
    """Lines beyond the first 500."""


_CIRCLED = "①-⑳⑴-⒇❶-❿"
_MARKER = re.compile(
    rf"^\s*(?:[{_CIRCLED}]|[0-9０-９]{{1,3}}\s*[.．、)）:：](?!\s*[0-9０-９])|[-–•·●▪◆■*➤→]+(?=\s|[^\W\d_]))\s*"
)
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff]")
_SIGNS = str.maketrans("✕╳✖⨯–—−‐‑", "××××-----")
_FIGURE = re.compile(r"[0-9]")
_CHAT = re.compile(
    r"^(?:\S{1,12}\s+)?(?:[0-9]{4}[-/年.][0-9]{1,2}[-/月.][0-9]{1,2}日?\s*)?(?:[上下]午\s*)?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?:?$"
    r"|^[0-9]{4}[-/年.][0-9]{1,2}[-/月.][0-9]{1,2}日?$|^[^\W\d_]{1,6}:$"
    r"|^(?:收货|送货|配送|客户|公司)?(?:地址|电话|手机|联系人|收货人|单位名称|开票|备注|日期|单号|名称)(?:\s*:|\s|$)"
)
_SUM = re.compile(r"^(?:合计|总计|小计|共计|总共|一共|共|total\b|sum\b)", re.I)
_BREAKS = re.compile(r"[;。!?]+|,(?![0-9]{3}(?![0-9]))|(?<=[桶箱件个支瓶罐听提])\s*(?:、|\+|和|还有|再来|另外)")
_EACH = re.compile(r"(?<=\S)\s*(?:、|,|\+|和|与|跟)\s*(?=\S)")


def parse(text: str) -> Pasted:
    """What a pasted text asks for, line by line; never raises, takes the first 500 lines."""
    rows = [(n, clean) for n, line in enumerate(text.splitlines(), 1) if (clean := _clean(line))]
    lines: list[PastedLine] = []
    skipped: list[str] = []
    for line, found in _told(rows):
        lines += found
        if not found:
            skipped.append(line)
    return Pasted(tuple(lines[:MOST_LINES]), tuple(skipped), max(0, len(lines) - MOST_LINES))


def parse_line(text: str, row: int = 1) -> PastedLine:
    """One line that was mended by hand: all of it names one thing."""
    clean = _clean(" ".join(text.splitlines()))
    if "\t" in clean:
        cells = clean.split("\t")
        return _from_cells(row, clean, cells, guess_columns([cells]))
    return _from_text(row, clean, clean)


def _clean(line: str) -> str:
    line = _MARKER.sub("", _INVISIBLE.sub("", line[: LONGEST * 2]))
    return unicodedata.normalize("NFKC", line).translate(_SIGNS)[:LONGEST].strip(" \r\n\u3000")


def _told(rows: Sequence[tuple[int, str]]) -> Iterator[tuple[str, list[PastedLine]]]:
    """Each line with what it asks for; rows of a sheet are read together."""
    at = 0
    while at < len(rows):
        line = rows[at][1]
        if head := _head(line):
            sign, columns = head
            end = _while(rows, at + 1, lambda other, sign=sign: sign in other and not _head(other))  # type: ignore[misc]
            yield line, []
            yield from _sheet(rows[at + 1 : end], sign, columns)
        elif "\t" in line:
            end = _while(rows, at, lambda other: "\t" in other and not _head(other))
            yield from _sheet(rows[at:end], "\t", guess_columns([other.split("\t") for _, other in rows[at:end]]))
        else:
            end = at + 1
            yield line, list(_segments(*rows[at]))
        at = end


def _head(line: str) -> tuple[str, Columns] | None:
    """The separator and the columns of a line of heads."""
    if _FIGURE.search(line):
        return None
    for sign in ("\t", "|", ";", ","):
        if sign in line and (columns := head_columns(line.split(sign))):
            return sign, columns
    columns = head_columns(line.split()) if " " in line else None
    return ("\t", columns) if columns else None  # heads between blanks say nothing about where columns are


def _while(rows: Sequence[tuple[int, str]], at: int, holds: Callable[[str], bool]) -> int:
    while at < len(rows) and holds(rows[at][1]):
        at += 1
    return at


def _sheet(rows: Sequence[tuple[int, str]], sign: str, columns: Columns) -> Iterator[tuple[str, list[PastedLine]]]:
    for n, line in rows:
        cells = [cell.strip() for cell in line.split(sign)]
        is_sum = any(_SUM.match(cell) for cell in cells[:2])
        found = _from_cells(n, line, cells, columns)
        yield line, [found] if found.words and not is_sum else []


def _from_cells(row: int, text: str, cells: Sequence[str], columns: Columns) -> PastedLine:
    """A row of a sheet; where its quantity cell says something else, the row is read as text."""
    named = [cells[at].strip() for at in columns.names if at < len(cells) and cells[at].strip()]
    typed = cells[columns.quantity].strip() if columns.quantity is not None and columns.quantity < len(cells) else ""
    unit, note = unit_of(typed) or _unit_cell(cells, columns.unit), None
    quantity = read_count(typed) if typed else None
    if typed and quantity is None:
        found = explicit_count(typed)
        quantity = found.quantity if found else None
        note = found.note if found else T("看不懂数量“{text}”", text=typed[:20])
    if not typed and columns.quantity is None:
        return _from_text(row, text, " ".join(cells))
    rest = " ".join(named)
    return PastedLine(row, text, names_in(named, rest), words_in(rest, unit), quantity, unit, note)


def _unit_cell(cells: Sequence[str], at: int | None) -> str | None:
    return unit_of(cells[at]) if at is not None and at < len(cells) else None


def _segments(row: int, line: str) -> Iterator[PastedLine]:
    """The things that one line of text asks for: "HM46 两桶，CI-4 6桶" are two."""
    if _CHAT.search(line) or _SUM.match(line) or (not _FIGURE.search(line) and only_heads(line)):
        return
    begun, ended = "", False
    for part in (part for part in _BREAKS.split(PRICES.sub(" ", line)) if part and part.strip()):
        is_number = part.strip().isdecimal()
        if ended and is_number and not begun:
            continue  # a price or an amount after the quantity
        begun = f"{begun}, {part}" if begun else part
        count = explicit_count(begun)
        ended = bool((count or is_number) and words_in(count.rest if count else begun[: -len(part)], None))
        if ended:
            yield from _named(row, begun)
            begun = ""
    if begun:
        yield from _named(row, begun)


def _named(row: int, text: str) -> Iterator[PastedLine]:
    """One thing, or several of which there are as many each: "HM46、HM68 各两桶"."""
    found = _from_text(row, text.strip(" ,"), text)
    if not found.words:
        return
    count = explicit_count(text)
    if count and re.search(r"各|每样", text):
        parts = [part for part in _EACH.split(re.sub(r"各|每样", " ", count.rest)) if words_in(part, None)]
        if len(parts) > 1:
            for part in parts:
                one = _from_text(row, f"{part.strip()} {count.quantity}", part)
                yield PastedLine(row, one.text, one.names, one.words, count.quantity, found.unit, found.note)
            return
    yield found


def _from_text(row: int, text: str, line: str) -> PastedLine:
    line = re.sub(r"[:=]", " ", DAYS.sub(" ", line))
    count = explicit_count(line) or bare_count(line)
    glued = glued_count(line) if count.quantity is None else None
    cells = [cell.strip() for cell in re.split(r"[,;\t|]+", count.rest)]
    rest = " ".join(cells)
    words = words_in(rest, count.unit)
    unit = count.unit.lower() if count.unit else None
    return PastedLine(
        row, text, names_in([c for c in cells if c], rest), words, count.quantity, unit, count.note, glued
    )
