"""Orders, their lines, and what holds them up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Versioned, ref
from portal.core.numbers import Numbered
from portal.core.settings import Setting
from portal.core.text import T

MINIMUM_FEN = Setting("orders.minimum_fen", 0, T("起订金额，低于它的订单要区域经理放行；0 表示不限"))


UNFINISHED = text("progress in ('waiting', 'ready', 'planned', 'on_the_way')")
"""Confirmed and not yet done, word for word as its small index says it: asked so, what is finished costs nothing."""
DRAFT: Any = literal_column("'draft'")


class Order(Numbered, Versioned, Base):
    """An order; as `draft` it is the basket of one person for one customer."""

    __tablename__ = "sales_order"
    __table_args__ = (
        Index(None, "tail"),
        Index(
            "uq_sales_order_basket", "customer_id", "person_id", unique=True,
            sqlite_where=text("state = 'draft'"), postgresql_where=text("state = 'draft'"),
        ),
        Index(None, "customer_id", "submitted_at", "id"),
        Index(None, "submitted_at", "id"),
        Index(None, "state", "submitted_at", "id"),
        Index(
            "ix_sales_order_reference", "reference",
            sqlite_where=text("reference is not null"), postgresql_where=text("reference is not null"),
        ),
        Index(
            "ix_sales_order_unfinished", "progress", "submitted_at", "id",
            sqlite_where=UNFINISHED, postgresql_where=UNFINISHED,
        ),
    )  # fmt: skip
    id: Mapped[Id]
    customer_id: Mapped[int] = ref("customer.id", index=False)
    person_id: Mapped[int] = ref("person.id", index=False)
    """Whose basket it is; the one who submits."""
    asked_by: Mapped[str | None]
    """For whom at the customer a member of staff orders (代客下单): both people are named."""
    site_id: Mapped[int | None] = ref("site.id", index=False)
    warehouse_id: Mapped[int] = ref("warehouse.id", index=False)
    state: Mapped[str] = mapped_column(default="draft")
    progress: Mapped[str] = mapped_column(default="none")
    shortage: Mapped[str] = mapped_column(default="wait")
    wanted_on: Mapped[date | None]
    reference: Mapped[str | None]
    """The customer's own order number."""
    note: Mapped[str | None]
    lines: Mapped[int] = mapped_column(default=0)
    amount_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    """Sum of the lines as ordered less cancelled, tax included."""
    volume_ml: Mapped[int] = mapped_column(BigInteger, default=0)
    weight_g: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    is_past: Mapped[bool] = mapped_column(default=False)
    """Brought in from another system by `record_past`: no credit check, no stock moves."""


class OrderLine(Base):
    """One package of an order. ordered = cancelled + shipped + open; delivered ≤ shipped; reserved ≤ open. In packages.

    `shipped` counts what left and did not come back; a short or damaged piece lowers it again and is open once more.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "sku_id"),
        CheckConstraint(
            "ordered >= 1 and cancelled >= 0 and reserved >= 0 and delivered >= 0 and delivered <= shipped "
            "and cancelled + shipped + reserved <= ordered",
            name="quantities",
        ),
        Index(
            "ix_order_line_held", "sku_id", "order_id",
            sqlite_where=text("reserved > 0"), postgresql_where=text("reserved > 0"),
        ),
    )  # fmt: skip
    id: Mapped[Id]
    order_id: Mapped[int] = ref("sales_order.id", index=False)
    position: Mapped[int]
    sku_id: Mapped[int] = ref("sku.id", index=False)
    ordered: Mapped[int]
    reserved: Mapped[int] = mapped_column(default=0)
    shipped: Mapped[int] = mapped_column(default=0)
    delivered: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    price_fen: Mapped[int] = mapped_column(BigInteger)
    """Per package with tax: in a draft the price last seen, from submit on frozen."""
    price_rule: Mapped[str]
    """Which rule gave the price (products.rules.PriceRule value and its list): the "why" of the line."""


class Review(Base):
    """One reason why an order waits, with the figures of that moment and who released it."""

    __tablename__ = "order_review"
    __table_args__ = (
        UniqueConstraint("order_id", "reason", "round"),
        Index(
            "ix_order_review_open", "reason", "order_id",
            sqlite_where=text("decided_at is null"), postgresql_where=text("decided_at is null"),
        ),
    )  # fmt: skip
    id: Mapped[Id]
    order_id: Mapped[int] = ref("sales_order.id", index=False)
    round: Mapped[int] = mapped_column(default=1)
    """Counts the submits of an order that was taken back to draft."""
    reason: Mapped[str]
    figures: Mapped[str]
    """JSON: limit_fen, exposure_fen, amount_fen, overdue_fen, short packages by line …"""
    decision: Mapped[str | None]
    """released or refused."""
    decided_by: Mapped[int | None] = ref("person.id", index=False)
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
