"""Lists by cursor: the next page starts after the last row seen, however deep, at the same cost."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from portal.core.text import T, Text

SIZES = (20, 50, 100)
EXACT_TO = 10_000
"""Totals are exact to here, then "10,000+": nobody counts further, and nothing may grow with the table."""


@dataclass(slots=True)
class Page:
    """One page of a list with its way on; `rows` are Core rows."""

    rows: Sequence[Row[Any]]
    total: int | None
    size: int
    next_url: str | None = None
    prev_url: str | None = None
    size_urls: list[tuple[int, str]] = field(default_factory=list)
    query: dict[str, str] = field(default_factory=dict)

    @property
    def total_text(self) -> Text:
        if self.total is None:
            return T("")
        return T("共 {n} 条", n=f"{self.total:,}" if self.total <= EXACT_TO else f"{EXACT_TO:,}+")


def paged(
    s: Session,
    rows: Select[*tuple[Any, ...]],
    order: Sequence[Any],
    args: Mapping[str, str],
    *,
    counted: Select[*tuple[Any, ...]] | None = None,
    descending: bool = True,
    params: Mapping[str, Any] | None = None,
) -> Page:
    """The page of `rows` that `args` (the URL's query: after, before, size) asks for.

    `order` are columns that `rows` selects, the last one unique, all in an index; `counted` is a cheap statement with
    the same filter for the total (none: no total); `params` fill the bound names of `rows`.
    """
    size = next((n for n in SIZES if str(n) == args.get("size")), 50)
    before, after = _read(args.get("before"), order), _read(args.get("after"), order)
    backwards = before is not None
    mark = before or after
    down = descending != backwards
    if mark is not None:
        edge = tuple_(*order)
        there = tuple_(*(bindparam(None, value, type_=c.type) for value, c in zip(mark, order, strict=True)))
        rows = rows.where(edge < there if down else edge > there)
    rows = rows.order_by(*(c.desc() if down else c.asc() for c in order)).limit(size + 1)
    found = list(s.execute(rows, params))
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    total = None
    if counted is not None:
        total = s.execute(select(func.count()).select_from(counted.limit(EXACT_TO + 1).subquery())).scalar_one()
    page = Page(found, total, size, query={k: v for k, v in args.items() if k not in ("after", "before")})
    names = [str(c.key) for c in order]
    if found and (backwards or more):
        page.next_url = _url(page.query, after=_write(found[-1], names))
    if found and ((backwards and more) or after is not None):
        page.prev_url = _url(page.query, before=_write(found[0], names))
    page.size_urls = [(n, _url({**page.query, "size": str(n)})) for n in SIZES]
    return page


def _url(query: Mapping[str, str], **more: str) -> str:
    return "?" + urlencode({**query, **more})


def _write(row: Row[Any], names: Sequence[str]) -> str:
    values = [getattr(row, name) for name in names]
    text = json.dumps([v.isoformat() if isinstance(v, date | datetime) else v for v in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str | None, order: Sequence[Any]) -> list[Any] | None:
    """The values of a cursor; a mangled one is as good as none."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(order):
            return None
        return [_typed(value, column) for value, column in zip(values, order, strict=True)]
    except (ValueError, TypeError, binascii.Error):
        return None


def _typed(value: Any, column: ColumnElement[Any]) -> Any:
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    if not isinstance(value, kind):
        raise ValueError(value)
    return value
