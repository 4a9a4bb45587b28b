"""Verbs on products and packages."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import history
from portal.core.db import check_version
from portal.core.refusal import NotFound, Wrong
from portal.core.search import fold, initials
from portal.core.text import T
from portal.people.models import Who
from portal.products.models import Alias, Product, Sku, find_product, find_sku
from portal.products.rules import FIELDS, SkuState, package_words, search_text, sku_label, sku_spec, told

PRODUCT_FIELDS = ("code", "name", "brand", "kind", "viscosity", "performance", "pinyin")
SKU_FIELDS = (
    "code", "package", "package_name", "unit", "volume_ml", "weight_g", "multiple", "barcode", "list_price_fen",
    "is_returnable",
)  # fmt: skip

Row = TypeVar("Row", Product, Sku)


def create_product(
    s: Session,
    *,
    code: str,
    name: str,
    kind: str,
    brand: str | None = None,
    viscosity: str | None = None,
    performance: str | None = None,
    pinyin: str | None = None,
    who: Who | None,
) -> Product:
    """A new oil; its 助记码 is made from the name unless given. Wrong when the code is taken."""
    _check_code(s, Product, code, None)
    product = Product(
        code=code, name=name, brand=brand, kind=kind, viscosity=viscosity, performance=performance,
        pinyin=pinyin or initials(name),
    )  # fmt: skip
    _add(s, product, "code", code)
    _say(s, "product.created", product, who, {"code": code, "name": name})
    return product


def edit_product(s: Session, product_id: int, *, seen: int | None = None, who: Who | None, **fields: Any) -> Product:
    """Change what `fields` of PRODUCT_FIELDS name; labels and search of its packages follow.

    `seen` is the version the person edits: Changed when it is no longer the last.
    """
    product = _lock(s, Product, product_id)
    _check_code(s, Product, fields.get("code", product.code), product_id)
    changes = _change(product, PRODUCT_FIELDS, fields, seen)
    if not changes:
        return product
    for sku in s.scalars(select(Sku).where(Sku.product_id == product_id).order_by(Sku.id)):
        _write_down(sku, product)
    _say(s, "product.edited", product, who, {"code": product.code, "changes": changes})
    return product


def create_sku(
    s: Session,
    product_id: int,
    *,
    code: str,
    package: str,
    package_name: str | None = None,
    unit: str = "桶",  # data
    volume_ml: int | None = None,
    weight_g: int | None = None,
    multiple: int = 1,
    barcode: str | None = None,
    list_price_fen: int | None = None,
    is_returnable: bool = False,
    who: Who | None,
) -> Sku:
    """A new package of the product, on sale at once. Litres in ml, gross weight in g, list price in fen with tax."""
    product = find_product(s, product_id)
    _check_code(s, Sku, code, None)
    sku = Sku(
        product_id=product_id, code=code, package=package, package_name=package_name, unit=unit, volume_ml=volume_ml,
        weight_g=weight_g, multiple=multiple, barcode=barcode, list_price_fen=list_price_fen,
        is_returnable=is_returnable,
    )  # fmt: skip
    _write_down(sku, product)
    _add(s, sku, "code", code)
    _say(s, "sku.created", sku, who, {"code": code, "label": sku.label, "list_price_fen": list_price_fen})
    return sku


def edit_sku(s: Session, sku_id: int, *, seen: int | None = None, who: Who | None, **fields: Any) -> Sku:
    """Change what `fields` of SKU_FIELDS name; Changed when `seen` is not its last version."""
    sku = _lock(s, Sku, sku_id)
    _check_code(s, Sku, fields.get("code", sku.code), sku_id)
    changes = _change(sku, SKU_FIELDS, fields, seen)
    if not changes:
        return sku
    _write_down(sku, find_product(s, sku.product_id))
    price = changes.pop("list_price_fen", None)
    if price:
        before, after = ("—" if fen is None else fen for fen in price)
        _say(s, "sku.repriced", sku, who, {"code": sku.code, "before_fen": before, "after_fen": after})
    if changes:
        _say(s, "sku.edited", sku, who, {"code": sku.code, "changes": changes})
    return sku


def discontinue(
    s: Session, sku_id: int, *, successor_id: int | None = None, seen: int | None = None, who: Who | None
) -> Sku:
    """Sell it no longer; `successor_id` is offered instead. What is ordered already goes on."""
    sku = _lock(s, Sku, sku_id)
    if successor_id is not None:
        _check_successor(s, sku_id, successor_id)
    check_version(sku, seen)
    sku.state, sku.successor_id = SkuState.DISCONTINUED.value, successor_id
    _say(s, "sku.discontinued", sku, who, {"code": sku.code, "successor_id": successor_id})
    return sku


def _check_successor(s: Session, sku_id: int, successor_id: int) -> None:
    """The successor is another package that is on sale."""
    successor = s.get(Sku, successor_id)
    if successor is None or successor_id == sku_id or successor.state != SkuState.ON_SALE:
        raise Wrong({"successor": T("替代规格要选另一个在售的规格")})


def put_back_on_sale(s: Session, sku_id: int, *, seen: int | None = None, who: Who | None) -> Sku:
    sku = _lock(s, Sku, sku_id)
    check_version(sku, seen)
    sku.state, sku.successor_id = SkuState.ON_SALE.value, None
    _say(s, "sku.put_back", sku, who, {"code": sku.code})
    return sku


def set_alias(s: Session, sku_id: int, customer_id: int, alias: str, who: Who | None) -> None:
    """The customer calls this package `alias`; the same name for another package moves over to this one."""
    sku, folded = find_sku(s, sku_id), fold(alias)
    if not folded:
        raise Wrong({"alias": T("填客户对这个规格的叫法")})
    row = s.scalars(select(Alias).where(Alias.customer_id == customer_id, Alias.alias == folded)).one_or_none()
    if row is not None and row.sku_id == sku_id:
        return
    if row is None:
        _add(s, Alias(customer_id=customer_id, sku_id=sku_id, alias=folded), "alias", folded)
    else:
        row.sku_id = sku_id
    history.record(
        s, "sku.named", chain=f"customer:{customer_id}", subject=("customer", customer_id), who=who,
        facts={"alias": folded, "code": sku.code},
    )  # fmt: skip


def remove_alias(s: Session, alias_id: int, who: Who | None) -> None:
    row = s.get(Alias, alias_id)
    if row is None:
        raise NotFound()
    s.execute(delete(Alias).where(Alias.id == alias_id))
    history.record(
        s, "sku.name_removed", chain=f"customer:{row.customer_id}", subject=("customer", row.customer_id), who=who,
        facts={"alias": row.alias},
    )  # fmt: skip


def _write_down(sku: Sku, product: Product) -> None:
    """Label, spec and search of the package from what it and its product are."""
    package = package_words(sku.package_name, sku.package, sku.volume_ml, sku.weight_g)
    sku.label = sku_label(product.name, package)
    sku.spec = sku_spec(product.viscosity, product.performance, package)
    sku.search = search_text(
        sku.code, product.code, product.name, product.brand, product.viscosity, product.performance, package,
        product.pinyin, sku.barcode,
    )  # fmt: skip


def _lock(s: Session, table: type[Row], row_id: int) -> Row:
    """The row, held until the commit, so that of two writers the second sees the first one's version."""
    found = s.get(table, row_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


def _add(s: Session, row: Product | Sku | Alias, field: str, name: str) -> None:
    """Put the row in; somebody else's row of this name, made at this very moment, is no crash."""
    s.add(row)
    try:
        s.flush()
    except IntegrityError:
        raise _taken(field, name) from None


def _taken(field: str, name: str) -> Wrong:
    return Wrong({field: T("{name} 已经有了，换一个", name=name)})


def _change(row: Product | Sku, known: tuple[str, ...], fields: dict[str, Any], seen: int | None) -> dict[str, Any]:
    """Set the fields; gives name -> [before, after]. Changed, with both values, when `seen` is not the last version."""
    if unknown := set(fields) - set(known):
        raise TypeError(f"no such field: {unknown}")
    changes = {name: [getattr(row, name), new] for name, new in fields.items() if getattr(row, name) != new}
    if changes:
        check_version(
            row, seen,
            theirs={FIELDS[name]: told(name, before) for name, (before, _new) in changes.items()},
            yours={FIELDS[name]: told(name, new) for name, (_before, new) in changes.items()},
        )  # fmt: skip
    for name, (_before, new) in changes.items():
        setattr(row, name, new)
    return changes


def _check_code(s: Session, table: type[Product] | type[Sku], code: str, own_id: int | None) -> None:
    taken = s.scalar(select(table.id).where(table.code == code))
    if taken is not None and taken != own_id:
        raise _taken("code", code)


def _say(s: Session, verb: str, row: Product | Sku, who: Who | None, facts: dict[str, Any]) -> None:
    kind = "product" if isinstance(row, Product) else "sku"
    history.record(s, verb, chain="products", subject=(kind, row.id), who=who, facts=facts)
