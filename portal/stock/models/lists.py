"""The lists of stock: Core rows, the same number of statements whatever is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from portal.core.db import AnyRow, Rows
from portal.core.paging import Page, paged
from portal.core.refusal import NotFound
from portal.core.search import words
from portal.people.models import Person
from portal.products.models import Sku
from portal.products.rules import SkuState
from portal.stock.models.tables import Level, Move, Warehouse
from portal.stock.rules import FEW

_WAREHOUSES = select(
    Warehouse.id, Warehouse.code, Warehouse.name, Warehouse.region_code, Warehouse.address, Warehouse.serves,
    Warehouse.is_main, Warehouse.version,
)  # fmt: skip
SHOWS = ("all", "low", "none")


def warehouses(s: Session) -> Rows:
    """All warehouses, the main one first."""
    return s.execute(_WAREHOUSES.order_by(Warehouse.is_main.desc(), Warehouse.code)).all()


def warehouse_row(s: Session, warehouse_id: int) -> AnyRow:
    row = s.execute(_WAREHOUSES.where(Warehouse.id == warehouse_id)).first()
    if row is None:
        raise NotFound()
    return row


def list_levels(s: Session, warehouse_id: int, args: Mapping[str, str]) -> Page:
    """What lies in the warehouse, by code; `args`: q, show (all unless told, low, none), and the page's place.

    Packages that are sold are listed with zeros when none is there; others only while some is.
    """
    here = and_(Level.sku_id == Sku.id, Level.warehouse_id == warehouse_id)
    on_hand, reserved = func.coalesce(Level.on_hand, 0), func.coalesce(Level.reserved, 0)
    rows = select(
        Sku.id, Sku.code, Sku.label, Sku.spec, Sku.unit, Sku.state, on_hand.label("on_hand"),
        reserved.label("reserved"), (on_hand - reserved).label("free"),
    ).outerjoin(Level, here)  # fmt: skip
    rows = rows.where(or_(Sku.state == SkuState.ON_SALE.value, on_hand > 0))
    rows = rows.where(*(Sku.search.contains(word) for word in words(args.get("q", ""))))
    if show_of(args) == "low":
        rows = rows.where(on_hand - reserved < FEW, on_hand - reserved > 0)
    elif show_of(args) == "none":
        rows = rows.where(on_hand - reserved <= 0)
    return paged(s, rows, (Sku.code, Sku.id), args, counted=rows.with_only_columns(Sku.id), descending=False)


def show_of(args: Mapping[str, str]) -> str:
    return args["show"] if args.get("show") in SHOWS else "all"


def levels_of(s: Session, sku_id: int) -> Rows:
    """The package in every warehouse: id, name, on_hand, reserved, free; zeros where none ever lay."""
    on_hand, reserved = func.coalesce(Level.on_hand, 0), func.coalesce(Level.reserved, 0)
    rows = select(
        Warehouse.id, Warehouse.name, on_hand.label("on_hand"), reserved.label("reserved"),
        (on_hand - reserved).label("free"),
    ).outerjoin(Level, and_(Level.warehouse_id == Warehouse.id, Level.sku_id == sku_id))  # fmt: skip
    return s.execute(rows.order_by(Warehouse.is_main.desc(), Warehouse.code)).all()


def moves_of(s: Session, sku_id: int, warehouse_id: int, args: Mapping[str, str]) -> Page:
    """How the package moved in and out of the warehouse, the latest first."""
    rows = (
        select(
            Move.id, Move.at, Move.kind, Move.quantity, Move.cause_kind, Move.cause_id, Move.note,
            Person.name.label("person"),
        )
        .outerjoin(Person, Person.id == Move.person_id)
        .where(Move.sku_id == sku_id, Move.warehouse_id == warehouse_id)
    )  # fmt: skip
    return paged(s, rows, (Move.id,), args, counted=rows.with_only_columns(Move.id))


_TOTALS: Any = (
    select(Level.sku_id, func.sum(Level.on_hand), func.sum(Level.reserved))
    .where(Level.sku_id.in_(bindparam("ids", expanding=True)))
    .group_by(Level.sku_id)
)


def totals(s: Session, sku_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """sku -> (on hand, reserved) over all warehouses."""
    return {row[0]: (int(row[1]), int(row[2])) for row in s.execute(_TOTALS, {"ids": list(sku_ids)})}
