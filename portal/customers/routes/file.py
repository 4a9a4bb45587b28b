"""The first page of a customer's file: groups of fields that are edited in place, completeness, ownership."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import request as web
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import AnyRow, db
from portal.core.pages import act, go, is_fragment, journal_refusal, page
from portal.core.refusal import Changed, NotFound, Wrong
from portal.core.text import T, Text
from portal.customers import actions, frame, models
from portal.customers.forms import EditForm, edits
from portal.customers.routes._blueprint import blueprint
from portal.customers.rules import LIFE, Kind, State
from portal.customers.rules.groups import Group, Written, apart, groups, written
from portal.people.guard import allowed, who
from portal.people.models import Who
from portal.people.rules import Permission


@dataclass(slots=True)
class Shown:
    """A group on the page: its values, or the form it is edited with (and what somebody else wrote meanwhile)."""

    key: str
    title: Text
    pairs: list[tuple[Text, Written]]
    form: EditForm | None = None
    conflict: list[tuple[Text, Written, Written]] = field(default_factory=list)


@blueprint.get("/<int:customer_id>")
@allowed(Permission.CUSTOMER_VIEW)
def show(customer_id: int) -> Response:
    return _shown(customer_id)


@blueprint.get("/<int:customer_id>/edit/<key>")
@allowed(Permission.CUSTOMER_EDIT)
def edit(customer_id: int, key: str) -> Response:
    customer = models.find(db.session(), who(), customer_id)
    return _shown(customer_id, key, _form(models.file_of(db.session(), customer.id), key))


@blueprint.post("/<int:customer_id>/edit/<key>")
@allowed(Permission.CUSTOMER_EDIT)
def save(customer_id: int, key: str) -> Response:
    me, s = who(), db.session()
    customer = models.find(s, me, customer_id)
    group, form = _group(Kind(customer.kind), key), _form(models.file_of(s, customer_id), key)
    if "pick_region" in web.form:
        return _shown(customer_id, key, form)
    if not form.validate():
        return _shown(customer_id, key, form, status=422)

    def do(tx: Session) -> str:
        models.find(tx, me, customer_id)
        actions.edit(tx, customer_id, key, web.form.get("version", 0, int), me, **form.given())
        return f"/customers/{customer_id}"

    try:
        return go(act(do, me.id), T("已保存：{group}", group=group.title))
    except Wrong as wrong:
        form.mend(wrong)
        return _shown(customer_id, key, form, status=422)
    except Changed as changed:
        journal_refusal(changed)
        return _shown(customer_id, key, form, apart(group, changed.theirs, changed.yours), status=409)


def _form(file: AnyRow, key: str) -> EditForm:
    """The form of the group with what the file holds; the kind is fixed once money came in."""
    kind = Kind(file.kind)
    _group(kind, key)
    form = edits(kind)[key](data=dict(file._mapping))
    if key == "identity" and file.kind_confirmed_on:
        del form.kind
    return form


def _group(kind: Kind, key: str) -> Group:
    found = groups(kind).get(key)
    if found is None:
        raise NotFound()
    return found


def _shown(
    customer_id: int,
    editing: str = "",
    form: EditForm | None = None,
    conflict: list[tuple[Text, Written, Written]] | None = None,
    status: int = 200,
) -> Response:
    """The page; with `editing` that group as a form, and for htmx only this group."""
    me, s = who(), db.session()
    around = frame.context(s, me, customer_id, current="file")
    customer, file = around["customer"], models.file_of(s, customer_id)
    shown = [_group_shown(group, file, me) for group in groups(Kind(file.kind)).values()]
    shown = [one for one in shown if one.pairs]
    for one in shown:
        if one.key == editing:
            one.form, one.conflict = form, conflict or []
    more = {} if editing and is_fragment() else _beside(s, customer, file, me)
    fragment = "customers/_group.html" if editing else None
    return page(
        "customers/show.html", fragment, status=status, **around, **more, file=file, groups=shown,
        errors=status == 422, clash=status == 409,
        group=next((one for one in shown if one.key == editing), None), may_edit=me.may(Permission.CUSTOMER_EDIT),
    )  # fmt: skip


def _group_shown(group: Group, file: AnyRow, me: Who) -> Shown:
    """The group as this person sees it: prices and amounts only for those who see money."""
    hidden = set() if me.sees_money else {"price_class", "deposit_fen"}
    values = {name: value for name, value in file._mapping.items() if name not in hidden}
    return Shown(group.key, group.title, written(group, values))


def _beside(s: Session, customer: AnyRow, file: AnyRow, me: Who) -> dict[str, Any]:
    """What stands beside the groups: what is missing, who looks after the customer, what may become of it."""
    may_assign = me.may(Permission.CUSTOMER_ASSIGN)
    state = State(customer.state)
    return {
        "complete": models.how_complete(file, customer.owner_id),
        "ownership": models.ownership_of(s, customer.id),
        "owners": models.owners(s) if may_assign else (),
        "verbs": [verb for verb in LIFE.verbs(state) if verb != "activate"] if me.may(Permission.CUSTOMER_EDIT) else (),
        "today": clock.today(),
    }
