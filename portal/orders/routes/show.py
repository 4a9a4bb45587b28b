"""Lists of orders and the page of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request as web
from flask import url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.db import Rows, db
from portal.core.language import tr
from portal.core.money import show as show_fen
from portal.core.pages import act, go, keep, not_modified, page, unchanged
from portal.core.paging import Page, paged
from portal.core.text import T
from portal.customers import frame
from portal.orders import actions, models
from portal.orders.forms import CancelForm, ReviewForm
from portal.orders.models import listed, pages
from portal.orders.routes._blueprint import blueprint
from portal.orders.routes.reviews import told
from portal.orders.rules import LIFE, Progress, Shortage, State, word
from portal.people import timeline
from portal.people.guard import allowed, who
from portal.people.models import Who
from portal.people.rules import Permission
from portal.products.rules import PriceRule

STATES = [(s.value, s.label) for s in State if s is not State.DRAFT]
PROGRESS = [(p.value, p.label) for p in Progress if p is not Progress.NONE]
Documents = Callable[[Session, Who, int], list[tuple[Any, str]]]
DOCUMENTS: list[Documents] = []
"""(session, who, order id) -> (label, URL) of what higher rooms keep of an order; `app.py` fills it."""


@blueprint.get("")
@allowed(Permission.ORDER_VIEW)
def index() -> Response:
    s = db.session()
    tag = unchanged(pages.change_count(s))
    if tag is None:
        return not_modified()
    return keep(page("orders/index.html", "orders/_list.html", **_list(s, None)), tag)


def _list(s: Session, customer_id: int | None) -> dict[str, Any]:
    state, progress = web.args.get("state", ""), web.args.get("progress", "")
    asked = listed(
        s, who(), customer_id=customer_id, query=web.args.get("q", ""),
        state=State(state) if state in dict(STATES) else (State.CONFIRMED if progress else None),
        progress=Progress(progress) if progress in dict(PROGRESS) else None,
    )  # fmt: skip
    found: Page = paged(s, asked.rows, asked.order, web.args, counted=asked.counted)
    return {"found": found, "args": web.args, "words": badges(found.rows), "states": STATES, "progresses": PROGRESS}


def badges(rows: Rows) -> dict[tuple[str, str], tuple[str, str]]:
    """(state, progress) -> (tone, word) of the rows of a page: each is worked out once, not once a row."""
    pairs = {(row.state, row.progress) for row in rows}
    said = {pair: word(*pair) for pair in pairs}
    return {pair: (one.tone, tr(one.text)) for pair, one in said.items()}


def of_customer(customer_id: int) -> Response:
    s = db.session()
    context = frame.context(s, who(), customer_id, current="orders")
    return page("orders/of_customer.html", "orders/_list.html", **_list(s, customer_id), **context)


@blueprint.record_once
def _hang_in(state: Any) -> None:
    """The orders tab of the customer's file has its URL beside the other tabs."""
    view = allowed(Permission.ORDER_VIEW)(of_customer)
    state.app.add_url_rule("/customers/<int:customer_id>/orders", "orders.of_customer", view, methods=["GET"])


@blueprint.get("/<int:order_id>")
@allowed(Permission.ORDER_VIEW)
def show(order_id: int) -> Response:
    return _show(order_id)


def _show(order_id: int, status: int = 200, **said: Any) -> Response:
    s, me = db.session(), who()
    order = pages.head_of(s, me, order_id)
    lines, state = models.lines_of(s, order_id), State(order.state)
    sums = models.sums(s, [order_id]).get(order_id)
    can = {verb for verb in LIFE.verbs(state) if verb != "cancel" or order.progress not in ("on_the_way", "done")}
    return page(
        "orders/show.html", status=status, order=order, lines=lines, word=word(order.state, order.progress, sums),
        reviews=[told(row, me) for row in models.reviews_of(s, order_id)], can=can, shortages=dict(Shortage.pairs()),
        rules={rule.value: rule.label for rule in PriceRule}, documents=_documents(s, me, order_id),
        told=timeline.of_record(s, "order", order_id), cancel_form=CancelForm(), **{"form": ReviewForm(), **said},
    )  # fmt: skip


def _documents(s: Session, me: Who, order_id: int) -> list[tuple[Any, str]]:
    return [entry for documents in DOCUMENTS for entry in documents(s, me, order_id)]


@blueprint.post("/<int:order_id>/repeat")
@allowed(Permission.ORDER_PLACE)
def repeat(order_id: int) -> Response:
    """The lines of an earlier order go into the basket; what differs today is said."""
    customer_id = models.find(db.session(), who(), order_id).customer_id
    said: list[Any] = []

    def do(s: Session) -> str:
        said.append(actions.repeat(s, order_id, who()))
        return url_for(".desk", customer=customer_id)

    url = act(do, who().id)
    if not said:
        return go(url)
    moved = "，".join(f"{label} {show_fen(a)} → {show_fen(b)}" for label, a, b in said[0].dearer_or_cheaper)  # data
    swapped = "，".join(f"{old} → {new}" for old, new in said[0].replaced)  # data
    gone = "，".join(said[0].gone)  # data
    if moved or swapped or gone:
        facts = {"moved": moved or "—", "swapped": swapped or "—", "gone": gone or "—"}
        return go(url, T("已放入订单。价格有变：{moved}；改用：{swapped}；不能再订：{gone}", **facts), "wait")
    return go(url, T("已放入订单，价格没有变"))


@blueprint.post("/<int:order_id>/take-back")
@allowed(Permission.ORDER_PLACE)
def take_back(order_id: int) -> Response:
    customer_id = models.find(db.session(), who(), order_id).customer_id

    def do(s: Session) -> str:
        actions.take_back(s, order_id, who())
        return url_for(".desk", customer=customer_id)

    return go(act(do, who().id), T("订单已收回到草稿，改好后再提交"))


@blueprint.post("/<int:order_id>/cancel")
@allowed(Permission.ORDER_CANCEL)
def cancel(order_id: int) -> Response:
    models.find(db.session(), who(), order_id)
    form = CancelForm()
    if not form.validate():
        return _show(order_id, 422, cancel_form=form, errors=form.errors)

    def do(s: Session) -> str:
        actions.cancel(s, order_id, who(), reason=form.reason.data or None)
        return url_for(".show", order_id=order_id)

    return go(act(do, who().id), T("还没有发出的货已取消"))
