"""Orders that wait for somebody's word: why, with the figures, released or refused with a reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request as web
from flask import url_for
from flask.wrappers import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.pages import act, go, page
from portal.core.paging import paged
from portal.core.refusal import NotFound
from portal.core.text import T, Text
from portal.orders import actions, models
from portal.orders.forms import ReviewForm
from portal.orders.models import Review, waiting_for_review
from portal.orders.routes._blueprint import blueprint
from portal.orders.rules import Decision, Reason, may_release, said
from portal.people.guard import allowed, who
from portal.people.models import Who
from portal.people.rules import Permission


@dataclass(frozen=True, slots=True)
class Told:
    """A review as a page shows it."""

    id: int
    reason: Text
    figures: Text | None
    decision: Text | None
    decider: str | None
    decided_at: datetime | None
    why: str | None
    mine: bool
    """This person may decide it now."""


def told(row: Any, me: Who) -> Told:
    """The review in words; figures of the credit only for those who see money of ours."""
    reason = Reason(row.reason)
    decided = getattr(row, "decided_at", None)
    return Told(
        id=row.id, reason=reason.label, figures=None if me.is_portal else said(reason, json.loads(row.figures)),
        decision=Decision(row.decision).label if getattr(row, "decision", None) else None,
        decider=getattr(row, "decider", None), decided_at=decided, why=getattr(row, "decision_reason", None),
        mine=decided is None and me.may(Permission.ORDER_REVIEW) and may_release(me.role, reason),
    )  # fmt: skip


@blueprint.get("/reviews")
@allowed(Permission.ORDER_REVIEW)
def reviews() -> Response:
    return _queue(ReviewForm())


def _queue(form: ReviewForm, status: int = 200, wrong: int | None = None) -> Response:
    me, reason = who(), web.args.get("reason")
    reasons = [Reason(reason)] if reason in [r.value for r in Reason] else None
    asked = waiting_for_review(me, reasons)
    found = paged(db.session(), asked.rows, asked.order, web.args, counted=asked.counted, descending=False)
    return page(
        "orders/reviews.html", status=status, found=found, told=[told(row, me) for row in found.rows], form=form,
        errors=form.errors, wrong=wrong, reason=reason, reasons=Reason.pairs(),
    )  # fmt: skip


@blueprint.post("/reviews/<int:review_id>/release")
@allowed(Permission.ORDER_REVIEW)
def release(review_id: int) -> Response:
    _check(review_id)
    form = ReviewForm()
    if not form.validate():
        return _queue(form, 422, review_id)
    left: list[Reason] = []

    def do(s: Session) -> str:
        left.extend(actions.release(s, review_id, form.reason.data, who()))
        return url_for(".reviews")

    url = act(do, who().id)
    return go(url, T("已放行，还有别的原因待审") if left else T("已放行，订单已确认"))


@blueprint.post("/reviews/<int:review_id>/refuse")
@allowed(Permission.ORDER_REVIEW)
def refuse(review_id: int) -> Response:
    _check(review_id)
    form = ReviewForm()
    if not form.validate():
        return _queue(form, 422, review_id)

    def do(s: Session) -> str:
        actions.refuse(s, review_id, form.reason.data, who())
        return url_for(".reviews")

    return go(act(do, who().id), T("订单已退回，客户会看到理由"))


def _check(review_id: int) -> None:
    """NotFound unless this person sees the review's order."""
    order_id = db.session.scalar(select(Review.order_id).where(Review.id == review_id))
    if order_id is None:
        raise NotFound()
    models.find(db.session(), who(), order_id)
