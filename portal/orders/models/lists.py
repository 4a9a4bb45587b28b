"""Lists of orders: statements for `core.paging.paged`, with the filters of the page."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from portal.core.search import fold, words
from portal.customers.models import Customer, Site, visible
from portal.orders.models.questions import seen_by
from portal.orders.models.tables import Order, Review
from portal.orders.rules import Progress, Reason, State
from portal.people.models import Person, Who

UNDER_WAY = [Progress.WAITING.value, Progress.READY.value, Progress.PLANNED.value, Progress.ON_THE_WAY.value]


class Listed(NamedTuple):
    """What a list asks the database: its rows, a cheap statement to count them, and the columns it goes by."""

    rows: Any
    counted: Any
    order: tuple[Any, ...]


COLUMNS = (
    Order.id, Order.number, Order.submitted_at, Order.customer_id, Customer.name.label("customer"), Customer.code,
    Order.state, Order.progress, Order.lines, Order.amount_fen, Order.volume_ml, Order.wanted_on, Order.reference,
    Order.asked_by, Person.name.label("person"), Site.name.label("site"), Order.is_past,
)  # fmt: skip


def listed(
    who: Who,
    *,
    customer_id: int | None = None,
    state: State | None = None,
    progress: Progress | None = None,
    query: str = "",
) -> Listed:
    """Submitted orders that `who` sees, newest first; `query` is a number, its last four digits, or a customer.

    Taken back ones are among them, baskets are not.
    """
    # what was submitted has a number, so `seen_by` says no more than this; an index alone can count it
    which = [visible(who, Order.customer_id), Order.submitted_at.is_not(None)]
    if customer_id is not None:
        which.append(Order.customer_id == customer_id)
    if state is not None:
        which.append(Order.state == state.value)
    if progress is not None:
        which.append(Order.progress == progress.value)
    which += _matching(query)
    rows = (
        select(*COLUMNS)
        .join(Customer, Customer.id == Order.customer_id)
        .join(Person, Person.id == Order.person_id)
        .outerjoin(Site, Site.id == Order.site_id)
        .where(*which)
    )
    return Listed(rows, select(Order.id).where(*which), (Order.submitted_at, Order.id))


def _matching(query: str) -> list[ColumnElement[bool]]:
    typed = fold(query).upper()
    if not typed:
        return []
    if typed.isdigit() and len(typed) == 4:
        return [Order.tail == typed]
    customers = select(Customer.id)
    for word in words(query):
        customers = customers.where(Customer.search.contains(word))
    return [or_(Order.number == typed, Order.reference == query.strip(), Order.customer_id.in_(customers))]


def waiting_for_review(who: Who, reasons: list[Reason] | None = None) -> Listed:
    """Open reviews of the orders that `who` sees, the longest waiting first; one row a reason."""
    placer = aliased(Person)
    which = [seen_by(who), Order.state == State.IN_REVIEW.value, Review.decided_at.is_(None)]
    if reasons is not None:
        which.append(Review.reason.in_([reason.value for reason in reasons]))
    rows = (
        select(
            Review.id, Review.order_id, Review.reason, Review.figures, Review.round, Order.number, Order.submitted_at,
            Order.customer_id, Customer.name.label("customer"), Customer.code, Order.lines, Order.amount_fen,
            Order.asked_by, placer.name.label("person"),
        )
        .join(Order, Order.id == Review.order_id)
        .join(Customer, Customer.id == Order.customer_id)
        .join(placer, placer.id == Order.person_id)
        .where(*which)
    )  # fmt: skip
    counted = select(Review.id).join(Order, Order.id == Review.order_id).where(*which)
    return Listed(rows, counted, (Review.id,))
