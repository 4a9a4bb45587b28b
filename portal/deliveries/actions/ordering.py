"""The order of a run's stops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from portal.core.refusal import NotFound
from portal.deliveries.actions.runs import lock, put, say
from portal.deliveries.models import Shipment, Stop
from portal.people.models import Who


def drop_empty_stops(s: Session, run_id: int) -> None:
    """Take out stops that nothing is for any more; the others close up."""
    used = select(Shipment.stop_id).where(Shipment.run_id == run_id)
    s.execute(
        delete(Stop).where(Stop.run_id == run_id, Stop.id.not_in(used)),
        execution_options={"synchronize_session": False},
    )
    _number(s, _in_order(s, run_id))


def _in_order(s: Session, run_id: int) -> list[int]:
    return list(s.scalars(select(Stop.id).where(Stop.run_id == run_id).order_by(Stop.position, Stop.id)))


_PLACE = (
    update(Stop.__table__)  # type: ignore[arg-type]
    .where(Stop.__table__.c.id == bindparam("stop"))
    .values(position=bindparam("to"))
)


def _number(s: Session, stop_ids: Sequence[int]) -> None:
    if stop_ids:
        s.connection().execute(_PLACE, [{"stop": stop_id, "to": n} for n, stop_id in enumerate(stop_ids, 1)])


def move_stop(s: Session, stop_id: int, position: int, who: Who) -> None:
    """Put the stop at `position` (1 is first) of its run; the others close up."""
    run_id = s.execute(select(Stop.run_id).where(Stop.id == stop_id)).scalar()
    if run_id is None:
        raise NotFound()
    lock(s, run_id, "plan")
    stop_ids = [other for other in _in_order(s, run_id) if other != stop_id]
    stop_ids.insert(max(position, 1) - 1, stop_id)
    _reordered(s, run_id, stop_ids, who)


def order_stops(s: Session, run_id: int, positions: Mapping[int, int], who: Who) -> None:
    """Put the run's stops in the order of their typed `positions` (stop -> number); equal ones keep their order."""
    lock(s, run_id, "plan")
    stop_ids = _in_order(s, run_id)
    places = {stop_id: n for n, stop_id in enumerate(stop_ids, 1)}
    stop_ids.sort(key=lambda stop_id: positions.get(stop_id, places[stop_id]))
    _reordered(s, run_id, stop_ids, who)


def _reordered(s: Session, run_id: int, stop_ids: Sequence[int], who: Who) -> None:
    _number(s, stop_ids)
    put(s, run_id)
    say(s, "run.reordered", run_id, who, stops=list(stop_ids))
