"""The frame around every page of a customer's file: header, facts and tabs, whichever room the page belongs to.

A room above hangs its page in like this: a view `/customers/<int:customer_id>/orders`, a template that extends
"customers/_frame.html" and fills its block `tab`, `page("orders/of_customer.html", **frame.context(s, who,
customer_id, current="orders"), rows=…)`, and one line in `app.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import AnyRow
from portal.core.refusal import NotFound
from portal.core.text import Text
from portal.customers import regions
from portal.customers.models import Customer, Ownership, visible
from portal.customers.rules import TONES, Kind, PriceClass, State
from portal.people.models import Person, Who
from portal.people.rules import Permission


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of the file; its endpoint takes `customer_id`. Of these `kinds` of customer only, or of all."""

    key: str
    label: Text
    endpoint: str
    permission: Permission
    kinds: Collection[Kind] | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure in the header: tone wait or bad when it needs somebody, `url` the rows behind it."""

    label: Text
    value_text: str | Text
    tone: str | None = None
    url: str | None = None


TABS: list[Tab] = []
"""In the order in which they are shown; a tab whose endpoint does not exist is left out."""

Facts = Callable[[Session, int, Who], list[Fact]]
"""(session, customer id, who) -> the figures this person may see."""

HEADER_FACTS: list[Facts] = []

HEAD_COLUMNS = (
    Customer.id, Customer.code, Customer.name, Customer.kind, Customer.state, Customer.price_class,
    Customer.region_code, Customer.version, Customer.kind_confirmed_on, Customer.verified_on,
    Ownership.person_id.label("owner_id"), Person.name.label("owner"),
)  # fmt: skip


def context(s: Session, who: Who, customer_id: int, current: str) -> dict[str, Any]:
    """What "customers/_frame.html" wants: `customer` (a row), `header`, `facts`, `tabs`; NotFound when not visible.

    Reads the customer in one statement, each entry of HEADER_FACTS adds its own.
    """
    customer = head(s, who, customer_id)
    return {
        "customer": customer,
        "header": {
            "kind": Kind(customer.kind).label,
            "state": State(customer.state).label,
            "tone": TONES[State(customer.state)],
            "price_class": PriceClass(customer.price_class).label if who.sees_money else None,
            "region": regions.name(customer.region_code),
        },
        "facts": [fact for told in HEADER_FACTS for fact in told(s, customer_id, who)],
        "tabs": tabs(who, customer, current),
        "desk": _desk(who, customer),
    }


def head(s: Session, who: Who, customer_id: int) -> AnyRow:
    """The row with HEAD_COLUMNS, if `who` may see the customer; NotFound otherwise.

    A customer's people have pages of their own and never open a file.
    """
    if who.is_portal:
        raise NotFound()
    row = s.execute(
        select(*HEAD_COLUMNS)
        .outerjoin(Ownership, (Ownership.customer_id == Customer.id) & Ownership.until_on.is_(None))
        .outerjoin(Person, Person.id == Ownership.person_id)
        .where(Customer.id == customer_id, visible(who, Customer.id))
    ).first()
    if row is None:
        raise NotFound()
    return row


def _desk(who: Who, customer: AnyRow) -> str | None:
    """Where an order on behalf of this customer is filled in."""
    wanted = who.may(Permission.ORDER_PLACE) and customer.state != State.STOPPED
    there = "orders.desk" in current_app.view_functions
    return url_for("orders.desk", customer=customer.id) if wanted and there else None


def tabs(who: Who, customer: AnyRow, current: str) -> list[dict[str, Any]]:
    """The links that this person may open of this kind of customer, the current one marked."""
    return [
        {"label": tab.label, "url": url_for(tab.endpoint, customer_id=customer.id), "current": tab.key == current}
        for tab in TABS
        if who.may(tab.permission)
        and (tab.kinds is None or Kind(customer.kind) in tab.kinds)
        and tab.endpoint in current_app.view_functions
    ]
