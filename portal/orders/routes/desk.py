"""The desk: a basket filled by code, by pasted list, by an earlier order; totals and credit beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request as web
from flask import url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session
from wtforms import SelectChoice, ValidationError

from portal.core import clock
from portal.core.db import AnyRow, Rows, db, write_tx
from portal.core.fields import whole
from portal.core.pages import act, go, is_fragment, page
from portal.core.refusal import NotFound, Refusal, Wrong
from portal.core.text import T, Text
from portal.credit.models import standing
from portal.customers.models import find as find_customer
from portal.customers.models import pick, sites_of
from portal.orders import actions, models
from portal.orders.forms import HeadForm
from portal.orders.models import pages
from portal.orders.routes._blueprint import blueprint
from portal.orders.rules import PricesChanged, State
from portal.people.guard import allowed, who
from portal.people.rules import Permission
from portal.products.models import search_skus, skus_by_names
from portal.products.rules import PriceRule
from portal.stock.models import levels
from portal.stock.rules import stock_level

TONES = {"plenty": "done", "few": "wait", "none": "bad"}


@blueprint.get("/desk")
@allowed(Permission.ORDER_PLACE)
def desk() -> Response:
    if who().customer_id is None and "customer" not in web.args:
        query = web.args.get("q", "")
        return page("orders/choose.html", query=query, found=pick(db.session(), who(), query, limit=30))
    return _desk(_customer_id(web.args))


def _customer_id(args: Mapping[str, str]) -> int:
    """Whose basket: one's own customer, or the one that staff names."""
    own = who().customer_id
    if own is not None:
        return own
    number = args.get("customer", "")
    if not number.isdigit() or len(number) > 15:
        raise NotFound()
    return int(number)


def _desk(customer_id: int, status: int = 200, **said: Any) -> Response:
    return page("orders/desk.html", "orders/_basket.html", status=status, **basket_context(customer_id), **said)


def basket_context(customer_id: int) -> dict[str, Any]:
    """The basket with prices, stock words, totals and what it does to the credit."""
    s, me = db.session(), who()
    models.check_customer(s, me, customer_id)
    basket_id = models.basket_of(s, customer_id, me)
    order = pages.head_of(s, me, basket_id) if basket_id else None
    lines = models.lines_of(s, basket_id) if basket_id else []
    credit = standing(s, customer_id, clock.today())
    return {
        "customer": None if me.is_portal else find_customer(s, me, customer_id), "customer_id": customer_id,
        "order": order, "lines": lines, "free": _free(s, order, lines), "credit": credit,
        "after_fen": credit.available_fen - (order.amount_fen if order else 0),
        "form": _head_form(s, customer_id, order), "again": models.recent(s, me, customer_id, 3),
        "rules": {rule.value: rule.label for rule in PriceRule}, "stock_level": stock_level, "stock_tones": TONES,
    }  # fmt: skip


def _free(s: Session, order: AnyRow | None, lines: Rows) -> dict[int, int]:
    if order is None:
        return {}
    held = levels(s, order.warehouse_id, [line.sku_id for line in lines])
    return {sku_id: on_hand - reserved for sku_id, (on_hand, reserved) in held.items()}


def _head_form(s: Session, customer_id: int, order: AnyRow | None) -> HeadForm:
    form = HeadForm(formdata=None)
    form.site.choices = [SelectChoice(row.id, f"{row.name} {row.address}") for row in sites_of(s, customer_id)]
    if order is not None:
        form.process(
            site=order.site_id, wanted_on=order.wanted_on, shortage=order.shortage, reference=order.reference,
            asked_by=order.asked_by, note=order.note,
        )  # fmt: skip
    return form


@blueprint.get("/desk/suggestions")
@allowed(Permission.ORDER_PLACE)
def suggestions() -> Response:
    """Packages that what is being typed may mean, at most eight."""
    customer_id = _customer_id(web.args)
    models.check_customer(db.session(), who(), customer_id)
    found = search_skus(db.session(), web.args.get("entry", ""), customer_id, limit=8)
    return page("orders/_suggestions.html", found=found, entry=web.args.get("entry", ""))


@blueprint.post("/desk/lines")
@allowed(Permission.ORDER_PLACE)
def add_line() -> Response:
    """One line by what people call it; a package already in the basket grows, and that is said."""
    customer_id = _customer_id(web.form)
    models.check_customer(db.session(), who(), customer_id)
    entry, typed = web.form.get("entry", ""), web.form.get("quantity", "")
    found = _named(entry, customer_id)
    if len(found) != 1:
        said = T("没有找到“{entry}”，换编码、名称、规格或助记码试试", entry=entry[:40]) if not found else None
        return _desk(customer_id, 422, entry=entry, typed=typed, choices=found, wrong=said)
    try:
        quantity = whole(typed or "1")
        said = _grow(customer_id, found[0], quantity)
    except (ValidationError, Refusal) as fault:
        return _desk(customer_id, 422, entry=entry, typed=typed, wrong=_fault(fault))
    if is_fragment():
        return _desk(customer_id, said=said)
    return go(url_for(".desk", customer=customer_id), said)


def _named(entry: str, customer_id: int) -> list[Any]:
    """The package with exactly this name, else up to eight that may be meant."""
    exact = [row for rows in skus_by_names(db.session(), [entry], customer_id).values() for row in rows]
    if exact:
        return exact[:1]
    return list(search_skus(db.session(), entry, customer_id, limit=8))


def _grow(customer_id: int, sku: Any, quantity: int) -> Text:
    """Put `quantity` more of the package into the basket."""

    def do(s: Session) -> str:
        basket_id = actions.basket(s, customer_id, who())
        before = {line.sku_id: line.ordered for line in models.lines_of(s, basket_id)}.get(sku.id, 0)
        actions.set_line(s, basket_id, sku.id, before + quantity, who())
        return str(before)

    before = int(act(do, who().id))
    if before:
        return T("{label} 已在订单里，合并为 {n}", label=sku.label, n=before + quantity)
    return T("已加入 {label} × {n}", label=sku.label, n=quantity)


def _fault(fault: Exception) -> object:
    if isinstance(fault, Wrong):
        return next(iter(fault.errors.values()))
    return fault.said if isinstance(fault, Refusal) else fault.args[0]


@blueprint.post("/desk/lines/<int:sku_id>")
@allowed(Permission.ORDER_PLACE)
def set_line(sku_id: int) -> Response:
    """This many of the package, 0 takes it out; the same again changes nothing."""
    customer_id = _customer_id(web.form)
    try:
        quantity = whole(web.form.get("quantity", ""), least=0)
        with write_tx() as s:
            models.check_customer(s, who(), customer_id)
            actions.set_line(s, actions.basket(s, customer_id, who()), sku_id, quantity, who())
    except (ValidationError, Wrong) as fault:
        return _desk(customer_id, 422, wrong=_fault(fault), wrong_sku=sku_id, typed_line=web.form.get("quantity", ""))
    if is_fragment():
        return _desk(customer_id)
    return go(safe_back(customer_id), T("数量已更新"))


def safe_back(customer_id: int) -> str:
    return url_for(".catalogue" if web.form.get("from") == "catalogue" else ".desk", customer=customer_id)


@blueprint.post("/desk/head")
@allowed(Permission.ORDER_PLACE)
def edit_head() -> Response:
    customer_id = _customer_id(web.form)
    form = HeadForm()
    form.site.choices = [
        SelectChoice(row.id, row.name) for row in _sites(customer_id)
    ]  # fmt: skip
    if not form.validate():
        return _desk(customer_id, 422, errors=form.errors, wrong=next(iter(form.errors.values()))[0])
    with write_tx() as s:
        _write_head(s, actions.basket(s, customer_id, who()), form)
    if is_fragment():
        return _desk(customer_id)
    return go(url_for(".desk", customer=customer_id), T("送货要求已保存"))


def _sites(customer_id: int) -> Rows:
    models.check_customer(db.session(), who(), customer_id)
    return sites_of(db.session(), customer_id)


def _write_head(s: Session, basket_id: int, form: HeadForm) -> None:
    actions.edit_head(
        s, basket_id, who(), site_id=form.site.data, shortage=form.shortage.data, wanted_on=form.wanted_on.data,
        reference=form.reference.data or None, asked_by=form.asked_by.data or None, note=form.note.data or None,
    )  # fmt: skip


@blueprint.post("/<int:order_id>/submit")
@allowed(Permission.ORDER_PLACE)
def submit(order_id: int) -> Response:
    order = models.find(db.session(), who(), order_id)
    customer_id = order.customer_id
    accepted = {int(k[7:]): int(v) for k, v in web.form.items() if k.startswith("accept-") and v.isdigit()}

    def do(s: Session) -> str:
        actions.submit(s, order_id, who(), accepted=accepted or None)
        return url_for(".show", order_id=order_id)

    try:
        url = act(do, who().id)
    except PricesChanged as changed:
        return page("orders/changed.html", status=409, order_id=order_id, changes=changed.changes, refused=changed)
    except Wrong as wrong:
        return _desk(customer_id, 422, wrong=_fault(wrong))
    return go(url, _outcome(order_id))


def _outcome(order_id: int) -> Text:
    order = models.find(db.session(), who(), order_id)
    if order.state == State.IN_REVIEW:
        return T("订单已提交，等待审核；结果会显示在订单页")
    return T("订单已确认：{number}，{amount_fen}", number=order.number, amount_fen=order.amount_fen)


@blueprint.post("/place")
@allowed(Permission.ORDER_PLACE)
def place() -> Response:
    """A whole order in one request: repeated fields `sku` and `quantity`."""
    customer_id = _customer_id(web.form)
    try:
        pairs = zip(web.form.getlist("sku"), web.form.getlist("quantity"), strict=True)
        wanted = [(whole(sku, most=2**31), whole(quantity)) for sku, quantity in pairs]
    except (ValidationError, ValueError):
        raise Wrong({"lines": T("每行要有规格和大于 0 的整数数量")}) from None

    def do(s: Session) -> str:
        reference = web.form.get("reference", "")[:60] or None
        return f"/orders/{actions.place(s, customer_id, wanted, who(), reference=reference)}"

    return go(act(do, who().id))
