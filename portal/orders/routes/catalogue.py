"""What may be ordered at one's own prices, and lists pasted as people send them."""

from __future__ import annotations

from typing import Any

from flask import request as web
from flask import url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import db
from portal.core.fields import whole
from portal.core.pages import act, go, keep, not_modified, page, unchanged
from portal.core.refusal import Refusal
from portal.core.text import T
from portal.customers.models import find as find_customer
from portal.orders import actions, models
from portal.orders.models import pages
from portal.orders.routes._blueprint import blueprint
from portal.orders.routes.desk import TONES, _customer_id, _fault
from portal.orders.rules.matching import Found
from portal.orders.rules.paste import parse
from portal.people.guard import allowed, who
from portal.people.rules import Permission
from portal.products.models import prices, skus_by_ids
from portal.products.rules import OilKind, PriceRule
from portal.stock.rules import stock_level

RULES = {rule.value: rule.label for rule in PriceRule}


@blueprint.get("/catalogue")
@allowed(Permission.ORDER_PLACE)
def catalogue() -> Response:
    s, me, customer_id = db.session(), who(), _customer_id(web.args)
    models.check_customer(s, me, customer_id)
    if web.if_none_match and unchanged(pages.change_count(s)) is None:
        return not_modified()
    found = pages.catalogue(s, customer_id, web.args)
    tag = unchanged(found.rows[0].changes or 0) if found.rows else None
    price_class = found.rows[0].price_class if found.rows else None
    priced = prices(s, customer_id, price_class, {row.id: row.multiple for row in found.rows}, clock.today())
    shown = page(
            "orders/catalogue.html", "orders/_catalogue.html", found=found, priced=priced, customer_id=customer_id,
            customer=None if me.is_portal else find_customer(s, me, customer_id), args=web.args, kinds=OilKind.pairs(),
            stock_level=stock_level, stock_tones=TONES, rules=RULES,
    )  # fmt: skip
    return keep(shown, tag) if tag else shown


@blueprint.get("/desk/paste")
@allowed(Permission.ORDER_PLACE)
def paste() -> Response:
    customer_id = _customer_id(web.args)
    models.check_customer(db.session(), who(), customer_id)
    return page("orders/paste.html", text="", rows=None, customer_id=customer_id)


@blueprint.post("/desk/paste")
@allowed(Permission.ORDER_PLACE)
def read_paste() -> Response:
    """Every line comes back as matched, to choose, or not found; nothing is in the basket yet."""
    customer_id = _customer_id(web.form)
    models.check_customer(db.session(), who(), customer_id)
    text = web.form.get("text", "")[:100_000]
    rows = match(db.session(), text, customer_id)
    merged = sum(1 for row in rows if row["merged"])
    return page(
        "orders/paste.html", "orders/_pasted.html", text=text, rows=rows, customer_id=customer_id, merged=merged
    )


def match(s: Session, text: str, customer_id: int) -> list[dict[str, Any]]:
    """The pasted lines with what each names, in a fixed number of statements however many lines there are.

    A package named twice becomes one line with both quantities, marked `merged`.
    """
    index, lines = pages.goods_index(s, customer_id), parse(text).lines
    matches = [(line, index.match(line)) for line in lines]
    skus = {row.id: row for row in skus_by_ids(s, {sku for _line, one in matches for sku in one.sku_ids})}
    rows: dict[object, dict[str, Any]] = {}
    for number, (line, one) in enumerate(matches):
        sure = one.found is Found.MATCHED
        key = one.sku_ids[0] if sure else ("line", number)
        if key in rows:
            rows[key]["quantity"] = (rows[key]["quantity"] or 0) + (one.quantity or 1)
            rows[key]["merged"] = True
            continue
        found = [skus[sku] for sku in one.sku_ids]
        rows[key] = {
            "n": number, "text": line.text, "found": found, "sure": sure, "word": one.found, "note": one.note,
            "quantity": one.quantity, "merged": False,
        }  # fmt: skip
    return list(rows.values())


@blueprint.post("/desk/paste/take")
@allowed(Permission.ORDER_PLACE)
def take_paste() -> Response:
    """The matched lines go into the basket; lines without a package or a number are left out and counted."""
    customer_id = _customer_id(web.form)
    wanted: dict[int, int] = {}
    left_out = 0
    for name, sku in web.form.items():
        if not name.startswith("sku-"):
            continue
        try:
            sku_id, quantity = int(sku), whole(web.form.get("quantity-" + name[4:], ""))
            wanted[sku_id] = wanted.get(sku_id, 0) + quantity
        except ValueError:
            left_out += 1
    known = {row.id: row for row in skus_by_ids(db.session(), wanted)}
    wanted = {sku_id: _rounded(n, known[sku_id].multiple) for sku_id, n in wanted.items() if sku_id in known}

    def do(s: Session) -> str:
        models.check_customer(s, who(), customer_id)
        basket_id = actions.basket(s, customer_id, who())
        before = {line.sku_id: line.ordered for line in models.lines_of(s, basket_id)}
        actions.set_lines(s, basket_id, [(k, n + before.get(k, 0)) for k, n in wanted.items()], who())
        return url_for(".desk", customer=customer_id)

    try:
        url = act(do, who().id)
    except Refusal as refused:
        rows = match(db.session(), web.form.get("text", ""), customer_id)
        return page(
            "orders/paste.html", "orders/_pasted.html", status=422, text=web.form.get("text", ""), rows=rows,
            customer_id=customer_id, merged=0, wrong=_fault(refused),
        )  # fmt: skip
    if left_out:
        return go(url, T("已加入 {n} 行，{left} 行没有选规格或数量，未加入", n=len(wanted), left=left_out), "wait")
    return go(url, T("已加入 {n} 行", n=len(wanted)))


def _rounded(quantity: int, multiple: int) -> int:
    """Up to whole packs: the desk shows the result before anything is submitted."""
    return -(-quantity // multiple) * multiple
