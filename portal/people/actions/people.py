"""People come, change and go. What changes a person's rights or password ends the sign-ins at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock, history
from portal.core.db import check_version
from portal.core.refusal import Wrong
from portal.core.text import T, Text
from portal.people import rules
from portal.people.actions.signing import CHAIN, end_all
from portal.people.models import Person, Who


def create_person(
    s: Session,
    *,
    login: str,
    name: str,
    role: str,
    password_hash: str,
    customer_id: int | None = None,
    seat: str | None = None,
    region_code: str | None = None,
    phone: str | None = None,
    must_change_password: bool = True,
    who: Who | None,
) -> Person:
    """A new person, who signs in with `login`; Wrong when that is taken or does not fit the role."""
    login = rules.login_of(login)
    if fault := rules.login_fault(login):
        raise Wrong({"login": fault})
    if s.scalar(select(Person.id).where(Person.login == login)):
        raise Wrong({"login": T("账号“{login}”已经有人用", login=login)})
    role, seat, region_code = rules.fit(role, customer_id, seat, region_code)
    person = Person(
        login=login, name=name, phone=phone, role=role, seat=seat, customer_id=customer_id, region_code=region_code,
        password_hash=password_hash, must_change_password=must_change_password, created_at=clock.now(),
    )  # fmt: skip
    s.add(person)
    s.flush()
    _tell(
        s, "created", person, who,
        facts={"role": role, "customer_id": customer_id, "seat": seat, "region_code": region_code},
        personal={"login": login, "name": name, "phone": phone},
    )  # fmt: skip
    return person


def _tell(
    s: Session,
    what: str,
    person: Person,
    who: Who | None,
    facts: dict[str, Any] | None = None,
    personal: dict[str, Any] | None = None,
) -> None:
    subject = ("person", person.id)
    history.record(s, f"person.{what}", chain=CHAIN, subject=subject, who=who, facts=facts, personal=personal)


@dataclass(frozen=True, slots=True)
class Details:
    """What can be changed of a person; None for `role` and below leaves them alone (one's own profile)."""

    name: str
    phone: str | None
    role: str | None = None
    customer_id: int | None = None
    seat: str | None = None
    region_code: str | None = None


LABELS: dict[str, Text] = {
    "name": T("姓名"),
    "phone": T("电话"),
    "role": T("角色"),
    "seat": T("在客户那里的身份"),
    "customer_id": T("客户"),
    "region_code": T("负责区域"),
}


def edit_person(s: Session, person: Person, details: Details, *, version: int | None, who: Who) -> None:
    """Change a person; Changed when somebody else did since `version`, LastAdmin when no administrator would be left.

    Another role, seat, region or customer ends the person's sign-ins.
    """
    new: dict[str, Any] = {"name": details.name, "phone": details.phone}
    if details.role is not None:
        role, seat, region = rules.fit(details.role, details.customer_id, details.seat, details.region_code)
        new |= {"role": role, "seat": seat, "customer_id": details.customer_id, "region_code": region}
    old = {key: getattr(person, key) for key in new}
    changed = [key for key in new if old[key] != new[key]]
    check_version(
        person, version, theirs={LABELS[key]: shown(key, old[key]) for key in changed},
        yours={LABELS[key]: shown(key, new[key]) for key in changed},
    )  # fmt: skip
    if new.get("role", old.get("role")) != old.get("role"):
        _not_the_last_admin(s, person)
    for key in changed:
        setattr(person, key, new[key])
    rights = {key: [old[key], new[key]] for key in changed if key not in ("name", "phone")}
    private = {key: [old[key], new[key]] for key in changed if key in ("name", "phone")}
    if rights:
        end_all(s, person.id, "moved")
    if changed:
        _tell(s, "edited", person, who, {**rights, "fields": [*private]}, private or None)


def shown(key: str, value: object) -> object:
    """A value of a person as people read it."""
    if value is None:
        return ""
    if key == "role":
        return rules.Role(str(value)).label
    if key == "seat":
        return rules.CustomerSeat(str(value)).label
    return value


def _not_the_last_admin(s: Session, person: Person) -> None:
    """Raise LastAdmin unless another administrator stays; those are locked, so that two cannot remove each other."""
    if person.role != rules.Role.ADMIN:
        return
    admins = select(Person.id).where(Person.role == rules.Role.ADMIN, Person.disabled_at.is_(None))
    if set(s.scalars(admins.order_by(Person.id).with_for_update())) <= {person.id}:
        raise rules.LastAdmin()


def disable(s: Session, person: Person, who: Who) -> None:
    """Let the person in no more; what is open is dead at once. Again: nothing changes."""
    if person.disabled_at:
        return
    if person.role == rules.Role.ADMIN:
        _not_the_last_admin(s, person)
    if person.id == who.id:
        raise rules.NotYourself()
    person.disabled_at = clock.now()
    person.version += 1
    end_all(s, person.id, "disabled")
    _tell(s, "disabled", person, who)


def enable(s: Session, person: Person, who: Who) -> None:
    """Let the person in again, with the old password."""
    if person.disabled_at:
        person.disabled_at = None
        person.version += 1
        _tell(s, "enabled", person, who)


def reset_password(s: Session, person: Person, password_hash: str, who: Who) -> None:
    """A temporary password, to be changed at the first sign-in; every open sign-in ends."""
    person.password_hash, person.must_change_password = password_hash, True
    end_all(s, person.id, "reset")
    _tell(s, "password_reset", person, who)
