"""What the chain from order to proof costs in statements: it must not grow with the orders of a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import db, write_tx
from portal.credit.models import CreditAccount
from portal.customers.models import Site
from portal.deliveries import actions
from portal.orders import actions as orders
from portal.stock.models import Level
from tests.conftest import only_sqlite
from tests.deliveries.conftest import Road


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements sent meanwhile; an executemany is one."""
    sent: list[str] = []

    def hear(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    yield sent
    event.remove(engine, "before_cursor_execute", hear)


def _ready(road: Road, count: int) -> list[int]:
    """Orders of two lines, each for a place of its own, so that each is a stop."""
    the, made = road.the, []
    with write_tx() as s:
        s.get_one(CreditAccount, the.customers["dealer"]).limit_fen = 10**9
        for level in s.scalars(select(Level)):
            level.on_hand = 500
        sites = [
            Site(customer_id=the.customers["dealer"], name=f"仓 {n}", address=f"示例路 {n} 号", created_at=clock.now())
            for n in range(count)
        ]
        s.add_all(sites)
        s.flush()
        places = [site.id for site in sites]
    for place in places:
        with write_tx() as s:
            who = the.who(s, "lin")
            order_id = orders.basket(s, the.customers["dealer"], who)
            orders.set_lines(s, order_id, [(the.skus["HM46-200"], 1), (the.skus["CI4-18"], 2)], who)
            orders.edit_head(s, order_id, who, site_id=place)
            orders.submit(s, order_id, who)
            made.append(order_id)
    return made


def _cost(road: Road, count: int) -> dict[str, int]:
    """Statements of each step for a run of `count` orders."""
    ready, cost = _ready(road, count), {}
    with counting() as sent:
        run_id = road.run(*ready, reason="试")
        cost["plan"] = len(sent)
    for verb in (actions.load, actions.depart):
        with counting() as sent:
            road.do(verb, run_id)
            cost[verb.__name__] = len(sent)
    stops = road.stops(run_id)
    with counting() as sent:
        road.sign(stops[0])
        cost["confirm"] = len(sent)
    with counting() as sent:
        (_drum, pail) = road.lines(stops[1])
        road.sign(stops[1], {pail.id: {"delivered": 0, "short": 1, "damaged": 1}})
        cost["confirm in part"] = len(sent)
    return cost


@only_sqlite
def test_a_run_of_ten_costs_hardly_more_statements_than_a_run_of_two(app: Flask, s: Session, road: Road) -> None:
    two, ten = _cost(road, 2), _cost(road, 10)
    numbered = 8  # every document's number is written by a statement of its own
    assert ten["plan"] <= two["plan"] + numbered
    assert ten["load"] == two["load"] and ten["depart"] == two["depart"] and ten["confirm"] == two["confirm"]
    per_order = (ten["plan"] + ten["load"] + ten["depart"]) / 10 + ten["confirm"]
    assert per_order <= 45, ten
    assert ten["confirm in part"] <= 45, ten
