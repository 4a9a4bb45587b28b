"""Receipts: money that came in, used, given back to prepayment, or reversed by a negative twin.

Locks: the credit account first, then the customer's open invoices.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from blinker import Signal
from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.core import clock, numbers
from portal.core.refusal import NotFound, Wrong
from portal.core.text import T
from portal.credit import actions as credit
from portal.credit.models import lock
from portal.credit.rules import Part
from portal.customers import actions as customers
from portal.payments.actions import settling
from portal.payments.actions.settling import Wanted, receipt_table, say
from portal.payments.models import Allocation, Receipt
from portal.payments.rules import (
    AlreadyReversed,
    AmountWrong,
    NothingToSettle,
    ReasonMissing,
    ReferenceTwice,
    reference_of,
)
from portal.people.models import Who

receipt_posted = Signal("money came or settled something: send(s, customer_id=…, who=…), in the same transaction")


def _unless_known(dialect: Any) -> Any:
    return dialect.insert(receipt_table).on_conflict_do_nothing().returning(receipt_table.c.id)


_RECEIPT = {"sqlite": _unless_known(sqlite), "postgresql": _unless_known(postgresql)}
_TWIN = insert(receipt_table).returning(receipt_table.c.id)


def post_receipt(
    s: Session,
    *,
    customer_id: int,
    amount_fen: int,
    method: str,
    reference: str | None,
    payer: str | None,
    received_on: date,
    allocations: Wanted = "oldest",
    note: str | None = None,
    who: Who,
) -> int:
    """Money came in; gives the receipt's id.

    It settles the oldest invoices, or those named, or none (prepayment). It makes a candidate an active customer, and
    waiting orders are looked at again. Refuses nothing and less (AmountWrong), a day to come (Wrong), the same
    reference of one method twice (ReferenceTwice), and more than is owed or there (BeyondOpen).
    """
    if amount_fen <= 0:
        raise AmountWrong(T("登记的金额是 {amount_fen}。", amount_fen=amount_fen))
    if received_on > clock.today():
        raise Wrong({"received_on": T("到账日期不能晚于今天")})
    lock(s, [customer_id])
    parts = settling.planned(s, customer_id, amount_fen, allocations)
    settled = sum(parts.values())
    facts = {
        "customer_id": customer_id, "method": str(method), "reference": reference_of(reference),
        "amount_fen": amount_fen, "received_on": received_on,
    }  # fmt: skip
    receipt_id = _insert(s, {**facts, "payer": payer, "note": note, "allocated_fen": settled, "person_id": who.id})
    say(s, "receipt.posted", customer_id, receipt_id, who, {k: v for k, v in facts.items() if k != "customer_id"})
    if parts:
        settling.settle(s, customer_id, receipt_id, parts, who)
    credit.move_exposure(s, {customer_id: {Part.INVOICES: -settled, Part.UNALLOCATED: amount_fen - settled}})
    customers.activate(s, customer_id, received_on, who)
    receipt_posted.send(s, customer_id=customer_id, who=who)
    return receipt_id


def _insert(s: Session, values: dict[str, Any]) -> int:
    """Two clerks with the same slip meet here: the second insert does nothing, whoever was first."""
    statement = _RECEIPT[s.get_bind().dialect.name]
    found = s.connection().execute(statement, {**values, "is_reversed": False, "posted_at": clock.now()}).scalar()
    if found is None:
        raise _twice(s, values["method"], values["reference"])
    numbers.ask(s, "RC", receipt_table, found)
    return int(found)


def _twice(s: Session, method: str, reference: str) -> ReferenceTwice:
    first = s.execute(
        select(Receipt.id, Receipt.number).where(
            Receipt.method == method, Receipt.reference == reference, Receipt.reverses_id.is_(None),
            Receipt.is_reversed.is_(False),
        )
    ).one()  # fmt: skip
    return ReferenceTwice(reference, first.id, first.number)


def allocate(s: Session, receipt_id: int, parts: Wanted, who: Who | None) -> None:
    """Let what is left of a receipt settle the oldest invoices, or those named; waiting orders are looked at again.

    NothingToSettle when there is no money or no invoice left for it.
    """
    customer_id = _locked(s, receipt_id)
    receipt = s.execute(
        select(Receipt.amount_fen, Receipt.allocated_fen, Receipt.is_reversed, Receipt.reverses_id).where(
            Receipt.id == receipt_id
        )
    ).one()
    if receipt.is_reversed or receipt.reverses_id is not None:
        raise AlreadyReversed()
    planned = settling.planned(s, customer_id, receipt.amount_fen - receipt.allocated_fen, parts)
    if not planned:
        raise NothingToSettle()
    settling.use(s, customer_id, receipt_id, settling.settle(s, customer_id, receipt_id, planned, who))
    receipt_posted.send(s, customer_id=customer_id, who=who)


def undo_allocation(s: Session, allocation_id: int, reason: str, who: Who | None) -> None:
    """Take one allocation back by its negative row: the invoice is open again, the money is prepayment again."""
    receipt_id = s.scalar(select(Allocation.receipt_id).where(Allocation.id == allocation_id))
    if receipt_id is None:
        raise NotFound()
    _need(reason)
    customer_id = _locked(s, receipt_id)
    row = settling.standing_allocation(s, allocation_id)
    settling.use(s, customer_id, receipt_id, -settling.undo(s, customer_id, [row], reason, who))


def reverse_receipt(s: Session, receipt_id: int, reason: str, who: Who | None) -> int:
    """红冲: the receipt was wrong. Its allocations are undone, a negative twin takes the money back; gives its id.

    The customer stays active: the money had come, whoever it belonged to.
    """
    _need(reason)
    customer_id = _locked(s, receipt_id)
    receipt = s.execute(
        select(
            Receipt.method, Receipt.reference, Receipt.payer, Receipt.amount_fen, Receipt.is_reversed,
            Receipt.reverses_id,
        ).where(Receipt.id == receipt_id)
    ).one()  # fmt: skip
    if receipt.is_reversed or receipt.reverses_id is not None:
        raise AlreadyReversed()
    opened = settling.undo(s, customer_id, settling.standing_allocations(s, receipt_id), reason, who)
    s.execute(update(receipt_table).where(receipt_table.c.id == receipt_id).values(is_reversed=True, allocated_fen=0))
    twin: int = s.connection().execute(_TWIN, {
        "customer_id": customer_id, "method": receipt.method, "reference": receipt.reference, "payer": receipt.payer,
        "amount_fen": -receipt.amount_fen, "allocated_fen": 0, "received_on": clock.today(), "note": reason,
        "reverses_id": receipt_id, "is_reversed": False, "person_id": who.id if who else None,
        "posted_at": clock.now(),
    }).scalar_one()  # fmt: skip
    numbers.ask(s, "RC", receipt_table, twin)
    credit.move_exposure(s, {customer_id: {Part.INVOICES: opened, Part.UNALLOCATED: opened - receipt.amount_fen}})
    say(s, "receipt.reversed", customer_id, receipt_id, who, {"amount_fen": receipt.amount_fen, "reason": reason})
    return twin


def _need(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing()


def _locked(s: Session, receipt_id: int) -> int:
    """The receipt's customer, the credit account locked; NotFound when there is no such receipt."""
    customer_id = s.scalar(select(Receipt.customer_id).where(Receipt.id == receipt_id))
    if customer_id is None:
        raise NotFound()
    lock(s, [customer_id])
    return int(customer_id)
