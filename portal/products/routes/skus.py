"""Packages: a row of the product's file, and a page of their own."""

from __future__ import annotations

from typing import Any

from flask import request as web
from flask import url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.fields import Form
from portal.core.pages import act, go, is_fragment, page, toast
from portal.core.refusal import Wrong
from portal.core.text import T, Text
from portal.customers import models as customers
from portal.customers.rules import PriceClass
from portal.people.guard import allowed, who
from portal.people.rules import Permission
from portal.products import actions, beside, grades, models
from portal.products.forms import AliasForm, SkuForm, SuccessorForm, WhyForm
from portal.products.routes._blueprint import blueprint
from portal.products.routes._shared import customer_named, history, seen_version, session, sku_named, today
from portal.products.routes.goods import file
from portal.products.rules import OilKind


@blueprint.get("/<int:product_id>/skus/new")
@allowed(Permission.PRODUCT_EDIT)
def new_sku(product_id: int) -> Response:
    product = models.product_row(session(), product_id)
    return _new(product_id, SkuForm(None, code=f"{product.code}-"))


def _new(product_id: int, form: SkuForm, status: int = 200) -> Response:
    more = {"sku_form": form, "editing": "new", "errors": status == 422}
    context = file(session(), product_id, **more)
    return page("products/show.html", "products/_sku_new.html", status=status, **context)


@blueprint.post("/<int:product_id>/skus/new")
@allowed(Permission.PRODUCT_EDIT)
def create_sku(product_id: int) -> Response:
    form = SkuForm()
    if not form.validate():
        return _new(product_id, form, 422)

    def do(s: Session) -> str:
        actions.create_sku(s, product_id, **form.fields(), who=who())
        return url_for("products.show", product_id=product_id)

    try:
        return go(act(do, who().id), T("已新建规格 {code}", code=form.code.data))
    except Wrong as wrong:
        form.mend(wrong)
        return _new(product_id, form, 422)


@blueprint.get("/skus/<int:sku_id>/row")
@allowed(Permission.PRODUCT_VIEW)
def sku_row(sku_id: int) -> Response:
    """The row again, as it is: what leaving its form shows."""
    return _row(sku_id)


def _row(sku_id: int, **more: Any) -> Response:
    s = session()
    sku = models.sku_row(s, sku_id)
    context = {"sku": sku, **more} if is_fragment() else file(s, sku.product_id)
    return page("products/show.html", "products/_sku.html", **context)


@blueprint.get("/skus/<int:sku_id>/edit")
@allowed(Permission.PRODUCT_EDIT)
def edit_sku(sku_id: int) -> Response:
    return _edit(sku_id, SkuForm(None, obj=models.sku_row(session(), sku_id)))


def _edit(sku_id: int, form: SkuForm, status: int = 200) -> Response:
    s = session()
    sku = models.sku_row(s, sku_id)
    more = {"sku": sku, "sku_form": form, "editing": sku_id, "errors": status == 422}
    context = more if is_fragment() else file(s, sku.product_id, **more)
    return page("products/show.html", "products/_sku_edit.html", status=status, **context)


@blueprint.post("/skus/<int:sku_id>/edit")
@allowed(Permission.PRODUCT_EDIT)
def save_sku(sku_id: int) -> Response:
    form = SkuForm()
    if not form.validate():
        return _edit(sku_id, form, 422)

    def do(s: Session) -> str:
        sku = actions.edit_sku(s, sku_id, **form.fields(), seen=seen_version(), who=who())
        return url_for("products.show", product_id=sku.product_id)

    try:
        url = act(do, who().id)
    except Wrong as wrong:
        form.mend(wrong)
        return _edit(sku_id, form, 422)
    said = T("已保存 {name}", name=form.code.data)
    return toast(_row(sku_id, saved=True), said) if is_fragment() else go(url, said)


@blueprint.get("/skus/<int:sku_id>")
@allowed(Permission.PRODUCT_VIEW)
def show_sku(sku_id: int) -> Response:
    return _page(sku_id)


def _page(sku_id: int, status: int = 200, **more: Any) -> Response:
    s, me, day = session(), who(), today()
    sku = models.sku_row(s, sku_id)
    sees_prices = me.may(Permission.PRICE_VIEW)
    context = {
        "sku": sku,
        "kind_label": OilKind(sku.kind).label,
        "meaning": grades.meaning(sku.viscosity, sku.kind) + grades.classes(sku.performance),
        "stock": beside.stock_of(s, [sku_id]).get(sku_id, (0, 0)),
        "aliases": models.aliases_of(s, me, sku_id) if me.may(Permission.CUSTOMER_VIEW) else None,
        "prices": models.lists_with(s, me, sku_id, day) if sees_prices else None,
        "why": models.explain(s, sku_id, quantity=1, day=day) if sees_prices else None,
        "why_form": WhyForm(None, day=day, quantity=1),
        "class_words": dict(PriceClass.pairs()),
        "alias_form": AliasForm(None),
        "successor_form": SuccessorForm(None),
        "entries": history(s, me, "sku", sku_id),
        "errors": status == 422,
        **more,
    }
    return page("products/sku.html", status=status, **context)


@blueprint.post("/skus/<int:sku_id>/discontinue")
@allowed(Permission.PRODUCT_EDIT)
def discontinue(sku_id: int) -> Response:
    form = SuccessorForm()

    def do(s: Session) -> str:
        typed = form.successor.data
        successor = sku_named(s, typed, "successor").id if typed else None
        actions.discontinue(s, sku_id, successor_id=successor, seen=seen_version(), who=who())
        return url_for("products.show_sku", sku_id=sku_id)

    return _done(sku_id, form, do, T("已停售"), successor_form=form)


@blueprint.post("/skus/<int:sku_id>/sell-again")
@allowed(Permission.PRODUCT_EDIT)
def sell_again(sku_id: int) -> Response:
    def do(s: Session) -> str:
        actions.put_back_on_sale(s, sku_id, seen=seen_version(), who=who())
        return url_for("products.show_sku", sku_id=sku_id)

    return go(act(do, who().id), T("已恢复销售"))


@blueprint.post("/skus/<int:sku_id>/aliases")
@allowed(Permission.CUSTOMER_EDIT)
def add_alias(sku_id: int) -> Response:
    form = AliasForm()

    def do(s: Session) -> str:
        customer = customer_named(s, who(), form.customer.data or "")
        actions.set_alias(s, sku_id, customer.id, form.alias.data or "", who())
        return url_for("products.show_sku", sku_id=sku_id, _anchor="aliases")

    return _done(sku_id, form, do, T("已记下叫法“{alias}”", alias=form.alias.data), alias_form=form)


def _done(sku_id: int, form: Form, do: Any, said: Text, **shown: Any) -> Response:
    """Do it and go on; what was typed comes back with what is wrong with it."""
    if not form.validate():
        return _page(sku_id, 422, **shown)
    try:
        return go(act(do, who().id), said)
    except Wrong as wrong:
        form.mend(wrong)
        return _page(sku_id, 422, **shown)


@blueprint.post("/aliases/<int:alias_id>/remove")
@allowed(Permission.CUSTOMER_EDIT)
def remove_alias(alias_id: int) -> Response:
    def do(s: Session) -> str:
        alias = models.find_alias(s, who(), alias_id)
        actions.remove_alias(s, alias_id, who())
        return url_for("products.show_sku", sku_id=alias.sku_id, _anchor="aliases")

    return go(act(do, who().id), T("已删去这个叫法"))


@blueprint.get("/find")
@allowed(Permission.PRODUCT_VIEW)
def find() -> Response:
    """Packages for a box with suggestions: what was typed is in `q`, or in the box that asks."""
    typed = web.args.get("q") or next((v for k, v in web.args.items() if k in ("sku", "successor", "code")), "")
    rows = models.search_skus(session(), typed, limit=12)
    return page("products/find.html", "products/_options.html", typed=typed, list_id="skus", options=_options(rows))


@blueprint.get("/find-customers")
@allowed(Permission.CUSTOMER_VIEW)
def find_customers() -> Response:
    """Customers for a box with suggestions, of those that this person may see."""
    typed = next((web.args[name] for name in ("q", "customer", "named") if web.args.get(name)), "")
    rows = customers.pick(session(), who(), typed, limit=12)
    options = [(row.code, row.name) for row in rows]
    return page("products/find.html", "products/_options.html", typed=typed, list_id="customers", options=options)


def _options(rows: Any) -> list[tuple[str, str]]:
    return [(row.code, f"{row.label} {row.spec}") for row in rows]
