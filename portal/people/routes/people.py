"""People as the administrator sees them."""

from __future__ import annotations

from typing import Any

from flask import request as web
from flask import url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.pages import act, go, page
from portal.core.refusal import Wrong
from portal.core.text import T, Text
from portal.people import actions, models, timeline
from portal.people.actions import Details
from portal.people.forms import CustomerPersonForm, PersonForm, StaffForm
from portal.people.guard import allowed, who
from portal.people.models import Firm, Person, firms
from portal.people.routes._blueprint import blueprint, hand_over
from portal.people.rules import PORTAL_ROLES, Permission, Role

COMINGS = ("person.signed_in", "person.signed_out")


@blueprint.get("/people")
@allowed(Permission.PEOPLE_MANAGE)
def index() -> Response:
    s = db.session()
    listing = models.people(s, web.args, who())
    customers = {row.customer_id for row in listing.rows if row.customer_id}
    return page(
        "people/index.html", "people/_list.html", found=listing, args=web.args, roles=Role.pairs(),
        firms=firms.by_ids(s, customers), last=models.last_sign_ins(s, [row.id for row in listing.rows]),
        role_of=Role, sides=_sides(),
    )  # fmt: skip


def _sides() -> list[dict[str, Any]]:
    now = web.args.get("side", "")
    sides = (("", T("全部")), ("staff", T("本公司")), ("portal", T("客户的人")))
    return [{"label": word, "url": url_for("people.index", side=key or None), "current": now == key}
            for key, word in sides]  # fmt: skip


@blueprint.get("/people/new")
@allowed(Permission.PEOPLE_MANAGE)
def new() -> Response:
    return _new(_blank(), 200)


def _blank() -> PersonForm:
    return CustomerPersonForm() if _for_customer() else StaffForm()


def _for_customer() -> bool:
    return web.values.get("side") == "portal"


def _new(form: PersonForm, status: int) -> Response:
    sides = (("staff", T("本公司的人")), ("portal", T("客户的人")))
    side = "portal" if _for_customer() else "staff"
    tabs = [{"label": word, "url": url_for("people.new", side=key), "current": key == side} for key, word in sides]
    return page("people/new.html", status=status, form=form, errors=status != 200, tabs=tabs, side=side)


@blueprint.post("/people")
@allowed(Permission.PEOPLE_MANAGE)
def create() -> Response:
    form = _blank()
    try:
        if form.validate():
            details = _details(form)
            return hand_over(lambda s, kept: _create(s, form.login.data, details, kept), _url)
    except Wrong as wrong:
        form.mend(wrong)
    return _new(form, 422)


def _create(s: Session, login: str, details: Details, kept: str) -> Person:
    return actions.create_person(
        s, login=login, name=details.name, phone=details.phone, role=str(details.role), seat=details.seat,
        customer_id=details.customer_id, region_code=details.region_code, password_hash=kept, who=who(),
    )  # fmt: skip


def _url(person_id: int) -> str:
    return url_for("people.show", person_id=person_id)


def _details(form: PersonForm) -> Details:
    """What the form says of a person; Wrong when the customer is not clear."""
    name, phone = form.name.data, form.phone.data
    if isinstance(form, CustomerPersonForm):
        firm = _firm(form.customer.data)
        return Details(name, phone, firm.role, firm.id, form.seat.data)
    if isinstance(form, StaffForm):
        return Details(name, phone, form.role.data, region_code=form.region.data)
    return Details(name, phone)


def _firm(typed: str) -> Firm:
    """The customer that was typed: by its code, as suggested (code and name), or by a part that only one has."""
    s = db.session()
    found = firms.by_text(s, typed.split(" ", maxsplit=1)[0]) if " " in typed else []
    if len(found) != 1:
        found = firms.by_text(s, typed)
    if not found:
        raise Wrong({"customer": T("没有这家客户，核对编号或名称")})
    if len(found) > 1:
        raise Wrong({"customer": T("有好几家：{firms}。写上编号", firms="，".join(map(_named, found[:5])))})  # data
    return found[0]


def _named(firm: Firm) -> str:
    return f"{firm.code} {firm.name}"


@blueprint.get("/people/customers")
@allowed(Permission.PEOPLE_MANAGE)
def suggest_customers() -> Response:
    """What the box of a customer's name suggests while somebody types."""
    typed = web.args.get("customer", "").strip()
    return page("people/_firms.html", firms=firms.by_text(db.session(), typed) if typed else [])


@blueprint.get("/people/<int:person_id>")
@allowed(Permission.PEOPLE_MANAGE)
def show(person_id: int) -> Response:
    s = db.session()
    person = models.find(s, person_id, who())
    told = timeline.of_record(s, "person", person_id, without=COMINGS)
    moves = [[person.customer_id], *(line.facts.get("customer_id") for line in told)]
    known = firms.by_ids(s, {one for move in moves if isinstance(move, list) for one in move if one})
    return page(
        "people/show.html", person=person, firm=known.get(person.customer_id or 0), role=Role(person.role),
        sign_ins=models.live_sign_ins(s, person_id), told=[(line, _changes(line.facts, known)) for line in told],
    )  # fmt: skip


def _changes(facts: dict[str, Any], known: dict[int, Firm]) -> list[Text]:
    """What an entry changed, from what to what; of personal values only that they changed."""
    lines = []
    for key, word in actions.LABELS.items():
        pair = facts.get(key)
        if isinstance(pair, list) and len(pair) == 2:
            before, after = (_shown(key, value, known) for value in pair)
            lines.append(T("{what}：{before} → {after}", what=word, before=before, after=after))
        elif key in facts.get("fields", []):
            lines.append(T("{what}：已改", what=word))
    return lines


def _shown(key: str, value: Any, known: dict[int, Firm]) -> object:
    if key == "customer_id" and value in known:
        return known[value].name
    return actions.shown(key, value) or "—"


@blueprint.get("/people/<int:person_id>/edit")
@allowed(Permission.PEOPLE_MANAGE)
def edit(person_id: int) -> Response:
    person = models.find(db.session(), person_id, who())
    return _edit(person, _filled(person), 200)


def _filled(person: Person) -> PersonForm:
    """The form of this person's side, filled in or as typed."""
    form: PersonForm
    if person.role in PORTAL_ROLES:
        firm = firms.by_ids(db.session(), [person.customer_id or 0]).get(person.customer_id or 0)
        form = CustomerPersonForm(obj=person, customer=_named(firm) if firm else "")
    else:
        form = StaffForm(obj=person, region=person.region_code)
    del form.login
    return form


def _edit(person: Person, form: PersonForm, status: int) -> Response:
    return page("people/edit.html", status=status, person=person, form=form, errors=status != 200)


@blueprint.post("/people/<int:person_id>")
@allowed(Permission.PEOPLE_MANAGE)
def save(person_id: int) -> Response:
    person = models.find(db.session(), person_id, who())
    form = _filled(person)
    try:
        if form.validate():
            details, seen = _details(form), int(form.version.data) if str(form.version.data).isdecimal() else 0

            def change(s: Session) -> str:
                found = models.find(s, person_id, who(), lock=True)
                actions.edit_person(s, found, details, version=seen, who=who())
                return _url(person_id)

            return go(act(change, who().id), T("已保存。"))
    except Wrong as wrong:
        form.mend(wrong)
    return _edit(models.find(db.session(), person_id, who()), form, 422)


@blueprint.post("/people/<int:person_id>/disable")
@allowed(Permission.PEOPLE_MANAGE)
def disable(person_id: int) -> Response:
    return _do(person_id, actions.disable, T("账号已停用，全部登录已结束。"))


@blueprint.post("/people/<int:person_id>/enable")
@allowed(Permission.PEOPLE_MANAGE)
def enable(person_id: int) -> Response:
    return _do(person_id, actions.enable, T("账号已恢复。"))


def _do(person_id: int, verb: Any, said: Text) -> Response:
    def do(s: Session) -> str:
        verb(s, models.find(s, person_id, who(), lock=True), who())
        return _url(person_id)

    return go(act(do, who().id), said)


@blueprint.post("/people/<int:person_id>/reset")
@allowed(Permission.PEOPLE_MANAGE)
def reset(person_id: int) -> Response:
    def do(s: Session, kept: str) -> Person:
        person = models.find(s, person_id, who(), lock=True)
        actions.reset_password(s, person, kept, who())
        return person

    return hand_over(do, _url)


@blueprint.post("/people/<int:person_id>/sign-out")
@allowed(Permission.PEOPLE_MANAGE)
def end_sign_ins(person_id: int) -> Response:
    """A lost phone: every device of this person is out."""

    def do(s: Session) -> str:
        actions.sign_out_everywhere(s, models.find(s, person_id, who()).id, who())
        return _url(person_id)

    return go(act(do, who().id), T("这个人的全部登录已结束。"))
