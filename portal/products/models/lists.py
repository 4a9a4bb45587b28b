"""The lists and files of products: Core rows, the same number of statements whatever is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.core.db import AnyRow, Rows
from portal.core.paging import Page, paged
from portal.core.refusal import NotFound
from portal.core.search import words
from portal.customers.models import Customer, visible
from portal.people.models import Who
from portal.products.models.questions import search_skus, skus_by_names
from portal.products.models.tables import Alias, Product, Sku
from portal.products.rules import OilKind, SkuState

ROW = (
    Sku.id, Sku.product_id, Sku.code, Sku.label, Sku.spec, Sku.unit, Sku.package, Sku.package_name, Sku.volume_ml,
    Sku.weight_g, Sku.multiple, Sku.barcode, Sku.list_price_fen, Sku.is_returnable, Sku.state, Sku.successor_id,
    Sku.version,
)  # fmt: skip
STATES = (*(state.value for state in SkuState), "unpriced", "all")


def list_skus(s: Session, who: Who, args: Mapping[str, str]) -> Page:
    """Packages by code; `args`: q, kind, brand, state (on_sale unless told; unpriced; all), and the page's place."""
    rows = select(*ROW, Product.kind).join(Product, Product.id == Sku.product_id)
    for condition in _conditions(args):
        rows = rows.where(condition)
    return paged(s, rows, (Sku.code, Sku.id), args, counted=rows.with_only_columns(Sku.id), descending=False)


def _conditions(args: Mapping[str, str]) -> list[Any]:
    found: list[Any] = [Sku.search.contains(word) for word in words(args.get("q", ""))]
    state = state_of(args)
    if state == "unpriced":
        found += [Sku.state == SkuState.ON_SALE.value, Sku.list_price_fen.is_(None)]
    elif state != "all":
        found.append(Sku.state == state)
    if args.get("kind", "") in [kind.value for kind in OilKind]:
        found.append(Product.kind == args["kind"])
    if brand := args.get("brand", "").replace("\x00", ""):
        found.append(Product.brand == brand)
    return found


def state_of(args: Mapping[str, str]) -> str:
    return args["state"] if args.get("state") in STATES else SkuState.ON_SALE.value


def brands(s: Session) -> list[str]:
    return [b for b in s.scalars(select(Product.brand).distinct().order_by(Product.brand)) if b]


def product_row(s: Session, product_id: int) -> AnyRow:
    """The product with all it says; NotFound when there is none."""
    row = s.execute(
        select(
            Product.id, Product.code, Product.name, Product.brand, Product.kind, Product.viscosity,
            Product.performance, Product.pinyin, Product.version,
        ).where(Product.id == product_id)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound()
    return row


_other = aliased(Sku)
_SKU = (
    select(*ROW, Product.name.label("product_name"), Product.kind, Product.viscosity, Product.performance,
           _other.code.label("successor"))
    .join(Product, Product.id == Sku.product_id)
    .outerjoin(_other, _other.id == Sku.successor_id)
)  # fmt: skip


def skus_of(s: Session, product_id: int) -> Rows:
    """The product's packages: those on sale first, by code; `successor` is the code of what is offered instead."""
    return s.execute(_SKU.where(Sku.product_id == product_id).order_by(Sku.state.desc(), Sku.code)).all()


def sku_row(s: Session, sku_id: int) -> AnyRow:
    """A package with its product's name and grades; NotFound when there is none."""
    row = s.execute(_SKU.where(Sku.id == sku_id)).first()
    if row is None:
        raise NotFound()
    return row


def aliases_of(s: Session, who: Who, sku_id: int, limit: int = 100) -> Rows:
    """What the customers that `who` may see call this package."""
    rows = select(Alias.id, Alias.alias, Customer.id.label("customer_id"), Customer.name).join(
        Customer, Customer.id == Alias.customer_id
    )
    rows = rows.where(Alias.sku_id == sku_id, visible(who, Alias.customer_id))
    return s.execute(rows.order_by(Customer.pinyin, Alias.id).limit(limit)).all()


def find_alias(s: Session, who: Who, alias_id: int) -> Alias:
    """The name, if `who` may see its customer; NotFound otherwise."""
    found = s.scalars(select(Alias).where(Alias.id == alias_id, visible(who, Alias.customer_id))).one_or_none()
    if found is None:
        raise NotFound()
    return found


def sku_named(s: Session, typed: str) -> AnyRow | None:
    """The one package that was surely meant by `typed`: its very code, else the only one that the words find."""
    exact = skus_by_names(s, [typed])
    if exact:
        return next(iter(exact.values()))[0]
    found = search_skus(s, typed, limit=2)
    return found[0] if len(found) == 1 else None
