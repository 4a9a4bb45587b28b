"""The owner of a customer lets own buyers in, and no longer in."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.pages import act, go, page
from portal.core.refusal import NotFound, Wrong
from portal.core.text import T, Text
from portal.people import actions, models
from portal.people.forms import ColleagueForm
from portal.people.guard import allowed, who
from portal.people.models import Firm, Person, firms
from portal.people.routes._blueprint import blueprint, hand_over
from portal.people.rules import CustomerSeat, Permission, login_of


@blueprint.get("/people/colleagues")
@allowed(Permission.COLLEAGUES_MANAGE)
def colleagues() -> Response:
    return _colleagues(ColleagueForm(), 200)


def _colleagues(form: ColleagueForm, status: int) -> Response:
    s = db.session()
    rows = models.colleagues(s, who())
    return page(
        "people/colleagues.html", status=status, form=form, errors=status != 200, rows=rows, firm=_firm(),
        last=models.last_sign_ins(s, [row.id for row in rows]), seat_of=CustomerSeat,
    )  # fmt: skip


def _firm() -> Firm:
    me = who()
    firm = firms.by_ids(db.session(), [me.customer_id or 0]).get(me.customer_id or 0)
    if firm is None:
        raise NotFound()
    return firm


@blueprint.post("/people/colleagues")
@allowed(Permission.COLLEAGUES_MANAGE)
def add_colleague() -> Response:
    form, firm = ColleagueForm(), _firm()
    try:
        if form.validate():
            return hand_over(lambda s, kept: _add(s, form, firm, kept), _back)
    except Wrong as wrong:
        form.mend(wrong)
    return _colleagues(form, 422)


def _add(s: Session, form: ColleagueForm, firm: Firm, kept: str) -> Person:
    """The login begins with the customer's code: nobody learns here which logins others have."""
    return actions.create_person(
        s, login=f"{login_of(firm.code)}-{login_of(form.login.data)}", name=form.name.data, phone=form.phone.data,
        role=who().role, seat=CustomerSeat.BUYER, customer_id=who().customer_id, password_hash=kept, who=who(),
    )  # fmt: skip


def _back(_person_id: int) -> str:
    return url_for("people.colleagues")


@blueprint.post("/people/colleagues/<int:person_id>/disable")
@allowed(Permission.COLLEAGUES_MANAGE)
def disable_colleague(person_id: int) -> Response:
    return _do(person_id, actions.disable, T("账号已停用，全部登录已结束。"))


@blueprint.post("/people/colleagues/<int:person_id>/enable")
@allowed(Permission.COLLEAGUES_MANAGE)
def enable_colleague(person_id: int) -> Response:
    return _do(person_id, actions.enable, T("账号已恢复。"))


def _do(person_id: int, verb: Any, said: Text) -> Response:
    def do(s: Session) -> str:
        verb(s, models.find_colleague(s, person_id, who(), lock=True), who())
        return url_for("people.colleagues")

    return go(act(do, who().id), said)


@blueprint.post("/people/colleagues/<int:person_id>/reset")
@allowed(Permission.COLLEAGUES_MANAGE)
def reset_colleague(person_id: int) -> Response:
    def do(s: Session, kept: str) -> Person:
        person = models.find_colleague(s, person_id, who(), lock=True)
        actions.reset_password(s, person, kept, who())
        return person

    return hand_over(do, _back)
