"""The dispatcher's board: what can go, and the runs it goes on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from flask import request as web
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import AnyRow, db
from portal.core.pages import act, go, is_fragment, page, toast
from portal.core.refusal import NotFound, Refusal, Wrong
from portal.core.text import T, Text
from portal.deliveries import actions
from portal.deliveries.forms import BoardForm
from portal.deliveries.models import board, runs
from portal.deliveries.routes._blueprint import blueprint
from portal.deliveries.rules import NoSite, NotReady, OverCapacity, RunState, WrongWarehouse, places_text, total
from portal.people.guard import allowed, who
from portal.people.models import Who
from portal.people.rules import Permission

FAR = date(9999, 12, 31)
MENDED_HERE = (OverCapacity, NotReady, NoSite, WrongWarehouse, Wrong)
"""Refusals that the board itself shows, with the ticks kept."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which board: the day of the runs, the warehouse, one region or all, only what is wanted by that day."""

    day: date
    warehouse_id: int
    region: str
    due: bool

    def url(self, **other: Any) -> str:
        values = {
            "day": self.day.isoformat(), "warehouse": self.warehouse_id, "region": self.region,
            "due": "1" if self.due else "", **other,
        }  # fmt: skip
        return "/deliveries?" + urlencode({key: value for key, value in values.items() if value})


@blueprint.get("/deliveries", endpoint="board")
@allowed(Permission.DELIVERY_PLAN)
def show_board() -> Response:
    return _board(db.session())


def _board(
    s: Session, *, status: int = 200, refused: Refusal | None = None, ticked: frozenset[int] = frozenset()
) -> Response:
    warehouses = board.warehouses(s)
    asked = _asked(warehouses)
    until = asked.day if asked.due else FAR
    plan = board.to_plan(
        s, warehouse_id=asked.warehouse_id, until=until, today=clock.today(), region=asked.region
    )  # fmt: skip
    if tick := web.args.get("tick"):  # the link that stands for the box when there are no scripts
        drops = [drop for region in plan.regions if region.code == tick for drop in region.drops]
        ticked = frozenset(drop.row.id for drop in drops if not drop.held)
    return page(
        "deliveries/board.html", "deliveries/_board.html", status=status, asked=asked, plan=plan, refused=refused,
        ticked=ticked, in_review=board.in_review(s, asked.warehouse_id), warehouses=warehouses,
        chips=_regions(asked, plan), days=_days(asked), waiting=_waiting(plan),
        overload_reason=web.form.get("overload_reason", ""), **_trucks(s, asked),
    )  # fmt: skip


def _asked(warehouses: Any) -> Asked:
    form = BoardForm(web.values)
    known = [row.id for row in warehouses]
    if not known:
        raise NotFound()
    form.warehouse.choices = [(row.id, row.name) for row in warehouses]
    warehouse = form.warehouse.data if form.warehouse.data in known else known[0]
    region = web.values.get("region", "")[:6]
    return Asked(form.day.data or clock.today(), warehouse, region, web.values.get("due") == "1")


def _waiting(plan: board.Plan) -> Text:
    """What is still to be planned of what is shown."""
    load = total(region.load for region in plan.regions)
    count = sum(len(region.drops) for region in plan.regions)
    return T("待排 {n} 张，{weight_g}，{places} 桶位", n=count, weight_g=load.weight_g, places=places_text(load.places))


def _regions(asked: Asked, plan: board.Plan) -> list[SimpleNamespace]:
    """Quick filters: all regions, then each with its count."""
    every = SimpleNamespace(
        label=T("全部片区"), url=asked.url(region=""), current=not asked.region, count=sum(n for *_, n in plan.choices)
    )
    return [every] + [
        SimpleNamespace(label=name, url=asked.url(region=code), current=asked.region == code, count=n)
        for code, name, n in plan.choices
        if code
    ]


def _days(asked: Asked) -> list[SimpleNamespace]:
    today = clock.today()
    words = [(T("今天"), 0), (T("明天"), 1), (T("后天"), 2)]
    return [
        SimpleNamespace(label=word, url=asked.url(day=day.isoformat()), current=day == asked.day)
        for word, day in ((word, today + timedelta(days=n)) for word, n in words)
    ]


def _trucks(s: Session, asked: Asked) -> dict[str, Any]:
    """The runs of the day and the vehicles that have none to be filled, with a mark that tells whether they changed."""
    found = runs.runs_on(s, asked.day, asked.warehouse_id)
    filling = {run.vehicle_id for run in found if run.state == RunState.PLANNED}
    idle = [vehicle for vehicle in runs.vehicles(s) if vehicle.id not in filling]
    seen = hashlib.sha256(repr([tuple(row) for row in (*found, *idle)]).encode()).hexdigest()[:12]
    return {"runs": [_truck(run) for run in found], "idle": idle, "seen": seen}


def _truck(run: AnyRow) -> SimpleNamespace:
    """A run as a card: loads in kg and drum places, the state as word and colour."""
    state = RunState(run.state)
    return SimpleNamespace(
        row=run, state=state, kg=-(-(run.weight_g or 0) // 1000), room_kg=run.capacity_g // 1000,
        places=round((run.places or 0) / 100, 1), is_open=state is RunState.PLANNED,
        is_over=(run.weight_g or 0) > run.capacity_g or (run.places or 0) > run.capacity_drums * 100,
    )  # fmt: skip


@blueprint.get("/deliveries/runs")
@allowed(Permission.DELIVERY_PLAN)
def poll_runs() -> Response:
    """The right side of the board, again; nothing (204) when nothing changed."""
    s = db.session()
    asked = _asked(board.warehouses(s))
    trucks = _trucks(s, asked)
    if is_fragment() and trucks["seen"] == web.args.get("seen"):
        return Response(status=204)
    if not is_fragment():
        return go(asked.url())
    return page("deliveries/_runs.html", asked=asked, overload_reason="", **trucks)


@blueprint.post("/deliveries/assign")
@allowed(Permission.DELIVERY_PLAN)
def assign() -> Response:
    me = who()
    ticked = [int(value) for value in web.form.getlist("order") if value.isdigit()]
    try:
        if not ticked:
            raise Wrong({"order": T("先勾选要分配的订单")})
        onward = act(lambda s: _assign(s, ticked, me), me.id)
    except MENDED_HERE as refused:
        return _board(db.session(), status=refused.status, refused=refused, ticked=frozenset(ticked))
    said = T("已分配订单：{n}", n=len(ticked))
    if is_fragment():
        return toast(_board(db.session()), said)
    return go(onward, said)


def _assign(s: Session, order_ids: list[int], me: Who) -> str:
    """Onto the run, or the vehicle's new run of the day, that the pressed button names."""
    asked = _asked(board.warehouses(s))
    kind, _colon, number = web.form.get("to", "").partition(":")
    if not number.isdigit() or kind not in ("run", "vehicle"):
        raise Wrong({"to": T("选一辆车")})
    run_id = int(number) if kind == "run" else _open_run(s, int(number), asked, me)
    reason = web.form.get("overload_reason", "").strip()[:200] or None
    actions.assign(s, run_id, order_ids, me, overload_reason=reason)
    return asked.url()


def _open_run(s: Session, vehicle_id: int, asked: Asked, me: Who) -> int:
    vehicle = runs.find_vehicle(s, vehicle_id)
    if vehicle.driver_id is None:
        raise Wrong({"to": T("{plate} 没有常用送货员：先在车辆页指定一位", plate=vehicle.plate)})
    return actions.create_run(
        s, day_on=asked.day, warehouse_id=asked.warehouse_id, vehicle_id=vehicle_id, driver_id=vehicle.driver_id,
        who=me,
    )  # fmt: skip
