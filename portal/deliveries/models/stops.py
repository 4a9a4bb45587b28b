"""A stop as its driver sees it: the place, the goods, the empties, who may sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from portal.core.db import AnyRow
from portal.core.files import StoredFile
from portal.core.refusal import NotFound
from portal.customers.models import Contact, Customer, Site, visible
from portal.deliveries.models.runs import LINES, SITE, runs_visible
from portal.deliveries.models.tables import ProofOfDelivery, Run, Shipment, ShipmentLine, Stop
from portal.deliveries.rules import StopState
from portal.people.models import Who
from portal.people.rules import Role
from portal.products.models import Sku, skus_by_ids
from portal.stock.models import drum_balance

_STOP = (
    select(
        Stop.id, Stop.run_id, Stop.position, Stop.state, Stop.customer_id, Customer.name.label("customer"), *SITE,
        Run.number.label("run_number"), Run.state.label("run_state"), Run.driver_id, Run.departed_at,
        ProofOfDelivery.receiver, ProofOfDelivery.signed_at, ProofOfDelivery.recorded_at, ProofOfDelivery.note,
        ProofOfDelivery.signature_id, ProofOfDelivery.photo_id,
    )
    .join(Run, Run.id == Stop.run_id)
    .join(Customer, Customer.id == Stop.customer_id)
    .join(Site, Site.id == Stop.site_id)
    .outerjoin(ProofOfDelivery, ProofOfDelivery.stop_id == Stop.id)
)  # fmt: skip


def find_stop(s: Session, who: Who, stop_id: int) -> AnyRow:
    """The stop with its place and its proof, for its driver, or for whom the customer's deliveries are visible."""
    mine = runs_visible(who) if who.role is Role.DRIVER else visible(who, Stop.customer_id)
    row = s.execute(_STOP.where(Stop.id == stop_id, mine)).first()
    if row is None:
        raise NotFound()
    return row


def lines_at(s: Session, stop_id: int) -> Sequence[AnyRow]:
    """What is to be unloaded at the stop, by shipment."""
    return s.execute(LINES.where(Shipment.stop_id == stop_id).order_by(Shipment.id, Sku.code)).all()


@dataclass(frozen=True, slots=True)
class Drum:
    """A returnable package and how many of it the customer holds before this delivery."""

    sku_id: int
    label: str
    unit: str
    held: int


def drums_at(s: Session, lines: Sequence[AnyRow], customer_id: int) -> list[Drum]:
    """What may be taken back empty here: what is delivered now, and what the ledger says the customer holds."""
    balance = drum_balance(s, customer_id)
    kinds: dict[int, tuple[str, str]] = {line.sku_id: (line.label, line.unit) for line in lines if line.is_returnable}
    others = [sku for sku, held in balance.items() if held > 0 and sku not in kinds]
    kinds.update({row.id: (row.label, row.unit) for row in skus_by_ids(s, others)})
    return [Drum(sku, label, unit, balance.get(sku, 0)) for sku, (label, unit) in kinds.items()]


_OF_RUNS = (
    select(
        Stop.id, Stop.run_id, Stop.position, Stop.state, Customer.name.label("customer"), *SITE,
        select(func.sum(ShipmentLine.quantity)).join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(Shipment.stop_id == Stop.id).scalar_subquery().label("quantity"),
    )
    .join(Customer, Customer.id == Stop.customer_id)
    .join(Site, Site.id == Stop.site_id)
    .where(Stop.run_id.in_(bindparam("run_ids", expanding=True)))
    .order_by(Stop.run_id, Stop.position, Stop.id)
)  # fmt: skip


def of_runs(s: Session, run_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    """The stops of these runs in their order, by run, with how many packages each gets."""
    found: dict[int, list[AnyRow]] = {}
    for row in s.execute(_OF_RUNS, {"run_ids": list(run_ids)}) if run_ids else ():
        found.setdefault(row.run_id, []).append(row)
    return found


def place_in_run(s: Session, run_id: int, position: int) -> tuple[int, int]:
    """(how many stops lie before or at this one, how many there are)."""
    row = s.execute(
        select(func.count().label("all"), func.count().filter(Stop.position <= position).label("here")).where(
            Stop.run_id == run_id
        )
    ).one()
    return row.here, row.all


_NEXT = (
    select(Stop.id, Stop.run_id)
    .where(Stop.run_id == bindparam("run_id"), Stop.state == StopState.PENDING.value)
    .order_by(Stop.position, Stop.id)
    .limit(1)
)


def next_stop(s: Session, run_id: int) -> int | None:
    """The first stop of the run that has no outcome yet."""
    return s.execute(_NEXT, {"run_id": run_id}).scalar()


def receivers(s: Session, customer_id: int, site_id: int) -> list[str]:
    """Who signed here last, then who is authorised to: names, each once."""
    last = (
        select(ProofOfDelivery.receiver)
        .join(Stop, Stop.id == ProofOfDelivery.stop_id)
        .where(Stop.customer_id == customer_id, Stop.site_id == site_id, ProofOfDelivery.receiver.is_not(None))
        .order_by(Stop.id.desc())
        .limit(1)
    )
    authorised = (
        select(Contact.name)
        .where(Contact.customer_id == customer_id, Contact.may_receive, Contact.removed_at.is_(None))
        .order_by(Contact.is_main.desc(), Contact.id)
        .limit(8)
    )
    return list(dict.fromkeys([*s.scalars(last), *s.scalars(authorised)]))


def stored(s: Session, file_id: int | None) -> StoredFile:
    """The row of a proof's picture; NotFound when there is none."""
    found = s.get(StoredFile, file_id) if file_id else None
    if found is None:
        raise NotFound()
    return found
