"""Waiting orders looked at again: money came, a hold was lifted, goods arrived, another order was cancelled."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.orders.actions import standing
from portal.orders.actions.review import case_of, decide, let_go, open_of
from portal.orders.actions.settle import say
from portal.orders.actions.stocking import give_stock
from portal.orders.models import Order, OrderLine, Review
from portal.orders.rules import CREDIT_REASONS, Decision, State
from portal.people.models import Who
from portal.stock.models import Level

log = logging.getLogger("portal")


def look_again(
    s: Session,
    *,
    customer_id: int | None = None,
    warehouse_id: int | None = None,
    sku_ids: Iterable[int] | None = None,
    who: Who | None = None,
) -> None:
    """Let go what no longer has a reason to wait; in the transaction of whatever changed, which it never fails.

    customer_id: its orders in review for credit, overdue or hold only. warehouse_id (and sku_ids): confirmed orders
    that wait for goods there, in the order of their confirmation.
    """
    if customer_id is not None and held_by_credit(s, customer_id):
        _safely(s, lambda: _let_go(s, customer_id))
    if warehouse_id is not None and (wanted := sorted(set(sku_ids or ()))):
        _safely(s, lambda: give_stock(s, warehouse_id, wanted, who))


def _safely(s: Session, do: Callable[[], None]) -> None:
    """Do it, or nothing of it: what fails here must not take the receipt of money or goods with it."""
    said = {name: len(s.info.get(name, ())) for name in ("journal", "numbers")}
    try:
        with s.begin_nested():
            do()
    except Exception:
        log.exception("waiting orders could not be looked at again")
        for name, length in said.items():
            del s.info.get(name, [])[length:]


_other = (
    select(Review.id)
    .where(
        Review.order_id == Order.id, Review.decided_at.is_(None),
        Review.reason.not_in([reason.value for reason in CREDIT_REASONS]),
    )
    .exists()
)  # fmt: skip
_HELD = (
    select(Order.id, Order.customer_id, Order.warehouse_id, Order.shortage, Order.amount_fen)
    .where(Order.customer_id == bindparam("customer"), Order.state == State.IN_REVIEW.value, ~_other)
    .order_by(Order.submitted_at, Order.id)
)


def held_by_credit(s: Session, customer_id: int) -> Sequence[Any]:
    """The customer's orders in review of which only credit has a word to say, the longest waiting first."""
    return s.connection().execute(_HELD, {"customer": customer_id}).all()


_LOCK = (
    select(Level.sku_id)
    .join(OrderLine, OrderLine.sku_id == Level.sku_id)
    .join(Order, (Order.id == OrderLine.order_id) & (Order.warehouse_id == Level.warehouse_id))
    .where(Order.id.in_(bindparam("order_ids", expanding=True)))
    .order_by(Level.warehouse_id, Level.sku_id)
    .with_for_update(of=Level)
)


def lock_stock(s: Session, order_ids: Iterable[int]) -> None:
    """Lock the levels of everything in these orders, in one order for all."""
    s.execute(_LOCK, {"order_ids": list(order_ids)}).all()


def _let_go(s: Session, customer_id: int) -> None:
    standing.lock(s, customer_id)
    orders = held_by_credit(s, customer_id)
    lock_stock(s, [order.id for order in orders])
    for order in orders:
        account = standing.Account(s, customer_id, order.amount_fen, clock.today())
        if account.is_against(order.amount_fen):
            continue
        case = case_of(s, order)
        decide(s, [row.id for row in open_of(s, order.id)], Decision.RELEASED, None, None)
        say(s, "order.let_go", case, None, {})
        let_go(s, case, None)
