"""Finding products and packages: by id, by what people call them, by what they type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, literal, or_, select
from sqlalchemy.orm import Session

from portal.core.refusal import NotFound
from portal.core.search import fold, words
from portal.products.models.tables import Alias, Product, Sku
from portal.products.rules import SkuState

SKU_COLUMNS: tuple[Any, ...] = (
    Sku.id, Sku.product_id, Sku.code, Sku.label, Sku.spec, Sku.unit, Sku.package, Sku.volume_ml, Sku.weight_g,
    Sku.multiple, Sku.list_price_fen, Sku.is_returnable, Sku.state, Sku.successor_id,
)  # fmt: skip
"""What other rooms read of a package."""


def find_product(s: Session, product_id: int) -> Product:
    found = s.get(Product, product_id)
    if found is None:
        raise NotFound()
    return found


def find_sku(s: Session, sku_id: int) -> Sku:
    """The package, on sale or not; NotFound when there is none."""
    found = s.get(Sku, sku_id)
    if found is None:
        raise NotFound()
    return found


_BY_IDS = select(*SKU_COLUMNS).where(Sku.id.in_(bindparam("ids", expanding=True))).order_by(Sku.id)


def skus_by_ids(s: Session, ids: Iterable[int]) -> Sequence[Row[Any]]:
    """SKU_COLUMNS of these packages in the order of their ids; unknown ids are left out."""
    wanted = list(ids)
    return s.execute(_BY_IDS, {"ids": wanted}).all() if wanted else []


_BY_NAMES = (
    select(*SKU_COLUMNS, Sku.barcode, Alias.alias)
    .outerjoin(Alias, and_(Alias.sku_id == Sku.id, Alias.customer_id == bindparam("customer_id")))
    .where(
        or_(
            Sku.code.in_(bindparam("typed", expanding=True)),
            Sku.code.in_(bindparam("upper", expanding=True)),
            Sku.barcode.in_(bindparam("typed", expanding=True)),
            Alias.alias.in_(bindparam("folded", expanding=True)),
        )
    )
)


def skus_by_names(s: Session, names: Iterable[str], customer_id: int | None = None) -> dict[str, list[Row[Any]]]:
    """Packages that are called exactly so: by code, barcode, or the customer's own name; for pasted lists.

    Keys are the folded names; a name that nobody knows is left out; of several the one with the very code comes
    first. One statement for any number of names.
    """
    wanted = list({clean for name in names if (clean := name.replace("\x00", "").strip())})
    if not wanted:
        return {}
    asked = {
        "typed": wanted, "upper": [n.upper() for n in wanted], "folded": [fold(n) for n in wanted],
        "customer_id": customer_id,
    }  # fmt: skip
    known = {fold(name) for name in wanted}
    found: dict[str, list[Any]] = defaultdict(list)
    for row in s.execute(_BY_NAMES, asked):
        for name in {fold(n) for n in (row.code, row.barcode, row.alias) if n} & known:
            found[name].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row.code not in wanted, row.state != SkuState.ON_SALE, row.code))
    return dict(found)


def search_skus(
    s: Session, query: str, customer_id: int | None = None, limit: int = 20, *, discontinued: bool = False
) -> Sequence[Row[Any]]:
    """Packages found by code, name, spec, pinyin, barcode or the customer's own name; a blank means AND.

    Rows of SKU_COLUMNS and `alias` (what this customer calls it, or None); the exact code first, then what begins
    with what was typed, then own names, then the rest by code. Packages no longer sold only when asked for.
    """
    wanted = words(query)
    if not wanted:
        return []
    rows = select(*SKU_COLUMNS, Alias.alias).outerjoin(
        Alias, and_(Alias.sku_id == Sku.id, Alias.customer_id == customer_id)
    )
    rows = rows.where(*(or_(Sku.search.contains(word), Alias.alias.contains(word)) for word in wanted))
    if not discontinued:
        rows = rows.where(Sku.state == SkuState.ON_SALE.value)
    whole = " ".join(wanted)
    nearness = case(
        (Alias.alias == whole, 0), (Sku.search.startswith(whole + " "), 1), (Sku.search.startswith(whole), 2),
        (Alias.alias.is_not(None), 3), else_=literal(4),
    )  # fmt: skip
    found = s.execute(rows.order_by(nearness, Sku.code).limit(limit * 3))  # a package may have several own names
    return list({row.id: row for row in reversed(found.all())}.values())[::-1][:limit]
