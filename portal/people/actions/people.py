"""People come, change and go."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock, history
from portal.core.refusal import Wrong
from portal.core.text import T
from portal.people import rules
from portal.people.models import Person, Who

CHAIN = "people"


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
    if s.scalar(select(Person.id).where(Person.login == login)):
        raise Wrong({"login": T("账号“{login}”已经有人用", login=login)})
    role, seat, region_code = rules.fit(role, customer_id, seat, region_code)
    person = Person(
        login=login, name=name, phone=phone, role=role, seat=seat, customer_id=customer_id, region_code=region_code,
        password_hash=password_hash, must_change_password=must_change_password, created_at=clock.now(),
    )  # fmt: skip
    s.add(person)
    s.flush()
    history.record(
        s, "person.created", chain=CHAIN, subject=("person", person.id), who=who,
        facts={"role": role, "customer_id": customer_id, "seat": seat, "region_code": region_code},
        personal={"login": login, "name": name, "phone": phone},
    )  # fmt: skip
    return person
