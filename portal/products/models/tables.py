"""Products and their packages, prices by class and customer, and the customers' own names for them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Versioned, ref


class Product(Versioned, Base):
    """An oil: brand, kind, viscosity grade, performance classes."""

    __tablename__ = "product"
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    brand: Mapped[str | None]
    kind: Mapped[str]
    viscosity: Mapped[str | None]
    """As printed: "ISO VG 46", "15W-40", "NLGI 2"."""
    performance: Mapped[str | None]
    """API, ACEA, GB classes as printed: "CI-4", "L-HM"."""
    pinyin: Mapped[str]


class Sku(Versioned, Base):
    """One package of a product: what is ordered, stocked and priced."""

    __tablename__ = "sku"
    __table_args__ = (
        Index(None, "state", "code", "id"),
        CheckConstraint("multiple >= 1", name="multiple"),
        CheckConstraint("list_price_fen >= 0", name="list_price"),
    )
    id: Mapped[Id]
    product_id: Mapped[int] = ref("product.id")
    code: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    """Name and package as a line of a document prints it; written when product or sku changes."""
    spec: Mapped[str]
    """Viscosity, performance and package in one line."""
    search: Mapped[str]
    """Folded code, names, spec, pinyin and barcode: what search boxes look in."""
    unit: Mapped[str] = mapped_column(default="桶")  # data
    package: Mapped[str]
    """PackageKind."""
    package_name: Mapped[str | None]
    """As printed when litres or kilograms do not say it all: "4 L × 6 箱"."""
    volume_ml: Mapped[int | None]
    weight_g: Mapped[int | None]
    """Gross weight of one package, what a truck carries."""
    multiple: Mapped[int] = mapped_column(default=1)
    """Ordered in multiples of this (a layer, a carton)."""
    barcode: Mapped[str | None] = mapped_column(index=True)
    list_price_fen: Mapped[int | None]
    """Per package, tax included; none: only customers with a price of their own can order it."""
    is_returnable: Mapped[bool] = mapped_column(default=False)
    """The empty comes back: it is kept in the drum ledger."""
    state: Mapped[str] = mapped_column(default="on_sale")
    successor_id: Mapped[int | None] = ref("sku.id")


class Alias(Base):
    """What a customer calls one of our packages."""

    __tablename__ = "sku_alias"
    __table_args__ = (UniqueConstraint("customer_id", "alias"), Index(None, "customer_id", "sku_id"))
    id: Mapped[Id]
    customer_id: Mapped[int] = ref("customer.id", index=False)
    sku_id: Mapped[int] = ref("sku.id")
    alias: Mapped[str]
    """Folded (core.search.fold)."""


class PriceList(Versioned, Base):
    """Prices for a class of customers or for one customer, valid from day to day (both included)."""

    __tablename__ = "price_list"
    __table_args__ = (
        Index(None, "customer_id", "valid_from_on"),
        Index(None, "price_class", "valid_from_on"),
        Index(None, "valid_from_on", "id"),
        CheckConstraint("(customer_id is null) <> (price_class is null)", name="one_target"),
    )
    id: Mapped[Id]
    name: Mapped[str]
    customer_id: Mapped[int | None] = ref("customer.id", index=False)
    price_class: Mapped[str | None]
    valid_from_on: Mapped[date]
    valid_until_on: Mapped[date | None]


class PriceLine(Base):
    """From `least` packages on, one package costs `price_fen`, tax included."""

    __tablename__ = "price_line"
    __table_args__ = (
        UniqueConstraint("price_list_id", "sku_id", "least"),
        CheckConstraint("price_fen >= 0 and least >= 1", name="price"),
    )
    id: Mapped[Id]
    price_list_id: Mapped[int] = ref("price_list.id", index=False)
    sku_id: Mapped[int] = ref("sku.id")
    least: Mapped[int] = mapped_column(default=1)
    price_fen: Mapped[int]
