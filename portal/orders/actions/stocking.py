"""Stock for confirmed orders that wait for goods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from portal.core import history
from portal.orders.actions.basket import line_table
from portal.orders.actions.progress import refresh
from portal.orders.models import UNFINISHED, Order, OrderLine
from portal.orders.rules import share_out
from portal.people.models import Who
from portal.stock import actions as stock
from portal.stock.models import Level

_FREE = (
    select(Level.sku_id, Level.on_hand - Level.reserved)
    .where(Level.warehouse_id == bindparam("place"), Level.sku_id.in_(bindparam("skus", expanding=True)))
    .order_by(Level.sku_id)
    .with_for_update()
)
_missing = OrderLine.ordered - OrderLine.cancelled - OrderLine.shipped - OrderLine.reserved
_QUEUE = (
    select(OrderLine.id, OrderLine.sku_id, _missing, Order.id, Order.customer_id)
    .join(Order, Order.id == OrderLine.order_id)
    .where(
        Order.warehouse_id == bindparam("place"), UNFINISHED,
        OrderLine.sku_id.in_(bindparam("skus", expanding=True)), _missing > 0,
    )
    .order_by(Order.confirmed_at, Order.id, OrderLine.id)
)  # fmt: skip
_RESERVED = (
    update(line_table)
    .where(line_table.c.id == bindparam("line"))
    .values(reserved=line_table.c.reserved + bindparam("n", type_=line_table.c.reserved.type))
)


def give_stock(s: Session, warehouse_id: int, sku_ids: Sequence[int], who: Who | None) -> None:
    """Share what is free of these SKUs among the confirmed orders that miss it, the first confirmed first."""
    free = {sku_id: n for sku_id, n in s.execute(_FREE, {"place": warehouse_id, "skus": sku_ids}) if n > 0}
    if not free:
        return
    queue = s.execute(_QUEUE, {"place": warehouse_id, "skus": list(free)}).all()
    given = share_out(free, [(row[0], row[1], row[2]) for row in queue])
    if not given:
        return
    amounts: dict[int, int] = defaultdict(int)
    orders: dict[tuple[int, int], int] = defaultdict(int)
    for line_id, sku_id, _n, order_id, customer_id in queue:
        if line_id in given:
            amounts[sku_id] += given[line_id]
            orders[order_id, customer_id] += given[line_id]
    stock.reserve(s, warehouse_id, amounts)
    s.connection().execute(_RESERVED, [{"line": line_id, "n": n} for line_id, n in sorted(given.items())])
    refresh(s, [order_id for order_id, _ in orders])
    for (order_id, customer_id), n in orders.items():
        history.record(
            s, "order.stocked", chain=f"customer:{customer_id}", subject=("order", order_id), who=who, facts={"n": n}
        )
