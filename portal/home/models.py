"""What each role's first page asks: few set-based questions, each answered by what this person may see."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from portal.core.clock import SHANGHAI
from portal.core.db import AnyRow, Rows, total
from portal.customers.models import Customer, Site, visible
from portal.deliveries.models import Run, Stop, Vehicle
from portal.home.rules import AGES, Age
from portal.orders.models import UNFINISHED, Order, Review
from portal.payments.models import Invoice, Receipt
from portal.people.models import Who

OPEN_FEN = Invoice.amount_fen - Invoice.allocated_fen
UNDER_WAY = ("waiting", "ready", "planned", "on_the_way")


def on_their_way(s: Session, who: Who, most: int = 6) -> Rows:
    """The newest orders of this person's customer that are not finished, with where they stand."""
    rows = select(
        Order.id, Order.number, Order.lines, Order.amount_fen, Order.state, Order.progress, Order.wanted_on,
        Order.submitted_at,
    ).where(Order.customer_id == who.customer_id)  # fmt: skip
    unfinished = (Order.state == "in_review") | and_(Order.state == "confirmed", Order.progress.in_(UNDER_WAY))
    return s.execute(rows.where(unfinished).order_by(Order.submitted_at.desc(), Order.id.desc()).limit(most)).all()


def overdue_customers(s: Session, who: Who, today: date, most: int = 10) -> Rows:
    """Customers with invoices past their due date: id, name, overdue_fen, oldest_on; the largest first."""
    return s.execute(
        select(
            Customer.id, Customer.name, total(OPEN_FEN).label("overdue_fen"),
            func.min(Invoice.due_on).label("oldest_on"),
        )
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(Invoice.allocated_fen < Invoice.amount_fen, Invoice.due_on < today, visible(who, Invoice.customer_id))
        .group_by(Customer.id, Customer.name)
        .order_by(func.sum(OPEN_FEN).desc(), Customer.id)
        .limit(most)
    ).all()  # fmt: skip


class Owed(NamedTuple):
    """Open invoices: how many are overdue, and the amounts by age in fen."""

    overdue: int
    overdue_fen: int
    by_age: dict[Age, int]


def owed(s: Session, who: Who, today: date) -> Owed:
    """What customers owe by age (未到期, 1-30, 31-60, 61-90, 90+ days), of those this person may see."""
    sums = [total(case((_aged(age, today), OPEN_FEN), else_=0)).label(age.value) for age in AGES]
    late = total(case((Invoice.due_on < today, 1), else_=0)).label("late")
    row = s.execute(
        select(late, *sums).where(Invoice.allocated_fen < Invoice.amount_fen, visible(who, Invoice.customer_id))
    ).one()
    by_age = {age: int(getattr(row, age.value)) for age in AGES}
    return Owed(int(row.late), sum(fen for age, fen in by_age.items() if age is not Age.NOT_DUE), by_age)


def _aged(age: Age, today: date) -> Any:
    first, last = AGES[age]
    newest = Invoice.due_on <= today - timedelta(days=first) if first is not None else None
    oldest = Invoice.due_on >= today - timedelta(days=last) if last is not None else None
    return and_(*(part for part in (newest, oldest) if part is not None))


def reviews(s: Session, who: Who) -> dict[str, int]:
    """Orders that wait for somebody's word, by reason."""
    rows = s.execute(
        select(Review.reason, func.count())
        .join(Order, Order.id == Review.order_id)
        .where(Review.decided_at.is_(None), Order.state == "in_review", visible(who, Order.customer_id))
        .group_by(Review.reason)
    )
    return {reason: count for reason, count in rows}


class Money(NamedTuple):
    """Receipts not yet settled with invoices, and what came in today."""

    unallocated: int
    unallocated_fen: int
    today: int
    today_fen: int


def money(s: Session, today: date) -> Money:
    rest = Receipt.amount_fen - Receipt.allocated_fen
    unallocated = select(func.count(), total(rest)).where(
        Receipt.allocated_fen < Receipt.amount_fen, Receipt.reverses_id.is_(None), Receipt.is_reversed.is_(False)
    )
    came = select(func.count(), total(Receipt.amount_fen)).where(Receipt.received_on == today)
    open_, fresh = s.execute(unallocated).one(), s.execute(came).one()
    return Money(int(open_[0]), int(open_[1]), int(fresh[0]), int(fresh[1]))


class ToShip(NamedTuple):
    ready: int
    ready_g: int
    waiting: int


def to_ship(s: Session, who: Who) -> ToShip:
    """Confirmed orders: with goods reserved and no run yet, and those that wait for goods."""
    rows = s.execute(
        select(Order.progress, func.count(), total(Order.weight_g))
        .where(UNFINISHED, Order.progress.in_(("ready", "waiting")), visible(who, Order.customer_id))
        .group_by(Order.progress)
    )
    found = {progress: (count, grams) for progress, count, grams in rows}
    ready, waiting = found.get("ready", (0, 0)), found.get("waiting", (0, 0))
    return ToShip(int(ready[0]), int(ready[1]), int(waiting[0]))


def runs(s: Session, today: date, driver_id: int | None = None) -> Rows:
    """Runs of today and earlier ones that are not finished: plate, driver's day, state, stops done of all."""
    done = total(case((Stop.state != "pending", 1), else_=0)).label("done")
    rows = (
        select(Run.id, Run.number, Run.day_on, Run.state, Vehicle.plate, func.count(Stop.id).label("stops"), done)
        .join(Vehicle, Vehicle.id == Run.vehicle_id)
        .outerjoin(Stop, Stop.run_id == Run.id)
        .where((Run.day_on == today) | and_(Run.day_on < today, Run.state.in_(("planned", "loading", "under_way"))))
        .where(Run.state != "cancelled")
        .group_by(Run.id, Run.number, Run.day_on, Run.state, Vehicle.plate)
        .order_by(Run.day_on, Run.id)
        .limit(30)
    )
    if driver_id is not None:
        rows = rows.where(Run.driver_id == driver_id)
    return s.execute(rows).all()


def next_stop(s: Session, driver_id: int) -> AnyRow | None:
    """The first stop of this driver's run under way that has no outcome yet: id, name, address."""
    return s.execute(
        select(Stop.id, Customer.name, Site.address, Site.phone)
        .join(Run, Run.id == Stop.run_id)
        .join(Customer, Customer.id == Stop.customer_id)
        .join(Site, Site.id == Stop.site_id)
        .where(Run.driver_id == driver_id, Run.state == "under_way", Stop.state == "pending")
        .order_by(Run.day_on, Run.id, Stop.position)
        .limit(1)
    ).first()


class Candidates(NamedTuple):
    candidates: int
    active: int


def my_customers(s: Session, who: Who) -> Candidates:
    """Customers in this person's care: won but not yet collected from, and active."""
    rows = s.execute(select(Customer.state, func.count()).where(visible(who, Customer.id)).group_by(Customer.state))
    found = {state: count for state, count in rows}
    return Candidates(found.get("candidate", 0), found.get("active", 0))


class Month(NamedTuple):
    """Orders confirmed this month by kind of customer, in fen."""

    end_fen: int
    dealer_fen: int
    orders: int


def month(s: Session, who: Who, today: date) -> Month:
    start = datetime(today.year, today.month, 1, tzinfo=SHANGHAI)
    rows = s.execute(
        select(Customer.kind, func.count(), total(Order.amount_fen))
        .join(Customer, Customer.id == Order.customer_id)
        .where(Order.state == "confirmed", Order.submitted_at >= start, visible(who, Order.customer_id))
        .group_by(Customer.kind)
    )
    found = {kind: (count, fen) for kind, count, fen in rows}
    end, dealer = found.get("end", (0, 0)), found.get("dealer", (0, 0))
    return Month(int(end[1]), int(dealer[1]), int(end[0]) + int(dealer[0]))
