"""People at the customer's."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.core import clock, history
from portal.core.db import check_version
from portal.customers.actions.file import locked, refresh_search
from portal.customers.actions.single import is_first, locked_part, pass_on, unmark_others, values
from portal.customers.models import Contact
from portal.people.models import Who

PERSONAL = ("name", "phone")
FIELDS = (*PERSONAL, "position", "is_main", "may_receive")


def add_contact(
    s: Session,
    customer_id: int,
    *,
    name: str,
    position: str | None = None,
    phone: str | None = None,
    is_main: bool = False,
    may_receive: bool = False,
    who: Who,
) -> Contact:
    """A person at the customer's; `may_receive` may sign for goods. The first one becomes the main contact."""
    customer = locked(s, customer_id)
    contact = Contact(
        customer_id=customer_id, name=name, position=position or None, phone=phone or None, may_receive=may_receive,
        is_main=is_main or is_first(s, Contact, customer_id),
    )  # fmt: skip
    s.add(contact)
    s.flush()
    if contact.is_main:
        unmark_others(s, contact)
    refresh_search(s, customer)
    _tell(s, "contact.added", contact, who)
    return contact


def edit_contact(s: Session, contact_id: int, version: int | None, who: Who, **given: Any) -> Contact:
    """Change FIELDS to what is given; raises Changed when somebody else was first. The main one stays the main one."""
    customer, contact = locked_part(s, Contact, contact_id)
    check_version(contact, version, theirs=values(contact, FIELDS), yours=given)
    before = values(contact, FIELDS)
    for name in FIELDS:
        setattr(contact, name, given.get(name, before[name]))
    contact.is_main = bool(contact.is_main) or before["is_main"]
    if contact.is_main:
        unmark_others(s, contact)
    refresh_search(s, customer)
    _tell(s, "contact.edited", contact, who)
    return contact


def remove_contact(s: Session, contact_id: int, who: Who) -> None:
    """The person is no longer there; the next one becomes the main contact. A second time changes nothing."""
    customer, contact = locked_part(s, Contact, contact_id)
    if contact.removed_at is not None:
        return
    contact.removed_at = clock.now()
    pass_on(s, contact)
    refresh_search(s, customer)
    _tell(s, "contact.removed", contact, who)


def _tell(s: Session, verb: str, contact: Contact, who: Who) -> None:
    """Name and phone may have to be erased one day: they go to the journal's side table."""
    history.record(
        s, verb, chain=f"customer:{contact.customer_id}", subject=("contact", contact.id), who=who,
        facts=values(contact, ("position", "is_main", "may_receive")), personal=values(contact, PERSONAL),
    )  # fmt: skip
