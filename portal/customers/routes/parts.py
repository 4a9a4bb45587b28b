"""Two tabs of the file that are handled alike: contacts, and the sites where goods go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request as web
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.db import Rows, db
from portal.core.pages import act, go, journal_refusal, page
from portal.core.refusal import Changed, NotFound, Wrong
from portal.core.text import T, Text
from portal.customers import actions, frame, models, regions
from portal.customers.forms import ContactForm, SiteForm
from portal.customers.forms.parts import PartForm
from portal.customers.models import Contact, Site
from portal.customers.routes._blueprint import blueprint
from portal.customers.rules.groups import CONTACT, SITE, Group, apart
from portal.people.guard import allowed, who
from portal.people.models import Who
from portal.people.rules import Permission


@dataclass(frozen=True, slots=True)
class Part:
    """What one of the two tabs works with."""

    tab: str
    group: Group
    form: type[PartForm]
    rows: Callable[[Session, int], Rows]
    find: Callable[[Session, Who, int], Contact | Site]
    add: Callable[..., Any]
    edit: Callable[..., Any]
    remove: Callable[[Session, int, Who], None]
    row_html: str


PARTS = {
    "contacts": Part(
        "contacts", CONTACT, ContactForm, models.contacts_of, models.find_contact, actions.add_contact,
        actions.edit_contact, actions.remove_contact, "customers/_contact.html",
    ),
    "sites": Part(
        "sites", SITE, SiteForm, models.sites_of, models.find_site, actions.add_site, actions.edit_site,
        actions.remove_site, "customers/_site.html",
    ),
}  # fmt: skip
ONE = "/<int:customer_id>/<any(contacts, sites):tab>"


@blueprint.get("/<int:customer_id>/contacts")
@allowed(Permission.CUSTOMER_VIEW)
def contacts(customer_id: int) -> Response:
    return _shown(customer_id, PARTS["contacts"])


@blueprint.get("/<int:customer_id>/sites")
@allowed(Permission.CUSTOMER_VIEW)
def sites(customer_id: int) -> Response:
    return _shown(customer_id, PARTS["sites"])


@blueprint.post(ONE)
@allowed(Permission.CUSTOMER_EDIT)
def add_part(customer_id: int, tab: str) -> Response:
    me, part = who(), PARTS[tab]
    form = part.form()
    models.find(db.session(), me, customer_id)

    def do(s: Session) -> str:
        models.find(s, me, customer_id)
        part.add(s, customer_id, **form.given(), who=me)
        return f"/customers/{customer_id}/{tab}"

    return _tried(form, do, T("已添加：{name}", name=form.name.data)) or _shown(customer_id, part, form)


@blueprint.get(f"{ONE}/<int:part_id>")
@allowed(Permission.CUSTOMER_EDIT)
def edit_part(customer_id: int, tab: str, part_id: int) -> Response:
    row = _find(db.session(), customer_id, PARTS[tab], part_id)
    return _shown(customer_id, PARTS[tab], editing=part_id, edited=PARTS[tab].form(obj=row))


@blueprint.post(f"{ONE}/<int:part_id>")
@allowed(Permission.CUSTOMER_EDIT)
def save_part(customer_id: int, tab: str, part_id: int) -> Response:
    me, part = who(), PARTS[tab]
    form = part.form()
    _find(db.session(), customer_id, part, part_id)

    def do(s: Session) -> str:
        _find(s, customer_id, part, part_id)
        part.edit(s, part_id, web.form.get("version", 0, int), me, **form.given())
        return f"/customers/{customer_id}/{tab}"

    try:
        saved = _tried(form, do, T("已保存：{name}", name=form.name.data))
        return saved or _shown(customer_id, part, editing=part_id, edited=form)
    except Changed as changed:
        journal_refusal(changed)
        return _shown(customer_id, part, editing=part_id, edited=form, conflict=changed)


@blueprint.post(f"{ONE}/<int:part_id>/remove")
@allowed(Permission.CUSTOMER_EDIT)
def remove_part(customer_id: int, tab: str, part_id: int) -> Response:
    me, part = who(), PARTS[tab]

    def do(s: Session) -> str:
        _find(s, customer_id, part, part_id)
        part.remove(s, part_id, me)
        return f"/customers/{customer_id}/{tab}"

    return go(act(do, me.id), T("已移除"))


def _find(s: Session, customer_id: int, part: Part, part_id: int) -> Contact | Site:
    row = part.find(s, who(), part_id)
    if row.customer_id != customer_id:
        raise NotFound()
    return row


def _tried(form: PartForm, do: Callable[[Session], str], said: Text) -> Response | None:
    """The way on after `do`; None when what was typed has to be mended (or only the next step of a region is asked)."""
    if "pick_region" in web.form or not form.validate():
        return None
    try:
        return go(act(do, who().id), said)
    except Wrong as wrong:
        form.mend(wrong)
        return None


def _shown(
    customer_id: int,
    part: Part,
    form: PartForm | None = None,
    *,
    editing: int | None = None,
    edited: PartForm | None = None,
    conflict: Changed | None = None,
) -> Response:
    """The tab; with `editing` that row as a form, and for htmx only this row."""
    me, s = who(), db.session()
    around = frame.context(s, me, customer_id, current=part.tab)
    rows = part.rows(s, customer_id)
    errors = bool((form or edited) and (form or edited).errors)  # type: ignore[union-attr]
    return page(
        f"customers/{part.tab}.html", part.row_html if editing else None, **around, rows=rows, errors=errors,
        status=409 if conflict else 422 if errors else 200, form=(form or part.form(None)).named("new"),
        row=next((row for row in rows if row.id == editing), None), editing=editing, adding=form is not None,
        edited=edited and edited.named("edit"), may_edit=me.may(Permission.CUSTOMER_EDIT), region=regions.name,
        conflict=apart(part.group, conflict.theirs, conflict.yours) if conflict else [],
    )  # fmt: skip
