"""Vehicles: what they carry, who usually drives them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.pages import act, go, page
from portal.core.refusal import Wrong
from portal.core.text import T
from portal.deliveries import actions
from portal.deliveries.forms import VehicleForm
from portal.deliveries.models import runs
from portal.deliveries.routes._blueprint import blueprint
from portal.people.guard import allowed, who
from portal.people.models import Who
from portal.people.rules import Permission

LIST = "/deliveries/vehicles"


@blueprint.get("/deliveries/vehicles")
@allowed(Permission.DELIVERY_PLAN)
def list_vehicles() -> Response:
    return page("deliveries/vehicles.html", vehicles=runs.vehicles(db.session(), all_of_them=True), form=_form())


def _form(vehicle: object = None) -> VehicleForm:
    form = VehicleForm(obj=vehicle)
    form.driver_id.choices = [(0, T("不固定")), *runs.drivers(db.session())]
    return form


@blueprint.post("/deliveries/vehicles")
@allowed(Permission.DELIVERY_PLAN)
def add_vehicle() -> Response:
    me, form = who(), _form()
    if form.validate():
        try:
            onward = act(lambda s: f"{LIST}#vehicle-{actions.add_vehicle(s, **form.values(), who=me)}", me.id)
            return go(onward, T("已登记 {plate}", plate=form.values()["plate"]))
        except Wrong as wrong:
            form.mend(wrong)
    vehicles = runs.vehicles(db.session(), all_of_them=True)
    return page("deliveries/vehicles.html", status=422, vehicles=vehicles, form=form, errors=True)


@blueprint.get("/deliveries/vehicles/<int:vehicle_id>")
@allowed(Permission.DELIVERY_PLAN)
def show_vehicle(vehicle_id: int) -> Response:
    vehicle = runs.find_vehicle(db.session(), vehicle_id)
    shown = SimpleNamespace(
        plate=vehicle.plate, name=vehicle.name, capacity_kg=vehicle.capacity_g // 1000,
        capacity_drums=vehicle.capacity_drums, driver_id=vehicle.driver_id or 0, is_active=vehicle.is_active,
    )  # fmt: skip
    return page("deliveries/vehicle.html", vehicle=vehicle, form=_form(shown))


@blueprint.post("/deliveries/vehicles/<int:vehicle_id>")
@allowed(Permission.DELIVERY_PLAN)
def edit_vehicle(vehicle_id: int) -> Response:
    me, form = who(), _form()
    vehicle = runs.find_vehicle(db.session(), vehicle_id)
    if form.validate():
        values = {**form.values(), "is_active": bool(form.is_active.data)}
        try:
            return go(act(lambda s: _edit(s, vehicle_id, values, me), me.id), T("车辆已改"))
        except Wrong as wrong:
            form.mend(wrong)
    return page("deliveries/vehicle.html", status=422, vehicle=vehicle, form=form, errors=True)


def _edit(s: Session, vehicle_id: int, values: dict[str, Any], me: Who) -> str:
    actions.edit_vehicle(s, vehicle_id, **values, who=me)
    return LIST
