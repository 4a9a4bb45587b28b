"""Opening a file; the fragments that help while typing: who could be meant, and the next step of a region."""

from __future__ import annotations

import re
from typing import Any

from flask import request as web
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.fields import half_width
from portal.core.pages import act, go, page
from portal.core.refusal import NotFound, Wrong
from portal.core.text import T
from portal.customers import actions, models
from portal.customers.forms import NewForm, RegionField
from portal.customers.models import Double
from portal.customers.routes._blueprint import blueprint
from portal.customers.rules import uscc
from portal.people.guard import allowed, who
from portal.people.models import Who
from portal.people.rules import Permission, Role


@blueprint.get("/new")
@allowed(Permission.CUSTOMER_CREATE)
def new() -> Response:
    me = who()
    return _shown(_form(me), [])


@blueprint.post("")
@allowed(Permission.CUSTOMER_CREATE)
def create() -> Response:
    me, form = who(), _form(who())
    if "pick_region" in web.form:
        return _shown(form, [])
    fine = form.validate()
    found = _doubles(me)
    if any(double.why == "uscc" for double in found):
        form.mend(Wrong({"uscc": T("这个统一社会信用代码已经建过档案")}))
        return _shown(form, found, status=422)
    if not fine or (found and not form.different.data):
        return _shown(form, found, status=422)
    try:
        url = act(lambda s: _create(s, form, me), me.id)
    except Wrong as wrong:
        form.mend(wrong)
        return _shown(form, found, status=422)
    return go(url, T("已建立客户档案：{name}", name=form.name.data))


def _create(s: Session, form: NewForm, me: Who) -> str:
    """The customer, with contact and site when they were typed; the URL of its file."""
    customer = actions.create(s, **form.customer(), who=me)
    if form.contact_name.data:
        actions.add_contact(s, customer.id, name=form.contact_name.data, phone=form.contact_phone.data, who=me)
    if form.is_site.data and form.address.data:
        actions.add_site(
            s, customer.id, name=T("默认收货地点").source, address=form.address.data,
            region_code=form.region_code.data, contact_name=form.contact_name.data or None,
            phone=form.contact_phone.data or form.phone.data, who=me,
        )  # fmt: skip
    return f"/customers/{customer.id}"


def _form(me: Who) -> NewForm:
    """The form as this person fills it in: an account manager opens own customers, others name who looks after them."""
    form = NewForm()
    if me.role is Role.ACCOUNT_MANAGER:
        del form.owner_id
    else:
        form.owner_id.choices = [("", T("以后再定")), *((str(o.id), o.name) for o in models.owners(db.session()))]
    if me.role is Role.MANAGER and web.method == "GET":
        form.region_code.data = (me.region_code or "").ljust(6, "0")
    return form


def _shown(form: NewForm, found: list[Double], status: int = 200) -> Response:
    return page("customers/new.html", form=form, errors=status == 422, found=found, status=status)


@blueprint.get("/doubles")
@allowed(Permission.CUSTOMER_CREATE)
def doubles() -> Response:
    return page("customers/_doubles.html", found=_doubles(who()), form=_form(who()))


def _doubles(me: Who) -> list[Double]:
    typed = {name: half_width(web.values.get(name, "")).replace("\x00", "")[:100] for name in ("name", "uscc", "phone")}
    return models.doubles(
        db.session(), me, name=typed["name"], uscc=uscc.tidy(typed["uscc"]), phone=re.sub(r"\D", "", typed["phone"])
    )


@blueprint.get("/regions")
@allowed(Permission.CUSTOMER_VIEW)
def region_steps() -> Response:
    """The boxes for what was chosen so far; `id` is what the form calls the field."""
    name = web.args.get("id", "region_code")
    if not re.fullmatch(r"[a-z0-9_\-]{1,40}", name):
        raise NotFound()
    return page("customers/_region.html", region=_region(name, web.args.getlist("region_code")))


def _region(name: str, chosen: list[str]) -> Any:
    from portal.core.fields import Form
    from portal.customers.forms.edits import label

    class One(Form):
        region_code = RegionField(label("region_code"))

    field = One(formdata=None).region_code
    field.id = name
    try:
        field.process_formdata(chosen)
    except ValueError:
        raise NotFound() from None
    return field
