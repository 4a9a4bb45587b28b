"""Products that come from a file."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.people.models import Who
from portal.products.actions.goods import create_product, create_sku, edit_product, edit_sku
from portal.products.models import Product, Sku
from portal.products.rules import OilKind, PackageKind
from portal.products.rules.importing import ProductRow

OF_PRODUCT = ("name", "brand", "kind", "viscosity", "performance", "pinyin")
OF_SKU = (
    "package", "package_name", "unit", "volume_ml", "weight_g", "multiple", "barcode", "list_price_fen",
    "is_returnable",
)  # fmt: skip


def upsert_from_import(s: Session, row: ProductRow, who: Who | None) -> str:
    """Put the row in by its SKU code: "created", "changed", or "unchanged". What the row does not say stays."""
    sku = s.scalars(select(Sku).where(Sku.code == row.code)).one_or_none()
    if sku is None:
        product, _changed = _product(s, row, None, who)
        given = {"package": PackageKind.PIECE.value, "unit": _unit(row), **row.given(*OF_SKU)}
        create_sku(s, product.id, code=row.code, who=who, **given)
        return "created"
    product, changed = _product(s, row, sku, who)
    if product.id != sku.product_id:
        sku.product_id, changed = product.id, True
        s.flush()
    changes = _differences(sku, row.given(*OF_SKU))
    if changes or changed:
        edit_sku(s, sku.id, who=who, **changes)
        return "changed"
    return "unchanged"


def _product(s: Session, row: ProductRow, sku: Sku | None, who: Who | None) -> tuple[Product, bool]:
    """The row's product as it should be, and whether it had to be changed for that."""
    product = _find_product(s, row, sku)
    if product is None:
        given = {"kind": OilKind.OTHER.value, **row.given(*OF_PRODUCT)}
        code = row.product_code or _free_code(s, row.code)
        return create_product(s, code=code, who=who, **given), sku is not None
    changes = _differences(product, row.given(*OF_PRODUCT))
    if changes:
        edit_product(s, product.id, who=who, **changes)
    return product, bool(changes)


def _find_product(s: Session, row: ProductRow, sku: Sku | None) -> Product | None:
    """By its code; else the SKU's own (unless others share it under another name); else by name and brand."""
    if row.product_code:
        return s.scalars(select(Product).where(Product.code == row.product_code)).one_or_none()
    if sku is not None:
        own = s.get_one(Product, sku.product_id)
        if own.name == row.name or _packages(s, own.id) == 1:
            return own
    brand = Product.brand == row.brand if row.brand else Product.brand.is_(None)
    named = select(Product).where(Product.name == row.name, brand).order_by(Product.id).limit(1)
    return s.scalars(named).one_or_none()


def _free_code(s: Session, wanted: str) -> str:
    """A product that has no code of its own takes its first package's, with a number when that is taken."""
    codes = (wanted, *(f"{wanted}-{n}" for n in range(2, 1000)))
    return next(c for c in codes if s.scalar(select(Product.id).where(Product.code == c)) is None)


def _packages(s: Session, product_id: int) -> int:
    return s.scalars(select(func.count(Sku.id)).where(Sku.product_id == product_id)).one()


def _unit(row: ProductRow) -> str:
    units = {PackageKind.CARTON: "箱", PackageKind.PIECE: "件", PackageKind.IBC: "箱", PackageKind.BULK: "吨"}  # data
    return units.get(PackageKind(row.package or PackageKind.PIECE), "桶")  # data


def _differences(stored: Product | Sku, given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if getattr(stored, name) != value}
