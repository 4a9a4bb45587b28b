"""One run: its stops in order, what is on it, and its way from planned to done."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import request as web
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import AnyRow, db
from portal.core.fields import half_width
from portal.core.pages import act, go, page
from portal.core.refusal import Refusal, Wrong
from portal.core.text import T, Text
from portal.deliveries import actions
from portal.deliveries.forms import ReleaseForm, RunForm
from portal.deliveries.models import gate, runs, shipments, stops
from portal.deliveries.routes._blueprint import blueprint
from portal.deliveries.rules import RUN_LIFE, HeldAtLoading, OverCapacity, RunState
from portal.people import timeline
from portal.people.guard import allowed, who
from portal.people.models import Who
from portal.people.rules import Permission

CHANGED_IN = (RunState.PLANNED, RunState.LOADING, RunState.UNDER_WAY)
"""States in which the dispatcher may still give the run to another driver, and before loading to another vehicle."""


def url_of(run_id: int) -> str:
    return f"/deliveries/runs/{run_id}"


@blueprint.get("/deliveries/runs/<int:run_id>")
@allowed(Permission.DELIVERY_VIEW)
def show_run(run_id: int) -> Response:
    return _show(db.session(), run_id)


def _show(
    s: Session, run_id: int, *, status: int = 200, refused: Refusal | None = None, form: RunForm | None = None
) -> Response:
    me = who()
    run = runs.find_run(s, me, run_id)
    state = RunState(run.state)
    places = runs.stops_of(s, me, run_id)
    held = gate.held_stops(s, run_id, clock.today()) if state is RunState.PLANNED else {}
    by_stop: dict[int, list[AnyRow]] = {}
    for row in runs.shipments_on(s, run_id):
        by_stop.setdefault(row.stop_id, []).append(row)
    may_plan = me.may(Permission.DELIVERY_PLAN)
    return page(
        "deliveries/run.html", status=status, run=run, state=state, stops=places, held=held,
        by_stop=by_stop, refused=refused, verbs=RUN_LIFE.verbs(state) if may_plan else [],
        may_release=me.may(Permission.CREDIT_RELEASE), release=ReleaseForm(None),
        form=(form or _form(s, run)) if may_plan and state in CHANGED_IN else None,
        told=timeline.of_record(s, "run", run_id), **_sums(run, places),
    )  # fmt: skip


def _sums(run: AnyRow, places: Any) -> dict[str, Any]:
    """The figures of the load bars, kg and drum places."""
    weight, hundredths = sum(row.weight_g or 0 for row in places), sum(row.places or 0 for row in places)
    return {
        "kg": -(-weight // 1000), "room_kg": run.capacity_g // 1000, "places": round(hundredths / 100, 1),
        "room_places": run.capacity_drums,
    }  # fmt: skip


def _form(s: Session, run: AnyRow | None = None) -> RunForm:
    """The form for vehicle and driver; those of the run stay to be chosen when they are out of use."""
    form = RunForm(obj=run)
    vehicles = [(row.id, f"{row.plate} {row.name}") for row in runs.vehicles(s)]
    drivers = runs.drivers(s)
    if run is not None and run.vehicle_id not in dict(vehicles):
        vehicles.append((run.vehicle_id, f"{run.plate} {run.vehicle}"))
    if run is not None and run.driver_id not in dict(drivers):
        drivers.append((run.driver_id, run.driver))
    form.vehicle_id.choices, form.driver_id.choices = vehicles, drivers
    return form


@blueprint.post("/deliveries/runs/<int:run_id>/edit")
@allowed(Permission.DELIVERY_PLAN)
def edit_run(run_id: int) -> Response:
    me, s = who(), db.session()
    form = _form(s, runs.find_run(s, me, run_id))
    if not form.validate():
        return _show(s, run_id, status=422, form=form)
    try:
        onward = act(lambda tx: _edit(tx, run_id, form, me), me.id)
    except Wrong as wrong:
        form.mend(wrong)
        return _show(db.session(), run_id, status=422, form=form)
    except OverCapacity as refused:
        return _show(db.session(), run_id, status=422, form=form, refused=refused)
    return go(onward, T("车次已改"))


def _edit(s: Session, run_id: int, form: RunForm, me: Who) -> str:
    seen = web.form.get("version", "")
    actions.change_run(
        s, run_id, vehicle_id=form.vehicle_id.data, driver_id=form.driver_id.data,
        overload_reason=form.overload_reason.data or None, seen=int(seen) if seen.isdigit() else None, who=me,
    )  # fmt: skip
    return url_of(run_id)


@blueprint.post("/deliveries/runs/<int:run_id>/hand-over")
@allowed(Permission.DELIVERY_PLAN)
def hand_over(run_id: int) -> Response:
    me, s = who(), db.session()
    form = _form(s, runs.find_run(s, me, run_id))
    driver_id = web.form.get("driver_id", "")
    if not driver_id.isdigit() or int(driver_id) not in dict(form.driver_id.choices):
        form.mend(Wrong({"driver_id": T("选一位在岗的送货员")}))
        return _show(s, run_id, status=422, form=form)

    def work(tx: Session) -> str:
        actions.hand_over(tx, run_id, int(driver_id), me)
        return url_of(run_id)

    return go(act(work, me.id), T("已换送货员"))


def _do(run_id: int, verb: Any, said: Text) -> Response:
    """Run one verb on the run and come back to it."""
    me = who()

    def work(s: Session) -> str:
        verb(s, run_id, me)
        return url_of(run_id)

    return go(act(work, me.id), said)


@blueprint.post("/deliveries/runs/<int:run_id>/load")
@allowed(Permission.DELIVERY_PLAN)
def load_run(run_id: int) -> Response:
    try:
        return _do(run_id, actions.load, T("开始装车，打印装车单交给仓库"))
    except HeldAtLoading as refused:
        return _show(db.session(), run_id, status=refused.status, refused=refused)


@blueprint.post("/deliveries/runs/<int:run_id>/unload")
@allowed(Permission.DELIVERY_PLAN)
def unload_run(run_id: int) -> Response:
    return _do(run_id, actions.unload, T("已退回排车，可以再改"))


@blueprint.post("/deliveries/runs/<int:run_id>/depart")
@allowed(Permission.DELIVERY_PLAN)
def depart_run(run_id: int) -> Response:
    return _do(run_id, actions.depart, T("已发车，库存已出库"))


@blueprint.post("/deliveries/runs/<int:run_id>/cancel")
@allowed(Permission.DELIVERY_PLAN)
def cancel_run(run_id: int) -> Response:
    return _do(run_id, actions.cancel, T("车次已作废，订单回到看板"))


@blueprint.post("/deliveries/runs/<int:run_id>/order")
@allowed(Permission.DELIVERY_PLAN)
def order_run(run_id: int) -> Response:
    """Stops in the order of the numbers typed beside them."""
    typed = {name[4:]: half_width(value) for name, value in web.form.items() if name.startswith("pos-")}
    positions = {int(stop): int(n) for stop, n in typed.items() if stop.isdigit() and n.isdigit() and len(n) < 6}
    return _do(run_id, lambda s, run, me: actions.order_stops(s, run, positions, me), T("送货顺序已改"))


@blueprint.post("/deliveries/stops/<int:stop_id>/move")
@allowed(Permission.DELIVERY_PLAN)
def move_stop(stop_id: int) -> Response:
    me, to = who(), half_width(web.form.get("to"))
    position = int(to) if to.isdigit() and len(to) < 6 else 1

    def work(s: Session) -> str:
        stop = stops.find_stop(s, me, stop_id)
        actions.move_stop(s, stop_id, position, me)
        return f"{url_of(stop.run_id)}#stop-{stop_id}"

    return go(act(work, me.id))


@blueprint.post("/deliveries/shipments/<int:shipment_id>/take-off")
@allowed(Permission.DELIVERY_PLAN)
def take_off(shipment_id: int) -> Response:
    me = who()

    def work(s: Session) -> str:
        shipment = shipments.find_shipment(s, me, shipment_id)
        actions.take_off(s, shipment_id, me)
        return url_of(shipment.run_id)

    return go(act(work, me.id), T("已拿下，订单回到看板；送货单号作废"))


@blueprint.post("/deliveries/stops/<int:stop_id>/release")
@allowed(Permission.CREDIT_RELEASE)
def release_stop(stop_id: int) -> Response:
    me, s = who(), db.session()
    stop = stops.find_stop(s, me, stop_id)
    form = ReleaseForm()
    if not form.validate():
        return _show(s, stop.run_id, status=422, refused=Wrong({"reason": T("写明为什么可以装车")}))

    def work(tx: Session) -> str:
        actions.release_stop(tx, stop_id, form.reason.data, me)
        return url_of(stop.run_id)

    return go(act(work, me.id), T("已放行，这一站可以装车"))


@blueprint.get("/deliveries/runs/<int:run_id>/loading-list")
@allowed(Permission.DELIVERY_VIEW)
def loading_list(run_id: int) -> Response:
    """装车单: what the warehouse loads, summed by package, then stop by stop from the last to the first."""
    s, me = db.session(), who()
    run = runs.find_run(s, me, run_id)
    lines = runs.lines_on(s, run_id)
    sums: dict[int, SimpleNamespace] = {}
    for line in lines:
        entry = sums.setdefault(line.sku_id, SimpleNamespace(line=line, quantity=0))
        entry.quantity += line.quantity
    at_stop: dict[int, list[AnyRow]] = {}
    for line in lines:
        at_stop.setdefault(line.stop_id, []).append(line)
    places = runs.stops_of(s, me, run_id)
    return page(
        "deliveries/loading_list.html", run=run, state=RunState(run.state), stops=list(reversed(places)),
        at_stop=at_stop, sums=sorted(sums.values(), key=lambda entry: entry.line.code), now=clock.now(),
        **_sums(run, places),
    )  # fmt: skip
