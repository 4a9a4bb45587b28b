"""Receipts settle invoices; nothing is settled beyond what is there; every figure follows from the rows."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import db, write_tx
from portal.credit.models import CreditAccount, standing
from portal.customers.models import Customer
from portal.payments import actions as payments
from portal.payments.models import Allocation, Invoice, Receipt, overdue
from portal.payments.rules import AlreadyReversed, AmountWrong, BeyondOpen, OpenItem, ReferenceTwice, oldest_first
from portal.payments.verify import differences
from tests.cast import Cast

DAY = date(2026, 11, 1)


def _invoice(the: Cast, cause: int, packages: int, day: date = DAY) -> int:
    with write_tx() as s:
        return payments.post_invoice(
            s, customer_id=the.customers["dealer"], cause=("shipment", cause),
            lines=[(the.skus["CI4-18"], packages, 10_000)], signed_on=day, terms_days=10, who=the.who(s, "si"),
        )  # fmt: skip


def _receipt(the: Cast, amount: int, **options: object) -> int:
    with write_tx() as s:
        facts: dict[str, object] = {"method": "transfer", "reference": None, "allocations": "oldest", **options}
        return payments.post_receipt(
            s, customer_id=the.customers["dealer"], amount_fen=amount, payer=None, received_on=DAY,
            who=the.who(s, "fan"), **facts,  # type: ignore[arg-type]
        )  # fmt: skip


def _account(the: Cast) -> tuple[int, int]:
    account = db.session.get_one(CreditAccount, the.customers["dealer"], populate_existing=True)
    return account.invoices_fen, account.unallocated_fen


def test_oldest_first_leaves_the_rest_as_prepayment() -> None:
    items = [OpenItem(2, date(2026, 1, 2), 50), OpenItem(1, date(2026, 1, 1), 30), OpenItem(3, date(2026, 1, 3), 9)]
    assert oldest_first(items, 60) == {1: 30, 2: 30}
    assert oldest_first(items, 100) == {1: 30, 2: 50, 3: 9}


def test_money_settles_the_oldest_and_undo_opens_it_again(app: Flask, s: Session, the: Cast) -> None:
    first, second = _invoice(the, 1, 3), _invoice(the, 2, 5)
    receipt = _receipt(the, 40_000)
    assert _account(the) == (40_000, 0)
    assert s.scalar(select(Customer.state).where(Customer.id == the.customers["dealer"])) == "active"
    parts = s.execute(select(Allocation.id, Allocation.invoice_id, Allocation.amount_fen).order_by(Allocation.id)).all()
    assert [(row.invoice_id, row.amount_fen) for row in parts] == [(first, 30_000), (second, 10_000)]
    with write_tx() as tx:
        payments.undo_allocation(tx, parts[0].id, "付错了单", the.who(tx, "fan"))
    assert _account(the) == (70_000, 30_000)
    with write_tx() as tx:
        payments.allocate(tx, receipt, {second: 25_000}, the.who(tx, "fan"))
    assert _account(the) == (45_000, 5_000)
    with pytest.raises(AlreadyReversed), write_tx() as tx:
        payments.undo_allocation(tx, parts[0].id, "再撤一次", the.who(tx, "fan"))
    assert list(differences(db.session())) == []


def test_a_wrong_receipt_gets_a_negative_twin(app: Flask, s: Session, the: Cast) -> None:
    _invoice(the, 1, 3)
    receipt = _receipt(the, 50_000)
    with write_tx() as tx:
        payments.reverse_receipt(tx, receipt, "客户名登错", the.who(tx, "fan"))
    assert _account(the) == (30_000, 0)
    assert sum(s.scalars(select(Receipt.amount_fen))) == 0
    with pytest.raises(AlreadyReversed), write_tx() as tx:
        payments.reverse_receipt(tx, receipt, "再来一次", the.who(tx, "fan"))
    assert list(differences(db.session())) == []


def test_what_cannot_be_is_refused(app: Flask, s: Session, the: Cast) -> None:
    invoice = _invoice(the, 1, 3)
    for amount in (0, -5):
        with pytest.raises(AmountWrong):
            _receipt(the, amount)
    with pytest.raises(BeyondOpen):
        _receipt(the, 90_000, allocations={invoice: 30_001})
    with pytest.raises(BeyondOpen):
        _receipt(the, 10_000, allocations={invoice: 10_001})
    _receipt(the, 100, reference="B1")
    with pytest.raises(ReferenceTwice):
        _receipt(the, 100, reference="B1")
    assert list(differences(db.session())) == []


def test_overdue_counts_from_the_due_date_and_holds_after_the_grace_days(app: Flask, s: Session, the: Cast) -> None:
    _invoice(the, 1, 3)
    dealer = the.customers["dealer"]
    assert overdue(s, [dealer], date(2026, 11, 11)) == {}
    assert overdue(s, [dealer], date(2026, 11, 18))[dealer] == (30_000, 0, date(2026, 11, 11))
    assert overdue(s, [dealer], date(2026, 11, 19))[dealer].beyond_grace_fen == 30_000
    assert standing(s, dealer, DAY).available_fen == 10_000_000 - 30_000
    assert s.scalar(select(Invoice.tax_fen)) == 30_000 - 26_549
