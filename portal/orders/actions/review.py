"""Orders in review: released reason by reason, refused, or taken back by the customer's side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import clock, history
from portal.core.refusal import NotFound
from portal.orders.actions import standing
from portal.orders.actions.basket import order_table
from portal.orders.actions.items import items_of
from portal.orders.actions.settle import (
    Case,
    Verdict,
    confirm,
    measures,
    open_reviews,
    say,
    say_short,
    write_lines,
)
from portal.orders.models import Order, Review, basket_of, seen_by
from portal.orders.rules import (
    LIFE,
    BasketInUse,
    Decided,
    Decision,
    NoStockYet,
    NotYourReview,
    Reason,
    ReasonMissing,
    Shortage,
    State,
    may_release,
)
from portal.people.models import Who
from portal.stock.models import levels

review_table = cast(Table, Review.__table__)


def order_under_lock(s: Session, who: Who, order_id: int, verb: str) -> Any:
    """The order, its customer's account locked; NotFound when it is not theirs to see, WrongState by the lifecycle.

    Nothing changes the state of a submitted order without this lock, so what is read here stays true.
    """
    seen = select(Order.customer_id).where(Order.id == order_id, seen_by(who))
    customer_id = s.execute(seen).scalar()
    if customer_id is None:
        raise NotFound()
    standing.lock(s, customer_id)
    order = s.execute(_ORDER, {"order_id": order_id}).one()
    LIFE.check(State(order.state), verb)
    return order


_ORDER = select(
    Order.id, Order.customer_id, Order.person_id, Order.number, Order.state, Order.progress, Order.warehouse_id,
    Order.shortage, Order.amount_fen,
).where(Order.id == bindparam("order_id"))  # fmt: skip
_REVIEW = select(Review.id, Review.order_id, Review.reason, Review.decided_at).where(Review.id == bindparam("review"))
_OPEN = (
    select(Review.id, Review.reason)
    .where(Review.order_id == bindparam("order_id"), Review.decided_at.is_(None))
    .order_by(Review.id)
)
_DECIDE = (
    update(review_table)
    .where(review_table.c.id == bindparam("review"), review_table.c.decided_at.is_(None))
    .values(
        decision=bindparam("how"), decided_by=bindparam("by"), decided_at=bindparam("at"),
        decision_reason=bindparam("why"),
    )
)  # fmt: skip


def decide(s: Session, review_ids: Sequence[int], how: Decision, who: Who | None, why: str | None) -> None:
    """Close these reviews; `who` is None when the reason went away by itself."""
    by, at = who.id if who else None, clock.now()
    rows = [{"review": n, "how": how.value, "by": by, "at": at, "why": why} for n in review_ids]
    if rows:
        s.connection().execute(_DECIDE, rows)


def open_of(s: Session, order_id: int) -> Sequence[Any]:
    """The open reviews of an order: id, reason."""
    return s.execute(_OPEN, {"order_id": order_id}).all()


def release(s: Session, review_id: int, reason: str, who: Who) -> list[Reason]:
    """Let an order go as far as this reason is concerned; with the last one it is confirmed and gets its stock.

    Gives the reasons that still hold it (none: confirmed). NotYourReview, Decided, ReasonMissing; NoStockYet when the
    reason is stock and there is still none.
    """
    order, review = _for_decision(s, review_id, reason, who, "release")
    if review.reason == Reason.STOCK:
        _check_stock(s, order)
    decide(s, [review.id], Decision.RELEASED, who, reason.strip())
    case = case_of(s, order)
    say(s, f"order.released.{review.reason}", case, who, {"reason": reason.strip()})
    if left := [Reason(row.reason) for row in open_of(s, order.id)]:
        return left
    return [held.reason for held in let_go(s, case, who).held]


def _for_decision(s: Session, review_id: int, reason: str, who: Who, verb: str) -> tuple[Any, Any]:
    """(order, review), the account locked, when `who` may decide it now."""
    review = s.execute(_REVIEW, {"review": review_id}).first()
    if review is None:
        raise NotFound()
    order = order_under_lock(s, who, review.order_id, verb)
    if not may_release(who.role, Reason(review.reason)):
        raise NotYourReview()
    if not reason.strip():
        raise ReasonMissing()
    if s.execute(_REVIEW, {"review": review_id}).one().decided_at is not None:
        raise Decided()
    return order, review


def case_of(s: Session, order: Any) -> Case:
    return Case(order.id, order.customer_id, order.warehouse_id, Shortage(order.shortage), items_of(s, order.id))


def _check_stock(s: Session, order: Any) -> None:
    skus = [item.sku_id for item in items_of(s, order.id)]
    if not any(on_hand > reserved for on_hand, reserved in levels(s, order.warehouse_id, skus).values()):
        raise NoStockYet()


_CONFIRMED = (
    update(order_table)
    .where(order_table.c.id == bindparam("row"), order_table.c.state == State.IN_REVIEW.value)
    .values(
        state=State.CONFIRMED.value, progress=bindparam("to_progress"), confirmed_at=bindparam("at"),
        amount_fen=bindparam("fen"), volume_ml=bindparam("ml"), weight_g=bindparam("g"),
        version=order_table.c.version + 1,
    )
)  # fmt: skip


def let_go(s: Session, case: Case, who: Who | None) -> Verdict:
    """No reason is left: stock, exposure, confirmed; or, cut to nothing, back in review for want of stock."""
    verdict = confirm(s, case)
    if verdict.held:
        open_reviews(s, case, verdict.held)
        return verdict
    write_lines(s, case, verdict.allotted)
    sums = measures(case, verdict)
    s.execute(_CONFIRMED, {
        "row": case.order_id, "to_progress": verdict.progress.value, "at": clock.now(), "fen": sums["amount_fen"],
        "ml": sums["volume_ml"], "g": sums["weight_g"],
    })  # fmt: skip
    say(s, "order.confirmed", case, who, {"amount_fen": verdict.amount_fen})
    say_short(s, case, verdict, who)
    return verdict


_STATE = (
    update(order_table)
    .where(order_table.c.id == bindparam("row"))
    .values(state=bindparam("to_state"), version=order_table.c.version + 1)
)


def refuse(s: Session, review_id: int, reason: str, who: Who) -> None:
    """Send the order back for good: the customer reads why."""
    order, review = _for_decision(s, review_id, reason, who, "refuse")
    decide(s, [review.id], Decision.REFUSED, who, reason.strip())
    withdraw_reviews(s, order.id, who)
    s.execute(_STATE, {"row": order.id, "to_state": State.REFUSED.value})
    record(s, "order.refused", order, who, {"reason": reason.strip(), "for": review.reason})


def withdraw_reviews(s: Session, order_id: int, who: Who) -> None:
    """Nobody needs to decide the open ones any more."""
    decide(s, [row.id for row in open_of(s, order_id)], Decision.WITHDRAWN, who, None)


def record(s: Session, verb: str, order: Any, who: Who | None, facts: dict[str, Any]) -> None:
    chain, subject = f"customer:{order.customer_id}", ("order", order.id)
    history.record(s, verb, chain=chain, subject=subject, who=who, facts=facts)


_BACK = (
    update(order_table)
    .where(order_table.c.id == bindparam("row"))
    .values(state=State.DRAFT.value, person_id=bindparam("person"), version=order_table.c.version + 1)
)
_EMPTY = delete(order_table).where(
    order_table.c.id == bindparam("row"), order_table.c.number.is_(None), order_table.c.lines == 0
)


def take_back(s: Session, order_id: int, who: Who) -> None:
    """Make an order in review `who`'s basket again, to be changed; it keeps its number.

    BasketInUse when this person has another draft for the customer that is not empty.
    """
    order = order_under_lock(s, who, order_id, "take_back")
    other = basket_of(s, order.customer_id, who)
    if other is not None and not cast(Any, s.execute(_EMPTY, {"row": other})).rowcount:
        raise BasketInUse()
    withdraw_reviews(s, order_id, who)
    try:
        with s.begin_nested():
            s.execute(_BACK, {"row": order_id, "person": who.id})
    except IntegrityError as failure:  # a basket was opened in this moment
        raise BasketInUse() from failure
    record(s, "order.taken_back", order, who, {})
