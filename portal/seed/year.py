# data
"""One day of the demo: orders are placed, yesterday's go out and are signed for, money comes in, goods arrive."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import write_tx
from portal.core.refusal import Refusal
from portal.deliveries import actions as deliveries
from portal.deliveries.models import Run, Shipment, ShipmentLine, Stop
from portal.deliveries.rules import OverCapacity
from portal.orders import actions as orders
from portal.orders.models import Order, Review
from portal.payments import actions as payments
from portal.payments.models import Invoice
from portal.seed.start import Buyer, World
from portal.stock import actions as stock
from portal.stock.models import Level

STOPS = 12
"""Stops that a driver makes in a day."""
TODAY_RUNS = 2
"""Runs planned for today; the rest of what is ready is left for whoever looks at the demo."""


def work(world: World, day: date, *, is_today: bool) -> None:
    """What happens on `day`; today's runs are left standing so that there is something to do."""
    if day.weekday() == 6:
        return
    with write_tx() as s:
        _restock(s, world)
        if not is_today:
            _collect(s, world, day)
            _release(s, world)
        _deliver(s, world, day, is_today=is_today)
        for buyer in world.buyers:
            if buyer.next_on_day <= day.toordinal() - world.first_day:
                _order(s, world, buyer)
                buyer.next_on_day += max(3, int(world.chance.gauss(buyer.rhythm_days, buyer.rhythm_days / 5)))
        if is_today:
            for number, buyer in enumerate(world.chance.sample(world.buyers, min(16, len(world.buyers)))):
                _order(s, world, buyer, times=6 if number % 4 == 0 else 1)


def _order(s: Session, world: World, buyer: Buyer, *, times: int = 1) -> None:
    """A usual order, or one `times` as large."""
    chance = world.chance
    on_behalf = chance.random() < 0.25
    who = world.staff["neiqin"] if on_behalf else buyer.who
    skus = chance.sample(buyer.skus, min(len(buyer.skus), chance.randint(2, 6)))
    wanted = [
        (sku, chance.choice((2, 4, 6, 10)) if world.skus[sku] < 200_000 else chance.choice((2, 2, 4))) for sku in skus
    ]
    order_id = orders.basket(s, buyer.customer_id, who)
    orders.set_lines(s, order_id, wanted, who)
    if on_behalf:
        orders.edit_head(s, order_id, who, asked_by=buyer.contact)
    try:
        with s.begin_nested():
            orders.submit(s, order_id, who)
    except Refusal:
        pass  # the policy forbids: the draft stays in the basket


def _release(s: Session, world: World) -> None:
    """Credit looks at what waits; most of it may go."""
    rows = s.execute(
        select(Review.id).where(Review.decided_at.is_(None), Review.reason.in_(("credit", "overdue")))
    ).all()
    for row in rows:
        if world.chance.random() < 0.5:
            orders.release(s, row.id, "客户已承诺付款日期", world.staff["xinyong"])


def _deliver(s: Session, world: World, day: date, *, is_today: bool) -> None:
    """What is ready goes out, as far as the vehicles carry it; today one run is under way and the others wait."""
    ready = select(Order.id).where(Order.state == "confirmed", Order.progress == "ready").order_by(Order.id)
    waiting = list(s.scalars(ready))
    for number, (vehicle_id, driver_id) in enumerate(world.vehicles):
        if not waiting or (is_today and number == TODAY_RUNS):
            return
        run_id = deliveries.create_run(
            s, day_on=day, warehouse_id=world.warehouse_id, vehicle_id=vehicle_id, driver_id=driver_id,
            who=world.staff["diaodu"],
        )  # fmt: skip
        taken = _fill(s, world, run_id, waiting[:STOPS])
        waiting = waiting[taken:]
        if not taken:
            deliveries.cancel(s, run_id, world.staff["diaodu"])
        elif not is_today or number == 0:
            _depart(s, world, run_id, is_today=is_today)


def _fill(s: Session, world: World, run_id: int, order_ids: list[int]) -> int:
    """Assign as many of the orders as the vehicle carries; gives how many."""
    while order_ids:
        try:
            with s.begin_nested():
                deliveries.assign(s, run_id, order_ids, world.staff["diaodu"])
            return len(order_ids)
        except OverCapacity:
            order_ids = order_ids[: len(order_ids) // 2]
    return 0


def _depart(s: Session, world: World, run_id: int, *, is_today: bool) -> None:
    try:
        with s.begin_nested():
            deliveries.load(s, run_id, world.staff["diaodu"])
    except Refusal:
        return  # a held customer is aboard: the run waits for somebody's word
    deliveries.depart(s, run_id, world.staff["diaodu"])
    if not is_today:
        _drive(s, world, run_id)


def _drive(s: Session, world: World, run_id: int) -> None:
    """The driver confirms stop by stop; now and then a piece is short, damaged or refused."""
    chance, driver = world.chance, world.staff["siji"]
    stops = s.execute(select(Stop.id, Stop.customer_id, Run.driver_id).join(Run).where(Stop.run_id == run_id)).all()
    for stop in stops:
        driver = world.drivers[stop.driver_id]
        outcomes = {}
        for row in s.execute(
            select(ShipmentLine.id, ShipmentLine.quantity)
            .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
            .where(Shipment.stop_id == stop.id)
        ):
            off = chance.choice(("short", "damaged", "refused")) if chance.random() < 0.02 else ""
            outcomes[row.id] = {"delivered": row.quantity - bool(off), **({off: 1} if off else {})}
        deliveries.confirm(
            s, stop.id, outcomes=outcomes, receiver=world.contacts[stop.customer_id], signature_id=world.signature_id,
            signed_at=clock.now(), who=driver,
        )  # fmt: skip


def _collect(s: Session, world: World, day: date) -> None:
    """Customers pay what is due, early or late as is their habit; a few pay round sums."""
    habit = {buyer.customer_id: buyer.late_days for buyer in world.buyers}
    rows = s.execute(
        select(Invoice.customer_id, Invoice.due_on, (Invoice.amount_fen - Invoice.allocated_fen).label("open_fen"))
        .where(Invoice.allocated_fen < Invoice.amount_fen, Invoice.due_on <= day + timedelta(days=7))
        .order_by(Invoice.customer_id)
    ).all()
    due: dict[int, int] = {}
    for row in rows:
        if row.due_on + timedelta(days=habit[row.customer_id]) <= day:
            due[row.customer_id] = due.get(row.customer_id, 0) + row.open_fen
    for customer_id, amount in due.items():
        if world.chance.random() < 0.1:
            amount = (amount // 100_000 + 1) * 100_000  # a round sum: the rest is prepayment
        payments.post_receipt(
            s, customer_id=customer_id, amount_fen=amount, method="transfer", reference=f"{day:%y%m%d}{customer_id:05}",
            payer=None, received_on=day, allocations="oldest", note=None, who=world.staff["caiwu"],
        )  # fmt: skip


def _restock(s: Session, world: World) -> None:
    """What runs low is ordered in, three times a month's worth."""
    rows = s.execute(select(Level.sku_id).where(Level.on_hand - Level.reserved < 40)).all()
    if rows and world.chance.random() < 0.4:
        stock.receive(s, world.warehouse_id, {row.sku_id: 120 for row in rows}, "补货入库", world.staff["diaodu"])
