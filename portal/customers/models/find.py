"""Who sees which customer, and the one way to find a customer, a site or a contact."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, false, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from portal.core.db import Rows
from portal.core.refusal import NotFound
from portal.core.search import words
from portal.customers.models.tables import Contact, Customer, Ownership, Site
from portal.people.models import Who
from portal.people.rules import Role

_its, _hit, _care = aliased(Customer), aliased(Customer), aliased(Ownership)
"""Other names, so that the condition may stand in a question about customers or ownership themselves."""


def visible(who: Who, customer_id: InstrumentedAttribute[int] | ColumnElement[int]) -> ColumnElement[bool]:
    """The condition under which `who` sees what belongs to the customer in this column.

    Portal people: their own customer; account managers: the customers they look after; regional managers: their
    region; drivers and the administrator: none (drivers see their runs' stops); the other staff: all.
    """
    if who.is_portal:
        return customer_id == who.customer_id
    if who.role in (Role.ADMIN, Role.DRIVER):
        return false()
    if who.role is Role.ACCOUNT_MANAGER:
        return exists().where(_care.customer_id == customer_id, _care.person_id == who.id, _care.until_on.is_(None))
    if who.role is Role.MANAGER:
        within = _its.region_code.startswith(who.region_code or "-", autoescape=True)
        return exists().where(_its.id == customer_id, within)
    return true()


def find(s: Session, who: Who, customer_id: int) -> Customer:
    """The customer, if `who` may see it; NotFound otherwise."""
    found = s.execute(select(Customer).where(Customer.id == customer_id, visible(who, Customer.id))).scalar()
    if found is None:
        raise NotFound()
    return found


def find_site(s: Session, who: Who, site_id: int) -> Site:
    """The site in use, if `who` may see its customer; NotFound otherwise."""
    found = s.execute(
        select(Site).where(Site.id == site_id, Site.removed_at.is_(None), visible(who, Site.customer_id))
    ).scalar()
    if found is None:
        raise NotFound()
    return found


def find_contact(s: Session, who: Who, contact_id: int) -> Contact:
    """The contact who is still there, if `who` may see the customer; NotFound otherwise."""
    found = s.execute(
        select(Contact).where(Contact.id == contact_id, Contact.removed_at.is_(None), visible(who, Contact.customer_id))
    ).scalar()
    if found is None:
        raise NotFound()
    return found


SITE_COLUMNS = (
    Site.id, Site.customer_id, Site.name, Site.region_code, Site.address, Site.longitude, Site.latitude,
    Site.contact_name, Site.phone, Site.receives_from, Site.receives_until, Site.unloading, Site.is_default,
    Site.version,
)  # fmt: skip


def sites_of(s: Session, customer_id: int) -> Rows:
    """The customer's sites in use, the default one first: rows with SITE_COLUMNS."""
    rows = select(*SITE_COLUMNS).where(Site.customer_id == customer_id, Site.removed_at.is_(None))
    return s.execute(rows.order_by(Site.is_default.desc(), Site.id)).all()


def contacts_of(s: Session, customer_id: int) -> Rows:
    """The customer's contacts, the main one first: id, name, position, phone, is_main, may_receive, version."""
    rows = select(
        Contact.id, Contact.name, Contact.position, Contact.phone, Contact.is_main, Contact.may_receive, Contact.version
    ).where(Contact.customer_id == customer_id, Contact.removed_at.is_(None))
    return s.execute(rows.order_by(Contact.is_main.desc(), Contact.id)).all()


def matches(query: str) -> list[ColumnElement[bool]]:
    """Conditions on Customer: every word of `query` is in its code, name, 助记码, USCC or phone.

    As a question of its own: the table is read once from front to back, not row by row in the order of the list.
    """
    wanted = [_hit.search.contains(word) for word in words(query)]
    return [Customer.id.in_(select(_hit.id).where(*wanted))] if wanted else []


def pick(s: Session, who: Who, query: str, limit: int = 20) -> Rows:
    """For pickers: id, code, name of the customers that match and that `who` may see, by pinyin."""
    rows = select(Customer.id, Customer.code, Customer.name).where(visible(who, Customer.id), *matches(query))
    return s.execute(rows.order_by(Customer.pinyin, Customer.id).limit(limit)).all()
