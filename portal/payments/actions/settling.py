"""What settles what: allocations made, undone by their negative rows, and the sums and counters they move.

Every verb here comes with the customer's credit account locked; entries are never changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from sqlalchemy import Table, bindparam, exists, insert, select, update
from sqlalchemy.orm import Session, aliased

from portal.core import clock, history
from portal.core.db import AnyRow
from portal.credit import actions as credit
from portal.credit.rules import Part
from portal.payments.models import Allocation, Invoice, Receipt, open_items
from portal.payments.rules import AlreadyReversed, OpenItem, Parts, check_parts, oldest_first
from portal.people.models import Who

Wanted = Literal["oldest"] | Parts | None
"""How money settles invoices: the earliest due first, as named, or not at all."""

receipt_table = cast(Table, Receipt.__table__)
_invoice = cast(Table, Invoice.__table__)
_allocation = cast(Table, Allocation.__table__)
_ALLOCATE = insert(_allocation)
_SETTLE = (
    update(_invoice)
    .where(_invoice.c.id == bindparam("invoice"))
    .values(allocated_fen=_invoice.c.allocated_fen + bindparam("fen"))
)
_USE = (
    update(receipt_table)
    .where(receipt_table.c.id == bindparam("receipt"))
    .values(allocated_fen=receipt_table.c.allocated_fen + bindparam("fen"))
)


def planned(s: Session, customer_id: int, left_fen: int, wanted: Wanted) -> dict[int, int]:
    """Invoice id -> fen that `left_fen` settle; BeyondOpen when what is named cannot be. Locks the open invoices."""
    if wanted is None or left_fen <= 0:
        return {}
    items = [OpenItem(row.id, row.due_on, row.open_fen, row.number) for row in open_items(s, customer_id, lock=True)]
    if wanted == "oldest":
        return oldest_first(items, left_fen)
    parts = {invoice_id: fen for invoice_id, fen in wanted.items() if fen}
    check_parts(parts, items, left_fen)
    return parts


def settle(s: Session, customer_id: int, receipt_id: int, parts: Parts, who: Who | None) -> int:
    """Write the allocations of a receipt and move the invoices' sums; gives what was settled in fen.

    The receipt's own sum and the exposure are the caller's to move, together with what else it moves there.
    """
    rows = sorted(parts.items())
    s.connection().execute(_SETTLE, [{"invoice": invoice_id, "fen": fen} for invoice_id, fen in rows])
    by, now = who.id if who else None, clock.now()
    s.connection().execute(_ALLOCATE, [
        {"receipt_id": receipt_id, "invoice_id": invoice_id, "amount_fen": fen, "person_id": by, "at": now}
        for invoice_id, fen in rows
    ])  # fmt: skip
    total = sum(parts.values())
    facts = {"amount_fen": total, "invoices": {str(invoice_id): fen for invoice_id, fen in rows}}
    say(s, "receipt.allocated", customer_id, receipt_id, who, facts)
    return total


def use(s: Session, customer_id: int, receipt_id: int, fen: int) -> None:
    """`fen` more of the receipt settle invoices (negative: less), and count in neither of the two counters now."""
    s.connection().execute(_USE, {"receipt": receipt_id, "fen": fen})
    credit.move_exposure(s, {customer_id: {Part.INVOICES: -fen, Part.UNALLOCATED: -fen}})


_COLUMNS = (
    Allocation.id, Allocation.receipt_id, Allocation.invoice_id, Allocation.amount_fen, Allocation.reverses_id,
)  # fmt: skip
_undoing = aliased(Allocation)
_STANDS = ~exists().where(_undoing.reverses_id == Allocation.id)
_ONE = select(*_COLUMNS).where(Allocation.id == bindparam("allocation"), _STANDS)
_STANDING = (
    select(*_COLUMNS)
    .where(Allocation.receipt_id == bindparam("receipt"), Allocation.reverses_id.is_(None), _STANDS)
    .order_by(Allocation.id)
)


def standing_allocation(s: Session, allocation_id: int) -> AnyRow:
    """The allocation that is to be undone; AlreadyReversed when it was, or is itself an undoing."""
    row = s.execute(_ONE, {"allocation": allocation_id}).first()
    if row is None or row.reverses_id is not None:
        raise AlreadyReversed()
    return row


def standing_allocations(s: Session, receipt_id: int) -> Sequence[AnyRow]:
    """What the receipt settles now."""
    return s.execute(_STANDING, {"receipt": receipt_id}).all()


def undo(s: Session, customer_id: int, rows: Sequence[AnyRow], reason: str, who: Who | None) -> int:
    """A negative row for each allocation, the invoices open again; gives the sum in fen, to be moved by the caller."""
    if not rows:
        return 0
    opened: dict[int, int] = defaultdict(int)
    for row in rows:
        opened[row.invoice_id] += row.amount_fen
    s.connection().execute(_SETTLE, [{"invoice": i, "fen": -opened[i]} for i in sorted(opened)])
    by, now = who.id if who else None, clock.now()
    s.connection().execute(_ALLOCATE, [
        {"receipt_id": row.receipt_id, "invoice_id": row.invoice_id, "amount_fen": -row.amount_fen,
         "reverses_id": row.id, "person_id": by, "at": now}
        for row in rows
    ])  # fmt: skip
    for row in rows:
        facts = {"amount_fen": row.amount_fen, "invoice": row.invoice_id, "reason": reason}
        say(s, "allocation.undone", customer_id, row.receipt_id, who, facts)
    return sum(opened.values())


def say(s: Session, verb: str, customer_id: int, receipt_id: int, who: Who | None, facts: Mapping[str, Any]) -> None:
    """One entry of the journal about a receipt, in the customer's file."""
    history.record(s, verb, chain=f"customer:{customer_id}", subject=("receipt", receipt_id), who=who, facts=facts)
