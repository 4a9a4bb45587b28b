"""Pages of credit: what waits, proposals decided by another, holds placed and released."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, url_for
from flask import request as web
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import AnyRow, db
from portal.core.pages import act, go, page
from portal.core.refusal import NotFound, Wrong
from portal.core.text import T
from portal.credit import actions, models
from portal.credit.forms import DecisionForm, HoldForm, ProposalForm, ReleaseForm
from portal.credit.rules import HoldKind, Policy, ProposalKind, ProposalState
from portal.customers import frame
from portal.customers.models import find
from portal.people.guard import allowed, who
from portal.people.rules import Permission

blueprint = Blueprint("credit", __name__, url_prefix="/credit")

WORDS: dict[str, Any] = {
    "kinds": {k.value: k.label for k in ProposalKind},
    "states": {k.value: k.label for k in ProposalState},
    "policies": {k.value: k.label for k in Policy},
    "hold_kinds": {k.value: k.label for k in HoldKind},
    "state_tones": {"proposed": "wait", "approved": "done", "refused": "bad"},
}


@blueprint.get("")
@allowed(Permission.CREDIT_VIEW)
def index() -> Response:
    """The desk: limits to decide, holds in force, customers over their limit."""
    s, me, today = db.session(), who(), clock.today()
    show = web.args.get("show", "proposals")
    lists = {
        "proposals": lambda: models.proposals(s, me, web.args),
        "holds": lambda: models.holds(s, me, web.args, today),
        "over": lambda: models.over_limit(s, me, web.args, today),
    }
    if show not in lists:
        raise NotFound()
    counts = models.desk(s, me, today)
    return page("credit/index.html", show=show, found=lists[show](), counts=counts, held=held(today), **WORDS)


def held(today: date) -> Callable[[AnyRow], dict[str, Any]]:
    """What a template asks of a hold's row: its state today and the figures kept with it."""
    return lambda row: {"state": models.held_row(row).state(today), "figures": json.loads(row.figures)}


@blueprint.get("/customers/<int:customer_id>/propose")
@allowed(Permission.CREDIT_PROPOSE)
def new_proposal(customer_id: int) -> Response:
    return _propose_page(customer_id, ProposalForm())


@blueprint.post("/customers/<int:customer_id>/propose")
@allowed(Permission.CREDIT_PROPOSE)
def propose(customer_id: int) -> Response:
    find(db.session(), who(), customer_id)
    form = ProposalForm()
    if not form.validate():
        return _propose_page(customer_id, form, 422)

    def do(s: Session) -> str:
        actions.propose(
            s, customer_id, kind=form.kind.data, limit_fen=form.limit.data or 0, reason=form.reason.data,
            terms_days=form.terms_days.data, policy=form.policy.data or None, grace_days=form.grace_days.data,
            valid_until_on=form.valid_until.data, who=who(),
        )  # fmt: skip
        return f"/customers/{customer_id}/credit"

    try:
        return go(act(do, who().id), T("已提交，等另一位信用同事决定"))
    except Wrong as wrong:
        form.mend(wrong)
        return _propose_page(customer_id, form, 422)


def _propose_page(customer_id: int, form: ProposalForm, status: int = 200) -> Response:
    s = db.session()
    context = frame.context(s, who(), customer_id, current="credit")
    standing = models.standing(s, customer_id, clock.today())
    return page(
        "credit/propose.html", status=status, form=form, errors=form.errors, standing=standing, **WORDS, **context
    )


@blueprint.get("/proposals/<int:proposal_id>")
@allowed(Permission.CREDIT_VIEW)
def proposal(proposal_id: int) -> Response:
    return _proposal_page(models.find_proposal(db.session(), who(), proposal_id), DecisionForm())


@blueprint.post("/proposals/<int:proposal_id>/approve")
@allowed(Permission.CREDIT_DECIDE)
def approve(proposal_id: int) -> Response:
    return _decide(proposal_id, approve=True)


@blueprint.post("/proposals/<int:proposal_id>/refuse")
@allowed(Permission.CREDIT_DECIDE)
def refuse(proposal_id: int) -> Response:
    return _decide(proposal_id, approve=False)


def _decide(proposal_id: int, *, approve: bool) -> Response:
    row, form = models.find_proposal(db.session(), who(), proposal_id), DecisionForm()
    if not form.validate():
        return _proposal_page(row, form, 422)

    def do(s: Session) -> str:
        actions.decide(s, proposal_id, approve=approve, reason=form.reason.data, version=form.version.data, who=who())
        return url_for(".index")

    said = T("已同意，额度立即生效") if approve else T("已回绝这项提议")
    return go(act(do, who().id), said)


def _proposal_page(row: AnyRow, form: DecisionForm, status: int = 200) -> Response:
    standing = models.standing(db.session(), row.customer_id, clock.today())
    context = frame.context(db.session(), who(), row.customer_id, current="credit")
    return page(
        "credit/proposal.html", status=status, row=row, form=form, errors=form.errors, standing=standing,
        own=row.proposer_id == who().id, **WORDS, **context,
    )  # fmt: skip


@blueprint.get("/customers/<int:customer_id>/hold")
@allowed(Permission.CREDIT_HOLD)
def new_hold(customer_id: int) -> Response:
    context = frame.context(db.session(), who(), customer_id, current="credit")
    return page("credit/hold.html", form=HoldForm(), **context)


@blueprint.post("/customers/<int:customer_id>/hold")
@allowed(Permission.CREDIT_HOLD)
def place_hold(customer_id: int) -> Response:
    context = frame.context(db.session(), who(), customer_id, current="credit")
    form = HoldForm()
    if not form.validate():
        return page("credit/hold.html", status=422, form=form, errors=form.errors, **context)

    def do(s: Session) -> str:
        actions.place_hold(s, customer_id, reason=form.reason.data, who=who())
        return f"/customers/{customer_id}/credit"

    return go(act(do, who().id), T("账户已冻结，新订单会先待审"))


@blueprint.get("/holds/<int:hold_id>/release")
@allowed(Permission.CREDIT_RELEASE)
def new_release(hold_id: int) -> Response:
    return _release_page(models.find_hold(db.session(), who(), hold_id), ReleaseForm())


@blueprint.post("/holds/<int:hold_id>/release")
@allowed(Permission.CREDIT_RELEASE)
def release_hold(hold_id: int) -> Response:
    hold, form = models.find_hold(db.session(), who(), hold_id), ReleaseForm()
    if not form.validate():
        return _release_page(hold, form, 422)

    def do(s: Session) -> str:
        actions.release_hold(
            s, hold_id, reason=form.reason.data, until_on=form.until.data, up_to_fen=form.up_to.data, who=who()
        )
        return f"/customers/{hold.customer_id}/credit"

    return go(act(do, who().id), T("已解除冻结，等待的订单已重新检查"))


def _release_page(hold: AnyRow, form: ReleaseForm, status: int = 200) -> Response:
    context = frame.context(db.session(), who(), hold.customer_id, current="credit")
    return page("credit/release.html", status=status, hold=hold, form=form, errors=form.errors, **context)
