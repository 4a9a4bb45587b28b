"""Price lists: of classes and of customers, line by line."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from flask import request as web
from flask import url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.pages import act, go, is_fragment, page, row_id, toast
from portal.core.refusal import Wrong
from portal.core.text import T
from portal.customers.rules import PriceClass
from portal.people.guard import allowed, who
from portal.people.rules import Permission
from portal.products import actions, models
from portal.products.forms import LineForm, NewPriceListForm, PriceForm, PriceListForm
from portal.products.routes._blueprint import blueprint
from portal.products.routes._shared import customer_named, history, seen_version, session, sku_named, today

WHEN_CHIPS = (("now", T("生效中")), ("later", T("未开始")), ("past", T("已结束")), ("all", T("全部")))


@blueprint.get("/prices")
@allowed(Permission.PRICE_VIEW)
def price_lists() -> Response:
    s, args, day = session(), web.args.to_dict(), today()
    listing = models.list_price_lists(s, who(), args, day)
    return page(
        "products/price_lists.html", "products/_price_lists.html", listing=listing, args=args, day=day,
        counts=models.count_lines(s, [row.id for row in listing.rows]), classes=dict(PriceClass.pairs()),
        chips=_chips(args), filtered=any(args.get(name) for name in ("q", "target")),
    )  # fmt: skip


def _chips(args: dict[str, str]) -> list[dict[str, Any]]:
    kept: dict[str, Any] = {name: args[name] for name in ("q", "target") if args.get(name)}
    chosen = models.when_of(args)
    return [
        {"label": label, "url": url_for("products.price_lists", **kept, when=value), "current": value == chosen}
        for value, label in WHEN_CHIPS
    ]


@blueprint.get("/prices/new")
@allowed(Permission.PRICE_EDIT)
def new_price_list() -> Response:
    """An empty form, or (`copy`) one that makes a new list out of an old one."""
    source = _source(web.args.get("copy", type=row_id))
    filled: dict[str, Any] = {"valid_from_on": today(), "percent": 100}
    if source is not None:
        filled |= {"name": source.name, "price_class": source.price_class, "customer": source.customer_code}
        filled["target"] = "class" if source.price_class else "customer"
    return _new(NewPriceListForm(None, **filled), source)


def _source(list_id: int | None) -> Any:
    return models.find_price_list(session(), who(), list_id) if list_id else None


def _new(form: NewPriceListForm, source: Any, status: int = 200) -> Response:
    return page("products/price_list_new.html", status=status, form=form, source=source, errors=status == 422)


@blueprint.post("/prices/new")
@allowed(Permission.PRICE_EDIT)
def create_price_list() -> Response:
    form, source = NewPriceListForm(), _source(web.form.get("copy", type=row_id))
    if not form.validate():
        return _new(form, source, 422)

    def do(s: Session) -> str:
        made = actions.create_price_list(
            s, name=form.name.data or "", valid_from_on=cast(date, form.valid_from_on.data),
            valid_until_on=form.valid_until_on.data, lines=_lines(s, source, form.percent.data or 100),
            **_target(s, form), who=who(),
        )  # fmt: skip
        return url_for("products.price_list", list_id=made.id)

    try:
        return go(act(do, who().id), T("已新建价格表“{name}”", name=form.name.data))
    except Wrong as wrong:
        form.mend(wrong)
        return _new(form, source, 422)


def _target(s: Session, form: NewPriceListForm) -> dict[str, Any]:
    if form.target.data == "class":
        return {"price_class": form.price_class.data}
    if not form.customer.data:
        raise Wrong({"customer": T("填客户的编码或名称")})
    return {"customer_id": customer_named(s, who(), form.customer.data).id}


def _lines(s: Session, source: Any, percent: int) -> list[tuple[int, int, int]]:
    """The old list's prices at so many per cent, half up to the fen."""
    old = models.all_lines(s, source.id) if source is not None else []
    return [(sku_id, least, (price_fen * percent + 50) // 100) for sku_id, least, price_fen in old]


@blueprint.get("/prices/<int:list_id>")
@allowed(Permission.PRICE_VIEW)
def price_list(list_id: int) -> Response:
    return page("products/price_list.html", "products/_lines.html", **_file(list_id))


def _file(list_id: int, args: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """What the page of a price list wants; `more` says what is being edited."""
    s, me = session(), who()
    args = web.args.to_dict() if args is None else args
    found = models.find_price_list(s, me, list_id)
    return {
        "list": found,
        "class_label": PriceClass(found.price_class).label if found.price_class else None,
        "day": today(),
        "listing": models.lines_of(s, list_id, args),
        "args": args,
        "line_form": LineForm(None),
        "head_form": PriceListForm(None, obj=found),
        "entries": history(s, me, "price_list", list_id),
        **more,
    }


@blueprint.post("/prices/<int:list_id>/edit")
@allowed(Permission.PRICE_EDIT)
def save_price_list(list_id: int) -> Response:
    form = PriceListForm()
    models.find_price_list(session(), who(), list_id)
    if not form.validate():
        return page("products/price_list.html", status=422, **_file(list_id, head_form=form, errors=True))

    def do(s: Session) -> str:
        actions.edit_price_list(s, list_id, **form.data, seen=seen_version(), who=who())
        return url_for("products.price_list", list_id=list_id)

    try:
        return go(act(do, who().id), T("已保存 {name}", name=form.name.data))
    except Wrong as wrong:
        form.mend(wrong)
        return page("products/price_list.html", status=422, **_file(list_id, head_form=form, errors=True))


@blueprint.post("/prices/<int:list_id>/lines")
@allowed(Permission.PRICE_EDIT)
def add_line(list_id: int) -> Response:
    form, added = LineForm(), []
    models.find_price_list(session(), who(), list_id)
    if not form.validate():
        return _lines_again(list_id, form)

    def do(s: Session) -> str:
        sku = sku_named(s, form.sku.data or "")
        line = actions.add_line(s, list_id, sku.id, form.least.data or 1, form.price_fen.data or 0, who())
        added.append(line.id)
        return url_for("products.price_list", list_id=list_id)

    try:
        url = act(do, who().id)
    except Wrong as wrong:
        form.mend(wrong)
        return _lines_again(list_id, form)
    said = T("已加 {name} 的价格", name=form.sku.data)
    if not is_fragment():
        return go(url, said)
    return toast(page("products/price_list.html", "products/_lines.html", **_file(list_id, changed=added)), said)


def _lines_again(list_id: int, form: LineForm) -> Response:
    context = _file(list_id, line_form=form, errors=True)
    return page("products/price_list.html", "products/_lines.html", status=422, **context)


@blueprint.get("/prices/lines/<int:line_id>")
@allowed(Permission.PRICE_VIEW)
def line(line_id: int) -> Response:
    return _line(line_id)


def _line(line_id: int, **more: Any) -> Response:
    found = models.line_row(session(), who(), line_id)
    context = {"line": found, **more} if is_fragment() else _file(found.price_list_id, {"q": found.code}, **more)
    return page("products/price_list.html", "products/_line.html", **context)


@blueprint.get("/prices/lines/<int:line_id>/edit")
@allowed(Permission.PRICE_EDIT)
def edit_line(line_id: int) -> Response:
    return _edit_line(line_id, PriceForm(None, obj=models.line_row(session(), who(), line_id)))


def _edit_line(line_id: int, form: PriceForm, status: int = 200) -> Response:
    found = models.line_row(session(), who(), line_id)
    more = {"line": found, "price_form": form, "editing": line_id, "errors": status == 422}
    context = more if is_fragment() else _file(found.price_list_id, {"q": found.code}, **more)
    return page("products/price_list.html", "products/_line_edit.html", status=status, **context)


@blueprint.post("/prices/lines/<int:line_id>/edit")
@allowed(Permission.PRICE_EDIT)
def save_line(line_id: int) -> Response:
    form = PriceForm()
    found = models.line_row(session(), who(), line_id)
    if not form.validate():
        return _edit_line(line_id, form, 422)

    def do(s: Session) -> str:
        actions.edit_line(
            s, line_id, least=form.least.data or 1, price_fen=form.price_fen.data or 0,
            seen_fen=web.form.get("seen_fen", type=int), who=who(),
        )  # fmt: skip
        return url_for("products.price_list", list_id=found.price_list_id)

    try:
        url = act(do, who().id)
    except Wrong as wrong:
        form.mend(wrong)
        return _edit_line(line_id, form, 422)
    said = T("已保存 {name}", name=found.code)
    return toast(_line(line_id, saved=True), said) if is_fragment() else go(url, said)


@blueprint.post("/prices/lines/<int:line_id>/remove")
@allowed(Permission.PRICE_EDIT)
def remove_line(line_id: int) -> Response:
    def do(s: Session) -> str:
        found = models.line_row(s, who(), line_id)
        actions.remove_line(s, line_id, who())
        return url_for("products.price_list", list_id=found.price_list_id)

    return go(act(do, who().id), T("已删去这一行价格"))
