"""What tests of money do all the time, in few words; every step a transaction of its own, as behind the pages."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, write_tx
from portal.core.refusal import Refusal
from portal.core.verify import Difference
from portal.credit import actions as credit
from portal.credit import verify as credit_verify
from portal.credit.models import CreditAccount
from portal.payments import actions as payments
from portal.payments import verify
from portal.payments.actions import InvoiceDraft
from portal.payments.models import Allocation, Invoice, Receipt
from tests.cast import Cast

DAY = date(2026, 11, 1)
_serial = itertools.count(1)


class Account(NamedTuple):
    """The counters of a customer's exposure, in fen."""

    open_orders: int
    invoices: int
    unallocated: int


@dataclass(slots=True)
class Till:
    """The cast at work on money; amounts in fen."""

    the: Cast
    customer: str = "dealer"

    @property
    def customer_id(self) -> int:
        return self.the.customers[self.customer]

    def draft(self, fen: int, day: date = DAY, terms_days: int = 10, customer: str | None = None) -> InvoiceDraft:
        return InvoiceDraft(
            self.the.customers[customer or self.customer], ("shipment", next(_serial)),
            [(self.the.skus["CI4-18"], 1, fen)], day, terms_days,
        )  # fmt: skip

    def invoice(self, fen: int, day: date = DAY, terms_days: int = 10, customer: str | None = None) -> int:
        """Goods worth `fen` were signed for on `day`; the invoice's id."""
        with write_tx() as s:
            return payments.post_invoices(s, [self.draft(fen, day, terms_days, customer)], self.the.who(s, "si"))[0]

    def receipt(self, fen: int, customer: str | None = None, **more: Any) -> int:
        """Finance registers a transfer; the receipt's id."""
        facts: dict[str, Any] = {"method": "transfer", "reference": None, "payer": None, "received_on": DAY, **more}
        with write_tx() as s:
            return payments.post_receipt(
                s, customer_id=self.the.customers[customer or self.customer], amount_fen=fen,
                who=self.the.who(s, "fan"), **facts,
            )  # fmt: skip

    def allocate(self, receipt_id: int, parts: Any = "oldest") -> None:
        with write_tx() as s:
            payments.allocate(s, receipt_id, parts, self.the.who(s, "fan"))

    def undo(self, allocation_id: int, reason: str = "登错单") -> None:
        with write_tx() as s:
            payments.undo_allocation(s, allocation_id, reason, self.the.who(s, "fan"))

    def reverse(self, receipt_id: int, reason: str = "登错客户") -> int:
        with write_tx() as s:
            return payments.reverse_receipt(s, receipt_id, reason, self.the.who(s, "fan"))

    def hold(self, reason: str = "股东变更", login: str = "cai") -> int:
        with write_tx() as s:
            return credit.place_hold(s, self.customer_id, reason=reason, who=self.the.who(s, login)).id

    def release(self, hold_id: int, login: str = "cai", **limits: Any) -> None:
        with write_tx() as s:
            credit.release_hold(s, hold_id, reason="资料已补齐", who=self.the.who(s, login), **limits)

    def propose(self, login: str = "cai", **facts: Any) -> int:
        with write_tx() as s:
            facts = {"limit_fen": 20_000_000, "reason": "旺季", **facts}
            return credit.propose(s, self.customer_id, who=self.the.who(s, login), **facts).id

    def decide(self, proposal_id: int, login: str = "cen", approve: bool = True) -> None:
        with write_tx() as s:
            credit.decide(s, proposal_id, approve=approve, reason="同意", who=self.the.who(s, login))

    def account(self, customer: str | None = None) -> Account:
        db.session.rollback()
        which = CreditAccount.customer_id == self.the.customers[customer or self.customer]
        columns = (CreditAccount.open_orders_fen, CreditAccount.invoices_fen, CreditAccount.unallocated_fen)
        return Account(*db.session.execute(select(*columns).where(which)).one())

    def parts(self, receipt_id: int | None = None) -> list[tuple[int, int, int]]:
        """(allocation, invoice, fen) rows, oldest first."""
        rows = select(Allocation.id, Allocation.invoice_id, Allocation.amount_fen).order_by(Allocation.id)
        if receipt_id is not None:
            rows = rows.where(Allocation.receipt_id == receipt_id)
        return [(row.id, row.invoice_id, row.amount_fen) for row in db.session.execute(rows)]

    def left(self, receipt_id: int) -> int:
        """What of the receipt settles nothing yet."""
        db.session.rollback()
        rest = Receipt.amount_fen - Receipt.allocated_fen
        return int(db.session.scalars(select(rest).where(Receipt.id == receipt_id)).one())

    def owed(self, invoice_id: int) -> int:
        db.session.rollback()
        rest = Invoice.amount_fen - Invoice.allocated_fen
        return int(db.session.scalars(select(rest).where(Invoice.id == invoice_id)).one())


def off() -> list[Difference]:
    """What of money and credit does not follow from the rows."""
    db.session.rollback()
    return [*verify.differences(db.session()), *credit_verify.differences(db.session())]


def at_once(app: Flask, work: Sequence[Callable[[], object]]) -> list[object]:
    """Run them in threads that start together; what each gave: its result or its refusal. Other failures are raised."""
    answers: list[object] = [None] * len(work)
    gate = threading.Barrier(len(work))

    def run(place: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                answers[place] = work[place]()
            except BaseException as failure:
                answers[place] = failure
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Refusal):
            raise answer
    return answers


def today() -> date:
    return clock.today()
