"""Loading looks at credit again; departing takes the goods out of the warehouse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import write_tx
from portal.core.history import Entry
from portal.core.refusal import WrongState
from portal.credit import actions as credit
from portal.credit.models import CreditAccount, Hold
from portal.deliveries import actions
from portal.deliveries.models import Run, Shipment, Stop
from portal.deliveries.rules import HeldAtLoading, NothingToLoad
from portal.orders.models import Order, OrderLine
from portal.payments import actions as payments
from portal.stock.models import Move
from tests.conftest import Watch, only_sqlite
from tests.deliveries.conftest import Road


def _hold(road: Road, customer: str = "dealer") -> None:
    with write_tx() as s:
        hold = Hold(
            customer_id=road.the.customers[customer], kind="manual", reason="对账有分歧", figures="{}",
            placed_by=road.the.people["cai"], placed_at=clock.now(),
        )  # fmt: skip
        s.add(hold)


def _owe(road: Road, days_ago: int) -> None:
    """An invoice of ¥1.00 that fell due so many days ago (terms: 30 days)."""
    with write_tx() as s:
        payments.post_invoice(
            s, customer_id=road.the.customers["dealer"], cause=("test", 1), lines=[(road.the.skus["CI4-18"], 1, 100)],
            signed_on=clock.today() - timedelta(days=30 + days_ago), terms_days=30, who=None,
        )  # fmt: skip


@only_sqlite
def test_an_empty_run_is_not_loaded(app: Flask, s: Session, road: Road) -> None:
    run_id = road.run()
    with pytest.raises(NothingToLoad):
        road.do(actions.load, run_id)


def test_a_held_customer_stops_the_loading_and_is_named(app: Flask, s: Session, road: Road) -> None:
    run_id = road.run(road.order("plant", CI4=1), road.order(CI4=1))
    _hold(road)
    with pytest.raises(HeldAtLoading, match="2 渝北示例润滑油经销部"):
        road.do(actions.load, run_id)
    s.rollback()
    assert s.scalar(select(Run.state).where(Run.id == run_id)) == "planned"


@only_sqlite
def test_the_dispatcher_takes_the_held_one_off_and_loads_the_rest(app: Flask, s: Session, road: Road) -> None:
    held = road.order(CI4=1)
    run_id = road.run(road.order("plant", CI4=1), held)
    _hold(road)
    road.do(actions.take_off, s.scalar(select(Shipment.id).where(Shipment.order_id == held)))
    road.do(actions.load, run_id)


def test_credit_lets_the_goods_of_a_stop_go_until_a_new_hold_comes(
    app: Flask, s: Session, road: Road, watch: Watch
) -> None:
    run_id = road.run(road.order(CI4=1))
    _hold(road)
    watch.forward(minutes=5)
    (stop_id,) = road.stops(run_id)
    road.do(actions.release_stop, stop_id, "客户承诺今天付款", login="cai")
    road.do(actions.load, run_id)
    road.do(actions.unload, run_id)
    s.rollback()
    row = s.execute(select(Stop.released_by, Stop.release_reason)).one()
    assert tuple(row) == (road.the.people["cai"], "客户承诺今天付款")
    watch.forward(minutes=5)
    _hold(road)
    with pytest.raises(HeldAtLoading):
        road.do(actions.load, run_id)


@pytest.mark.parametrize(
    ("days_late", "policy", "is_held"), [(7, "review", False), (8, "review", True), (8, "remind", False)]
)
@only_sqlite
def test_what_is_overdue_beyond_grace_stops_the_loading_unless_the_policy_only_reminds(
    app: Flask, s: Session, road: Road, days_late: int, policy: str, is_held: bool
) -> None:  # fmt: skip
    run_id = road.run(road.order(CI4=1))
    _owe(road, days_late)
    with write_tx() as tx:
        tx.get_one(CreditAccount, road.the.customers["dealer"]).policy = policy
    if is_held:
        with pytest.raises(HeldAtLoading):
            road.do(actions.load, run_id)
    else:
        road.do(actions.load, run_id)


@only_sqlite
def test_paying_lets_the_run_go(app: Flask, s: Session, road: Road) -> None:
    run_id = road.run(road.order(CI4=1))
    _owe(road, 30)
    with pytest.raises(HeldAtLoading):
        road.do(actions.load, run_id)
    road.chain.pay("dealer", 100)
    road.do(actions.load, run_id)


@only_sqlite
def test_a_hold_released_by_credit_lets_the_run_go(app: Flask, s: Session, road: Road) -> None:
    run_id = road.run(road.order(CI4=1))
    _hold(road)
    with write_tx() as tx:
        hold_id = tx.scalars(select(Hold.id)).one()
        credit.release_hold(tx, hold_id, reason="已对清", who=road.the.who(tx, "cai"))
    road.do(actions.load, run_id)


def test_departing_takes_the_goods_out_and_tells_every_customer_once(app: Flask, s: Session, road: Road) -> None:
    first, second, third = road.order(HM46=2, CI4=3), road.order(CI4=1), road.order("plant", CI4=5)
    run_id = road.run(first, second, third)
    with pytest.raises(WrongState):
        road.do(actions.depart, run_id)
    road.do(actions.load, run_id)
    road.do(actions.depart, run_id)
    s.rollback()
    assert road.stock("HM46") == (98, 0) and road.stock("CI4") == (191, 0)
    assert sorted(s.scalars(select(Move.quantity).where(Move.cause_kind == "run"))) == [-9, -2]
    lines = s.execute(select(OrderLine.shipped, OrderLine.reserved, OrderLine.ordered)).all()
    assert all(line.shipped == line.ordered and line.reserved == 0 for line in lines)
    assert set(s.scalars(select(Order.progress))) == {"on_the_way"}
    run = s.execute(select(Run.state, Run.departed_at).where(Run.id == run_id)).one()
    assert tuple(run) == ("under_way", clock.now())
    told = s.scalars(select(Entry.chain).where(Entry.verb == "shipment.departed").order_by(Entry.id)).all()
    assert told == sorted(f"customer:{road.the.customers[key]}" for key in ("dealer", "plant"))
    assert s.scalars(select(Entry.chain).where(Entry.verb == "run.departed")).all() == ["deliveries"]
