"""Receivables recomputed: allocated sums of invoices and receipts, and the exposure counters they move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.db import total
from portal.core.verify import Difference
from portal.credit.models import CreditAccount
from portal.payments.models import Allocation, Invoice, InvoiceLine, Receipt


def differences(s: Session) -> Iterator[Difference]:
    """Every stored sum of the ledger that its rows do not give."""
    yield from _sums(s, Invoice, Allocation.invoice_id, "invoice")
    yield from _sums(s, Receipt, Allocation.receipt_id, "receipt")
    yield from _lines(s)
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


def _counter(s: Session, part: str, sums: Any) -> Iterator[Difference]:
    stored = getattr(CreditAccount, f"{part}_fen")
    computed = func.coalesce(sums.c.fen, 0)
    rows = select(CreditAccount.customer_id, stored, computed)
    rows = rows.outerjoin(sums, sums.c.id == CreditAccount.customer_id).where(stored != computed)
    for customer_id, kept, found in s.execute(rows):
        yield Difference("credit", f"customer {customer_id} {part}_fen", kept, found)
