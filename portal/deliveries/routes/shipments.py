"""Shipments for those who wait for the goods, and for those who look after them."""

from __future__ import annotations

from types import SimpleNamespace

from flask import request as web
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.db import AnyRow, db
from portal.core.pages import page
from portal.core.refusal import NotFound
from portal.core.text import T, Text
from portal.customers import frame as customer_frame
from portal.deliveries.models import shipments
from portal.deliveries.routes._blueprint import blueprint
from portal.deliveries.rules import RunState, StopState
from portal.orders import models as orders
from portal.people import timeline
from portal.people.guard import allowed, who
from portal.people.rules import Permission


@blueprint.get("/deliveries/shipments/<int:shipment_id>")
@allowed(Permission.DELIVERY_VIEW)
def show_shipment(shipment_id: int) -> Response:
    s, me = db.session(), who()
    row = shipments.find_shipment(s, me, shipment_id)
    lines = shipments.lines_of(s, [shipment_id])
    told = [] if me.is_portal else _told(s, row)
    return page(
        "deliveries/shipment.html", shipment=row, lines=lines, steps=_steps(row),
        told=told,
        deviates=any(line.short or line.damaged or line.refused for line in lines),
    )  # fmt: skip


def _told(s: Session, row: AnyRow) -> list[timeline.Told]:
    """What happened to the shipment and at its stop, newest first."""
    told = timeline.of_record(s, "stop", row.stop_id) if row.stop_id is not None else []
    told += timeline.of_record(s, "shipment", row.id)
    return sorted(told, key=lambda line: line.at, reverse=True)


def _steps(row: AnyRow) -> list[SimpleNamespace]:
    """Where the goods are: planned, loading, on the road, signed for."""
    at = {RunState.PLANNED: 0, RunState.LOADING: 1, RunState.UNDER_WAY: 2, RunState.DONE: 3}
    here = -1 if row.run_id is None else at[RunState(row.run_state)]
    if row.run_id is not None and row.stop_state != StopState.PENDING:
        here = 3
    failed = row.stop_state == StopState.FAILED
    words: list[Text] = [T("已排车"), T("装车中"), T("在途"), T("未送成") if failed else T("已签收")]
    return [
        SimpleNamespace(label=word, state=_step(n, here, failed=failed and n == 3)) for n, word in enumerate(words)
    ]  # fmt: skip


def _step(n: int, here: int, *, failed: bool) -> str:
    if failed:
        return "bad"
    return "done" if n < here or (n == here == 3) else "now" if n == here else "todo"


@blueprint.get("/customers/<int:customer_id>/deliveries")
@allowed(Permission.DELIVERY_VIEW)
def of_customer(customer_id: int) -> Response:
    """The customer's deliveries: a tab of its file, which customers' own people never open."""
    s, me = db.session(), who()
    if me.is_portal:
        raise NotFound()
    frame = customer_frame.context(s, me, customer_id, current="deliveries")
    found = shipments.of_customer(s, me, customer_id, web.args)
    return page("deliveries/of_customer.html", list_page=found, **frame)


@blueprint.get("/orders/<int:order_id>/deliveries")
@allowed(Permission.DELIVERY_VIEW)
def of_order(order_id: int) -> Response:
    """The shipments of one order, line by line."""
    s, me = db.session(), who()
    order = orders.find(s, me, order_id)
    found = shipments.of_order(s, me, order_id)
    by_shipment: dict[int, list[AnyRow]] = {row.id: [] for row in found}
    for line in shipments.lines_of(s, list(by_shipment)) if found else ():
        by_shipment[line.shipment_id].append(line)
    return page("deliveries/of_order.html", order=order, shipments=found, lines_of=by_shipment)
