"""Lines on their way to an order: can they be bought, and at which price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.core.text import T
from portal.orders.models import OrderLine
from portal.orders.rules import EmptyOrder, NotForSale, PriceChange, PricesChanged, quantity_fault
from portal.products.models import Sku, prices
from portal.products.rules import SkuState


class Item(NamedTuple):
    """One line on its way: what is asked for, and what its package is. `line_id` is None while it is not stored."""

    line_id: int | None
    sku_id: int
    quantity: int
    price_fen: int | None
    price_rule: str
    label: str
    unit: str
    multiple: int
    sku_state: str
    volume_ml: int | None
    weight_g: int | None


_ITEMS = (
    select(
        OrderLine.id, OrderLine.sku_id, OrderLine.ordered, OrderLine.price_fen,
        OrderLine.price_rule, Sku.label, Sku.unit, Sku.multiple, Sku.state, Sku.volume_ml, Sku.weight_g,
    )
    .join(Sku, Sku.id == OrderLine.sku_id)
    .where(OrderLine.order_id == bindparam("order_id"))
    .order_by(OrderLine.position, OrderLine.id)
)  # fmt: skip


def items_of(s: Session, order_id: int) -> list[Item]:
    """The stored lines of an order that is not confirmed yet."""
    return [Item._make(row) for row in s.connection().execute(_ITEMS, {"order_id": order_id})]


def check_sellable(items: Sequence[Item]) -> None:
    """Raise EmptyOrder or NotForSale unless every line can be bought as it stands."""
    if not items:
        raise EmptyOrder()
    faults = []
    for item in items:
        fault = T("已停售") if item.sku_state != SkuState.ON_SALE else None
        fault = fault or quantity_fault(item.quantity, item.multiple, item.unit)
        if fault is not None:
            faults.append((item, fault))
    if faults:
        item, fault = faults[0]
        raise NotForSale(
            T("{label}：{fault}（共 {n} 行）。", label=item.label, fault=fault, n=len(faults)),
            skus=[item.sku_id for item, _ in faults],
        )


def price_items(
    s: Session, customer_id: int, price_class: str, items: Sequence[Item], accepted: Mapping[int, int] | None, day: date
) -> list[Item]:
    """The items with the prices of `day`; PricesChanged for those that differ from what was seen or accepted.

    An item without a seen price takes the day's, unless `accepted` (sku id -> fen) says otherwise.
    """
    found = prices(s, customer_id, price_class, {item.sku_id: item.quantity for item in items}, day)
    seen, priced, changed, unpriced = accepted or {}, [], [], []
    for item in items:
        now = found[item.sku_id]
        then = seen.get(item.sku_id, item.price_fen)
        if now.price_fen is None:
            unpriced.append(item.label)
        elif then is not None and then != now.price_fen:
            changed.append(PriceChange(item.sku_id, item.label, then, now.price_fen))
        priced.append(item._replace(price_fen=now.price_fen, price_rule=now.stamp))
    if unpriced:
        raise NotForSale(T("还没有给您的价格：{labels}。", labels="、".join(unpriced)))  # data
    if changed:
        raise PricesChanged(changed)
    return priced
