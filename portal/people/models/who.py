"""`Who`: the person an action is done by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.refusal import NotFound
from portal.people.models.tables import Person
from portal.people.rules import NO_MONEY, PORTAL_ROLES, CustomerSeat, Permission, Role, may


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
        return may(self.role, self.seat, permission)

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
