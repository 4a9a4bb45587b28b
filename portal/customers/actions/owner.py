"""Who looks after a customer."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core import clock, history
from portal.core.refusal import Wrong
from portal.core.text import T
from portal.customers.models import Customer, Ownership
from portal.people.models import Person, Who
from portal.people.rules import Role

OWNERS = (Role.ACCOUNT_MANAGER,)
"""Whose own customers they are: the roles that a customer can be given to."""


def assign(s: Session, customer_id: int, person_id: int | None, who: Who) -> None:
    """Give the customer to an account manager from today on (None: to nobody); the same person again changes nothing.

    Raises Wrong("person_id") for somebody who is no account manager or has left.
    """
    s.execute(select(Customer.id).where(Customer.id == customer_id).with_for_update()).one()
    give_to(s, customer_id, person_id, who)


def give_to(s: Session, customer_id: int, person_id: int | None, who: Who) -> None:
    now = s.execute(
        select(Ownership.person_id, Ownership.since_on).where(
            Ownership.customer_id == customer_id, Ownership.until_on.is_(None)
        )
    ).first()
    if person_id == (now.person_id if now else None):
        return
    name = _owner_name(s, person_id) if person_id is not None else None
    if now:
        _end(s, customer_id)
    if person_id is not None:
        s.add(Ownership(customer_id=customer_id, person_id=person_id, since_on=clock.today()))
        s.flush()
    history.record(
        s, "customer.assigned" if name else "customer.unassigned", chain=f"customer:{customer_id}",
        subject=("customer", customer_id), who=who,
        facts={"person": name, "person_id": person_id, "before_id": now.person_id if now else None},
    )  # fmt: skip


def _end(s: Session, customer_id: int) -> None:
    s.execute(
        update(Ownership)
        .where(Ownership.customer_id == customer_id, Ownership.until_on.is_(None))
        .values(until_on=clock.today())
        .execution_options(synchronize_session=False)
    )


def _owner_name(s: Session, person_id: int) -> str:
    row = s.execute(select(Person.name, Person.role, Person.disabled_at).where(Person.id == person_id)).first()
    if row is None or row.disabled_at is not None or Role(row.role) not in OWNERS:
        raise Wrong({"person_id": T("从列表里选一位在职的客户经理")})
    return str(row.name)
