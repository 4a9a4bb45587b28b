"""Orders recomputed: sums and progress of each from its lines, reservations of stock, the counter of open orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from portal.core.db import total
from portal.core.verify import Difference
from portal.credit.models import CreditAccount
from portal.orders.models import Order, OrderLine, Review
from portal.orders.rules import Progress, State, Sums, progress
from portal.stock.models import Level

_line = OrderLine
_ORDERS = (
    select(
        Order.id, Order.state, Order.progress, Order.lines, Order.amount_fen, func.count(_line.id),
        total((_line.ordered - _line.cancelled) * _line.price_fen), total(_line.ordered), total(_line.cancelled),
        total(_line.reserved), total(_line.shipped), total(_line.delivered),
    )
    .outerjoin(_line, _line.order_id == Order.id)
    .group_by(Order.id)
    .order_by(Order.id)
)  # fmt: skip
_open = exists().where(Review.order_id == Order.id, Review.decided_at.is_(None))
_REVIEWED = select(Order.id, Order.state, case((_open, 1), else_=0)).where(
    ((Order.state == State.IN_REVIEW.value) & ~_open) | ((Order.state != State.IN_REVIEW.value) & _open)
)
_HELD = (
    select(Order.warehouse_id, _line.sku_id, total(_line.reserved))
    .join(Order, Order.id == _line.order_id)
    .where(_line.reserved > 0)
    .group_by(Order.warehouse_id, _line.sku_id)
)
_LEVELS = select(Level.warehouse_id, Level.sku_id, Level.reserved).where(Level.reserved > 0)
_OPEN_ORDERS = (
    select(Order.customer_id, total((_line.ordered - _line.cancelled - _line.delivered) * _line.price_fen))
    .join(Order, Order.id == _line.order_id)
    .where(Order.state == State.CONFIRMED.value)
    .group_by(Order.customer_id)
)
_COUNTERS = select(CreditAccount.customer_id, CreditAccount.open_orders_fen)


def differences(s: Session) -> Iterator[Difference]:
    """Every stored figure of orders that does not follow from the lines."""
    for row in s.execute(_ORDERS, execution_options={"yield_per": 5000}):
        yield from _of_order(row)
    for order_id, state, is_open in s.execute(_REVIEWED):
        yield Difference("orders", f"order {order_id} has open reviews", bool(is_open), state == State.IN_REVIEW)
    yield from _compare("stock", "reserved of sku {1} in warehouse {0}", _by_pair(s, _LEVELS), _by_pair(s, _HELD))
    computed = {customer_id: fen for customer_id, fen in s.execute(_OPEN_ORDERS)}
    stored = {customer_id: fen for customer_id, fen in s.execute(_COUNTERS)}
    yield from _compare("credit", "customer {0} open_orders_fen", stored, computed)


def _of_order(row: Any) -> Iterator[Difference]:
    order_id, state, kept, lines, amount, count, worth, *quantities = row
    name, sums = f"order {order_id}", Sums(*quantities)
    if lines != count:
        yield Difference("orders", f"{name} lines", lines, count)
    if amount != worth:
        yield Difference("orders", f"{name} amount_fen", amount, worth)
    if state not in set(State):
        yield Difference("orders", f"{name} state", state, "a known state")
        return
    if (expected := _progress(state, kept, sums)) != kept:
        yield Difference("orders", f"{name} progress", kept, expected.value)
    if state != State.CONFIRMED and sums.reserved:
        yield Difference("orders", f"{name} reserved", sums.reserved, 0)


def _progress(state: str, kept: str, sums: Sums) -> Progress:
    """What the progress should be; whether a shipment waits on a run is deliveries' to verify."""
    if state != State.CONFIRMED:
        return Progress.NONE
    return progress(sums, is_planned=kept == Progress.PLANNED and sums.reserved > 0)


def _by_pair(s: Session, rows: Any) -> dict[Any, int]:
    return {(place, sku): int(n) for place, sku, n in s.execute(rows)}


def _compare(room: str, name: str, stored: dict[Any, int], computed: dict[Any, int]) -> Iterator[Difference]:
    for key in sorted(stored.keys() | computed.keys()):
        kept, found = stored.get(key, 0), computed.get(key, 0)
        if kept != found:
            yield Difference(room, name.format(*key if isinstance(key, tuple) else (key,)), kept, found)
