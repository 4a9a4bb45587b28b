"""The basket: one draft per person and customer; not in the journal until it is submitted."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.refusal import NotFound
from portal.customers.models import Customer, Site
from portal.customers.rules import State as CustomerState
from portal.orders.models import Order, OrderLine, basket_of, check_customer
from portal.orders.rules import LIFE, CustomerStopped, State
from portal.people.models import Who
from portal.stock.models import warehouse_for

order_table, line_table = cast(Table, Order.__table__), cast(Table, OrderLine.__table__)

_START = (
    select(
        Customer.id,
        Customer.state,
        Customer.price_class,
        Customer.region_code,
        Site.id.label("site_id"),
        Site.region_code.label("there"),
    )
    .outerjoin(Site, (Site.customer_id == Customer.id) & Site.removed_at.is_(None))
    .where(Customer.id == bindparam("customer_id"))
    .order_by(Site.is_default.desc(), Site.id)
    .limit(1)
)


def _open(dialect: Any) -> Any:
    return dialect.insert(order_table).on_conflict_do_nothing().returning(order_table.c.id)


_OPEN = {"sqlite": _open(sqlite), "postgresql": _open(postgresql)}


def basket(s: Session, customer_id: int, who: Who) -> int:
    """The draft of this person for this customer; the first call makes it, at the customer's default site."""
    check_customer(s, who, customer_id)
    if (found := basket_of(s, customer_id, who)) is not None:
        return found
    start = beginning(s, customer_id)
    values = {
        "customer_id": customer_id, "person_id": who.id, "site_id": start.site_id, "created_at": clock.now(),
        "warehouse_id": warehouse_for(s, start.there or start.region_code),
    }  # fmt: skip
    made = s.connection().execute(_OPEN[s.get_bind().dialect.name], values).scalar()
    return made if made is not None else cast(int, basket_of(s, customer_id, who))


def beginning(s: Session, customer_id: int) -> Any:
    """Where an order of this customer starts from: its default site and the regions; CustomerStopped, NotFound."""
    start = s.connection().execute(_START, {"customer_id": customer_id}).first()
    if start is None:
        raise NotFound()
    if start.state == CustomerState.STOPPED:
        raise CustomerStopped()
    return start


_DRAFT = (
    select(
        Order.id, Order.customer_id, Order.person_id, Order.number, Order.state, Order.site_id, Order.warehouse_id,
        Order.shortage, Order.version, Order.wanted_on, Order.reference, Order.note, Order.asked_by,
        Customer.state.label("customer_state"), Customer.price_class,
    )
    .join(Customer, Customer.id == Order.customer_id)
    .where(Order.id == bindparam("order_id"))
    .with_for_update(of=Order)
)  # fmt: skip


def draft(s: Session, order_id: int, who: Who, verb: str = "submit") -> Any:
    """The draft, locked; NotFound when it is not `who`'s, WrongState when it was submitted.

    A draft is locked before accounts and stock: only its own person's requests ever wait for it.
    """
    found = s.connection().execute(_DRAFT, {"order_id": order_id}).first()
    if found is None or found.person_id != who.id:
        raise NotFound()
    check_customer(s, who, found.customer_id)
    LIFE.check(State(found.state), verb)
    return found
