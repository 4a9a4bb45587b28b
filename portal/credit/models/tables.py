"""Credit accounts, proposals for limits, and holds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Versioned, ref

ABOVE = "open_orders_fen + invoices_fen - unallocated_fen > limit_fen"
"""More is out than the limit allows, temporary limits not counted."""

NOT_OVER = "released_at is null or released_until_on is not null or released_up_to_fen is not null"
"""A hold that stands, or that may stand again: its release was for a time or up to an amount."""


class CreditAccount(Versioned, Base):
    """Limit, terms and running exposure of one customer; opened with the customer, limit 0.

    exposure = open_orders + invoices - unallocated, all with tax; moved only by `raise_exposure` / `lower_exposure`.
    """

    __tablename__ = "credit_account"
    __table_args__ = (
        Index(
            "ix_credit_account_over", "customer_id",
            sqlite_where=text(ABOVE), postgresql_where=text(ABOVE),
        ),
    )  # fmt: skip
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    limit_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    terms_days: Mapped[int] = mapped_column(default=0)
    """Due so many days after signing."""
    policy: Mapped[str] = mapped_column(default="review")
    grace_days: Mapped[int] = mapped_column(default=7)
    open_orders_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    invoices_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    unallocated_fen: Mapped[int] = mapped_column(BigInteger, default=0)


class Proposal(Versioned, Base):
    """A limit that one person proposes and another decides; an approved temporary one counts while it is valid."""

    __tablename__ = "credit_proposal"
    __table_args__ = (
        Index(None, "state", "id"),
        CheckConstraint("decider_id is null or decider_id <> proposer_id", name="two_people"),
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = ref("customer.id")
    kind: Mapped[str]
    limit_fen: Mapped[int] = mapped_column(BigInteger)
    """The new limit, or the amount that a temporary one adds."""
    terms_days: Mapped[int | None]
    policy: Mapped[str | None]
    grace_days: Mapped[int | None]
    valid_from_on: Mapped[date | None]
    valid_until_on: Mapped[date | None]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default="proposed")
    proposer_id: Mapped[int] = ref("person.id", index=False)
    proposed_at: Mapped[datetime]
    decider_id: Mapped[int | None] = ref("person.id", index=False)
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]


class Hold(Base):
    """Why goods may not go: the figures at that moment, who released it, until when, up to what amount."""

    __tablename__ = "credit_hold"
    __table_args__ = (
        Index("ix_credit_hold_open", "id", sqlite_where=text(NOT_OVER), postgresql_where=text(NOT_OVER)),
        Index(None, "customer_id", "id"),
    )  # fmt: skip
    id: Mapped[Id]
    customer_id: Mapped[int] = ref("customer.id", index=False)
    kind: Mapped[str]
    reason: Mapped[str]
    figures: Mapped[str]
    """JSON of Standing.figures and overdue_fen when it was placed."""
    placed_by: Mapped[int | None] = ref("person.id", index=False)
    placed_at: Mapped[datetime]
    released_by: Mapped[int | None] = ref("person.id", index=False)
    released_at: Mapped[datetime | None]
    release_reason: Mapped[str | None]
    released_until_on: Mapped[date | None]
    """A release may be for a time and up to an amount; afterwards the hold stands again."""
    released_up_to_fen: Mapped[int | None] = mapped_column(BigInteger)
