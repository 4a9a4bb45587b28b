"""Invoices: posted for what was really delivered, however the credit stands; they raise exposure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from portal.core import clock, history, numbers
from portal.core.money import net_and_tax
from portal.credit import actions as credit
from portal.credit.rules import Part
from portal.payments.models import Invoice, InvoiceLine
from portal.payments.rules import due
from portal.people.models import Who

Line = tuple[int, int, int]
"""(sku id, packages, price of one in fen with tax)."""

invoice_table = cast(Table, Invoice.__table__)
_INVOICE = insert(invoice_table).returning(invoice_table.c.id, sort_by_parameter_order=True)
_LINE = insert(cast(Table, InvoiceLine.__table__))


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """What a signed slip says is owed; `cause` is the shipment: ("shipment", id)."""

    customer_id: int
    cause: tuple[str, int]
    lines: Sequence[Line]
    signed_on: date
    terms_days: int


def post_invoice(
    s: Session,
    *,
    customer_id: int,
    cause: tuple[str, int],
    lines: Sequence[Line],
    signed_on: date,
    terms_days: int,
    who: Who | None,
) -> int:
    """Post one invoice; gives its id."""
    return post_invoices(s, [InvoiceDraft(customer_id, cause, lines, signed_on, terms_days)], who)[0]


def post_invoices(s: Session, drafts: Iterable[InvoiceDraft], who: Who | None) -> list[int]:
    """Post an invoice for each draft and raise the customers' exposure; gives the ids in the drafts' order.

    Three statements, however many drafts: what was delivered is owed, so no limit is asked.
    """
    drafts, now = list(drafts), clock.now()
    if not drafts:
        return []
    lines = [[_line(line) for line in draft.lines] for draft in drafts]
    heads = [_head(draft, its, now) for draft, its in zip(drafts, lines, strict=True)]
    ids = list(s.connection().execute(_INVOICE, heads).scalars())
    s.connection().execute(_LINE, [
        {**line, "invoice_id": invoice_id} for invoice_id, its in zip(ids, lines, strict=True) for line in its
    ])  # fmt: skip
    raised: dict[int, int] = defaultdict(int)
    for invoice_id, head, draft in zip(ids, heads, drafts, strict=True):
        numbers.ask(s, "IN", invoice_table, invoice_id)
        raised[draft.customer_id] += head["amount_fen"]
        facts = {"amount_fen": head["amount_fen"], "due_on": head["due_on"], draft.cause[0]: draft.cause[1]}
        chain = f"customer:{draft.customer_id}"
        history.record(s, "invoice.posted", chain=chain, subject=("invoice", invoice_id), who=who, facts=facts)
    credit.move_exposure(s, {customer_id: {Part.INVOICES: fen} for customer_id, fen in raised.items()})
    return ids


def _head(draft: InvoiceDraft, lines: Sequence[Mapping[str, int]], now: datetime) -> dict[str, Any]:
    """The invoice as it is stored; its amount, net and tax are the sums of its lines."""
    sums = {name: sum(line[name] for line in lines) for name in ("amount_fen", "net_fen", "tax_fen")}
    return {
        "customer_id": draft.customer_id, "cause_kind": draft.cause[0], "cause_id": draft.cause[1],
        "signed_on": draft.signed_on, "due_on": due(draft.signed_on, draft.terms_days), **sums, "allocated_fen": 0,
        "posted_at": now, "is_past": False,
    }  # fmt: skip


def _line(line: Line) -> dict[str, int]:
    """Net and tax are taken out of the gross line amount, half up."""
    sku_id, quantity, price_fen = line
    net, tax = net_and_tax(quantity * price_fen)
    return {
        "sku_id": sku_id, "quantity": quantity, "price_fen": price_fen, "amount_fen": quantity * price_fen,
        "net_fen": net, "tax_fen": tax,
    }  # fmt: skip
