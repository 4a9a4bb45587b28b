"""Lines of a draft: absolute quantities, each with the price that was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.refusal import NotFound, Wrong
from portal.core.text import T, Text
from portal.orders.actions.basket import draft, line_table, order_table
from portal.orders.models import OrderLine
from portal.orders.rules import NotForSale, quantity_fault
from portal.people.models import Who
from portal.products.models import Sku, prices
from portal.products.rules import SkuState


def set_line(s: Session, order_id: int, sku_id: int, quantity: int, who: Who) -> None:
    """Let the draft hold `quantity` packages of this SKU; 0 takes the line out."""
    set_lines(s, order_id, [(sku_id, quantity)], who)


_KNOWN = (
    select(Sku.id, Sku.label, Sku.unit, Sku.multiple, Sku.state, OrderLine.position)
    .outerjoin(OrderLine, (OrderLine.sku_id == Sku.id) & (OrderLine.order_id == bindparam("order_id")))
    .where(Sku.id.in_(bindparam("sku_ids", expanding=True)))
)
_LAST = select(func.coalesce(func.max(OrderLine.position), 0)).where(OrderLine.order_id == bindparam("order_id"))
_TAKE_OUT = delete(line_table).where(
    line_table.c.order_id == bindparam("at_order"), line_table.c.sku_id == bindparam("at_sku")
)


def _put(dialect: Any) -> Any:
    made = dialect.insert(line_table)
    news = {name: made.excluded[name] for name in ("ordered", "price_fen", "price_rule")}
    return made.on_conflict_do_update(index_elements=["order_id", "sku_id"], set_=news)


_PUT = {"sqlite": _put(sqlite), "postgresql": _put(postgresql)}


def set_lines(s: Session, order_id: int, wanted: Sequence[tuple[int, int]], who: Who) -> None:
    """Let the draft hold these quantities, (sku id, packages) each; 0 takes a line out, other lines stay.

    Every line keeps the price seen now. Wrong names the lines that cannot be so (`line-<sku id>`).
    """
    order = draft(s, order_id, who)
    amounts = dict(wanted)
    known = {row.id: row for row in s.connection().execute(_KNOWN, {"order_id": order_id, "sku_ids": list(amounts)})}
    _check(amounts, known)
    kept = {sku_id: n for sku_id, n in amounts.items() if n}
    if len(kept) < len(amounts):
        gone = [{"at_order": order_id, "at_sku": sku_id} for sku_id, n in amounts.items() if not n]
        s.connection().execute(_TAKE_OUT, gone)
    if kept:
        _write(s, order, kept, known)
    s.connection().execute(RESUM, {"order_ids": [order_id]})


def _check(amounts: Mapping[int, int], known: Mapping[int, Any]) -> None:
    errors: dict[str, Text] = {}
    for sku_id, quantity in amounts.items():
        sku = known.get(sku_id)
        if sku is None:
            raise NotFound()
        if quantity == 0:
            continue
        fault = quantity_fault(quantity, sku.multiple, sku.unit)
        if fault is None and sku.state != SkuState.ON_SALE:
            fault = T("已停售")
        if fault is not None:
            errors[f"line-{sku_id}"] = T("{label}：{fault}", label=sku.label, fault=fault)
    if errors:
        raise Wrong(errors)


def _write(s: Session, order: Any, kept: Mapping[int, int], known: Mapping[int, Any]) -> None:
    priced = prices(s, order.customer_id, order.price_class, kept, clock.today())
    unpriced = [known[sku_id].label for sku_id in kept if priced[sku_id].price_fen is None]
    if unpriced:
        raise NotForSale(T("还没有给您的价格：{labels}。", labels="、".join(unpriced)))  # data
    last = s.connection().execute(_LAST, {"order_id": order.id}).scalar_one()
    rows = []
    for sku_id, quantity in kept.items():
        position = known[sku_id].position
        if position is None:
            position = last = last + 1
        price = priced[sku_id]
        rows.append({
            "order_id": order.id, "sku_id": sku_id, "position": position, "ordered": quantity, "reserved": 0,
            "shipped": 0, "delivered": 0, "cancelled": 0, "price_fen": price.price_fen, "price_rule": price.stamp,
        })  # fmt: skip
    s.connection().execute(_PUT[s.get_bind().dialect.name], rows)


_left = line_table.c.ordered - line_table.c.cancelled
_of_order = line_table.c.order_id == order_table.c.id


def _summed(what: Any) -> Any:
    summed = select(func.coalesce(func.sum(what), 0)).where(_of_order)
    return summed.correlate(order_table).scalar_subquery()


def _measured(measure: Any) -> Any:
    summed = select(func.coalesce(func.sum(_left * func.coalesce(measure, 0)), 0))
    summed = summed.join_from(line_table, Sku, Sku.id == line_table.c.sku_id).where(_of_order)
    return summed.correlate(order_table).scalar_subquery()


RESUM: Final = (
    update(order_table)
    .where(order_table.c.id.in_(bindparam("order_ids", expanding=True)))
    .values(
        lines=_summed(1), amount_fen=_summed(_left * line_table.c.price_fen), volume_ml=_measured(Sku.volume_ml),
        weight_g=_measured(Sku.weight_g),
    )
)  # fmt: skip
"""Write the sums of these orders anew from their lines."""
