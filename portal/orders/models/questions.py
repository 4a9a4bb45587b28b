"""What is asked of single orders; every question takes who asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, True_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from portal.core.refusal import NotFound
from portal.customers.models import Customer, visible
from portal.orders.models.tables import DRAFT, Order, OrderLine, Review
from portal.orders.rules import State, Sums
from portal.people.models import Person, Who
from portal.products.models import Sku

Rows = Sequence[Any]
"""Core rows."""


def seen_by(who: Who) -> ColumnElement[bool]:
    """The condition under which `who` sees an order: the customer is theirs to see, and no other person's basket.

    A draft with a number was submitted once and taken back to be changed: everybody goes on seeing it.
    """
    return visible(who, Order.customer_id) & or_(
        Order.state != State.DRAFT.value, Order.person_id == who.id, Order.number.is_not(None)
    )


def find(s: Session, who: Who, order_id: int) -> Order:
    """The order, if `who` may see it; NotFound otherwise."""
    wanted = select(Order).where(Order.id == order_id, seen_by(who))
    found = s.execute(wanted, execution_options={"populate_existing": True}).scalar()
    if found is None:
        raise NotFound()
    return found


def check_customer(s: Session, who: Who, customer_id: int) -> None:
    """Raise NotFound unless `who` sees this customer; asks the database only where it must."""
    if who.is_portal:
        if who.customer_id != customer_id:
            raise NotFound()
        return
    condition = visible(who, Customer.id)
    if isinstance(condition, True_):
        return
    if s.execute(select(Customer.id).where(Customer.id == customer_id, condition)).first() is None:
        raise NotFound()


_BASKET = select(Order.id).where(
    Order.customer_id == bindparam("customer_id"), Order.person_id == bindparam("person_id"), Order.state == DRAFT
)


def basket_of(s: Session, customer_id: int, who: Who) -> int | None:
    """The draft that `who` has open for this customer, if any: looking at it makes none."""
    return s.execute(_BASKET, {"customer_id": customer_id, "person_id": who.id}).scalar()


_LINES = (
    select(
        OrderLine.id, OrderLine.order_id, OrderLine.position, OrderLine.sku_id, OrderLine.ordered, OrderLine.cancelled,
        OrderLine.reserved, OrderLine.shipped, OrderLine.delivered, OrderLine.price_fen, OrderLine.price_rule,
        (OrderLine.price_fen * (OrderLine.ordered - OrderLine.cancelled)).label("amount_fen"),
        Sku.code, Sku.label, Sku.spec, Sku.unit, Sku.multiple, Sku.package, Sku.state, Sku.successor_id,
        Sku.volume_ml, Sku.weight_g,
    )
    .join(Sku, Sku.id == OrderLine.sku_id)
    .where(OrderLine.order_id == bindparam("order_id"))
    .order_by(OrderLine.position, OrderLine.id)
)  # fmt: skip


def lines_of(s: Session, order_id: int) -> Rows:
    """The lines of one order with what a page shows of their packages; amounts are as ordered less cancelled."""
    return s.execute(_LINES, {"order_id": order_id}).all()


_SUMS = (
    select(
        OrderLine.order_id, func.sum(OrderLine.ordered), func.sum(OrderLine.cancelled), func.sum(OrderLine.reserved),
        func.sum(OrderLine.shipped), func.sum(OrderLine.delivered),
    )
    .where(OrderLine.order_id.in_(bindparam("order_ids", expanding=True)))
    .group_by(OrderLine.order_id)
)  # fmt: skip


def sums(s: Session, order_ids: Iterable[int]) -> dict[int, Sums]:
    """The summed quantities of each order, in packages; one statement for a whole page of a list."""
    wanted = list(order_ids)
    if not wanted:
        return {}
    return {row[0]: Sums(*map(int, row[1:])) for row in s.execute(_SUMS, {"order_ids": wanted})}


_REVIEWS = (
    select(
        Review.id, Review.order_id, Review.round, Review.reason, Review.figures, Review.decision, Review.decided_at,
        Review.decision_reason, Review.decided_by, Person.name.label("decider"),
    )
    .outerjoin(Person, Person.id == Review.decided_by)
    .where(Review.order_id == bindparam("order_id"))
    .order_by(Review.round.desc(), Review.id)
)  # fmt: skip


def reviews_of(s: Session, order_id: int) -> Rows:
    """Every reason that ever held this order up, the newest round first; `figures` is JSON for `rules.said`."""
    return s.execute(_REVIEWS, {"order_id": order_id}).all()


_RECENT = (
    select(Order.id, Order.number, Order.submitted_at, Order.lines, Order.amount_fen, Order.state, Order.progress)
    .where(Order.customer_id == bindparam("customer_id"), Order.submitted_at.is_not(None), Order.state != "draft")
    .order_by(Order.submitted_at.desc(), Order.id.desc())
    .limit(bindparam("most"))
)


def recent(s: Session, who: Who, customer_id: int, most: int = 5) -> Rows:
    """The last orders of a customer, to be repeated; NotFound when the customer is not theirs to see."""
    check_customer(s, who, customer_id)
    return s.execute(_RECENT, {"customer_id": customer_id, "most": most}).all()
