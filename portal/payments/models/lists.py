"""Lists of the ledger: receipts, invoices, a customer's open items; every one takes `who`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from portal.core.db import AnyRow, Rows
from portal.core.paging import Page, paged
from portal.core.refusal import NotFound
from portal.core.search import words
from portal.customers.models import Customer, visible
from portal.payments.models.tables import Allocation, Invoice, InvoiceLine, Receipt
from portal.people.models import Person, Who
from portal.products.models import Sku

AGES: dict[str, tuple[int | None, int | None]] = {
    "not_due": (None, 0), "overdue": (1, None), "to_30": (1, 30), "to_60": (31, 60), "to_90": (61, 90),
    "older": (91, None),
}  # fmt: skip
"""Filter of open invoices -> days past due, from and to, both included."""


def invoices(s: Session, who: Who, args: Mapping[str, str], today: date, customer_id: int | None = None) -> Page:
    """Invoices, newest first; `state` is open, settled or one of AGES, `q` a number or a customer."""
    rows = select(
        Invoice.id, Invoice.number, Invoice.signed_on, Invoice.due_on, Invoice.amount_fen, Invoice.allocated_fen,
        (Invoice.amount_fen - Invoice.allocated_fen).label("open_fen"), Invoice.customer_id,
        Customer.name.label("customer"),
    ).join(Customer, Customer.id == Invoice.customer_id)  # fmt: skip
    conditions = [visible(who, Invoice.customer_id), *_state(args.get("state", ""), today)]
    if customer_id is not None:
        conditions.append(Invoice.customer_id == customer_id)
    conditions += _matching(args.get("q", ""), Invoice.number, Invoice.tail)
    counted = select(Invoice.id).join(Customer, Customer.id == Invoice.customer_id).where(*conditions)
    return paged(s, rows.where(*conditions), (Invoice.signed_on, Invoice.id), args, counted=counted)


def _state(state: str, today: date) -> list[ColumnElement[bool]]:
    if state == "settled":
        return [Invoice.allocated_fen == Invoice.amount_fen]
    if state == "open":
        return [Invoice.allocated_fen < Invoice.amount_fen]
    if state not in AGES:
        return []
    first, last = AGES[state]
    found: list[ColumnElement[bool]] = [Invoice.allocated_fen < Invoice.amount_fen]
    if first is not None:
        found.append(Invoice.due_on <= today - timedelta(days=first))
    if last is not None:
        found.append(Invoice.due_on >= today - timedelta(days=last))
    return found


def _matching(query: str, number: Any, tail: Any) -> list[ColumnElement[bool]]:
    """Four digits find the document, anything else its number or the customer."""
    clean = query.strip()
    if len(clean) == 4 and clean.isdigit():
        return [tail == clean]
    return [number.contains(word.upper()) | Customer.search.contains(word) for word in words(clean)]


def receipts(s: Session, who: Who, args: Mapping[str, str], customer_id: int | None = None) -> Page:
    """Receipts, newest first; `state` open: something is left to allocate; `from` and `until` days; `q`."""
    rows = select(
        Receipt.id, Receipt.number, Receipt.received_on, Receipt.method, Receipt.reference, Receipt.amount_fen,
        Receipt.allocated_fen, (Receipt.amount_fen - Receipt.allocated_fen).label("left_fen"), Receipt.reverses_id,
        Receipt.is_reversed, Receipt.customer_id, Customer.name.label("customer"),
    ).join(Customer, Customer.id == Receipt.customer_id)  # fmt: skip
    conditions = [visible(who, Receipt.customer_id), *_matching(args.get("q", ""), Receipt.number, Receipt.tail)]
    if args.get("state") == "open":
        conditions += [Receipt.allocated_fen < Receipt.amount_fen, Receipt.is_reversed.is_(False)]
    if customer_id is not None:
        conditions.append(Receipt.customer_id == customer_id)
    conditions += [Receipt.received_on >= day for day in _day(args.get("from"))]
    conditions += [Receipt.received_on <= day for day in _day(args.get("until"))]
    counted = select(Receipt.id).join(Customer, Customer.id == Receipt.customer_id).where(*conditions)
    return paged(s, rows.where(*conditions), (Receipt.received_on, Receipt.id), args, counted=counted)


def _day(text: str | None) -> list[date]:
    try:
        return [date.fromisoformat(text)] if text else []
    except ValueError:
        return []


def _one(s: Session, statement: Select[*tuple[Any, ...]]) -> AnyRow:
    row = s.execute(statement).first()
    if row is None:
        raise NotFound()
    return row


def find_invoice(s: Session, who: Who, invoice_id: int) -> AnyRow:
    """The invoice with its customer's name, if `who` may see it."""
    return _one(s, select(
        Invoice.id, Invoice.number, Invoice.customer_id, Invoice.cause_kind, Invoice.cause_id, Invoice.signed_on,
        Invoice.due_on, Invoice.amount_fen, Invoice.net_fen, Invoice.tax_fen, Invoice.allocated_fen, Invoice.posted_at,
        Customer.name.label("customer"),
    ).join(Customer, Customer.id == Invoice.customer_id).where(
        Invoice.id == invoice_id, visible(who, Invoice.customer_id)
    ))  # fmt: skip


def find_receipt(s: Session, who: Who, receipt_id: int) -> AnyRow:
    """The receipt with its customer's name, its twin and who posted it, if `who` may see it."""
    twin = aliased(Receipt)
    return _one(s, select(
        Receipt.id, Receipt.number, Receipt.customer_id, Receipt.method, Receipt.reference, Receipt.payer,
        Receipt.amount_fen, Receipt.allocated_fen, Receipt.received_on, Receipt.note, Receipt.reverses_id,
        Receipt.is_reversed, Receipt.posted_at, Customer.name.label("customer"), Person.name.label("person"),
        twin.id.label("twin_id"),
    ).join(Customer, Customer.id == Receipt.customer_id)
     .outerjoin(Person, Person.id == Receipt.person_id)
     .outerjoin(twin, twin.reverses_id == Receipt.id)
     .where(Receipt.id == receipt_id, visible(who, Receipt.customer_id)))  # fmt: skip


def invoice_lines(s: Session, invoice_id: int) -> Rows:
    return s.execute(
        select(
            Sku.code, Sku.label, Sku.unit, InvoiceLine.quantity, InvoiceLine.price_fen, InvoiceLine.amount_fen,
            InvoiceLine.net_fen, InvoiceLine.tax_fen,
        )
        .join(Sku, Sku.id == InvoiceLine.sku_id)
        .where(InvoiceLine.invoice_id == invoice_id)
        .order_by(InvoiceLine.id)
    ).all()  # fmt: skip


def allocations(s: Session, *, receipt_id: int | None = None, invoice_id: int | None = None) -> Rows:
    """What settled what, oldest first; `undone` when a negative row took it back."""
    undo = aliased(Allocation)
    rows = (
        select(
            Allocation.id, Allocation.at, Allocation.amount_fen, Allocation.reverses_id, Allocation.receipt_id,
            Allocation.invoice_id, Receipt.number.label("receipt"), Invoice.number.label("invoice"), Invoice.due_on,
            undo.id.label("undone"),
        )
        .join(Receipt, Receipt.id == Allocation.receipt_id)
        .join(Invoice, Invoice.id == Allocation.invoice_id)
        .outerjoin(undo, undo.reverses_id == Allocation.id)
        .order_by(Allocation.id)
    )  # fmt: skip
    if receipt_id is not None:
        rows = rows.where(Allocation.receipt_id == receipt_id)
    if invoice_id is not None:
        rows = rows.where(Allocation.invoice_id == invoice_id)
    return s.execute(rows.limit(500)).all()
