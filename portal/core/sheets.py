"""Tables in and out: xlsx, xls and csv are read by content, xlsx and csv are written; no formula gets through."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, cast

from portal.core.refusal import Refusal
from portal.core.text import T

Cell = str | int | float | Decimal | date | datetime | None


class NotASheet(Refusal):
    title = T("读不出这个文件")
    next = T("另存为 .xlsx 或 UTF-8 的 .csv 后再导入。")


def read(path: str | Path) -> Iterator[list[str]]:
    """Rows of text cells of the first sheet; the type is told by content, not by name.

    CSV may be UTF-8 (with or without mark) or GB18030, gzip'd or not, separated by comma, semicolon or tab.
    """
    with Path(path).open("rb") as file:
        start = file.read(8)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        yield from _read_workbook(Path(path))
    elif start.startswith((b"MZ", b"%PDF", b"\x89PNG", b"\xff\xd8")):
        raise NotASheet()
    else:
        yield from _read_csv(Path(path))


def _read_workbook(path: Path) -> Iterator[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        for row in sheet.iter_rows():
            yield [_text(cell) for cell in row]
    except CalamineError:
        raise NotASheet() from None


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # a workbook keeps 12 as 12.0
    if isinstance(cell, datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date().isoformat()
    return str(cell).strip() if cell is not None else ""


def _read_csv(path: Path) -> Iterator[list[str]]:
    with _opened(path) as file:
        sample = file.read(64_000)
    encoding = _encoding(sample, whole=len(sample) < 64_000)
    head = sample.decode(encoding, errors="ignore").split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    with _opened(path) as file, io.TextIOWrapper(file, encoding=encoding, newline="") as lines:
        try:
            for row in csv.reader(lines, delimiter=separator):
                yield [cell.strip() for cell in row]
        except (UnicodeDecodeError, csv.Error):
            raise NotASheet() from None


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unzipped when it is gzip."""
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        yield cast(BinaryIO, gzip.GzipFile(fileobj=file)) if zipped else file


def _encoding(sample: bytes, *, whole: bool) -> str:
    tail = 0 if whole else 3
    for encoding in ("utf-8-sig", "gb18030"):
        for cut in range(tail + 1):
            try:
                sample[: len(sample) - cut].decode(encoding)
                return encoding
            except UnicodeDecodeError:
                continue
    raise NotASheet()


def safe(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula (OWASP CSV injection): numbers stay, risky text gets a quote."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + cell
    return cell


def write_csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """UTF-8 with mark, so that Excel shows Chinese."""
    yield b"\xef\xbb\xbf"
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    for row in _chain(heads, rows):
        writer.writerow([safe(cell) for cell in row])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def _chain(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    yield heads
    yield from rows


def write_xlsx(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook with one sheet: numbers as numbers, dates as dates, text as text."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for row in _chain(heads, rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula, whatever it begins with
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
