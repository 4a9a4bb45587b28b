"""Goods arrive: a form of codes and numbers."""

from __future__ import annotations

from flask import request as web
from flask import url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.pages import act, go, page
from portal.core.text import T
from portal.people.guard import allowed, who
from portal.people.rules import Permission
from portal.stock import actions, models, receipts
from portal.stock.forms import ReceiptForm
from portal.stock.receipts import Lines
from portal.stock.routes._blueprint import blueprint
from portal.stock.routes.levels import chosen
from portal.stock.rules import NoWarehouse


@blueprint.get("/receive")
@allowed(Permission.STOCK_RECEIVE)
def receive() -> Response:
    return _form(ReceiptForm(None), Lines([]).padded(receipts.ROWS))


def _form(form: ReceiptForm, lines: Lines, status: int = 200, focus: int | None = None) -> Response:
    places = models.warehouses(db.session())
    place = chosen(places, web.values.to_dict())
    if place is None:
        raise NoWarehouse()
    return page(
        "stock/receive.html", status=status, form=form, lines=lines, places=places, place=place, focus=focus,
        errors=status == 422,
    )  # fmt: skip


@blueprint.post("/receive")
@allowed(Permission.STOCK_RECEIVE)
def post_receipt() -> Response:
    """Take the goods in; or, by the other buttons, more rows or the rows of a pasted list."""
    form = ReceiptForm()
    codes = web.form.getlist("code")
    picked = [web.form.get(f"pick-{n}") or code for n, code in enumerate(codes, 1)]
    lines = receipts.typed(picked, web.form.getlist("quantity"))
    if "more" in web.form:
        return _form(form, lines.padded(len(lines.rows) + receipts.MORE), focus=len(lines.rows))
    if "paste" in web.form:
        lines = Lines(lines.filled + receipts.pasted(web.form.get("list", "")).rows)
        return _form(form, receipts.read(db.session(), lines).padded(len(lines.rows) + 1))
    receipts.read(db.session(), lines)
    good = form.validate() and not lines.wrong
    if not lines.filled:
        form.form_errors.append(T("至少填一行编码和数量"))
    if not good or not lines.filled:
        return _form(form, lines.padded(receipts.ROWS), 422)
    return _take_in(form, lines)


def _take_in(form: ReceiptForm, lines: Lines) -> Response:
    amounts = lines.amounts()
    place = chosen(models.warehouses(db.session()), web.values.to_dict())
    if place is None:
        raise NoWarehouse()

    def do(s: Session) -> str:
        actions.receive(s, place.id, amounts, form.note.data or None, who())
        return url_for("stock.index", warehouse=place.id)

    said = T("已入库 {lines} 种 {quantity} 件", lines=len(amounts), quantity=f"{sum(amounts.values()):,}")
    return go(act(do, who().id), said)
