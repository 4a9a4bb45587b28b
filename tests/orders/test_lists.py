"""Lists of orders: who sees which, what a search finds, page by page, through small indexes."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.core.db import db, write_tx
from portal.core.paging import paged
from portal.orders import actions as orders
from portal.orders.models import listed, lists
from portal.orders.rules import Progress, State
from tests.cast import Cast
from tests.conftest import Watch, only_sqlite
from tests.orders.shop import DRUM, GREASE, PAIL, Shop


def _found(the: Cast, login: str, **filters: Any) -> list[int]:
    s = db.session()
    asked = listed(s, the.who(s, login), **filters)
    return [row.id for row in paged(s, asked.rows, asked.order, {"size": "20"}, counted=asked.counted).rows]


def test_what_a_search_finds(app: Flask, shop: Shop, the: Cast, watch: Watch) -> None:
    with write_tx() as s:
        first = orders.place(
            s, the.customers["dealer"], [(the.skus[DRUM], 1)], the.who(s, "lin"), reference="PO-2026-77"
        )
    watch.forward(minutes=1)
    second = shop.order("gao", {GREASE: 1}, "plant")
    watch.forward(minutes=1)
    third = shop.order("lu", {DRUM: 50})
    shop.basket("lu", {PAIL: 1})
    assert _found(the, "sun") == [third, second, first]
    assert _found(the, "lin") == [third, first]
    assert _found(the, "bai") == []
    for query, ids in (
        ("0002", [second]), ("SO20261123-0001", [first]), ("so20261123-0001", [first]), ("PO-2026-77", [first]),
        ("渝北", [third, first]), ("jbs", [second]), ("示例", [third, second, first]), ("没有", []), ("  ", [3, 2, 1]),
    ):  # fmt: skip
        assert _found(the, "sun", query=query) == ids, query
    assert _found(the, "lin", query="0002") == []
    assert _found(the, "lin", query="PO-2026-77") == [first]
    assert _found(the, "sun", state=State.IN_REVIEW) == [third]
    assert _found(the, "lin", state=State.IN_REVIEW) == [third]
    assert _found(the, "sun", progress=Progress.WAITING) == [second]
    assert _found(the, "sun", customer_id=the.customers["plant"], state=State.CONFIRMED) == [second]


@pytest.mark.parametrize("few", [0, 50])
def test_a_search_pages_on_whichever_way_it_goes(
    app: Flask, shop: Shop, the: Cast, watch: Watch, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "FEW", few)
    ids = []
    for _ in range(23):
        ids.append(shop.order("lin", {PAIL: 1}))
        watch.forward(minutes=1)
    s = db.session()
    asked = listed(s, the.who(s, "sun"), query="渝北")
    page = paged(s, asked.rows, asked.order, {"size": "20"}, counted=asked.counted)
    after = str(page.next_url).split("after=")[1]
    rest = paged(s, asked.rows, asked.order, {"size": "20", "after": after}, counted=asked.counted)
    assert [row.id for row in (*page.rows, *rest.rows)] == ids[::-1]
    assert (page.total, rest.next_url) == (23, None)


def _plan(s: Session, statement: Any) -> str:
    """How SQLite goes about it."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, sql: str, parameters: Any, *_rest: Any) -> None:
        sent.append((sql, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    s.execute(statement).all()
    event.remove(db.engine, "before_cursor_execute", note)
    sql, parameters = sent[-1]
    rows = s.connection().exec_driver_sql(f"explain query plan {sql}", parameters)
    return "\n".join(row[3] for row in rows)


@only_sqlite
@pytest.mark.parametrize(
    ("login", "filters", "index"),
    [
        ("sun", {}, "ix_sales_order_submitted_at_id"), ("sun", {"state": State.IN_REVIEW}, "ix_sales_order_state"),
        ("sun", {"progress": Progress.READY}, "ix_sales_order_unfinished"), ("sun", {"query": "0002"}, "tail"),
        ("sun", {"query": "渝北"}, "INTEGER PRIMARY KEY"), ("lin", {}, "customer_id_submitted_at"),
        ("lin", {"state": State.CONFIRMED}, "customer_id_submitted_at"),
        ("lin", {"progress": Progress.READY}, "customer_id_submitted_at"),
        ("lin", {"query": "PO-1"}, "customer_id_submitted_at"),
    ],
)  # fmt: skip
def test_a_list_costs_by_its_rows(
    app: Flask, s: Session, the: Cast, login: str, filters: dict[str, Any], index: str
) -> None:
    asked = listed(s, the.who(s, login), **filters)
    plan = _plan(s, asked.rows.order_by(*(column.desc() for column in asked.order)).limit(51))
    first = next(line for line in plan.splitlines() if " sales_order " in line)
    assert index in first, plan
