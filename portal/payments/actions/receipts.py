"""Receipts and what they settle. Locks: the credit account first, then invoices and the receipt by id.

Entries are never changed: a wrong receipt gets a negative twin, a wrong allocation a negative row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, cast

from blinker import Signal
from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from portal.core import clock, history, numbers
from portal.core.refusal import NotFound
from portal.core.text import T
from portal.credit import actions as credit
from portal.credit import models as credit_models
from portal.credit.rules import Part
from portal.customers import actions as customers
from portal.payments.models import Allocation, Invoice, Receipt, open_items
from portal.payments.rules import (
    AlreadyReversed,
    AmountWrong,
    BeyondOpen,
    OpenItem,
    ReasonMissing,
    ReferenceTwice,
    oldest_first,
)
from portal.people.models import Who

receipt_posted = Signal("a receipt was posted: send(s, customer_id=…, who=…), in the same transaction")

Parts = Mapping[int, int]
"""invoice id -> fen."""

_receipt = cast(Table, Receipt.__table__)
_invoice = cast(Table, Invoice.__table__)
_RECEIPT = insert(_receipt).returning(_receipt.c.id)
_ALLOCATION = insert(cast(Table, Allocation.__table__))
_SETTLE = (
    update(_invoice)
    .where(_invoice.c.id == bindparam("invoice"))
    .values(allocated_fen=_invoice.c.allocated_fen + bindparam("fen"))
)
_USE = (
    update(_receipt)
    .where(_receipt.c.id == bindparam("receipt"))
    .values(allocated_fen=_receipt.c.allocated_fen + bindparam("fen"))
)


def post_receipt(
    s: Session,
    *,
    customer_id: int,
    amount_fen: int,
    method: str,
    reference: str | None,
    payer: str | None,
    received_on: date,
    allocations: Literal["oldest"] | Parts | None = "oldest",
    note: str | None = None,
    who: Who,
) -> int:
    """Money came in; gives the receipt's id.

    It settles the oldest invoices, or those named, or none (prepayment). It makes a candidate an active customer, and
    waiting orders are looked at again.
    """
    if amount_fen <= 0:
        raise AmountWrong(T("登记的金额是 {amount_fen}。", amount_fen=amount_fen))
    credit_models.standing(s, customer_id, clock.today(), lock=True)
    _refuse_twice(s, method, reference)
    receipt_id: int = s.connection().execute(_RECEIPT, {
        "customer_id": customer_id, "method": str(method), "reference": reference or None, "payer": payer,
        "amount_fen": amount_fen, "allocated_fen": 0, "received_on": received_on, "note": note, "is_reversed": False,
        "person_id": who.id, "posted_at": clock.now(),
    }).scalar_one()  # fmt: skip
    numbers.ask(s, "RC", _receipt, receipt_id)
    credit.raise_exposure(s, customer_id, Part.UNALLOCATED, amount_fen)
    _say(s, "receipt.posted", customer_id, receipt_id, who, {"amount_fen": amount_fen, "method": str(method)})
    _allocate(s, customer_id, receipt_id, amount_fen, allocations, who)
    customers.activate(s, customer_id, received_on, who)
    receipt_posted.send(s, customer_id=customer_id, who=who)
    return receipt_id


def _refuse_twice(s: Session, method: str, reference: str | None) -> None:
    if not reference:
        return
    first = s.execute(
        select(Receipt.id, Receipt.number).where(
            Receipt.method == str(method), Receipt.reference == reference, Receipt.reverses_id.is_(None),
            Receipt.is_reversed.is_(False),
        )
    ).first()  # fmt: skip
    if first is not None:
        raise ReferenceTwice(
            T("流水号 {reference} 已登记为 {number}。", reference=reference, number=first.number), receipt=first.id
        )


def allocate(s: Session, receipt_id: int, parts: Literal["oldest"] | Parts, who: Who | None) -> None:
    """Let what is left of a receipt settle the oldest invoices, or those named."""
    customer_id = _customer_of(s, receipt_id)
    credit_models.standing(s, customer_id, clock.today(), lock=True)
    receipt = s.execute(
        select(Receipt.amount_fen, Receipt.allocated_fen, Receipt.is_reversed, Receipt.reverses_id).where(
            Receipt.id == receipt_id
        )
    ).one()
    if receipt.is_reversed or receipt.reverses_id is not None:
        raise AlreadyReversed()
    _allocate(s, customer_id, receipt_id, receipt.amount_fen - receipt.allocated_fen, parts, who)


def _allocate(
    s: Session,
    customer_id: int,
    receipt_id: int,
    left_fen: int,
    wanted: Literal["oldest"] | Parts | None,
    who: Who | None,
) -> None:
    if wanted is None:
        return
    items = {row.id: OpenItem(row.id, row.due_on, row.open_fen) for row in open_items(s, customer_id, lock=True)}
    if wanted == "oldest":
        parts = oldest_first(items.values(), left_fen)
    else:
        parts = {invoice_id: fen for invoice_id, fen in wanted.items() if fen}
        _check_parts(parts, items, left_fen)
    if not parts:
        return
    total, rows = sum(parts.values()), sorted(parts.items())
    s.connection().execute(_SETTLE, [{"invoice": i, "fen": fen} for i, fen in rows])
    s.connection().execute(_USE, {"receipt": receipt_id, "fen": total})
    s.connection().execute(_ALLOCATION, [
        {"receipt_id": receipt_id, "invoice_id": i, "amount_fen": fen, "person_id": who.id if who else None,
         "at": clock.now()} for i, fen in rows
    ])  # fmt: skip
    credit.move_exposure(s, {customer_id: {Part.INVOICES: -total, Part.UNALLOCATED: -total}})
    facts = {"amount_fen": total, "invoices": {str(i): fen for i, fen in rows}}
    _say(s, "receipt.allocated", customer_id, receipt_id, who, facts)


def _check_parts(parts: Parts, items: Mapping[int, OpenItem], left_fen: int) -> None:
    """BeyondOpen when a part is more than is owed, or all of them more than there is."""
    for invoice_id, fen in parts.items():
        open_fen = items[invoice_id].open_fen if invoice_id in items else 0
        if fen < 0 or fen > open_fen:
            raise BeyondOpen(T("这一笔未收 {open_fen}，要核销 {part_fen}。", open_fen=open_fen, part_fen=fen))
    if sum(parts.values()) > left_fen:
        raise BeyondOpen(
            T("到账余额 {left_fen}，要核销 {total_fen}。", left_fen=left_fen, total_fen=sum(parts.values()))
        )


def undo_allocation(s: Session, allocation_id: int, reason: str, who: Who | None) -> None:
    """Take one allocation back by its negative row: the invoice is open again, the money is prepayment again."""
    row = s.execute(
        select(Allocation.receipt_id, Receipt.customer_id)
        .join(Receipt, Receipt.id == Allocation.receipt_id)
        .where(Allocation.id == allocation_id)
    ).first()
    if row is None:
        raise NotFound()
    if not reason:
        raise ReasonMissing()
    credit_models.standing(s, row.customer_id, clock.today(), lock=True)
    _undo(s, row.customer_id, [allocation_id], reason, who)


def _undo(s: Session, customer_id: int, allocation_ids: list[int], reason: str, who: Who | None) -> None:
    rows = (
        s.execute(select(Allocation).where(Allocation.id.in_(allocation_ids)).order_by(Allocation.id)).scalars().all()
    )
    undone = set(s.scalars(select(Allocation.reverses_id).where(Allocation.reverses_id.in_(allocation_ids))))
    if undone or any(row.reverses_id is not None for row in rows):
        raise AlreadyReversed()
    for row in rows:
        s.connection().execute(_SETTLE, {"invoice": row.invoice_id, "fen": -row.amount_fen})
        s.connection().execute(_USE, {"receipt": row.receipt_id, "fen": -row.amount_fen})
        s.connection().execute(_ALLOCATION, {
            "receipt_id": row.receipt_id, "invoice_id": row.invoice_id, "amount_fen": -row.amount_fen,
            "reverses_id": row.id, "person_id": who.id if who else None, "at": clock.now(),
        })  # fmt: skip
        credit.move_exposure(s, {customer_id: {Part.INVOICES: row.amount_fen, Part.UNALLOCATED: row.amount_fen}})
        facts = {"amount_fen": row.amount_fen, "invoice": row.invoice_id, "reason": reason}
        _say(s, "allocation.undone", customer_id, row.receipt_id, who, facts)


def reverse_receipt(s: Session, receipt_id: int, reason: str, who: Who | None) -> int:
    """红冲: the receipt was wrong. Its allocations are undone, a negative twin takes the money back; gives its id."""
    customer_id = _customer_of(s, receipt_id)
    if not reason:
        raise ReasonMissing()
    credit_models.standing(s, customer_id, clock.today(), lock=True)
    receipt = s.get_one(Receipt, receipt_id, with_for_update=True, populate_existing=True)
    if receipt.is_reversed or receipt.reverses_id is not None:
        raise AlreadyReversed()
    _undo(s, customer_id, _standing_allocations(s, receipt_id), reason, who)
    s.connection().execute(
        update(_receipt).where(_receipt.c.id == receipt_id).values(is_reversed=True, allocated_fen=0)
    )
    twin: int = s.connection().execute(_RECEIPT, {
        "customer_id": customer_id, "method": receipt.method, "reference": receipt.reference, "payer": receipt.payer,
        "amount_fen": -receipt.amount_fen, "allocated_fen": 0, "received_on": clock.today(), "note": reason,
        "reverses_id": receipt_id, "is_reversed": False, "person_id": who.id if who else None,
        "posted_at": clock.now(),
    }).scalar_one()  # fmt: skip
    numbers.ask(s, "RC", _receipt, twin)
    credit.lower_exposure(s, customer_id, Part.UNALLOCATED, receipt.amount_fen)
    facts = {"amount_fen": receipt.amount_fen, "reason": reason, "twin": twin}
    _say(s, "receipt.reversed", customer_id, receipt_id, who, facts)
    s.expire(receipt)
    return twin


def _standing_allocations(s: Session, receipt_id: int) -> list[int]:
    """Allocations of the receipt that were not undone."""
    reversing = select(Allocation.reverses_id).where(Allocation.reverses_id.is_not(None))
    return list(
        s.scalars(
            select(Allocation.id).where(
                Allocation.receipt_id == receipt_id, Allocation.reverses_id.is_(None), Allocation.id.not_in(reversing)
            )
        )
    )


def _customer_of(s: Session, receipt_id: int) -> int:
    customer_id = s.scalar(select(Receipt.customer_id).where(Receipt.id == receipt_id))
    if customer_id is None:
        raise NotFound()
    return customer_id


def _say(s: Session, verb: str, customer_id: int, receipt_id: int, who: Who | None, facts: dict[str, Any]) -> None:
    history.record(s, verb, chain=f"customer:{customer_id}", subject=("receipt", receipt_id), who=who, facts=facts)
