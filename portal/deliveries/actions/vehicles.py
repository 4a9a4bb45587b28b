"""Vehicles: what they carry and who usually drives them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import history
from portal.core.refusal import Wrong
from portal.core.text import T
from portal.deliveries.actions.runs import CHAIN
from portal.deliveries.models import Vehicle
from portal.people.models import Who


def add_vehicle(
    s: Session, *, plate: str, name: str, capacity_g: int, capacity_drums: int, driver_id: int | None, who: Who
) -> int:
    """登记车辆; Wrong when the plate is known already. Its id."""
    _check_plate(s, plate, None)
    vehicle = Vehicle(
        plate=plate, name=name, capacity_g=capacity_g, capacity_drums=capacity_drums, driver_id=driver_id
    )  # fmt: skip
    s.add(vehicle)
    s.flush()
    _say(s, "vehicle.added", vehicle, who)
    return vehicle.id


def edit_vehicle(
    s: Session,
    vehicle_id: int,
    *,
    plate: str,
    name: str,
    capacity_g: int,
    capacity_drums: int,
    driver_id: int | None,
    is_active: bool,
    who: Who,
) -> None:
    """Change a vehicle; one that is taken out of use stays on the runs it drove."""
    vehicle = s.get_one(Vehicle, vehicle_id, with_for_update=True)
    _check_plate(s, plate, vehicle_id)
    vehicle.plate, vehicle.name, vehicle.driver_id, vehicle.is_active = plate, name, driver_id, is_active
    vehicle.capacity_g, vehicle.capacity_drums = capacity_g, capacity_drums
    _say(s, "vehicle.changed", vehicle, who)


def _check_plate(s: Session, plate: str, own: int | None) -> None:
    taken = s.scalars(select(Vehicle.id).where(Vehicle.plate == plate)).first()
    if taken is not None and taken != own:
        raise Wrong({"plate": T("这个车牌已登记过")})


def _say(s: Session, verb: str, vehicle: Vehicle, who: Who) -> None:
    facts = {
        "plate": vehicle.plate, "name": vehicle.name, "capacity_g": vehicle.capacity_g,
        "capacity_drums": vehicle.capacity_drums, "driver": vehicle.driver_id, "is_active": vehicle.is_active,
    }  # fmt: skip
    history.record(s, verb, chain=CHAIN, subject=("vehicle", vehicle.id), who=who, facts=facts)
