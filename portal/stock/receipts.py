"""The lines of a receipt as people type or paste them: a code and a number each, mended in place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session
from wtforms import ValidationError

from portal.core.fields import half_width, whole
from portal.core.search import fold
from portal.core.text import T, Text
from portal.products.models import search_skus, skus_by_names

ROWS, MORE, MOST = 8, 8, 200
"""Empty rows of a new form, rows that are added, and rows of one receipt."""

_PASTED = re.compile(r"(.*?\S)[\s,;、]+[x×*]?\s*(\d[\d,]*)\s*(?:桶|箱|件|个|支|吨|罐|提)?")  # data


@dataclass(slots=True)
class Line:
    """One row: what was typed, and what is wrong with it or which package it means."""

    code: str = ""
    quantity: str = ""
    sku: Any = None
    number: int = 0
    code_error: Text | None = None
    quantity_error: Text | None = None
    near: list[Any] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        return bool(self.code_error or self.quantity_error)


@dataclass(slots=True)
class Lines:
    """All rows of a form."""

    rows: list[Line]

    @property
    def filled(self) -> list[Line]:
        return [row for row in self.rows if row.code or row.quantity]

    @property
    def wrong(self) -> list[Line]:
        return [row for row in self.rows if row.is_wrong]

    def amounts(self) -> dict[int, int]:
        """sku -> packages; rows of the same package add up."""
        found: dict[int, int] = {}
        for row in self.filled:
            found[row.sku.id] = found.get(row.sku.id, 0) + row.number
        return found

    def padded(self, count: int) -> Lines:
        """With empty rows up to `count`."""
        return Lines(self.rows + [Line() for _ in range(min(count, MOST) - len(self.rows))])


def typed(codes: Sequence[str], quantities: Sequence[str]) -> Lines:
    """The rows of a form; row and number stay together."""
    pairs = zip(codes, [*quantities, *[""] * len(codes)], strict=False)
    return Lines([Line(code.strip()[:100], quantity.strip()[:20]) for code, quantity in list(pairs)[:MOST]])


def pasted(text: str) -> Lines:
    """Rows out of a pasted list: the last number of a line is the quantity, what stands before it the package."""
    rows = []
    for raw in text.splitlines()[:MOST]:
        clean = half_width(raw)
        if parts := _PASTED.fullmatch(clean):
            rows.append(Line(parts[1].strip(" ,;")[:100], parts[2]))
        elif clean:
            rows.append(Line(clean[:100]))
    return Lines(rows)


def read(s: Session, lines: Lines) -> Lines:
    """Find the package and read the number of every filled row, or say what is wrong with it."""
    named = skus_by_names(s, [row.code for row in lines.filled if row.code])
    for row in lines.filled:
        _find(s, row, named)
        try:
            row.number = whole(row.quantity)
        except ValidationError as wrong:
            row.quantity_error = wrong.args[0] if row.quantity else T("填数量")
    return lines


def _find(s: Session, row: Line, named: Mapping[str, Sequence[Any]]) -> None:
    exact = named.get(fold(row.code))
    if exact:
        row.sku = exact[0]
        return
    row.near = list(search_skus(s, row.code, limit=5, discontinued=True)) if row.code else []
    if len(row.near) == 1:
        row.sku, row.near = row.near[0], []
    elif row.near:
        row.code_error = T("有几个可能，选一个")
    else:
        row.code_error = T("没有找到规格“{typed}”，核对编码或名称", typed=row.code) if row.code else T("填编码或名称")
