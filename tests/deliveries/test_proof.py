"""The proof of a stop: evidence, what it posts, and that it counts once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import db
from portal.core.history import Entry
from portal.core.refusal import NotFound, WrongState
from portal.deliveries import actions
from portal.deliveries.models import ProofOfDelivery, Run, ShipmentLine
from portal.deliveries.rules import Deviation, EvidenceMissing, MoreThanShipped, NotAccountedFor, Said, Why
from portal.orders.models import Order, OrderLine
from portal.payments.models import Invoice, InvoiceLine
from portal.stock.models import DrumEntry, Move, drum_balance
from portal.verify import verify
from tests.cast import Cast
from tests.conftest import Watch, only_sqlite
from tests.deliveries.conftest import Road
from tests.flow.chain import balance

DRUM, PAIL = 273_600, 34_960
"""Silver prices in fen."""
COUNTS = (ShipmentLine.delivered, ShipmentLine.short, ShipmentLine.damaged, ShipmentLine.refused)


def _line(order_id: int, sku_id: int) -> tuple[int, ...]:
    """(ordered, shipped, delivered, cancelled, reserved)."""
    row = OrderLine
    return tuple(
        db.session.execute(
            select(row.ordered, row.shipped, row.delivered, row.cancelled, row.reserved).where(
                row.order_id == order_id, row.sku_id == sku_id
            )
        ).one()
    )


def test_a_full_delivery_is_invoiced_and_the_run_is_done_after_its_last_stop(
    app: Flask, s: Session, road: Road, watch: Watch
) -> None:
    first, second = road.order(HM46=2, CI4=3), road.order("plant", CI4=5)
    run_id = road.out(first, second)
    one, two = road.stops(run_id)
    watch.forward(minutes=40)
    signed = clock.now()
    watch.forward(minutes=20)
    answer = road.sign(one, signed_at=signed, empties={road.the.skus["HM46-200"]: 1}, note="从侧门进")
    assert answer == actions.Confirmed(one, run_id, "delivered", two, is_first=True)  # type: ignore[arg-type]
    s.rollback()
    invoice = s.execute(select(Invoice.amount_fen, Invoice.signed_on, Invoice.due_on, Invoice.number)).one()
    assert (invoice.amount_fen, invoice.number) == (2 * DRUM + 3 * PAIL, "IN20261123-0001")
    assert (invoice.due_on - invoice.signed_on).days == 30
    proof = s.execute(select(ProofOfDelivery.receiver, ProofOfDelivery.signed_at, ProofOfDelivery.recorded_at)).one()
    assert tuple(proof) == ("收货人老王", signed, clock.now())
    dealer = road.the.customers["dealer"]
    assert balance(s, dealer) == (0, 2 * DRUM + 3 * PAIL, 0)
    assert drum_balance(s, dealer) == {road.the.skus["HM46-200"]: 1}
    assert s.scalar(select(Order.progress).where(Order.id == first)) == "done"
    assert s.scalar(select(Run.state)) == "under_way"

    assert road.sign(two).next_stop_id is None
    s.rollback()
    run = s.execute(select(Run.state, Run.done_at)).one()
    assert tuple(run) == ("done", clock.now())
    assert list(verify(s)) == []


def test_short_damaged_and_refused_pieces_go_where_they_belong(app: Flask, s: Session, road: Road) -> None:
    order_id = road.order(HM46=6, CI4=10)
    (stop_id,) = road.stops(road.out(order_id))
    drum, pail = road.lines(stop_id)
    answer = road.sign(
        stop_id,
        {
            drum.id: Said(3, short=1, damaged=1, rest=Deviation.REFUSED, why=Why.MISORDERED),
            pail.id: {"delivered": 8, "refused": 2},
        },
    )
    s.rollback()
    assert answer.state == "partial"
    lines = s.execute(
        select(*COUNTS, ShipmentLine.reason).order_by(ShipmentLine.id)
    ).all()  # fmt: skip
    assert [tuple(line) for line in lines] == [(3, 1, 1, 1, "misordered"), (8, 0, 0, 2, None)]
    # short and damaged are owed again and reserved at once, refused ones are given up
    assert _line(order_id, drum.sku_id) == (6, 3, 3, 1, 2)
    assert _line(order_id, pail.sku_id) == (10, 8, 8, 2, 0)
    # 100 - 6 gone + 3 back - 1 written off
    assert road.stock("HM46") == (96, 2) and road.stock("CI4") == (192, 0)
    moves = s.execute(select(Move.kind, Move.quantity).where(Move.cause_kind == "stop").order_by(Move.id)).all()
    assert [tuple(move) for move in moves] == [("return", 3), ("return", 2), ("write_off", -1)]
    assert balance(s, road.the.customers["dealer"]) == (2 * DRUM, 3 * DRUM + 8 * PAIL, 0)
    assert drum_balance(s, road.the.customers["dealer"]) == {drum.sku_id: 3}
    assert s.scalar(select(Order.progress)) == "ready"
    assert list(verify(s)) == []


def test_a_failed_stop_brings_everything_back_and_posts_no_invoice(app: Flask, s: Session, road: Road) -> None:
    order_id = road.order(HM46=2)
    run_id = road.out(order_id)
    (stop_id,) = road.stops(run_id)
    (line,) = road.lines(stop_id)
    absent = {line.id: Said(0, rest=Deviation.SHORT, why=Why.ABSENT)}
    with pytest.raises(EvidenceMissing) as refused:
        road.sign(stop_id, absent, receiver=None, signature_id=None)
    assert list(refused.value.errors) == ["note"]
    answer = road.sign(stop_id, absent, receiver=None, signature_id=None, note="门卫说放假")
    s.rollback()
    assert answer.state == "failed"
    assert s.scalar(select(func.count()).select_from(Invoice)) == 0
    assert s.scalar(select(func.count()).select_from(DrumEntry)) == 0
    assert road.stock("HM46") == (100, 2)
    assert _line(order_id, line.sku_id) == (2, 0, 0, 0, 2)
    assert s.scalar(select(Run.state).where(Run.id == run_id)) == "done"
    assert list(verify(s)) == []


@only_sqlite
def test_evidence_and_sums_are_demanded_and_nothing_happens_without(app: Flask, s: Session, road: Road) -> None:
    run_id = road.out(road.order(HM46=2))
    (stop_id,) = road.stops(run_id)
    (line,) = road.lines(stop_id)
    for refusal, outcomes, more in (
        (EvidenceMissing, {}, {"receiver": None}),
        (EvidenceMissing, {}, {"signature_id": None}),
        (NotAccountedFor, {line.id: {"delivered": 1}}, {}),
        (MoreThanShipped, {line.id: {"delivered": 3}}, {}),
        (MoreThanShipped, {line.id: {"delivered": 2, "refused": 1}}, {}),
        (MoreThanShipped, {line.id + 1: {"delivered": 1}}, {}),
    ):
        with pytest.raises(refusal):
            road.sign(stop_id, outcomes, **more)
    s.rollback()
    assert road.states(run_id) == ["pending"]
    assert s.scalar(select(func.count()).select_from(Invoice)) == 0
    with pytest.raises(NotFound):
        road.sign(stop_id + 1)


@only_sqlite
def test_nothing_is_signed_for_before_the_run_left(app: Flask, s: Session, road: Road) -> None:
    (stop_id,) = road.stops(road.run(road.order(HM46=2)))
    with pytest.raises(WrongState, match="在途"):
        road.sign(stop_id)


def test_the_same_proof_again_changes_nothing_and_answers_as_the_first_did(app: Flask, s: Session, road: Road) -> None:
    one, two = road.stops(road.out(road.order(HM46=2), road.order("plant", CI4=1)))
    first = road.sign(one)
    before = s.scalar(select(func.count()).select_from(Entry))
    (line,) = road.lines(one)
    again = road.sign(one, {line.id: {"delivered": 1, "short": 1}})
    assert (again.state, again.next_stop_id, again.is_first) == (first.state, two, False)
    road.sign(two)
    assert road.sign(one).next_stop_id is None  # the run is done by now
    s.rollback()
    assert s.scalar(select(func.count()).select_from(Invoice)) == 2
    assert s.scalar(select(func.count()).select_from(Entry).where(Entry.id <= before)) == before
    assert list(verify(s)) == []


def test_eight_phones_confirm_the_same_stops_at_once(app: Flask, the: Cast, road: Road) -> None:
    with app.app_context():
        stops = road.stops(road.out(road.order(HM46=2, CI4=4), road.order("plant", CI4=5)))
        lines = {stop_id: road.lines(stop_id) for stop_id in stops}
        db.session.remove()
    answers: list[actions.Confirmed] = []
    failures: list[BaseException] = []

    def confirm(number: int) -> None:
        with app.app_context():
            for stop_id in stops if number % 2 else reversed(stops):
                off = {lines[stop_id][-1].id: {"delivered": 3, "short": lines[stop_id][-1].quantity - 3}}
                try:
                    answers.append(road.sign(stop_id, off))
                except BaseException as failure:
                    failures.append(failure)
            db.session.remove()

    threads = [threading.Thread(target=confirm, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert sum(answer.is_first for answer in answers) == 2 and {answer.state for answer in answers} == {"partial"}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Invoice)) == 2
        assert db.session.scalar(select(Run.state)) == "done"
        assert list(verify(db.session())) == []
        db.session.remove()


@only_sqlite
def test_what_came_back_goes_to_whoever_waits_for_it(app: Flask, s: Session, road: Road) -> None:
    many = road.order(CI4=200)
    run_id = road.run(many, reason="分几趟")
    road.do(actions.load, run_id)
    road.do(actions.depart, run_id)
    waiting = road.order("plant", CI4=3)
    pail = road.the.skus["CI4-18"]
    assert _line(waiting, pail)[4] == 0
    (stop_id,) = road.stops(run_id)
    (line,) = road.lines(stop_id)
    road.sign(stop_id, {line.id: Said(195, rest=Deviation.REFUSED, why=Why.UNWANTED)})
    s.rollback()
    assert _line(waiting, pail)[4] == 3
    assert road.stock("CI4") == (5, 3)
    assert list(verify(s)) == []


counts = st.tuples(*[st.integers(0, 3)] * 3)


@only_sqlite
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(1, 4), counts, counts), min_size=1, max_size=2))
def test_whatever_happens_at_the_door_every_piece_is_accounted_for_and_invoiced_is_delivered(
    app: Flask, the: Cast, orders: list[tuple[int, tuple[int, int, int], tuple[int, int, int]]]
) -> None:
    from tests.flow.chain import Chain

    road = Road(the, Chain(the))
    with app.app_context():
        s = db.session()
        placed = [
            road.order(who, CI4=n + 3, HM46=n) for who, (n, *_off) in zip(("dealer", "plant"), orders, strict=False)
        ]
        invoiced_before = _invoiced(s)
        run_id = road.run(*placed, reason="试")
        road.do(actions.load, run_id)
        road.do(actions.depart, run_id)
        delivered = 0
        for stop_id, (_n, *offs) in zip(road.stops(run_id), orders, strict=True):
            outcomes: dict[int, Any] = {}
            for line, (short, damaged, refused) in zip(road.lines(stop_id), offs, strict=True):
                fitting, left = [], line.quantity
                for n in (short, damaged, refused):
                    fitting.append(min(n, left))
                    left -= fitting[-1]
                outcomes[line.id] = Said(left, *fitting)
                delivered += left
            road.sign(stop_id, outcomes)
        s.rollback()
        lines = s.execute(
            select(ShipmentLine.quantity, *COUNTS)
        ).all()  # fmt: skip
        assert all(row.quantity == row.delivered + row.short + row.damaged + row.refused for row in lines)
        assert _invoiced(s) - invoiced_before == delivered
        assert list(verify(s)) == []
        _settle(road)
        db.session.remove()


def _invoiced(s: Session) -> int:
    return int(s.execute(select(func.coalesce(func.sum(InvoiceLine.quantity), 0))).scalar_one())


def _settle(road: Road) -> None:
    """Pay everything, so that the next example has its limit again."""
    for key in ("dealer", "plant"):
        owed = balance(db.session(), road.the.customers[key])[1]
        if owed:
            road.chain.pay(key, owed)
