"""What other rooms ask of stock; each one statement, built once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from portal.core.refusal import NotFound
from portal.stock.models.tables import DrumEntry, Level, Warehouse
from portal.stock.rules import NoWarehouse, serving, stock_word

__all__ = ["drum_balance", "drum_balances", "find_warehouse", "levels", "stock_word", "warehouse_for"]

_WAREHOUSES = select(Warehouse.id, Warehouse.serves, Warehouse.is_main)


def find_warehouse(s: Session, warehouse_id: int) -> Warehouse:
    found = s.get(Warehouse, warehouse_id)
    if found is None:
        raise NotFound()
    return found


def warehouse_for(s: Session, region_code: str | None) -> int:
    """The warehouse that serves the region by the longest prefix, else the main one; NoWarehouse when there is none."""
    found = serving(s.connection().execute(_WAREHOUSES).all(), region_code)
    if found is None:
        raise NoWarehouse()
    return found


_level = Level.__table__.c
_LEVELS = select(_level.sku_id, _level.on_hand, _level.reserved).where(
    _level.sku_id.in_(bindparam("sku_ids", expanding=True)), _level.warehouse_id == bindparam("warehouse_id")
)


def levels(s: Session, warehouse_id: int, sku_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(on hand, reserved) of each package in the warehouse, in packages; (0, 0) for what never lay there."""
    found = {sku_id: (0, 0) for sku_id in sku_ids}
    if found:
        asked = {"warehouse_id": warehouse_id, "sku_ids": list(found)}
        found.update({sku_id: (on_hand, reserved) for sku_id, on_hand, reserved in s.execute(_LEVELS, asked)})
    return found


_DRUMS = (
    select(DrumEntry.customer_id, DrumEntry.sku_id, func.sum(DrumEntry.quantity))
    .where(DrumEntry.customer_id.in_(bindparam("customer_ids", expanding=True)))
    .group_by(DrumEntry.customer_id, DrumEntry.sku_id)
)


def drum_balances(s: Session, customer_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """customer -> package -> drums it holds of ours (less than zero: it gave back more than it got)."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for customer_id, sku_id, held in s.execute(_DRUMS, {"customer_ids": list(customer_ids)}):
        if held:
            found[customer_id][sku_id] = int(held)
    return dict(found)


def drum_balance(s: Session, customer_id: int) -> dict[int, int]:
    """package -> drums that this customer holds; what is even is left out."""
    return drum_balances(s, [customer_id]).get(customer_id, {})
