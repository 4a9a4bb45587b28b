"""Lists of orders: statements for `core.paging.paged`, with the filters of the page."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from portal.core.search import fold, words
from portal.customers.models import Customer, Site, visible
from portal.orders.models.questions import seen_by
from portal.orders.models.tables import UNFINISHED, Order, Review
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
    s: Session,
    who: Who,
    *,
    customer_id: int | None = None,
    state: State | None = None,
    progress: Progress | None = None,
    query: str = "",
) -> Listed:
    """Submitted orders that `who` sees, newest first. Taken back ones are among them, baskets are not.

    `query` is a number, its last four digits, the customer's own number, or words of the customer's name; names are
    looked up here, in one statement.
    """
    # what was submitted has a number, so `seen_by` says no more than this; an index alone can count it
    which: list[Any] = [visible(who, Order.customer_id), Order.submitted_at.is_not(None)]
    of_one = customer_id is not None or who.is_portal
    if customer_id is not None:
        which.append(Order.customer_id == customer_id)
    if state is not None:
        which.append((_beside(Order.state) if of_one else Order.state) == state.value)
    if progress is not None:
        which.append((_beside(Order.progress) if of_one else Order.progress) == progress.value)
        which += [UNFINISHED] if progress.value in UNDER_WAY else []
    newest: Any = Order.submitted_at
    columns: list[Any] = [*COLUMNS]
    if query.strip():
        found, is_few = _matching(s, query.strip(), of_one=of_one)
        which.append(found)
        if is_few:
            newest = func.coalesce(Order.submitted_at, Order.created_at).label("newest")
            columns.append(newest)
    rows = (
        select(*columns)
        .join(Customer, Customer.id == Order.customer_id)
        .join(Person, Person.id == Order.person_id)
        .outerjoin(Site, Site.id == Order.site_id)
        .where(*which)
    )
    return Listed(rows, select(Order.id).where(*which), (newest, Order.id))


def _beside(column: Any) -> Any:
    """The column, kept from choosing the index: the customer's own index finds fewer rows."""
    return func.coalesce(column, "")


FEW = 50


def _matching(s: Session, typed: str, *, of_one: bool) -> tuple[Any, bool]:
    """(the condition under which an order is what was typed, whether few orders can be).

    Few are gathered through their own index and sorted; many are met soon in the order of the list.
    """
    number = fold(typed).upper()
    if number.isdigit() and len(number) == 4:
        return Order.tail == number, True
    exact = or_(Order.number == number, Order.reference == typed)
    if of_one:
        return exact, False
    customers = select(Customer.id).limit(FEW + 1)
    for word in words(typed):
        customers = customers.where(Customer.search.contains(word))
    ids = list(s.scalars(customers))
    if len(ids) > FEW:
        every = customers.limit(None)
        return Order.customer_id.in_(every), False
    same = select(Order.id).where(Order.number == number)
    of_these = union_all(same, select(Order.id).where(Order.customer_id.in_(ids)), _named_by_customer(typed))
    return Order.id.in_(of_these), True


def _named_by_customer(typed: str) -> Any:
    return select(Order.id).where(Order.reference.is_not(None), Order.reference == typed)


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
