"""Warehouses, levels, moves, and the ledger of returnable drums."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Versioned, ref
from portal.core.history import APPEND_ONLY


class Warehouse(Versioned, Base):
    __tablename__ = "warehouse"
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    region_code: Mapped[str | None]
    address: Mapped[str | None]
    serves: Mapped[str] = mapped_column(default="")
    """Region prefixes it serves, separated by commas ("50,51"); the main one serves the rest."""
    is_main: Mapped[bool] = mapped_column(default=False)


class Level(Base):
    """What lies in a warehouse: `reserved` is what the order lines hold of it. 0 ≤ reserved ≤ on_hand, in packages."""

    __tablename__ = "stock_level"
    __table_args__ = (CheckConstraint("0 <= reserved and reserved <= on_hand", name="reserved_on_hand"),)
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), primary_key=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouse.id"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)


class Move(Base):
    """One change of `on_hand`; the sum of moves is the level."""

    __tablename__ = "stock_move"
    __table_args__ = (Index(None, "sku_id", "warehouse_id", "id"), {"info": APPEND_ONLY})
    id: Mapped[Id]
    warehouse_id: Mapped[int] = ref("warehouse.id", index=False)
    sku_id: Mapped[int] = ref("sku.id", index=False)
    kind: Mapped[str]
    quantity: Mapped[int]
    """Packages, positive into the warehouse."""
    cause_kind: Mapped[str | None]
    cause_id: Mapped[int | None]
    note: Mapped[str | None]
    person_id: Mapped[int | None] = ref("person.id", index=False)
    at: Mapped[datetime]


class DrumEntry(Base):
    """One line of the drum ledger: what the customer holds of a returnable package changes by `quantity`."""

    __tablename__ = "drum_entry"
    __table_args__ = (Index(None, "customer_id", "sku_id"), {"info": APPEND_ONLY})
    id: Mapped[Id]
    customer_id: Mapped[int] = ref("customer.id", index=False)
    sku_id: Mapped[int] = ref("sku.id", index=False)
    kind: Mapped[str]
    quantity: Mapped[int]
    """Drums, positive when the customer holds more."""
    cause_kind: Mapped[str]
    cause_id: Mapped[int]
    at: Mapped[datetime]
