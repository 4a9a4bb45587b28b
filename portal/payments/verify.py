"""Receivables recomputed: sums of entries, what undid what, balances, and the exposure counters they move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from portal.core.db import total
from portal.core.verify import Difference
from portal.credit.models import CreditAccount
from portal.payments.models import Allocation, Invoice, InvoiceLine, Receipt


def differences(s: Session) -> Iterator[Difference]:
    """Every stored sum of the ledger that its rows do not give."""
    yield from _sums(s, Invoice, Allocation.invoice_id, "invoice")
    yield from _sums(s, Receipt, Allocation.receipt_id, "receipt")
    yield from _lines(s)
    yield from _undone(s)
    yield from _reversed(s)
    yield from _balances(s)
    owed = select(Invoice.customer_id.label("id"), total(Invoice.amount_fen - Invoice.allocated_fen).label("fen"))
    yield from _counter(s, "invoices", owed.group_by(Invoice.customer_id).subquery())
    rest = select(Receipt.customer_id.label("id"), total(Receipt.amount_fen - Receipt.allocated_fen).label("fen"))
    yield from _counter(s, "unallocated", rest.group_by(Receipt.customer_id).subquery())


def _sums(s: Session, entry: type[Invoice] | type[Receipt], of: Any, name: str) -> Iterator[Difference]:
    parts = select(of.label("id"), total(Allocation.amount_fen).label("fen")).group_by(of).subquery()
    computed = func.coalesce(parts.c.fen, 0)
    rows = select(entry.id, entry.allocated_fen, computed).outerjoin(parts, parts.c.id == entry.id)
    for row_id, stored, found in s.execute(rows.where(entry.allocated_fen != computed)):
        yield Difference("payments", f"{name} {row_id} allocated_fen", stored, found)


def _lines(s: Session) -> Iterator[Difference]:
    line = InvoiceLine
    sums = select(line.invoice_id, total(line.amount_fen).label("fen")).group_by(line.invoice_id).subquery()
    rows = select(Invoice.id, Invoice.amount_fen, sums.c.fen).join(sums, sums.c.invoice_id == Invoice.id)
    for row_id, stored, found in s.execute(rows.where(Invoice.amount_fen != sums.c.fen)):
        yield Difference("payments", f"invoice {row_id} amount_fen", stored, found)


def _undone(s: Session) -> Iterator[Difference]:
    """A negative row takes back exactly what its original gave."""
    first = aliased(Allocation)
    off = Allocation.amount_fen != -first.amount_fen
    strange = (Allocation.receipt_id != first.receipt_id) | (Allocation.invoice_id != first.invoice_id)
    rows = select(Allocation.id, Allocation.amount_fen, first.amount_fen).join(
        first, first.id == Allocation.reverses_id
    )
    for row_id, stored, given in s.execute(rows.where(off | strange)):
        yield Difference("payments", f"allocation {row_id} amount_fen", stored, -given)


def _reversed(s: Session) -> Iterator[Difference]:
    """A reversed receipt has its twin with the negative amount; no other receipt has one."""
    twin = aliased(Receipt)
    rows = (
        select(Receipt.id, Receipt.is_reversed, Receipt.amount_fen, twin.amount_fen)
        .outerjoin(twin, twin.reverses_id == Receipt.id)
        .where(Receipt.is_reversed | twin.id.is_not(None))
    )
    for row_id, is_reversed, amount, back in s.execute(rows):
        if not is_reversed:
            yield Difference("payments", f"receipt {row_id} is_reversed", is_reversed, True)
        if back != -amount:
            yield Difference("payments", f"receipt {row_id} twin", back, -amount)


def _balances(s: Session) -> Iterator[Difference]:
    """A customer's balance, unpaid invoices less unallocated money, is the sum of all its entries."""
    stored = CreditAccount.invoices_fen - CreditAccount.unallocated_fen
    billed = select(total(Invoice.amount_fen)).where(Invoice.customer_id == CreditAccount.customer_id)
    came = select(total(Receipt.amount_fen)).where(Receipt.customer_id == CreditAccount.customer_id)
    computed = billed.scalar_subquery() - came.scalar_subquery()
    rows = select(CreditAccount.customer_id, stored, computed).where(stored != computed)
    for customer_id, kept, found in s.execute(rows):
        yield Difference("payments", f"customer {customer_id} balance", kept, found)


def _counter(s: Session, part: str, sums: Any) -> Iterator[Difference]:
    stored = getattr(CreditAccount, f"{part}_fen")
    computed = func.coalesce(sums.c.fen, 0)
    rows = select(CreditAccount.customer_id, stored, computed)
    rows = rows.outerjoin(sums, sums.c.id == CreditAccount.customer_id).where(stored != computed)
    for customer_id, kept, found in s.execute(rows):
        yield Difference("credit", f"customer {customer_id} {part}_fen", kept, found)
