"""People, their sign-ins, and `Who`: the person an action is done by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.db import Base, Id, Versioned, ref
from portal.core.refusal import NotFound
from portal.people.rules import NO_MONEY, PORTAL_ROLES, ROLE_TABLE, CustomerSeat, Permission, Role


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


@dataclass(frozen=True, slots=True)
class Who:
    """The person who asks or acts, as every list and action takes it; no database object: it outlives transactions."""

    id: int
    name: str
    role: Role
    customer_id: int | None = None
    seat: CustomerSeat | None = None
    region_code: str | None = None
    language: str = "zh"
    must_change_password: bool = False
    sign_in_id: int | None = None
    token: str = field(default="", repr=False)

    # what Flask-Login asks of a person
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token

    def may(self, permission: Permission) -> bool:
        return permission in ROLE_TABLE[self.role]

    @property
    def is_portal(self) -> bool:
        """A person of a customer, not of ours."""
        return self.role in PORTAL_ROLES

    @property
    def sees_money(self) -> bool:
        return self.role not in NO_MONEY


WHO_COLUMNS = (
    Person.id, Person.name, Person.role, Person.customer_id, Person.seat, Person.region_code, Person.language,
    Person.must_change_password,
)  # fmt: skip


def who_of(s: Session, person_id: int) -> Who:
    """The person as `Who`; NotFound when there is none. For seeds, commands and tests: pages use `guard.who()`."""
    row = s.execute(select(*WHO_COLUMNS).where(Person.id == person_id)).first()
    if row is None:
        raise NotFound()
    return make_who(row)


def make_who(row: Any, sign_in_id: int | None = None, token: str = "") -> Who:
    """`Who` out of a row with WHO_COLUMNS."""
    seat = getattr(row, "seat", None)
    return Who(
        id=row.id, name=row.name, role=Role(row.role), customer_id=row.customer_id,
        seat=CustomerSeat(seat) if seat else None, region_code=row.region_code, language=row.language,
        must_change_password=row.must_change_password, sign_in_id=sign_in_id, token=token,
    )  # fmt: skip
