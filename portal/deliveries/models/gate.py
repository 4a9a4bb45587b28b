"""Who may not be loaded: holds and overdue of today against the words that credit gave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from portal.credit import models as credit
from portal.credit.rules import Policy
from portal.customers.models import Customer
from portal.deliveries.models.tables import Shipment, Stop
from portal.deliveries.rules import Pass, Trouble, reasons_against, weakest
from portal.orders.models import Review
from portal.orders.rules import Reason
from portal.payments import models as payments


def troubles(s: Session, customer_ids: Collection[int], day: date, *, lock: bool = False) -> dict[int, Trouble]:
    """What stands against each of these customers; those whose policy only reminds, and the blameless, are left out.

    `lock` keeps the credit accounts as they are until the transaction ends.
    """
    if not customer_ids:
        return {}
    standings = credit.standings(s, customer_ids, day, lock=lock)
    overdue = payments.overdue(s, customer_ids, day)
    found = {}
    for customer_id, standing in standings.items():
        if standing.policy == Policy.REMIND:
            continue
        late = overdue[customer_id].beyond_grace_fen if customer_id in overdue else 0
        if standing.holds or late:
            found[customer_id] = Trouble(tuple(hold.placed_at for hold in standing.holds), late)
    return found


_RELEASED = (
    select(Review.order_id, Review.reason, func.max(Review.decided_at).label("at"))
    .where(
        Review.order_id.in_(bindparam("order_ids", expanding=True)),
        Review.decision == "released",
        Review.reason.in_((Reason.HOLD.value, Reason.OVERDUE.value)),
    )
    .group_by(Review.order_id, Review.reason)
)


def passes(s: Session, order_ids: Collection[int]) -> dict[int, Pass]:
    """The words that credit gave for these orders in review."""
    if not order_ids:
        return {}
    words: dict[int, dict[str, Any]] = {}
    for row in s.execute(_RELEASED, {"order_ids": list(order_ids)}):
        words.setdefault(row.order_id, {})[row.reason] = row.at
    return {order_id: Pass(said.get(Reason.HOLD), said.get(Reason.OVERDUE)) for order_id, said in words.items()}


_STOPS = (
    select(
        Stop.id, Stop.position, Stop.customer_id, Stop.released_at, Customer.name.label("customer"), Shipment.order_id
    )
    .join(Customer, Customer.id == Stop.customer_id)
    .join(Shipment, Shipment.stop_id == Stop.id)
    .where(Stop.run_id == bindparam("run_id"))
    .order_by(Stop.position, Stop.id)
)


def held_stops(s: Session, run_id: int, day: date, *, lock: bool = False) -> dict[int, tuple[Any, list[Reason]]]:
    """The stops of a run that may not be loaded: id -> (its row, why)."""
    rows = s.execute(_STOPS, {"run_id": run_id}).all()
    against = troubles(s, sorted({row.customer_id for row in rows}), day, lock=lock)
    words = passes(s, [row.order_id for row in rows if row.customer_id in against])
    stops: dict[int, list[Any]] = {}
    for row in rows:
        if row.customer_id in against:
            stops.setdefault(row.id, []).append(row)
    held = {}
    for stop_id, on_it in stops.items():
        released = weakest(words.get(row.order_id, Pass()) for row in on_it)
        why = reasons_against(against[on_it[0].customer_id], released, on_it[0].released_at)
        if why:
            held[stop_id] = (on_it[0], why)
    return held
