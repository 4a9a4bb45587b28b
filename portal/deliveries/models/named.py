"""How pages of lower rooms name what belongs to deliveries: numbers with addresses, and the empties of a customer."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.deliveries.models.tables import Run, Shipment, Stop, Vehicle

Names = dict[int, tuple[str, str]]
"""id -> (number, URL)."""


def runs(s: Session, ids: list[int]) -> Names:
    rows = s.execute(select(Run.id, Run.number).where(Run.id.in_(ids)))
    return {row.id: (row.number or "", f"/deliveries/runs/{row.id}") for row in rows}


def shipments(s: Session, ids: list[int]) -> Names:
    rows = s.execute(select(Shipment.id, Shipment.number).where(Shipment.id.in_(ids)))
    return {row.id: (row.number or "", f"/deliveries/shipments/{row.id}") for row in rows}


def stops(s: Session, ids: list[int]) -> Names:
    """A stop goes by the number of its first shipment, whose page shows its proof."""
    rows = s.execute(
        select(Stop.id, func.min(Shipment.number).label("number"))
        .join(Shipment, Shipment.stop_id == Stop.id)
        .where(Stop.id.in_(ids))
        .group_by(Stop.id)
    )
    return {row.id: (row.number or "", f"/deliveries/stops/{row.id}") for row in rows}


def vehicles(s: Session, ids: list[int]) -> Names:
    rows = s.execute(select(Vehicle.id, Vehicle.plate).where(Vehicle.id.in_(ids)))
    return {row.id: (row.plate, f"/deliveries/vehicles/{row.id}") for row in rows}


DOCUMENTS = {"run": runs, "shipment": shipments, "stop": stops, "vehicle": vehicles}
