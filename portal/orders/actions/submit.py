"""Submit (until credit lands: stock only)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core import clock, history, numbers
from portal.orders.actions.basket import draft, order_table
from portal.orders.models import Order, OrderLine
from portal.orders.rules import EmptyOrder, Progress, State
from portal.people.models import Who
from portal.stock import actions as stock


def submit(s: Session, order_id: int, who: Who, *, accepted: Mapping[int, int] | None = None) -> None:
    """Let the draft become an order: confirmed when nothing speaks against it, in review otherwise."""
    order = draft(s, order_id, who)
    lines = s.scalars(select(OrderLine).where(OrderLine.order_id == order_id)).all()
    if not lines:
        raise EmptyOrder()
    held = stock.reserve(s, order.warehouse_id, {line.sku_id: line.ordered for line in lines})
    for line in lines:
        line.reserved = held[line.sku_id]
    progress = Progress.READY if any(held.values()) else Progress.WAITING
    s.execute(
        update(Order)
        .where(Order.id == order_id)
        .values(
            state=State.CONFIRMED.value, progress=progress.value, submitted_at=clock.now(), confirmed_at=clock.now()
        )
    )
    if order.number is None:
        numbers.ask(s, "SO", order_table, order_id)
    facts = {"lines": len(lines), "amount_fen": sum(line.ordered * line.price_fen for line in lines)}
    history.record(
        s, "order.submitted", chain=f"customer:{order.customer_id}", subject=("order", order_id), who=who, facts=facts
    )
