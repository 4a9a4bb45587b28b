"""Runs: who may see them, one with its stops and shipments, and what is on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, select
from sqlalchemy.orm import Session

from portal.core.db import AnyRow
from portal.core.refusal import NotFound
from portal.customers.models import Customer, Site, visible
from portal.deliveries.models.tables import Run, Shipment, ShipmentLine, Stop, Vehicle
from portal.deliveries.rules import Load, RunState, StopState
from portal.orders.models import Order
from portal.people.models import Person, Who
from portal.people.rules import Permission, Role
from portal.products.models import Sku
from portal.stock.models import Warehouse


def runs_visible(who: Who) -> ColumnElement[bool]:
    """Whose runs `who` sees: drivers their own, who plans them all, other staff those with a customer they see."""
    if who.role is Role.DRIVER:
        return Run.driver_id == who.id
    if who.may(Permission.DELIVERY_PLAN):
        return Run.id.is_not(None)
    if who.is_portal:
        return Run.id.is_(None)
    return exists().where(Stop.run_id == Run.id, visible(who, Stop.customer_id))


_RUN = (
    select(
        Run.id, Run.number, Run.day_on, Run.state, Run.version, Run.warehouse_id, Run.vehicle_id, Run.driver_id,
        Run.overload_reason, Run.departed_at, Run.done_at, Vehicle.plate, Vehicle.name.label("vehicle"),
        Vehicle.capacity_g, Vehicle.capacity_drums, Person.name.label("driver"), Person.phone.label("driver_phone"),
        Warehouse.name.label("warehouse"), Warehouse.address.label("warehouse_address"),
    )
    .join(Vehicle, Vehicle.id == Run.vehicle_id)
    .join(Person, Person.id == Run.driver_id)
    .join(Warehouse, Warehouse.id == Run.warehouse_id)
)  # fmt: skip


def find_run(s: Session, who: Who, run_id: int) -> AnyRow:
    """The run with its vehicle, driver and warehouse; NotFound when it is not for this person."""
    row = s.execute(_RUN.where(Run.id == run_id, runs_visible(who))).first()
    if row is None:
        raise NotFound()
    return row


def stops_of(s: Session, who: Who, run_id: int) -> Sequence[AnyRow]:
    """The stops of a run in their order, those that `who` sees, with customer, site and what is to be unloaded."""
    goods = _goods().where(Shipment.run_id == run_id).group_by(Shipment.stop_id).subquery()
    statement = (
        select(
            Stop.id, Stop.position, Stop.state, Stop.customer_id, Stop.released_at, Stop.release_reason,
            Customer.name.label("customer"), Customer.code, *SITE, goods.c.shipments, goods.c.weight_g,
            goods.c.places, goods.c.amount_fen,
        )
        .join(Customer, Customer.id == Stop.customer_id)
        .join(Site, Site.id == Stop.site_id)
        .outerjoin(goods, goods.c.stop_id == Stop.id)
        .where(Stop.run_id == run_id)
        .order_by(Stop.position, Stop.id)
    )  # fmt: skip
    if who.role is not Role.DRIVER:
        statement = statement.where(visible(who, Stop.customer_id))
    return s.execute(statement).all()


SITE = (
    Stop.site_id, Site.name.label("site"), Site.address, Site.region_code, Site.contact_name, Site.phone,
    Site.receives_from, Site.receives_until, Site.unloading,
)  # fmt: skip
"""What a driver and a list of stops show of the place."""


def _goods() -> Any:
    return select(
        Shipment.stop_id,
        func.count().label("shipments"),
        func.sum(Shipment.weight_g).label("weight_g"),
        func.sum(Shipment.drum_places).label("places"),
        func.sum(Shipment.amount_fen).label("amount_fen"),
    )


def shipments_on(s: Session, run_id: int) -> Sequence[AnyRow]:
    """The shipments on a run: number, order, stop and load."""
    return s.execute(
        select(
            Shipment.id, Shipment.number, Shipment.stop_id, Shipment.customer_id, Shipment.order_id,
            Order.number.label("order_number"), Shipment.weight_g, Shipment.drum_places, Shipment.amount_fen,
        )
        .join(Order, Order.id == Shipment.order_id)
        .where(Shipment.run_id == run_id)
        .order_by(Shipment.id)
    ).all()  # fmt: skip


LINES = select(
    ShipmentLine.id, ShipmentLine.shipment_id, ShipmentLine.sku_id, ShipmentLine.quantity, ShipmentLine.delivered,
    ShipmentLine.short, ShipmentLine.damaged, ShipmentLine.refused, ShipmentLine.reason, ShipmentLine.price_fen,
    Sku.code, Sku.label, Sku.spec, Sku.unit, Sku.is_returnable, Sku.volume_ml, Sku.weight_g, Shipment.stop_id,
    Shipment.number, Shipment.order_id,
).join(Shipment, Shipment.id == ShipmentLine.shipment_id).join(Sku, Sku.id == ShipmentLine.sku_id)  # fmt: skip
"""Lines of shipments with what a document says of their goods."""


def lines_on(s: Session, run_id: int) -> Sequence[AnyRow]:
    """The lines of every shipment on a run, in the order of the stops' shipments."""
    return s.execute(LINES.where(Shipment.run_id == run_id).order_by(Shipment.id, Sku.code, ShipmentLine.id)).all()


_LOAD = select(
    func.coalesce(func.sum(Shipment.weight_g), 0).label("weight_g"),
    func.coalesce(func.sum(Shipment.drum_places), 0).label("places"),
).where(Shipment.run_id == bindparam("run_id"))


def load_on(s: Session, run_id: int) -> Load:
    """What is planned on the run or lies on it."""
    row = s.execute(_LOAD, {"run_id": run_id}).one()
    return Load(int(row.weight_g), int(row.places))


def drivers(s: Session) -> list[tuple[int, str]]:
    """(id, name) of everybody who may drive."""
    rows = select(Person.id, Person.name).where(Person.role == Role.DRIVER, Person.disabled_at.is_(None))
    return [(row.id, row.name) for row in s.execute(rows.order_by(Person.id))]


def vehicles(s: Session, *, all_of_them: bool = False) -> Sequence[AnyRow]:
    """Vehicles with their usual driver, those in use first; without `all_of_them` only those in use."""
    rows = (
        select(
            Vehicle.id, Vehicle.plate, Vehicle.name, Vehicle.capacity_g, Vehicle.capacity_drums, Vehicle.driver_id,
            Vehicle.is_active, Person.name.label("driver"),
        )
        .outerjoin(Person, Person.id == Vehicle.driver_id)
        .order_by(Vehicle.is_active.desc(), Vehicle.id)
    )  # fmt: skip
    return s.execute(rows if all_of_them else rows.where(Vehicle.is_active)).all()


def find_vehicle(s: Session, vehicle_id: int) -> Vehicle:
    found = s.get(Vehicle, vehicle_id)
    if found is None:
        raise NotFound()
    return found


def _count(*which: ColumnElement[bool]) -> Any:
    """How many stops of the run are so: a question per run shown, whatever else lies in the table."""
    return select(func.count()).where(Stop.run_id == Run.id, *which).scalar_subquery()


_SUMS = (
    _count().label("stops"),
    _count(Stop.state != StopState.PENDING.value).label("confirmed"),
    select(func.sum(Shipment.weight_g)).where(Shipment.run_id == Run.id).scalar_subquery().label("weight_g"),
    select(func.sum(Shipment.drum_places)).where(Shipment.run_id == Run.id).scalar_subquery().label("places"),
)
_ALIVE = [state.value for state in RunState if state is not RunState.CANCELLED]

_OF_DRIVER = (
    _RUN.add_columns(*_SUMS)
    .where(
        Run.driver_id == bindparam("driver_id"),
        (Run.day_on == bindparam("day")) & Run.state.in_(_ALIVE)
        | (Run.day_on > bindparam("day")) & Run.state.in_(("planned", "loading"))
        | (Run.state == RunState.UNDER_WAY.value),
    )
    .order_by(Run.day_on, Run.id)
    .limit(20)
)
_OF_DAY = _RUN.add_columns(*_SUMS).where(Run.day_on == bindparam("day"), Run.state.in_(_ALIVE)).order_by(Run.id)


def runs_of_driver(s: Session, who: Who, day: date) -> Sequence[AnyRow]:
    """The driver's runs of `day`, those planned later, and earlier ones still on the road."""
    return s.execute(_OF_DRIVER, {"driver_id": who.id, "day": day}).all()


def runs_on(s: Session, day: date, warehouse_id: int) -> Sequence[AnyRow]:
    """The runs of a day from one warehouse with what is on them, cancelled ones left out."""
    return s.execute(_OF_DAY.where(Run.warehouse_id == warehouse_id), {"day": day}).all()
