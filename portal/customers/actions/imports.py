"""Customers that come from a file."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.customers.actions.contacts import add_contact, edit_contact
from portal.customers.actions.edit import change
from portal.customers.actions.file import create, locked
from portal.customers.actions.sites import add_site
from portal.customers.models import Contact, Customer, Site
from portal.customers.rules import CustomerRow, Kind
from portal.customers.rules.groups import groups
from portal.people.models import Who

OF_CUSTOMER = ("name", "pinyin", "uscc", "kind", "region_code", "address", "phone", "price_class", "sales_mode")
FIRST_SITE = "默认收货地点"  # data


def upsert_from_import(s: Session, row: CustomerRow, who: Who) -> str:
    """Put the row in: "created", "changed" or "unchanged"; raises Refusal. What the row does not say stays.

    The customer is the one with its code, else with its USCC, else (the row has neither) with exactly its name. A new
    one without a kind is a dealer; its address becomes its first site.
    """
    customer = _find(s, row)
    if customer is None:
        given = {"kind": Kind.DEALER.value, **row.given("code", *OF_CUSTOMER)}
        customer = create(s, **given, who=who)
        _contact(s, customer.id, row, who)
        _site(s, customer.id, row, who)
        return "created"
    changed = [_group(s, customer, key, row, who) for key in ("identity", "place", "terms")]
    changed += [_contact(s, customer.id, row, who), _site(s, customer.id, row, who)]
    return "changed" if any(changed) else "unchanged"


def _find(s: Session, row: CustomerRow) -> Customer | None:
    keys = ((Customer.code, row.code), (Customer.uscc, row.uscc))
    for column, value in keys:
        found = s.scalars(select(Customer.id).where(column == value)).first() if value else None
        if found is not None:
            return locked(s, found)
    if row.code or row.uscc:
        return None
    found = s.scalars(select(Customer.id).where(Customer.name == row.name).order_by(Customer.id)).first()
    return locked(s, found) if found is not None else None


def _group(s: Session, customer: Customer, key: str, row: CustomerRow, who: Who) -> bool:
    group = groups(Kind(customer.kind))[key]
    given: dict[str, Any] = row.given(*(field.name for field in group.fields if field.name in OF_CUSTOMER))
    return bool(given and change(s, customer, group, None, who, given))


def _contact(s: Session, customer_id: int, row: CustomerRow, who: Who) -> bool:
    """The row's contact is there, with its phone; others stay."""
    if not row.contact_name:
        return False
    same = s.scalars(
        select(Contact).where(
            Contact.customer_id == customer_id, Contact.removed_at.is_(None), Contact.name == row.contact_name
        )
    ).first()
    if same is None:
        add_contact(s, customer_id, name=row.contact_name, phone=row.contact_phone, who=who)
        return True
    if row.contact_phone is None or same.phone == row.contact_phone:
        return False
    edit_contact(s, same.id, None, who, phone=row.contact_phone)
    return True


def _site(s: Session, customer_id: int, row: CustomerRow, who: Who) -> bool:
    """A customer with an address and no site yet can be delivered to at its address."""
    if not row.address or s.scalar(select(func.count(Site.id)).where(Site.customer_id == customer_id)):
        return False
    add_site(
        s, customer_id, name=FIRST_SITE, address=row.address, region_code=row.region_code,
        contact_name=row.contact_name, phone=row.contact_phone or row.phone, who=who,
    )  # fmt: skip
    return True
