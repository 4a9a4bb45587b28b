"""Goods of orders that left and were signed for, as deliveries tells; set-based over all orders of a run or stop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from portal.core import history
from portal.core.refusal import NotFound
from portal.orders.actions import standing
from portal.orders.actions.basket import line_table
from portal.orders.actions.lines import RESUM
from portal.orders.actions.progress import PROGRESS
from portal.orders.actions.stocking import give_stock
from portal.orders.models import Order, OrderLine
from portal.orders.rules import NotReady, Progress, Sums, add, progress
from portal.people.models import Who


@dataclass(slots=True)
class _Order:
    """One order of a run or stop, with its lines as they will stand."""

    id: int
    customer_id: int
    warehouse_id: int
    progress: str
    sums: list[Sums] = field(default_factory=list)

    def next(self, *, is_planned: bool) -> dict[str, Any]:
        return {"row": self.id, "to_progress": progress(add(self.sums), is_planned=is_planned).value}


_LINES = (
    select(
        OrderLine.id, OrderLine.order_id, OrderLine.sku_id, OrderLine.price_fen, OrderLine.ordered,
        OrderLine.cancelled, OrderLine.reserved, OrderLine.shipped, OrderLine.delivered, Order.customer_id,
        Order.warehouse_id, Order.progress,
    )
    .join(Order, Order.id == OrderLine.order_id)
    .where(
        OrderLine.order_id.in_(
            select(OrderLine.order_id).where(OrderLine.id.in_(bindparam("line_ids", expanding=True))).scalar_subquery()
        )
    )
    .order_by(OrderLine.order_id, OrderLine.id)
)  # fmt: skip


def _lines(s: Session, line_ids: Iterable[int]) -> tuple[list[Any], dict[int, _Order]]:
    """All lines of the orders that these lines belong to, and the orders; NotFound when one does not exist."""
    rows = list(s.connection().execute(_LINES, {"line_ids": list(line_ids)}))
    if not set(line_ids) <= {row.id for row in rows}:
        raise NotFound()
    orders: dict[int, _Order] = {}
    for row in rows:
        if row.order_id not in orders:
            orders[row.order_id] = _Order(row.order_id, row.customer_id, row.warehouse_id, row.progress)
    return rows, orders


_SHIPPED = (
    update(line_table)
    .where(line_table.c.id == bindparam("line"))
    .values(reserved=bindparam("to_reserved"), shipped=bindparam("to_shipped"))
)


def record_shipped(s: Session, shipped: Mapping[int, int], who: Who) -> None:
    """Packages by order line left the warehouse, after `stock.ship` took (and locked) them there."""
    if not shipped:
        return
    rows, orders = _lines(s, shipped)
    lines, quantity = [], dict.fromkeys(orders, 0)
    for row in rows:
        n = shipped.get(row.id, 0)
        if n > row.reserved:
            raise NotReady()
        orders[row.order_id].sums.append(
            Sums(row.ordered, row.cancelled, row.reserved - n, row.shipped + n, row.delivered)
        )
        quantity[row.order_id] += n
        if n:
            lines.append({"line": row.id, "to_reserved": row.reserved - n, "to_shipped": row.shipped + n})
    s.connection().execute(_SHIPPED, lines)
    s.connection().execute(PROGRESS, [order.next(is_planned=False) for order in orders.values()])
    for order in orders.values():
        _say(s, "order.shipped", order, who, {"n": quantity[order.id]})


class Outcome(Protocol):
    """What became of one line of a stop, in packages."""

    @property
    def delivered(self) -> int: ...
    @property
    def short(self) -> int: ...
    @property
    def damaged(self) -> int: ...
    @property
    def refused(self) -> int: ...


_DELIVERED = (
    update(line_table)
    .where(line_table.c.id == bindparam("line"))
    .values(cancelled=bindparam("to_cancelled"), shipped=bindparam("to_shipped"), delivered=bindparam("to_delivered"))
)


def record_delivery(s: Session, outcomes: Mapping[int, Outcome], who: Who) -> None:
    """What the receiver signed for, by order line. Delivered and refused packages are no longer open orders; refused
    ones are cancelled; short and damaged ones are open again and get what is free, as do others that wait for it.

    Call it after the invoice was posted and `stock.take_back` brought back what was not taken.
    """
    if not outcomes:
        return
    rows, orders = _lines(s, outcomes)
    changes = _Changes()
    for row in rows:
        changes.take(orders[row.order_id], row, outcomes.get(row.id))
    standing.move(s, changes.lowered)
    s.connection().execute(_DELIVERED, changes.lines)
    s.connection().execute(
        PROGRESS, [order.next(is_planned=order.progress == Progress.PLANNED) for order in orders.values()]
    )
    if changes.refused:
        s.execute(RESUM, {"order_ids": sorted(changes.refused)})
    for order in orders.values():
        _say(s, "order.delivered", order, who, changes.facts[order.id])
    for warehouse_id in sorted(changes.returned):
        give_stock(s, warehouse_id, sorted(changes.returned[warehouse_id]), who)


@dataclass(slots=True)
class _Changes:
    """What a stop changes, gathered line by line."""

    lines: list[dict[str, int]] = field(default_factory=list)
    lowered: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    facts: dict[int, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: {"delivered": 0, "refused": 0, "again": 0})
    )
    refused: set[int] = field(default_factory=set)
    returned: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def take(self, order: _Order, row: Any, outcome: Outcome | None) -> None:
        now = Sums(row.ordered, row.cancelled, row.reserved, row.shipped, row.delivered)
        if outcome is not None:
            again = outcome.short + outcome.damaged
            back = again + outcome.refused
            if outcome.delivered + back > now.under_way:
                raise NotReady()
            now = now._replace(
                cancelled=now.cancelled + outcome.refused, shipped=now.shipped - back,
                delivered=now.delivered + outcome.delivered,
            )  # fmt: skip
            self.lines.append({
                "line": row.id, "to_cancelled": now.cancelled, "to_shipped": now.shipped, "to_delivered": now.delivered
            })  # fmt: skip
            self.lowered[order.customer_id] -= (outcome.delivered + outcome.refused) * row.price_fen
            facts = self.facts[order.id]
            facts["delivered"] += outcome.delivered
            facts["refused"] += outcome.refused
            facts["again"] += again
            if outcome.refused:
                self.refused.add(order.id)
            if back:
                self.returned[order.warehouse_id].add(row.sku_id)
        order.sums.append(now)


def _say(s: Session, verb: str, order: _Order, who: Who, facts: Mapping[str, int]) -> None:
    chain, subject = f"customer:{order.customer_id}", ("order", order.id)
    history.record(s, verb, chain=chain, subject=subject, who=who, facts=facts)
