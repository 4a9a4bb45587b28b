"""签收: the proof of a stop, and everything that follows from it in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from portal.core import clock, history
from portal.core.db import AnyRow
from portal.credit.models import CreditAccount
from portal.deliveries.actions.runs import lock_run_of, put, say
from portal.deliveries.models import ProofOfDelivery, Shipment, ShipmentLine, Stop
from portal.deliveries.models.stops import next_stop
from portal.deliveries.rules import (
    RUN_LIFE,
    STOP_LIFE,
    Evidence,
    Outcome,
    RunState,
    Said,
    StopState,
    check_evidence,
    settle,
    signing_day,
    state_of,
)
from portal.orders import actions as orders
from portal.payments import actions as payments
from portal.people.models import Who
from portal.products.models import Sku
from portal.stock import actions as stock
from portal.stock.rules import DrumMove


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The answer to a proof, the same for every repetition: what the stop became, and where to go on."""

    stop_id: int
    run_id: int
    state: StopState
    next_stop_id: int | None
    is_first: bool
    """False: the stop had its proof already, nothing was changed."""


@dataclass(frozen=True, slots=True)
class Goods:
    """The lines of a stop, what became of each (by line id), and the empties taken back (sku -> drums)."""

    lines: Sequence[AnyRow]
    settled: Mapping[int, Outcome]
    empties: Mapping[int, int]

    @property
    def back(self) -> dict[int, int]:
        """sku -> packages that come back to the warehouse."""
        return self._sum(lambda line, one: one.back)

    @property
    def damaged(self) -> dict[int, int]:
        return self._sum(lambda line, one: one.damaged)

    @property
    def drums(self) -> dict[int, int]:
        """sku -> returnable packages that stay with the customer."""
        return self._sum(lambda line, one: one.delivered if line.is_returnable else 0)

    def _sum(self, count: Callable[[AnyRow, Outcome], int]) -> dict[int, int]:
        sums: Counter[int] = Counter()
        for line in self.lines:
            sums[line.sku_id] += count(line, self.settled[line.id])
        return {sku: n for sku, n in sorted(sums.items()) if n}

    def sums(self) -> dict[str, int]:
        """What the journal says of the stop."""
        counts = self.settled.values()
        return {
            "delivered": sum(one.delivered for one in counts), "short": sum(one.short for one in counts),
            "damaged": sum(one.damaged for one in counts), "refused": sum(one.refused for one in counts),
            "back": sum(one.back for one in counts), "empties": sum(self.empties.values()),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proof:
    """What was handed in beside the quantities."""

    receiver: str | None
    signature_id: int | None
    photo_id: int | None
    note: str | None
    signed_at: datetime | None


_STOP = select(Stop.id, Stop.run_id, Stop.customer_id, Stop.state, Stop.position).where(Stop.id == bindparam("stop_id"))
_LINES = (
    select(
        ShipmentLine.id, ShipmentLine.shipment_id, ShipmentLine.order_line_id, ShipmentLine.sku_id,
        ShipmentLine.quantity, ShipmentLine.price_fen, Sku.is_returnable,
    )
    .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
    .join(Sku, Sku.id == ShipmentLine.sku_id)
    .where(Shipment.stop_id == bindparam("stop_id"))
    .order_by(ShipmentLine.id)
)  # fmt: skip
_TERMS = select(CreditAccount.terms_days).where(CreditAccount.customer_id == bindparam("customer_id")).with_for_update()


def confirm(
    s: Session,
    stop_id: int,
    *,
    outcomes: Mapping[int, Said | Mapping[str, Any]],
    receiver: str | None = None,
    signature_id: int | None = None,
    photo_id: int | None = None,
    note: str | None = None,
    empties: Mapping[int, int] | None = None,
    signed_at: datetime | None = None,
    who: Who,
) -> Confirmed:
    """签收: close the stop with what became of every line (`outcomes`: line id -> counts; left out: delivered).

    Posts one invoice per shipment for what was delivered, records it on the orders, takes the rest back into stock,
    closes the drum ledger (`empties`: sku id -> drums taken back), and finishes the run after its last stop.
    Refuses wrong sums and missing evidence (`Wrong`, field by field). A stop that has its proof answers as the first
    time and changes nothing.
    """
    run = lock_run_of(s, stop_id)
    stop = s.execute(_STOP, {"stop_id": stop_id}).one()
    if stop.state != StopState.PENDING:
        return _answer(s, stop, StopState(stop.state), is_first=False)
    RUN_LIFE.check(RunState(run.state), "sign")
    STOP_LIFE.check(StopState(stop.state), "confirm")
    lines = s.execute(_LINES, {"stop_id": stop_id}).all()
    settled = settle({line.id: line.quantity for line in lines}, {line: _said(one) for line, one in outcomes.items()})
    state = state_of(settled.values())
    check_evidence(state, settled.values(), Evidence(receiver, bool(signature_id), bool(photo_id), note))
    proof = Proof(receiver, signature_id, photo_id, note, signed_at)
    goods = Goods(lines, settled, {sku: n for sku, n in (empties or {}).items() if n})
    _post(s, run, stop, goods, signed_on=signing_day(signed_at, clock.now(), run.departed_at), who=who)
    _close(s, stop, state, goods, proof=proof, who=who)
    onward = _finish(s, stop.run_id, who)
    return Confirmed(stop_id, stop.run_id, state, onward, is_first=True)


def _said(one: Said | Mapping[str, Any]) -> Said:
    return one if isinstance(one, Said) else Said(**one)


def _answer(s: Session, stop: AnyRow, state: StopState, *, is_first: bool) -> Confirmed:
    return Confirmed(stop.id, stop.run_id, state, next_stop(s, stop.run_id), is_first)


def _post(s: Session, run: AnyRow, stop: AnyRow, goods: Goods, *, signed_on: date, who: Who) -> None:
    """What the proof moves: invoices, stock, order lines, drums; locks in the order of the house.

    Invoices come first, so that exposure never has a gap. Stock comes before the order lines, so that what is queued
    again finds the pieces that came back, and no damaged one.
    """
    terms_days = s.execute(_TERMS, {"customer_id": stop.customer_id}).scalar_one()
    cause = ("stop", stop.id)
    payments.post_invoices(s, _drafts(stop, goods, signed_on, terms_days), who)
    stock.take_back(s, run.warehouse_id, goods.back, cause, who, journal=False)
    stock.write_off(s, run.warehouse_id, goods.damaged, cause, who, journal=False)
    orders.record_delivery(s, {line.order_line_id: goods.settled[line.id] for line in goods.lines}, who)
    stock.record_drums(s, stop.customer_id, goods.drums, DrumMove.DELIVERED, cause, who, journal=False)
    stock.record_drums(s, stop.customer_id, goods.empties, DrumMove.RETURNED, cause, who, journal=False)


def _drafts(stop: AnyRow, goods: Goods, signed_on: date, terms_days: int) -> list[payments.InvoiceDraft]:
    """One invoice per shipment of which anything was delivered."""
    by_shipment: dict[int, list[tuple[int, int, int]]] = {}
    for line in goods.lines:
        if delivered := goods.settled[line.id].delivered:
            by_shipment.setdefault(line.shipment_id, []).append((line.sku_id, delivered, line.price_fen))
    return [
        payments.InvoiceDraft(
            customer_id=stop.customer_id, cause=("shipment", shipment_id), lines=lines, signed_on=signed_on,
            terms_days=terms_days,
        )
        for shipment_id, lines in sorted(by_shipment.items())
    ]  # fmt: skip


def _close(s: Session, stop: AnyRow, state: StopState, goods: Goods, *, proof: Proof, who: Who) -> None:
    """Write the outcome into the lines, the stop and its proof, and say so in the customer's file."""
    rows = [
        {
            "line": line_id, "delivered": one.delivered, "short": one.short, "damaged": one.damaged,
            "refused": one.refused, "reason": one.why,
        }
        for line_id, one in goods.settled.items()
    ]  # fmt: skip
    s.connection().execute(_WRITE_LINES, rows)
    s.connection().execute(_WRITE_STOP, {"stop": stop.id, "state": state.value})
    s.execute(
        _ADD_PROOF,
        {
            "stop_id": stop.id, "receiver": proof.receiver, "signed_at": proof.signed_at, "recorded_at": clock.now(),
            "signature_id": proof.signature_id, "photo_id": proof.photo_id, "note": proof.note, "person_id": who.id,
        },
    )  # fmt: skip
    history.record(
        s, f"stop.{state.value}", chain=f"customer:{stop.customer_id}", subject=("stop", stop.id), who=who,
        facts=goods.sums(), personal={"receiver": proof.receiver} if proof.receiver else None,
    )  # fmt: skip


_WRITE_LINES = (
    update(ShipmentLine.__table__)  # type: ignore[arg-type]
    .where(ShipmentLine.__table__.c.id == bindparam("line"))
    .values({name: bindparam(name) for name in ("delivered", "short", "damaged", "refused", "reason")})
)
_WRITE_STOP = (
    update(Stop.__table__)  # type: ignore[arg-type]
    .where(Stop.__table__.c.id == bindparam("stop"))
    .values(state=bindparam("state"))
)
_ADD_PROOF = insert(ProofOfDelivery)


def _finish(s: Session, run_id: int, who: Who) -> int | None:
    """The next stop without an outcome; none left: the run is done."""
    onward = next_stop(s, run_id)
    if onward is None:
        put(s, run_id, state=RunState.DONE.value, done_at=clock.now())
        say(s, "run.done", run_id, who)
    return onward
