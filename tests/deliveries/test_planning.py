"""Orders onto runs and off again: what a shipment is, what is refused, and stops in order."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import db, write_tx
from portal.core.refusal import Changed, NotFound, Refusal, Wrong, WrongState
from portal.customers.models import Site
from portal.deliveries import actions
from portal.deliveries.models import Run, Shipment, ShipmentLine, Stop, Vehicle
from portal.deliveries.models.runs import load_on
from portal.deliveries.rules import Load, NoSite, NotReady, OverCapacity, WrongWarehouse
from portal.orders.models import Order
from portal.stock.models import Warehouse
from tests.cast import Cast
from tests.conftest import only_sqlite
from tests.deliveries.conftest import Road


def _progress(order_id: int) -> str:
    db.session.rollback()
    return str(db.session.scalar(select(Order.progress).where(Order.id == order_id)))


def test_the_reserved_goods_of_an_order_become_one_shipment_at_the_stop_of_its_site(
    app: Flask, s: Session, road: Road
) -> None:
    first, second, other = road.order(HM46=2, CI4=10), road.order(CI4=1), road.order("plant", CI4=3)
    run_id = road.run(first, second, other)
    run = s.execute(select(Run.number, Run.state).where(Run.id == run_id)).one()
    assert run.number == "YC20261123-0001" and run.state == "planned"
    shipments = s.execute(select(Shipment).where(Shipment.run_id == run_id).order_by(Shipment.id)).scalars().all()
    assert [one.number for one in shipments] == [f"DN20261123-000{n}" for n in (1, 2, 3)]
    assert [one.order_id for one in shipments] == [first, second, other]
    stops = s.execute(select(Stop.position, Stop.customer_id).where(Stop.run_id == run_id)).all()
    assert sorted(tuple(row) for row in stops) == [
        (1, road.the.customers["dealer"]),
        (2, road.the.customers["plant"]),
    ]
    assert shipments[0].stop_id == shipments[1].stop_id != shipments[2].stop_id
    assert load_on(s, run_id) == Load(2 * 185_000 + 14 * 17_200, 200 + 90 + 9 + 27)
    assert shipments[0].amount_fen == 2 * 273_600 + 10 * 34_960
    assert sorted(s.scalars(select(ShipmentLine.quantity))) == [1, 2, 3, 10]
    assert [_progress(order) for order in (first, second, other)] == ["planned"] * 3


def test_an_order_goes_on_one_run_only(app: Flask, s: Session, road: Road) -> None:
    order_id = road.order(CI4=1)
    road.run(order_id)
    with pytest.raises(NotReady, match="SO20261123-0001"):
        road.run(order_id)


@only_sqlite
def test_what_cannot_go_is_refused_and_nothing_is_planned(app: Flask, s: Session, road: Road) -> None:
    ready, waiting = road.order(CI4=1), road.order(EP2=1)
    run_id = road.run()
    for order_ids, refusal in (
        ([ready, waiting], NotReady),
        ([ready, 999], NotFound),
        ([], NotFound),
    ):
        with pytest.raises(refusal):
            road.do(actions.assign, run_id, order_ids)
    assert s.scalar(select(Shipment.id)) is None
    assert _progress(ready) == "ready"


@only_sqlite
def test_an_order_of_another_warehouse_or_without_a_place_is_refused(app: Flask, s: Session, road: Road) -> None:
    order_id, run_id = road.order(CI4=1), road.run()
    with write_tx() as tx:
        other = Warehouse(code="W2", name="成都仓", serves="51")
        tx.add(other)
        tx.flush()
        tx.get_one(Order, order_id).warehouse_id = other.id
    with pytest.raises(WrongWarehouse):
        road.do(actions.assign, run_id, [order_id])
    with write_tx() as tx:
        order = tx.get_one(Order, order_id)
        order.warehouse_id, order.site_id = road.the.warehouse, None
        for site in tx.scalars(select(Site)):
            site.removed_at = site.created_at
    with pytest.raises(NoSite):
        road.do(actions.assign, run_id, [order_id])


def test_too_much_for_the_vehicle_needs_a_reason(app: Flask, s: Session, road: Road) -> None:
    order_id = road.order(HM46=13)
    run_id = road.run()
    with pytest.raises(OverCapacity, match="13 桶位"):
        road.do(actions.assign, run_id, [order_id])
    road.do(actions.assign, run_id, [order_id], overload_reason="短途，加派一辆跟车")
    s.rollback()
    assert s.scalar(select(Run.overload_reason).where(Run.id == run_id)) == "短途，加派一辆跟车"


@only_sqlite
def test_a_small_vehicle_is_refused_for_a_full_run(app: Flask, s: Session, road: Road) -> None:
    run_id = road.run(road.order(HM46=4))
    small = road.do(
        actions.add_vehicle, plate="渝B00001", name="面包车", capacity_g=500_000, capacity_drums=3, driver_id=None
    )
    driver = road.the.people["song"]
    with pytest.raises(OverCapacity):
        road.do(actions.change_run, run_id, vehicle_id=small, driver_id=driver)
    road.do(actions.change_run, run_id, vehicle_id=small, driver_id=driver, overload_reason="只走两公里", seen=2)
    with pytest.raises(Changed):
        road.do(actions.change_run, run_id, vehicle_id=small, driver_id=driver, seen=2)
    s.rollback()
    row = s.execute(select(Run.vehicle_id, Run.driver_id).where(Run.id == run_id)).one()
    assert tuple(row) == (small, driver)


@only_sqlite
def test_only_vehicles_in_use_and_drivers_make_a_run(app: Flask, s: Session, road: Road) -> None:
    with write_tx() as tx:
        tx.get_one(Vehicle, road.the.vehicle).is_active = False
    with pytest.raises(Wrong) as refused:
        road.run()
    assert list(refused.value.errors) == ["vehicle_id"]
    with write_tx() as tx:
        tx.get_one(Vehicle, road.the.vehicle).is_active = True
    run_id = road.run()
    with pytest.raises(Wrong) as refused:
        road.do(actions.change_run, run_id, vehicle_id=road.the.vehicle, driver_id=road.the.people["wu"])
    assert list(refused.value.errors) == ["driver_id"]


def test_a_shipment_taken_off_is_void_and_its_order_can_be_planned_again(app: Flask, s: Session, road: Road) -> None:
    first, second = road.order(CI4=1), road.order("plant", CI4=1)
    run_id = road.run(first, second)
    shipment = s.scalar(select(Shipment.id).where(Shipment.order_id == first))
    road.do(actions.take_off, shipment)
    s.rollback()
    row = s.execute(select(Shipment.number, Shipment.run_id, Shipment.stop_id).where(Shipment.id == shipment)).one()
    assert tuple(row) == ("DN20261123-0001", None, None)
    assert _progress(first) == "ready"
    stops = s.execute(select(Stop.position, Stop.customer_id).where(Stop.run_id == run_id)).all()
    assert [tuple(stop) for stop in stops] == [(1, road.the.customers["plant"])]
    with pytest.raises(NotFound):
        road.do(actions.take_off, shipment)
    road.do(actions.assign, run_id, [first])
    assert s.scalars(select(Shipment.number).where(Shipment.order_id == first).order_by(Shipment.id)).all() == [
        "DN20261123-0001",
        "DN20261123-0003",
    ]


def test_a_cancelled_run_gives_its_orders_back(app: Flask, s: Session, road: Road) -> None:
    orders = [road.order(CI4=1), road.order("plant", CI4=1)]
    run_id = road.run(*orders)
    road.do(actions.cancel, run_id)
    assert [_progress(order) for order in orders] == ["ready", "ready"]
    assert s.scalar(select(Run.state).where(Run.id == run_id)) == "cancelled"
    assert s.scalar(select(Stop.id)) is None
    with pytest.raises(WrongState):
        road.do(actions.assign, run_id, orders)


def test_stops_are_put_in_order_by_hand(app: Flask, s: Session, road: Road) -> None:
    with write_tx() as tx:
        other = Site(customer_id=road.the.customers["dealer"], name="二仓", address="示例路 2 号", created_at=_now())
        tx.add(other)
    orders = [road.order(CI4=1), road.order("plant", CI4=1), road.order(CI4=1)]
    with write_tx() as tx:
        tx.get_one(Order, orders[2]).site_id = tx.scalar(select(Site.id).where(Site.name == "二仓"))
    run_id = road.run(*orders)
    a, b, c = road.stops(run_id)
    road.do(actions.move_stop, c, 1)
    s.rollback()
    assert road.stops(run_id) == [c, a, b]
    road.do(actions.move_stop, c, 99)
    s.rollback()
    assert road.stops(run_id) == [a, b, c]
    road.do(actions.order_stops, run_id, {a: 3, b: 1})
    s.rollback()
    assert road.stops(run_id) == [b, a, c]  # c keeps its 3 and comes after the a that was typed so
    assert s.scalars(select(Stop.position).order_by(Stop.position)).all() == [1, 2, 3]


def _now() -> object:
    from portal.core import clock

    return clock.now()


@only_sqlite
def test_what_is_loaded_is_not_planned_any_more(app: Flask, s: Session, road: Road) -> None:
    order_id, other = road.order(CI4=1), road.order(CI4=1)
    run_id = road.run(order_id)
    shipment, stop = s.scalar(select(Shipment.id)), s.scalar(select(Stop.id))
    road.do(actions.load, run_id)
    for verb, *args in (
        (actions.assign, run_id, [other]), (actions.take_off, shipment), (actions.move_stop, stop, 1),
        (actions.cancel, run_id), (actions.load, run_id),
    ):  # fmt: skip
        with pytest.raises(WrongState):
            road.do(verb, *args)
    road.do(actions.unload, run_id)
    road.do(actions.take_off, shipment)


def test_two_dispatchers_do_not_plan_the_same_order_twice(app: Flask, the: Cast, road: Road) -> None:
    with app.app_context():
        order_id = road.order(CI4=1)
        runs = [road.run(), road.run()]
        db.session.remove()
    refused: list[Refusal] = []

    def plan(run_id: int) -> None:
        with app.app_context():
            try:
                road.do(actions.assign, run_id, [order_id])
            except Refusal as refusal:
                refused.append(refusal)
            db.session.remove()

    threads = [threading.Thread(target=plan, args=(run_id,)) for run_id in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(refusal) for refusal in refused] == [NotReady]
    with app.app_context():
        assert len(db.session.scalars(select(Shipment.id)).all()) == 1
        db.session.remove()
