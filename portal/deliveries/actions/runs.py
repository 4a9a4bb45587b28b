"""The run as a record: locked first by every verb, so that nothing on it changes under another's hands."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from portal.core import clock, history, numbers
from portal.core.db import AnyRow
from portal.core.refusal import Changed, NotFound, Wrong
from portal.core.text import T
from portal.deliveries.models import Run, Stop, Vehicle
from portal.deliveries.models.runs import load_on
from portal.deliveries.rules import RUN_LIFE, RunState, capacity, check_load
from portal.people.models import Person, Who
from portal.people.rules import Role

CHAIN = "deliveries"

_LOCK = (
    select(
        Run.id, Run.day_on, Run.warehouse_id, Run.vehicle_id, Run.driver_id, Run.state, Run.version,
        Run.overload_reason, Run.departed_at, Vehicle.plate, Vehicle.capacity_g, Vehicle.capacity_drums,
    )
    .join(Vehicle, Vehicle.id == Run.vehicle_id)
    .with_for_update(of=Run)
)  # fmt: skip
_LOCK_RUN = _LOCK.where(Run.id == bindparam("run_id"))
_LOCK_RUN_OF = _LOCK.where(Run.id == select(Stop.run_id).where(Stop.id == bindparam("stop_id")).scalar_subquery())


def lock(s: Session, run_id: int, verb: str, *, seen: int | None = None) -> AnyRow:
    """The run, locked; WrongState unless its state allows `verb`, Changed when it is not the version that was `seen`.

    No other room ever locks a run, so taking it before credit accounts and stock cannot close a circle.
    """
    run = s.execute(_LOCK_RUN, {"run_id": run_id}).first()
    if run is None:
        raise NotFound()
    RUN_LIFE.check(RunState(run.state), verb)
    if seen is not None and seen != run.version:
        raise Changed(version=run.version, seen=seen)
    return run


def lock_run_of(s: Session, stop_id: int) -> AnyRow:
    """The run of a stop, locked, in whatever state."""
    run = s.execute(_LOCK_RUN_OF, {"stop_id": stop_id}).first()
    if run is None:
        raise NotFound()
    return run


def put(s: Session, run_id: int, **values: Any) -> None:
    """Write `values` into the run and count its version up."""
    s.execute(
        update(Run).where(Run.id == run_id).values(version=Run.version + 1, **values),
        execution_options={"synchronize_session": False},
    )


def say(s: Session, verb: str, run_id: int, who: Who, **facts: Any) -> None:
    history.record(s, verb, chain=CHAIN, subject=("run", run_id), who=who, facts=facts)


_INSERT = insert(Run).returning(Run.id)


def create_run(
    s: Session, *, day_on: date, warehouse_id: int, vehicle_id: int, driver_id: int, who: Who
) -> int:  # fmt: skip
    """排车: a run of one vehicle on one day, numbered YC…; its id."""
    vehicle = _fit_to_drive(s, vehicle_id, driver_id)
    run_id = s.execute(
        _INSERT,
        {
            "day_on": day_on, "warehouse_id": warehouse_id, "vehicle_id": vehicle_id, "driver_id": driver_id,
            "state": RunState.PLANNED.value, "version": 1, "created_at": clock.now(),
        },
    ).scalar_one()  # fmt: skip
    numbers.ask(s, "YC", Run.__table__, run_id)  # type: ignore[arg-type]
    say(s, "run.planned", run_id, who, day=day_on, plate=vehicle.plate, vehicle=vehicle_id, driver=driver_id)
    return int(run_id)


def _fit_to_drive(s: Session, vehicle_id: int, driver_id: int) -> AnyRow:
    """The vehicle's row; Wrong unless the vehicle is in use and the person drives."""
    vehicle = s.execute(
        select(Vehicle.plate, Vehicle.capacity_g, Vehicle.capacity_drums, Vehicle.is_active).where(
            Vehicle.id == vehicle_id
        )
    ).first()
    if vehicle is None or not vehicle.is_active:
        raise Wrong({"vehicle_id": T("这辆车已停用，换一辆")})
    _driver(s, driver_id)
    return vehicle


def _driver(s: Session, driver_id: int) -> str:
    """The driver's name; Wrong unless this person drives."""
    drives = select(Person.name).where(Person.id == driver_id, Person.role == Role.DRIVER, Person.disabled_at.is_(None))
    name = s.execute(drives).scalar()
    if name is None:
        raise Wrong({"driver_id": T("选一位在岗的送货员")})
    return str(name)


def change_run(
    s: Session,
    run_id: int,
    *,
    vehicle_id: int,
    driver_id: int,
    overload_reason: str | None = None,
    seen: int | None = None,
    who: Who,
) -> None:
    """Another vehicle or driver; what is on the run must fit, or `overload_reason` says why it may be too much."""
    run = lock(s, run_id, "plan", seen=seen)
    vehicle = _fit_to_drive(s, vehicle_id, driver_id)
    reason = overload_reason or run.overload_reason
    check_load(load_on(s, run_id), capacity(vehicle.capacity_g, vehicle.capacity_drums), reason)
    put(s, run_id, vehicle_id=vehicle_id, driver_id=driver_id, overload_reason=reason)
    say(
        s, "run.changed", run_id, who, plate=vehicle.plate, vehicle=[run.vehicle_id, vehicle_id],
        driver=[run.driver_id, driver_id], **({"reason": overload_reason} if overload_reason else {}),
    )  # fmt: skip


def hand_over(s: Session, run_id: int, driver_id: int, who: Who) -> None:
    """Another driver takes over a loaded run, even on the road."""
    run = lock(s, run_id, "hand_over")
    name = _driver(s, driver_id)
    put(s, run_id, driver_id=driver_id)
    say(s, "run.handed_over", run_id, who, name=name, driver=[run.driver_id, driver_id])
