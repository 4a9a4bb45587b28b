"""The receivables ledger: invoices, receipts, and allocations that settle one with the other. Entries never change."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, ref
from portal.core.history import APPEND_ONLY, fixed
from portal.core.numbers import Numbered

OPEN = "allocated_fen < amount_fen"


class Invoice(Numbered, Base):
    """应收单: what a customer owes for goods really delivered; one per shipment.

    `allocated_fen` is the sum of its allocations.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        Index(None, "tail"),
        Index(None, "customer_id", "signed_on", "id"),
        Index(None, "signed_on", "id"),
        Index("ix_invoice_open", "customer_id", "due_on", "id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_invoice_due", "due_on", "id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("uq_invoice_cause", "cause_kind", "cause_id", unique=True),
        CheckConstraint("0 <= allocated_fen and allocated_fen <= amount_fen", name="allocated"),
        {
            "info": fixed(
                "customer_id", "cause_kind", "cause_id", "signed_on", "due_on", "amount_fen", "net_fen", "tax_fen",
                "posted_at",
            )
        },
    )  # fmt: skip
    id: Mapped[Id]
    customer_id: Mapped[int] = ref("customer.id", index=False)
    cause_kind: Mapped[str]
    cause_id: Mapped[int]
    """The shipment that was signed for: ("shipment", id); a lower room names a higher one so."""
    signed_on: Mapped[date]
    due_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    net_fen: Mapped[int] = mapped_column(BigInteger)
    tax_fen: Mapped[int] = mapped_column(BigInteger)
    allocated_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    posted_at: Mapped[datetime]
    is_past: Mapped[bool] = mapped_column(default=False)


class InvoiceLine(Base):
    __tablename__ = "invoice_line"
    __table_args__ = ({"info": APPEND_ONLY},)
    id: Mapped[Id]
    invoice_id: Mapped[int] = ref("invoice.id")
    sku_id: Mapped[int] = ref("sku.id", index=False)
    quantity: Mapped[int]
    price_fen: Mapped[int] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    net_fen: Mapped[int] = mapped_column(BigInteger)
    tax_fen: Mapped[int] = mapped_column(BigInteger)


class Receipt(Numbered, Base):
    """收款: money that came in. What is not allocated is prepayment. A wrong one is reversed by a negative twin."""

    __tablename__ = "receipt"
    __table_args__ = (
        Index(None, "tail"),
        Index(None, "customer_id", "received_on", "id"),
        Index(None, "received_on", "id"),
        Index(
            "ix_receipt_open", "received_on", "id",
            sqlite_where=text("allocated_fen < amount_fen and is_reversed = 0"),
            postgresql_where=text("allocated_fen < amount_fen and not is_reversed"),
        ),
        Index(
            "uq_receipt_reference", "method", "reference", unique=True,
            sqlite_where=text("reference is not null and reverses_id is null and is_reversed = 0"),
            postgresql_where=text("reference is not null and reverses_id is null and not is_reversed"),
        ),
        CheckConstraint(
            "(amount_fen > 0 and 0 <= allocated_fen and allocated_fen <= amount_fen) "
            "or (amount_fen < 0 and allocated_fen = 0 and reverses_id is not null)",
            name="allocated",
        ),
        {"info": fixed("customer_id", "method", "reference", "amount_fen", "received_on", "reverses_id", "posted_at")},
    )  # fmt: skip
    id: Mapped[Id]
    customer_id: Mapped[int] = ref("customer.id", index=False)
    method: Mapped[str]
    reference: Mapped[str | None]
    """The bank's reference, or the number of the cash slip."""
    payer: Mapped[str | None]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    allocated_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    received_on: Mapped[date]
    note: Mapped[str | None]
    reverses_id: Mapped[int | None] = ref("receipt.id", index=False, unique=True)
    is_reversed: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = ref("person.id", index=False)
    posted_at: Mapped[datetime]


class Allocation(Base):
    """核销: part of a receipt settles part of an invoice; undone by a row with the negative amount."""

    __tablename__ = "allocation"
    __table_args__ = ({"info": APPEND_ONLY},)
    id: Mapped[Id]
    receipt_id: Mapped[int] = ref("receipt.id")
    invoice_id: Mapped[int] = ref("invoice.id")
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    reverses_id: Mapped[int | None] = ref("allocation.id", index=False, unique=True)
    person_id: Mapped[int | None] = ref("person.id", index=False)
    at: Mapped[datetime]
