"""Loading and departing: the last look at credit, then the goods leave the warehouse."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from portal.core import clock, history
from portal.core.refusal import NotFound
from portal.deliveries.actions.runs import lock, put, say
from portal.deliveries.models import Shipment, ShipmentLine, Stop
from portal.deliveries.models.gate import held_stops
from portal.deliveries.rules import NothingToLoad, RunState, refuse_held
from portal.orders import actions as orders
from portal.people.models import Who
from portal.stock import actions as stock


def load(s: Session, run_id: int, who: Who) -> None:
    """装车: planned → loading. HeldAtLoading names the stops whose customers are held or overdue as of today."""
    lock(s, run_id, "load")
    held = held_stops(s, run_id, clock.today(), lock=True)
    refuse_held([(row.position, row.customer) for row, _why in held.values()])
    stops = s.scalars(select(Stop.id).where(Stop.run_id == run_id)).all()
    if not stops:
        raise NothingToLoad()
    put(s, run_id, state=RunState.LOADING.value)
    say(s, "run.loaded", run_id, who, stops=len(stops))


def unload(s: Session, run_id: int, who: Who) -> None:
    """Back to planning: loading → planned."""
    lock(s, run_id, "unload")
    put(s, run_id, state=RunState.PLANNED.value)
    say(s, "run.unloaded", run_id, who)


def release_stop(s: Session, stop_id: int, reason: str, who: Who) -> None:
    """信用放行: `who` of credit lets the goods of this stop be loaded although the customer is held or overdue."""
    stop = s.execute(select(Stop.run_id, Stop.customer_id).where(Stop.id == stop_id)).first()
    if stop is None:
        raise NotFound()
    lock(s, stop.run_id, "plan")
    s.execute(
        update(Stop).where(Stop.id == stop_id).values(
            released_by=who.id, released_at=clock.now(), release_reason=reason
        ),
        execution_options={"synchronize_session": False},
    )  # fmt: skip
    put(s, stop.run_id)
    history.record(
        s, "stop.released", chain=f"customer:{stop.customer_id}", subject=("stop", stop_id), who=who,
        facts={"reason": reason, "run": stop.run_id},
    )  # fmt: skip


_GOODS = (
    select(
        ShipmentLine.order_line_id, ShipmentLine.sku_id, ShipmentLine.quantity, ShipmentLine.shipment_id,
        Shipment.customer_id, Shipment.stop_id,
    )
    .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
    .where(Shipment.run_id == bindparam("run_id"))
    .order_by(ShipmentLine.id)
)  # fmt: skip


def depart(s: Session, run_id: int, who: Who) -> None:
    """发车: loading → under way. on_hand and reserved fall, the order lines are shipped; every file says so."""
    run = lock(s, run_id, "depart")
    goods = s.execute(_GOODS, {"run_id": run_id}).all()
    amounts: Counter[int] = Counter()
    shipments: dict[int, list[int]] = {}
    for line in goods:
        amounts[line.sku_id] += line.quantity
        theirs = shipments.setdefault(line.customer_id, [])
        if line.shipment_id not in theirs:
            theirs.append(line.shipment_id)
    stock.ship(s, run.warehouse_id, amounts, ("run", run_id), who, journal=False)
    orders.record_shipped(s, {line.order_line_id: line.quantity for line in goods}, who)
    put(s, run_id, state=RunState.UNDER_WAY.value, departed_at=clock.now())
    _tell(s, run_id, shipments, len({line.stop_id for line in goods}), who)


def _tell(s: Session, run_id: int, shipments: dict[int, list[int]], stops: int, who: Who) -> None:
    """Once in the room's chain, once in the chain of each customer on board."""
    say(s, "run.departed", run_id, who, stops=stops, shipments=sum(map(len, shipments.values())))
    for customer_id, theirs in sorted(shipments.items()):
        facts: dict[str, Any] = {"run": run_id, "shipments": theirs}
        chain = f"customer:{customer_id}"
        history.record(s, "shipment.departed", chain=chain, subject=("shipment", theirs[0]), who=who, facts=facts)
