"""The list of packages, and one product's file."""

from __future__ import annotations

from typing import Any

from flask import request as web
from flask import url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.pages import act, go, is_fragment, page, toast
from portal.core.refusal import Wrong
from portal.core.text import T
from portal.people.guard import allowed, who
from portal.people.rules import Permission
from portal.products import actions, beside, grades, models
from portal.products.forms import ProductForm
from portal.products.routes._blueprint import blueprint
from portal.products.routes._shared import history, seen_version, session
from portal.products.rules import OilKind, SkuState

STATE_CHIPS = (
    (SkuState.ON_SALE.value, SkuState.ON_SALE.label),
    ("unpriced", T("未定目录价")),
    (SkuState.DISCONTINUED.value, SkuState.DISCONTINUED.label),
    ("all", T("全部")),
)


@blueprint.get("")
@allowed(Permission.PRODUCT_VIEW)
def index() -> Response:
    s, args = session(), web.args.to_dict()
    listing = models.list_skus(s, who(), args)
    ids = [row.id for row in listing.rows]
    return page(
        "products/index.html", "products/_list.html", listing=listing, stock=beside.stock_of(s, ids), args=args,
        kinds=OilKind.pairs(), kind_words=dict(OilKind.pairs()), brands=models.brands(s), chips=_chips(args),
        filtered=any(args.get(name) for name in ("q", "kind", "brand")),
    )  # fmt: skip


def _chips(args: dict[str, str]) -> list[dict[str, Any]]:
    kept: dict[str, Any] = {name: args[name] for name in ("q", "kind", "brand") if args.get(name)}
    chosen = models.state_of(args)
    return [
        {"label": label, "url": url_for("products.index", **kept, state=value), "current": value == chosen}
        for value, label in STATE_CHIPS
        if value != "unpriced" or who().may(Permission.PRICE_VIEW)
    ]


@blueprint.get("/new")
@allowed(Permission.PRODUCT_EDIT)
def new() -> Response:
    return _new(ProductForm(None))


def _new(form: ProductForm, status: int = 200) -> Response:
    return page("products/new.html", status=status, form=form, errors=status == 422, **_offers(session()))


@blueprint.post("/new")
@allowed(Permission.PRODUCT_EDIT)
def create() -> Response:
    form = ProductForm()
    if not form.validate():
        return _new(form, 422)

    def do(s: Session) -> str:
        product = actions.create_product(s, **form.fields(), who=who())
        return url_for("products.new_sku", product_id=product.id)

    try:
        return go(act(do, who().id), T("已新建产品，接着加规格"))
    except Wrong as wrong:
        form.mend(wrong)
        return _new(form, 422)


@blueprint.get("/<int:product_id>")
@allowed(Permission.PRODUCT_VIEW)
def show(product_id: int) -> Response:
    return page("products/show.html", "products/_product.html", **file(session(), product_id))


def file(s: Session, product_id: int, **more: Any) -> dict[str, Any]:
    """What the page of a product's file wants; `more` says which part is being edited."""
    product = models.product_row(s, product_id)
    return {
        "product": product,
        "kind_label": OilKind(product.kind).label,
        "meaning": grades.meaning(product.viscosity, product.kind) + grades.classes(product.performance),
        "skus": models.skus_of(s, product_id),
        "entries": history(s, who(), "product", product_id),
        **more,
    }


@blueprint.get("/<int:product_id>/edit")
@allowed(Permission.PRODUCT_EDIT)
def edit(product_id: int) -> Response:
    return _edit(product_id, ProductForm(None, obj=models.product_row(session(), product_id)))


def _edit(product_id: int, form: ProductForm, status: int = 200) -> Response:
    s = session()
    more = {"form": form, "editing": "product", "errors": status == 422, **_offers(s)}
    return page("products/show.html", "products/_product_edit.html", status=status, **file(s, product_id, **more))


@blueprint.post("/<int:product_id>/edit")
@allowed(Permission.PRODUCT_EDIT)
def save(product_id: int) -> Response:
    form, url = ProductForm(), url_for("products.show", product_id=product_id)
    if not form.validate():
        return _edit(product_id, form, 422)

    def do(s: Session) -> str:
        actions.edit_product(s, product_id, **form.fields(), seen=seen_version(), who=who())
        return url

    try:
        act(do, who().id)
    except Wrong as wrong:
        form.mend(wrong)
        return _edit(product_id, form, 422)
    said = T("已保存 {name}", name=form.name.data)
    if not is_fragment():
        return go(url, said)
    return toast(page("products/show.html", "products/_product.html", **file(session(), product_id, saved=True)), said)


def _offers(s: Session) -> dict[str, Any]:
    return {"offered": grades.offered(), "brands": models.brands(s)}
