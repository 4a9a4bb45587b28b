"""People, their sign-ins, and the tries to sign in."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Versioned, ref


class Person(Versioned, Base):
    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("(role in ('dealer', 'end_customer')) = (customer_id is not null)", name="portal_has_customer"),
    )
    id: Mapped[Id]
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str | None]
    password_hash: Mapped[str]
    role: Mapped[str]
    seat: Mapped[str | None]
    """CustomerSeat, for people of a customer."""
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    """The one foreign key that points up the flow."""
    region_code: Mapped[str | None]
    """What a regional manager sees: customers whose region begins with it ("50", "5001")."""
    language: Mapped[str] = mapped_column(default="zh")
    must_change_password: Mapped[bool] = mapped_column(default=True)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SignIn(Base):
    """One sign-in on one device; dead once `ended_at` is set, whatever the cookie says."""

    __tablename__ = "sign_in"
    id: Mapped[Id]
    token_digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = ref("person.id")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    idle_seconds: Mapped[int]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]
    device: Mapped[str]


def token_digest(token: str) -> str:
    """What the database keeps of a sign-in's token."""
    return hashlib.sha256(token.encode()).hexdigest()


class LoginAttempt(Base):
    """A try to sign in, kept until one succeeds or it no longer counts: guessing stays slow across restarts."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "login", "at"), Index(None, "address", "at"))
    id: Mapped[Id]
    login: Mapped[str]
    """A digest of the name as it was typed."""
    address: Mapped[str]
    at: Mapped[datetime]
