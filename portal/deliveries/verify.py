"""Deliveries recomputed: what left and what came of it, line by line; proof, stop, run and invoice agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from portal.core.verify import Difference
from portal.deliveries.models import ProofOfDelivery, Run, Shipment, ShipmentLine, Stop
from portal.deliveries.rules import RunState, StopState
from portal.orders.models import Order, OrderLine
from portal.payments.models import Invoice, InvoiceLine

ROOM = "deliveries"
_OUT = (RunState.UNDER_WAY.value, RunState.DONE.value)


def differences(s: Session) -> Iterator[Difference]:
    """Every figure of deliveries that the rows of orders, invoices and proofs contradict."""
    yield from _order_lines(s)
    yield from _stops(s)
    yield from _runs(s)
    yield from _invoices(s)
    yield from _loads(s)


def _order_lines(s: Session) -> Iterator[Difference]:
    """shipped = delivered + still on the road; delivered = signed for; no run without its goods reserved."""
    on_run = Shipment.run_id.is_not(None)
    pending = ShipmentLine.delivered.is_(None)
    line = ShipmentLine
    sums = (
        select(
            line.order_line_id.label("id"),
            func.sum(case((pending & Run.state.in_(_OUT), line.quantity), else_=func.coalesce(line.delivered, 0))),
            func.sum(func.coalesce(line.delivered, 0)),
            func.sum(case((Run.state.not_in(_OUT), line.quantity), else_=0)),
        )
        .join(Shipment, Shipment.id == line.shipment_id)
        .join(Run, Run.id == Shipment.run_id)
        .where(on_run)
        .group_by(line.order_line_id)
        .subquery()
    )
    _id, shipped, delivered, planned = sums.c
    rows = (
        select(
            OrderLine.id, OrderLine.shipped, func.coalesce(shipped, 0), OrderLine.delivered,
            func.coalesce(delivered, 0), OrderLine.reserved, func.coalesce(planned, 0),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(sums, sums.c.id == OrderLine.id)
        .where(
            Order.is_past.is_(False),
            (OrderLine.shipped != func.coalesce(shipped, 0))
            | (OrderLine.delivered != func.coalesce(delivered, 0))
            | (OrderLine.reserved < func.coalesce(planned, 0)),
        )
    )  # fmt: skip
    for row_id, *figures in s.execute(rows):
        for name, stored, computed in zip(("shipped", "delivered"), figures[0::2], figures[1::2], strict=False):
            if stored != computed:
                yield Difference(ROOM, f"order line {row_id} {name}", stored, computed)
        if figures[4] < figures[5]:
            yield Difference(ROOM, f"order line {row_id} planned but not reserved", figures[4], figures[5])


def _stops(s: Session) -> Iterator[Difference]:
    """A stop's state is what its lines say; it has a proof when it has an outcome, and never before."""
    line = ShipmentLine
    back = line.short + line.damaged + line.refused
    sums = (
        select(
            Shipment.stop_id.label("id"),
            func.sum(func.coalesce(line.delivered, 0)).label("delivered"),
            func.sum(back).label("back"),
            func.sum(case((line.delivered.is_(None), 1), else_=0)).label("unsaid"),
        )
        .join(line, line.shipment_id == Shipment.id)
        .where(Shipment.stop_id.is_not(None))
        .group_by(Shipment.stop_id)
        .subquery()
    )
    computed = case(
        (func.coalesce(sums.c.unsaid, 1) > 0, StopState.PENDING.value),
        (sums.c.delivered == 0, StopState.FAILED.value),
        (sums.c.back > 0, StopState.PARTIAL.value),
        else_=StopState.DELIVERED.value,
    )
    rows = select(Stop.id, Stop.state, computed).outerjoin(sums, sums.c.id == Stop.id).where(Stop.state != computed)
    for stop_id, stored, found in s.execute(rows):
        yield Difference(ROOM, f"stop {stop_id} state", stored, found)
    proofs = select(Stop.id, Stop.state, ProofOfDelivery.id).outerjoin(
        ProofOfDelivery, ProofOfDelivery.stop_id == Stop.id
    )
    pending = Stop.state == StopState.PENDING.value
    wrong = (pending & ProofOfDelivery.id.is_not(None)) | (~pending & ProofOfDelivery.id.is_(None))
    for stop_id, state, proof in s.execute(proofs.where(wrong)):
        yield Difference(ROOM, f"stop {stop_id} proof", state, proof or "no proof")


def _runs(s: Session) -> Iterator[Difference]:
    """A run is done when no stop is left; a stop has an outcome only after the run left."""
    left = func.sum(case((Stop.state == StopState.PENDING.value, 1), else_=0)).label("left")
    rows = select(Run.id, Run.state, func.count().label("stops"), left).join(Stop, Stop.run_id == Run.id)
    for run_id, state, stops, pending in s.execute(rows.group_by(Run.id, Run.state)):
        computed = _run_state(state, stops, int(pending))
        if computed != state:
            yield Difference(ROOM, f"run {run_id} state", state, computed)


def _run_state(state: str, stops: int, pending: int) -> str:
    if state in _OUT:
        return RunState.UNDER_WAY.value if pending else RunState.DONE.value
    return state if pending == stops else RunState.UNDER_WAY.value


def _invoices(s: Session) -> Iterator[Difference]:
    """invoiced = delivered: per shipment the invoice is for what was signed for, at the prices of its lines."""
    line = ShipmentLine
    owed = (
        select(line.shipment_id.label("id"), func.sum(line.delivered * line.price_fen).label("fen"))
        .where(line.delivered > 0)
        .group_by(line.shipment_id)
        .subquery()
    )
    posted = (
        select(Invoice.cause_id.label("id"), func.sum(InvoiceLine.amount_fen).label("fen"))
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(Invoice.cause_kind == "shipment", Invoice.is_past.is_(False))
        .group_by(Invoice.cause_id)
        .subquery()
    )
    rows = select(Shipment.id, func.coalesce(posted.c.fen, 0), func.coalesce(owed.c.fen, 0))
    rows = rows.outerjoin(owed, owed.c.id == Shipment.id).outerjoin(posted, posted.c.id == Shipment.id)
    for shipment_id, stored, found in s.execute(
        rows.where(func.coalesce(posted.c.fen, 0) != func.coalesce(owed.c.fen, 0))
    ):
        yield Difference(ROOM, f"shipment {shipment_id} invoiced_fen", stored, found)


def _loads(s: Session) -> Iterator[Difference]:
    """A shipment's amount is that of its lines."""
    line = ShipmentLine
    sums: Any = (
        select(line.shipment_id.label("id"), func.sum(line.quantity * line.price_fen).label("fen"))
        .group_by(line.shipment_id)
        .subquery()
    )
    rows = select(Shipment.id, Shipment.amount_fen, sums.c.fen).join(sums, sums.c.id == Shipment.id)
    for shipment_id, stored, found in s.execute(rows.where(Shipment.amount_fen != sums.c.fen)):
        yield Difference(ROOM, f"shipment {shipment_id} amount_fen", stored, found)
