"""The tables of a customer's file: identity, what only its kind has, contacts, sites, and who looks after it."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Versioned, ref


class Customer(Versioned, Base):
    __tablename__ = "customer"
    __table_args__ = (
        Index(None, "pinyin", "id"),
        Index(None, "kind", "pinyin", "id"),
        Index(None, "state", "pinyin", "id"),
        Index(None, "region_code", "id"),
        CheckConstraint("kind in ('end', 'dealer')", name="kind"),
        CheckConstraint("state in ('candidate', 'active', 'stopped')", name="state"),
    )
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    """The number people know it by: K00018; the source's own code for imported ones."""
    name: Mapped[str] = mapped_column(index=True)
    pinyin: Mapped[str]
    """助记码, editable."""
    search: Mapped[str]
    """Folded code, name, pinyin, USCC and phones, and the name's plain core: what the search box looks in."""
    uscc: Mapped[str | None] = mapped_column(unique=True)
    """统一社会信用代码, 18 characters with check digit (GB 32100)."""
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="candidate")
    kind_confirmed_on: Mapped[date | None]
    """Set by the first collection; the kind is fixed from then on."""
    sales_mode: Mapped[str] = mapped_column(default="industrial")
    price_class: Mapped[str] = mapped_column(default="standard")
    region_code: Mapped[str | None]
    """Six digits of GB/T 2260."""
    address: Mapped[str | None]
    phone: Mapped[str | None]
    verified_on: Mapped[date | None]
    created_at: Mapped[datetime]


class DealerProfile(Base):
    """What only a dealer's file holds."""

    __tablename__ = "dealer_profile"
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    agreement: Mapped[str | None]
    agreement_until_on: Mapped[date | None]
    territory: Mapped[str | None]
    is_exclusive: Mapped[bool] = mapped_column(default=False)
    deposit_fen: Mapped[int | None]
    yearly_task_ml: Mapped[int | None] = mapped_column(BigInteger)
    outlets: Mapped[int | None]


class EndProfile(Base):
    """What only an end customer's file holds."""

    __tablename__ = "end_profile"
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    industry: Mapped[str | None]
    equipment: Mapped[str | None]
    purchase_mode: Mapped[str | None]
    """PurchaseMode: direct or tender."""
    yearly_use_ml: Mapped[int | None] = mapped_column(BigInteger)


class Contact(Versioned, Base):
    __tablename__ = "contact"
    id: Mapped[Id]
    customer_id: Mapped[int] = ref("customer.id")
    name: Mapped[str]
    position: Mapped[str | None]
    phone: Mapped[str | None]
    is_main: Mapped[bool] = mapped_column(default=False)
    may_receive: Mapped[bool] = mapped_column(default=False)
    """An authorised receiver: may sign for goods."""
    removed_at: Mapped[datetime | None]


class Site(Versioned, Base):
    """收货地点: where goods go."""

    __tablename__ = "site"
    id: Mapped[Id]
    customer_id: Mapped[int] = ref("customer.id")
    name: Mapped[str]
    region_code: Mapped[str | None] = mapped_column(index=True)
    address: Mapped[str]
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    """GCJ-02 degrees, as Chinese maps give them."""
    contact_name: Mapped[str | None]
    phone: Mapped[str | None]
    receives_from: Mapped[time | None]
    receives_until: Mapped[time | None]
    unloading: Mapped[str | None]
    is_default: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Ownership(Base):
    """Who looks after a customer, since when until when: history for free."""

    __tablename__ = "ownership"
    __table_args__ = (
        Index("ix_ownership_person", "person_id", "customer_id"),
        Index(
            "uq_ownership_open",
            "customer_id",
            unique=True,
            sqlite_where=text("until_on is null"),
            postgresql_where=text("until_on is null"),
        ),
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = ref("customer.id")
    person_id: Mapped[int] = ref("person.id", index=False)
    since_on: Mapped[date]
    until_on: Mapped[date | None]
