"""What is next for confirmed orders, kept for lists; and the two moves of it that no line tells: planned, taken off."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from portal.orders.actions.basket import order_table
from portal.orders.models import Order, OrderLine
from portal.orders.rules import NotReady, Progress, State, Sums, progress
from portal.people.models import Who

_PLAN = (
    update(order_table)
    .where(
        order_table.c.id.in_(bindparam("order_ids", expanding=True)), order_table.c.state == State.CONFIRMED.value,
        order_table.c.progress == Progress.READY.value,
    )
    .values(progress=Progress.PLANNED.value)
)  # fmt: skip
PROGRESS: Any = (
    update(order_table).where(order_table.c.id == bindparam("row")).values(progress=bindparam("to_progress"))
)


def record_planned(s: Session, order_ids: Iterable[int], who: Who) -> None:
    """All that is reserved of these orders is on a run now; NotReady unless each has something to go.

    Call it first: it locks the orders, so that what is read of their lines afterwards stays reserved.
    """
    wanted = sorted(set(order_ids))
    if wanted and cast(Any, s.execute(_PLAN, {"order_ids": wanted})).rowcount != len(wanted):
        raise NotReady()


def record_unplanned(s: Session, order_ids: Iterable[int], who: Who) -> None:
    """These orders were taken off their run before it left."""
    refresh(s, order_ids, planned=False)


_SUMS = (
    select(
        OrderLine.order_id, Order.progress, func.sum(OrderLine.ordered), func.sum(OrderLine.cancelled),
        func.sum(OrderLine.reserved), func.sum(OrderLine.shipped), func.sum(OrderLine.delivered),
    )
    .join(Order, Order.id == OrderLine.order_id)
    .where(OrderLine.order_id.in_(bindparam("order_ids", expanding=True)), Order.state == State.CONFIRMED.value)
    .group_by(OrderLine.order_id, Order.progress)
    .order_by(OrderLine.order_id)
)  # fmt: skip


def refresh(s: Session, order_ids: Iterable[int], *, planned: bool | None = None) -> None:
    """Write the progress of these confirmed orders anew; `planned` None keeps them on their runs."""
    rows = []
    for order_id, was, *quantities in s.execute(_SUMS, {"order_ids": list(order_ids)}):
        is_planned = was == Progress.PLANNED if planned is None else planned
        now = progress(Sums(*map(int, quantities)), is_planned=is_planned)
        if now != was:
            rows.append({"row": order_id, "to_progress": now.value})
    if rows:
        s.connection().execute(PROGRESS, rows)
