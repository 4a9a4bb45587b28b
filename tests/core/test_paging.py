"""Cursor paging: every row once, both ways, whatever happens in between."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import write_tx
from portal.core.numbers import Counter
from portal.core.paging import Page, paged
from tests.cast import NOW
from tests.conftest import only_sqlite

ROWS = select(Counter.prefix, Counter.last)
ORDER = (Counter.last, Counter.prefix)


def _page(s: Session, url: str | None) -> Page:
    return paged(s, ROWS, ORDER, dict(parse_qsl((url or "?size=20").lstrip("?"))), counted=select(Counter.prefix))


def test_every_row_once_forwards_and_backwards(app: Flask, s: Session) -> None:
    with write_tx() as tx:
        tx.add_all(Counter(prefix=f"T{n:03}", day=NOW.date(), last=n // 3) for n in range(50))
    first = _page(s, None)
    second = _page(s, first.next_url)
    third = _page(s, second.next_url)
    seen = [row.prefix for page in (first, second, third) for row in page.rows]
    assert seen == sorted(seen, key=lambda p: (int(p[1:]) // 3, p), reverse=True)
    assert len(set(seen)) == 50 and third.next_url is None and first.prev_url is None
    assert [r.prefix for r in _page(s, third.prev_url).rows] == [r.prefix for r in second.rows]
    assert first.total == 50


@only_sqlite
def test_a_mangled_cursor_shows_the_first_page(app: Flask, s: Session) -> None:
    assert _page(s, "?after=nonsense&size=20").rows == _page(s, None).rows
    assert _page(s, "?after=WyJhIl0&size=20").rows == _page(s, None).rows
