"""What the pages of orders show beside the lines: one order's head, the catalogue, a counter of changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from portal.core.db import AnyRow, total
from portal.core.history import Entry
from portal.core.paging import Page, paged
from portal.core.refusal import NotFound
from portal.core.search import words
from portal.customers.models import Customer, Site
from portal.orders.models.questions import seen_by
from portal.orders.models.tables import Order
from portal.orders.rules.matching import Index, Known
from portal.people.models import Person, Who
from portal.products.models import Alias, Product, Sku
from portal.products.rules import SkuState
from portal.stock.models import Level

HEAD = (
    Order.id, Order.number, Order.customer_id, Order.person_id, Order.asked_by, Order.site_id, Order.warehouse_id,
    Order.state, Order.progress, Order.shortage, Order.wanted_on, Order.reference, Order.note, Order.lines,
    Order.amount_fen, Order.volume_ml, Order.weight_g, Order.created_at, Order.submitted_at, Order.confirmed_at,
    Order.version, Order.is_past, Customer.name.label("customer"), Customer.code.label("customer_code"),
    Customer.price_class, Person.name.label("person"), Site.name.label("site"), Site.address.label("site_address"),
)  # fmt: skip


def head_of(s: Session, who: Who, order_id: int) -> AnyRow:
    """The order with the names that stand on its page, if `who` may see it; NotFound otherwise."""
    row = s.execute(
        select(*HEAD)
        .join(Customer, Customer.id == Order.customer_id)
        .join(Person, Person.id == Order.person_id)
        .outerjoin(Site, Site.id == Order.site_id)
        .where(Order.id == order_id, seen_by(who))
    ).first()
    if row is None:
        raise NotFound()
    return row


_buyer = aliased(Customer)
_FREE = select(total(Level.on_hand - Level.reserved)).where(Level.sku_id == Sku.id).correlate(Sku).scalar_subquery()
_GOODS = (
    select(
        Sku.id, Sku.code, Sku.label, Sku.spec, Sku.unit, Sku.multiple, Sku.volume_ml, _FREE.label("free"),
        _buyer.price_class, select(func.max(Entry.id)).scalar_subquery().label("changes"),
    )
    .join(_buyer, _buyer.id == bindparam("customer"))
    .where(Sku.state == SkuState.ON_SALE.value)
)  # fmt: skip
_COUNTED = select(Sku.id).where(Sku.state == SkuState.ON_SALE.value)


def catalogue(s: Session, customer_id: int, args: Mapping[str, str]) -> Page:
    """What is on sale, by code, with what is free of it in all warehouses; filters `q` and `kind` of the URL."""
    goods, counted = _GOODS, _COUNTED
    for word in words(args.get("q", "")):
        goods, counted = goods.where(Sku.search.contains(word)), counted.where(Sku.search.contains(word))
    if kind := args.get("kind"):
        of_kind = Sku.product_id.in_(select(Product.id).where(Product.kind == kind))
        goods, counted = goods.where(of_kind), counted.where(of_kind)
    return paged(
        s, goods, (Sku.code, Sku.id), args, descending=False, params={"customer": customer_id},
        counted=counted if args.get("q") or args.get("kind") else None,
    )  # fmt: skip


def change_count(s: Session) -> int:
    """Grows with every change that anybody makes (all are journaled): what a kept page of a list is compared by."""
    return s.execute(_CHANGES).scalar() or 0


_CHANGES: Any = select(func.max(Entry.id))


_KNOWN = select(Sku.id, Sku.code, Sku.search, Sku.unit, Sku.state, Sku.successor_id, Sku.barcode)
_OWN_NAMES = select(Alias.sku_id, Alias.alias).where(Alias.customer_id == bindparam("customer"))


def goods_index(s: Session, customer_id: int) -> Index:
    """Every package with all its names, the customer's own among them: what pasted lines are matched with."""
    own: dict[int, list[str]] = {}
    for sku_id, alias in s.execute(_OWN_NAMES, {"customer": customer_id}):
        own.setdefault(sku_id, []).append(alias)
    return Index.of(
        Known(
            row.id, row.code, row.search, row.unit, row.state == SkuState.ON_SALE.value, row.successor_id,
            (*([row.barcode] if row.barcode else []), *own.get(row.id, ())),
        )
        for row in s.execute(_KNOWN)
    )  # fmt: skip
