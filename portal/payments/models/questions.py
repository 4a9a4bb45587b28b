"""What is open and what is overdue, in set-based statements built once: on the path of every order."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.core.db import Rows
from portal.credit.models import CreditAccount
from portal.payments.models.tables import Invoice

OPEN_FEN = Invoice.amount_fen - Invoice.allocated_fen


class Overdue(NamedTuple):
    """What a customer owes past its due dates, in fen; `beyond_grace_fen` is what counts as a hold."""

    overdue_fen: int
    beyond_grace_fen: int
    oldest_due_on: date


_LATE = (
    select(Invoice.customer_id, Invoice.due_on, OPEN_FEN.label("open_fen"), CreditAccount.grace_days)
    .join(CreditAccount, CreditAccount.customer_id == Invoice.customer_id)
    .where(
        Invoice.customer_id.in_(bindparam("ids", expanding=True)),
        Invoice.allocated_fen < Invoice.amount_fen,
        Invoice.due_on < bindparam("day", type_=Invoice.due_on.type),
    )
    .order_by(Invoice.customer_id, Invoice.due_on, Invoice.id)
)


def overdue(s: Session, customer_ids: Collection[int], day: date) -> dict[int, Overdue]:
    """Customers with open invoices past their due date; the others are left out."""
    if not customer_ids:
        return {}
    found: dict[int, Overdue] = {}
    for customer_id, due_on, open_fen, grace_days in s.connection().execute(
        _LATE, {"ids": list(customer_ids), "day": day}
    ):
        beyond = open_fen if due_on + timedelta(days=grace_days) < day else 0
        before = found.get(customer_id, Overdue(0, 0, due_on))
        found[customer_id] = Overdue(
            before.overdue_fen + open_fen, before.beyond_grace_fen + beyond, before.oldest_due_on
        )
    return found


_OPEN = (
    select(
        Invoice.id, Invoice.number, Invoice.cause_kind, Invoice.cause_id, Invoice.signed_on, Invoice.due_on,
        Invoice.amount_fen, Invoice.allocated_fen, OPEN_FEN.label("open_fen"),
    )
    .where(Invoice.customer_id == bindparam("customer"), Invoice.allocated_fen < Invoice.amount_fen)
    .order_by(Invoice.due_on, Invoice.id)
)  # fmt: skip


def open_items(s: Session, customer_id: int, *, lock: bool = False) -> Rows:
    """The customer's open invoices, the earliest due first."""
    return s.execute(_OPEN.with_for_update() if lock else _OPEN, {"customer": customer_id}).all()


def overdue_fen(s: Session, customer_id: int, day: date) -> int:
    """What one customer owes past its due dates on `day`, in fen."""
    late = overdue(s, [customer_id], day).get(customer_id)
    return late.overdue_fen if late else 0
