"""What becomes of a customer: looked through, stopped, resumed, given to somebody."""

from __future__ import annotations

from collections.abc import Callable

from flask import request as web
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.pages import act, go
from portal.core.refusal import NotFound
from portal.core.text import T, Text
from portal.customers import actions, models
from portal.customers.routes._blueprint import blueprint
from portal.people.guard import allowed, who
from portal.people.models import Who
from portal.people.rules import Permission

Verb = Callable[[Session, int, Who], None]


@blueprint.post("/<int:customer_id>/verify")
@allowed(Permission.CUSTOMER_EDIT)
def verify(customer_id: int) -> Response:
    return _do(customer_id, T("已记下：今天核对过"), lambda s, n, me: actions.verify(s, n, _version(), me))


@blueprint.post("/<int:customer_id>/stop")
@allowed(Permission.CUSTOMER_EDIT)
def stop(customer_id: int) -> Response:
    reason = web.form.get("reason", "").replace("\x00", "")[:500]
    return _do(customer_id, T("已停止往来"), lambda s, n, me: actions.stop(s, n, reason, _version(), me))


@blueprint.post("/<int:customer_id>/resume")
@allowed(Permission.CUSTOMER_EDIT)
def resume(customer_id: int) -> Response:
    return _do(customer_id, T("已恢复往来"), lambda s, n, me: actions.resume(s, n, _version(), me))


@blueprint.post("/<int:customer_id>/assign")
@allowed(Permission.CUSTOMER_ASSIGN)
def assign(customer_id: int) -> Response:
    chosen = web.form.get("person_id", "")
    if chosen and not (chosen.isascii() and chosen.isdigit() and len(chosen) < 10):
        raise NotFound()
    person_id = int(chosen) if chosen else None
    return _do(customer_id, T("负责人已更新"), lambda s, n, me: actions.assign(s, n, person_id, me))


def _version() -> int | None:
    return web.form.get("version", 0, int)


def _do(customer_id: int, said: Text, verb: Verb) -> Response:
    me = who()

    def do(s: Session) -> str:
        models.find(s, me, customer_id)
        verb(s, customer_id, me)
        return f"/customers/{customer_id}"

    return go(act(do, me.id), said)
