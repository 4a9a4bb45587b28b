"""Planning: orders onto runs and off again, stops in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from portal.core import clock, history, numbers
from portal.core.db import AnyRow
from portal.core.refusal import NotFound
from portal.core.text import T
from portal.deliveries.actions.ordering import drop_empty_stops
from portal.deliveries.actions.runs import lock, put, say
from portal.deliveries.models import Run, Shipment, ShipmentLine, Stop
from portal.deliveries.models.board import LOADS, USUAL_SITE, line_load
from portal.deliveries.models.runs import load_on
from portal.deliveries.rules import NoSite, NotReady, RunState, WrongWarehouse, capacity, check_load, total
from portal.orders import actions as orders
from portal.orders.models import Order
from portal.orders.rules import Progress, State
from portal.people.models import Who

_ORDERS = (
    select(
        Order.id, Order.number, Order.customer_id, Order.warehouse_id, Order.state, Order.progress,
        func.coalesce(Order.site_id, USUAL_SITE).label("site_id"),
    )
    .where(Order.id.in_(bindparam("order_ids", expanding=True)))
    .order_by(Order.id)
    .with_for_update(of=Order)
)  # fmt: skip
_STOPS = select(Stop.id, Stop.site_id, Stop.position).where(Stop.run_id == bindparam("run_id"))
_ADD_STOPS = insert(Stop).returning(Stop.id, Stop.site_id)
_ADD_SHIPMENTS = insert(Shipment).returning(Shipment.id, Shipment.order_id)
_ADD_LINES = insert(ShipmentLine)


def assign(
    s: Session, run_id: int, order_ids: Sequence[int], who: Who, *, overload_reason: str | None = None
) -> list[int]:
    """分配: each order's reserved goods become one shipment (DN…) of this run, at the stop of its site; their ids.

    All or nothing. NotReady names orders that cannot go now; OverCapacity unless `overload_reason` is given.
    """
    run = lock(s, run_id, "plan")
    found = s.execute(_ORDERS, {"order_ids": sorted(set(order_ids))}).all()
    lines = s.execute(LOADS, {"order_ids": [order.id for order in found]}).all()
    _check_orders(run, found, lines, set(order_ids))
    stops = _stops_for(s, run_id, _as_asked(found, order_ids))
    shipments = _make_shipments(s, run_id, found, lines, stops=stops, who=who)
    load = load_on(s, run_id)
    check_load(load, capacity(run.capacity_g, run.capacity_drums), overload_reason or run.overload_reason)
    orders.record_planned(s, [order.id for order in found], who)
    say(s, "run.filled", run_id, who, orders=len(found), shipments=shipments, weight_g=load.weight_g)
    put(s, run_id, **({"overload_reason": overload_reason} if overload_reason else {}))
    if overload_reason:
        say(s, "run.overloaded", run_id, who, reason=overload_reason, weight_g=load.weight_g, places=load.places)
    return shipments


def _as_asked(found: Sequence[AnyRow], order_ids: Sequence[int]) -> list[AnyRow]:
    """The orders in the order in which they were ticked: that of their stops."""
    by_id = {order.id: order for order in found}
    return [by_id[order_id] for order_id in dict.fromkeys(order_ids)]


def _check_orders(run: AnyRow, found: Sequence[AnyRow], lines: Sequence[AnyRow], wanted: set[int]) -> None:
    if not wanted or {order.id for order in found} != wanted:
        raise NotFound()
    with_goods = {line.order_id for line in lines}
    waiting = [
        order for order in found
        if order.state != State.CONFIRMED or order.progress != Progress.READY or order.id not in with_goods
    ]  # fmt: skip
    if waiting:
        raise NotReady(T("不能排车的订单：{numbers}。", numbers=_numbers(waiting)))
    if astray := [order for order in found if order.warehouse_id != run.warehouse_id]:
        raise WrongWarehouse(T("不在本车次仓库的订单：{numbers}。", numbers=_numbers(astray)))
    if homeless := [order for order in found if order.site_id is None]:
        raise NoSite(T("没有收货地点的订单：{numbers}。", numbers=_numbers(homeless)))


def _numbers(found: Sequence[AnyRow]) -> str:
    return "、".join(order.number or "" for order in found)  # data


def _stops_for(s: Session, run_id: int, found: Sequence[AnyRow]) -> dict[int, int]:
    """site -> stop of the run, new ones at its end."""
    there = s.execute(_STOPS, {"run_id": run_id}).all()
    stops = {stop.site_id: stop.id for stop in there}
    last = max((stop.position for stop in there), default=0)
    new = {order.site_id: order.customer_id for order in found if order.site_id not in stops}
    if new:
        rows = [
            {"run_id": run_id, "customer_id": customer_id, "site_id": site_id, "position": last + n, "state": "pending"}
            for n, (site_id, customer_id) in enumerate(new.items(), 1)
        ]
        stops.update({row.site_id: row.id for row in s.execute(_ADD_STOPS, rows)})
    return stops


def _make_shipments(
    s: Session, run_id: int, found: Sequence[AnyRow], lines: Sequence[AnyRow], *, stops: dict[int, int], who: Who
) -> list[int]:
    """One shipment per order with a line for every reserved order line, numbered and journaled; their ids."""
    goods: dict[int, list[AnyRow]] = {}
    for line in lines:
        goods.setdefault(line.order_id, []).append(line)
    rows = [_shipment(run_id, stops[order.site_id], order, goods[order.id]) for order in found]
    made = {row.order_id: row.id for row in s.execute(_ADD_SHIPMENTS, rows)}
    s.execute(
        _ADD_LINES,
        [
            {
                "shipment_id": made[line.order_id], "order_line_id": line.id, "sku_id": line.sku_id,
                "quantity": line.reserved, "price_fen": line.price_fen,
            }
            for line in lines
        ],
    )  # fmt: skip
    for row in rows:
        shipment_id = made[row["order_id"]]
        numbers.ask(s, "DN", Shipment.__table__, shipment_id)  # type: ignore[arg-type]
        facts = {"run": run_id, "order": row["order_id"], "weight_g": row["weight_g"], "amount_fen": row["amount_fen"]}
        _tell(s, "shipment.planned", shipment_id, row["customer_id"], who, **facts)
    return list(made.values())


def _shipment(run_id: int, stop_id: int, order: AnyRow, lines: Sequence[AnyRow]) -> dict[str, Any]:
    load = total(line_load(line) for line in lines)
    return {
        "order_id": order.id, "customer_id": order.customer_id, "run_id": run_id, "stop_id": stop_id,
        "amount_fen": sum(line.reserved * line.price_fen for line in lines), "weight_g": load.weight_g,
        "drum_places": load.places, "created_at": clock.now(),
    }  # fmt: skip


def _tell(s: Session, verb: str, shipment_id: int, customer_id: int, who: Who, **facts: Any) -> None:
    chain = f"customer:{customer_id}"
    history.record(s, verb, chain=chain, subject=("shipment", shipment_id), who=who, facts=facts)


_SHIPMENT = select(Shipment.run_id, Shipment.stop_id, Shipment.order_id, Shipment.customer_id)


def take_off(s: Session, shipment_id: int, who: Who) -> None:
    """从车次上拿下: the shipment keeps its number and is void; its order can be planned again."""
    run_id = s.execute(select(Shipment.run_id).where(Shipment.id == shipment_id)).scalar()
    if run_id is None:
        raise NotFound()
    lock(s, run_id, "plan")
    shipment = s.execute(_SHIPMENT.where(Shipment.id == shipment_id)).one()
    if shipment.run_id != run_id:
        raise NotFound()  # taken off while we waited for the run
    _make_void(s, [shipment_id])
    drop_empty_stops(s, run_id)
    orders.record_unplanned(s, [shipment.order_id], who)
    put(s, run_id)
    say(s, "run.relieved", run_id, who, shipment=shipment_id)
    _tell(s, "shipment.taken_off", shipment_id, shipment.customer_id, who, run=run_id, order=shipment.order_id)


_ON_PLANNED_RUN = (
    select(Shipment.id, Shipment.run_id, Shipment.customer_id)
    .join(Run, Run.id == Shipment.run_id)
    .where(Shipment.order_id == bindparam("order_id"), Run.state == RunState.PLANNED.value)
    .with_for_update(of=Run, skip_locked=True)
)


def make_way(s: Session, *, order_id: int, who: Who) -> None:
    """An order is about to be cancelled: take its shipment off, unless the run loads, or somebody is at it right now.

    Whoever cancels holds the customer's account already, so a run that is busy is left alone, not waited for.
    """
    shipment = s.execute(_ON_PLANNED_RUN, {"order_id": order_id}).first()
    if shipment is None:
        return
    _make_void(s, [shipment.id])
    drop_empty_stops(s, shipment.run_id)
    orders.record_unplanned(s, [order_id], who)
    put(s, shipment.run_id)
    say(s, "run.relieved", shipment.run_id, who, shipment=shipment.id)
    _tell(s, "shipment.taken_off", shipment.id, shipment.customer_id, who, run=shipment.run_id, order=order_id)


def cancel(s: Session, run_id: int, who: Who) -> None:
    """作废: a planned run; its shipments are taken off, its number stays."""
    lock(s, run_id, "cancel")
    rows = s.execute(_SHIPMENT.add_columns(Shipment.id).where(Shipment.run_id == run_id).order_by(Shipment.id)).all()
    if rows:
        _make_void(s, [row.id for row in rows])
        drop_empty_stops(s, run_id)
        orders.record_unplanned(s, [row.order_id for row in rows], who)
    put(s, run_id, state=RunState.CANCELLED.value)
    say(s, "run.cancelled", run_id, who, shipments=[row.id for row in rows])
    for row in rows:
        _tell(s, "shipment.taken_off", row.id, row.customer_id, who, run=run_id, order=row.order_id)


def _make_void(s: Session, shipment_ids: Sequence[int]) -> None:
    s.execute(
        update(Shipment).where(Shipment.id.in_(shipment_ids)).values(run_id=None, stop_id=None),
        execution_options={"synchronize_session": False},
    )
