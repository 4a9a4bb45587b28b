"""An earlier order into the basket once more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.customers.models import Customer
from portal.orders.actions.basket import basket
from portal.orders.actions.lines import set_lines
from portal.orders.models import find, lines_of
from portal.orders.rules import MOST, Again, Repeated, again
from portal.people.models import Who
from portal.products.models import prices, skus_by_ids

_PRICE_CLASS = select(Customer.price_class).where(Customer.id == bindparam("customer"))


def repeat(s: Session, order_id: int, who: Who) -> Repeated:
    """Put the lines of an earlier order into `who`'s basket, on top of what is there; tells what is different today.

    Discontinued packages give way to their successors, quantities are rounded up to the pack, what is gone or has
    no price any more is left out and named.
    """
    order = find(s, who, order_id)
    customer_id = order.customer_id
    lines = lines_of(s, order_id)
    found, gone = again(lines, _skus(s, lines))
    wanted: dict[int, int] = defaultdict(int)
    for line in found:
        wanted[line.sku.id] += line.quantity
    price_class = s.execute(_PRICE_CLASS, {"customer": customer_id}).scalar_one()
    priced = prices(s, customer_id, price_class, wanted, clock.today())
    without = {sku_id for sku_id in wanted if priced[sku_id].price_fen is None}
    basket_id = basket(s, customer_id, who)
    there = {} if basket_id == order_id else {line.sku_id: line.ordered for line in lines_of(s, basket_id)}
    merged = [(sku_id, min(there.get(sku_id, 0) + n, MOST)) for sku_id, n in wanted.items() if sku_id not in without]
    set_lines(s, basket_id, merged, who)
    kept = [line for line in found if line.sku.id not in without]
    return Repeated(
        basket_id, kept, _moved(kept, {sku_id: p.price_fen or 0 for sku_id, p in priced.items()}),
        [(line.was.label, line.sku.label) for line in kept if line.sku.id != line.was.sku_id],
        [(line.sku.label, line.was.ordered, line.quantity) for line in kept if line.quantity != line.was.ordered],
        [line.label for line in gone] + [line.was.label for line in found if line.sku.id in without],
    )  # fmt: skip


def _skus(s: Session, lines: Sequence[Any]) -> dict[int, Any]:
    """The packages of the lines and, as far as they are discontinued, what came after them; by id."""
    skus: dict[int, Any] = {}
    wanted = {line.sku_id for line in lines}
    while wanted:
        found = skus_by_ids(s, wanted)
        skus.update({row.id: row for row in found})
        wanted = {row.successor_id for row in found if row.state != "on_sale" and row.successor_id} - skus.keys()
    return skus


def _moved(kept: Sequence[Again], now: dict[int, int]) -> list[tuple[str, int, int]]:
    return [
        (line.sku.label, line.was.price_fen, now[line.sku.id])
        for line in kept
        if now[line.sku.id] != line.was.price_fen
    ]
