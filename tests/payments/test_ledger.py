"""Receipts settle invoices; nothing is settled beyond what is there; entries are never changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal.core.db import db, write_tx
from portal.core.history import Entry
from portal.core.refusal import NotFound, Wrong
from portal.customers.models import Customer
from portal.payments import actions as payments
from portal.payments.models import Invoice, InvoiceLine, Receipt, overdue
from portal.payments.rules import (
    AlreadyReversed,
    AmountWrong,
    BeyondOpen,
    NothingToSettle,
    ReasonMissing,
    ReferenceTwice,
)
from tests.conftest import only_sqlite
from tests.payments.till import DAY, Till, off, today


def test_money_settles_the_oldest_and_undo_opens_it_again(till: Till) -> None:
    first, second = till.invoice(30_000), till.invoice(50_000)
    receipt = till.receipt(40_000)
    assert till.account() == (0, 40_000, 0)
    parts = till.parts()
    assert [part[1:] for part in parts] == [(first, 30_000), (second, 10_000)]
    till.undo(parts[0][0], "付错了单")
    assert till.account() == (0, 70_000, 30_000)
    till.allocate(receipt, {second: 25_000})
    assert till.account() == (0, 45_000, 5_000)
    with pytest.raises(AlreadyReversed):
        till.undo(parts[0][0], "再撤一次")
    with pytest.raises(AlreadyReversed):
        till.undo(till.parts()[2][0], "撤销那笔撤销")
    assert off() == []


def test_the_oldest_is_the_earliest_due_not_the_first_posted(till: Till) -> None:
    later, sooner = till.invoice(30_000, DAY, 60), till.invoice(30_000, DAY, 5)
    till.receipt(40_000)
    assert (till.owed(sooner), till.owed(later)) == (0, 20_000)


def test_the_first_money_makes_a_candidate_active_and_its_reversal_does_not_undo_it(till: Till) -> None:
    state = select(Customer.state, Customer.kind_confirmed_on).where(Customer.id == till.customer_id)
    receipt = till.receipt(10_000, allocations=None)
    assert tuple(db.session.execute(state).one()) == ("active", DAY)
    till.reverse(receipt)
    assert tuple(db.session.execute(state).one()) == ("active", DAY)
    assert off() == []


def test_prepayment_is_settled_later(till: Till) -> None:
    receipt = till.receipt(50_000)
    assert till.account() == (0, 0, 50_000)
    with pytest.raises(NothingToSettle):
        till.allocate(receipt)
    till.invoice(30_000)
    till.allocate(receipt)
    assert (till.left(receipt), till.account()) == (20_000, (0, 0, 20_000))
    assert off() == []


def test_a_wrong_receipt_gets_a_negative_twin_and_opens_its_invoices(till: Till) -> None:
    first, second = till.invoice(30_000), till.invoice(30_000)
    receipt = till.receipt(50_000, reference="B1")
    twin = till.reverse(receipt, "客户名登错")
    assert till.account() == (0, 60_000, 0)
    assert (till.owed(first), till.owed(second)) == (30_000, 30_000)
    row = db.session.execute(select(Receipt.amount_fen, Receipt.reverses_id, Receipt.note).where(Receipt.id == twin))
    assert tuple(row.one()) == (-50_000, receipt, "客户名登错")
    for number in (receipt, twin):
        with pytest.raises(AlreadyReversed):
            till.reverse(number)
        with pytest.raises(AlreadyReversed):
            till.allocate(number)
    assert till.receipt(50_000, "plant", reference="B1") != receipt, "the slip may be registered for whom it is"
    assert off() == []


@only_sqlite
def test_what_cannot_be_is_refused_and_names_its_figures(till: Till) -> None:
    invoice, other = till.invoice(30_000), till.invoice(30_000, customer="plant")
    for amount in (0, -5):
        with pytest.raises(AmountWrong):
            till.receipt(amount)
    with pytest.raises(Wrong):
        till.receipt(5, received_on=today() + timedelta(days=1))
    for amount, parts in (
        (90_000, {invoice: 30_001}),
        (10_000, {invoice: 10_001}),
        (9, {other: 9}),
        (9, {invoice: -1}),
    ):
        with pytest.raises(BeyondOpen) as refused:
            till.receipt(amount, allocations=parts)
        assert dict(refused.value.said.facts), refused.value.said
    with pytest.raises(NotFound):
        till.allocate(999)
    for verb in (till.undo, till.reverse):
        with pytest.raises(ReasonMissing):
            verb(till.receipt(5), " ")
    assert till.account() == (0, 29_990, 0)
    assert off() == []


def test_one_slip_is_registered_once_however_it_is_typed(till: Till) -> None:
    first = till.receipt(100, reference="B2026 11-01a")
    for typed, method in (("Ｂ２０２６１１-01A", "transfer"), ("b202611-01a", "transfer")):
        with pytest.raises(ReferenceTwice) as refused:
            till.receipt(100, "plant", reference=typed, method=method)
        assert refused.value.first == first
        assert (refused.value.number or "").startswith("RC2026")
    till.receipt(100, reference="B202611-01A", method="cash")
    till.receipt(100, reference=" ")
    till.receipt(100, reference=None)
    assert off() == []


def test_net_and_tax_are_taken_out_line_by_line(app: Flask, s: Session, till: Till) -> None:
    draft = till.draft(1)
    lines = [(till.the.skus["CI4-18"], 3, 10_003), (till.the.skus["SN-4x6"], 1, 5)]
    with write_tx() as tx:
        invoice = payments.post_invoice(
            tx, customer_id=draft.customer_id, cause=draft.cause, lines=lines, signed_on=DAY, terms_days=30,
            who=till.the.who(tx, "si"),
        )  # fmt: skip
    rows = select(InvoiceLine.amount_fen, InvoiceLine.net_fen, InvoiceLine.tax_fen).order_by(InvoiceLine.id)
    assert [tuple(row) for row in s.execute(rows)] == [(30_009, 26_557, 3_452), (5, 4, 1)]
    head = select(Invoice.amount_fen, Invoice.net_fen, Invoice.tax_fen, Invoice.due_on).where(Invoice.id == invoice)
    assert tuple(s.execute(head).one()) == (30_014, 26_561, 3_453, date(2026, 12, 1))
    assert off() == []


def test_many_invoices_are_posted_in_order(app: Flask, s: Session, till: Till) -> None:
    drafts = [till.draft(fen, customer=who) for fen, who in ((100, "dealer"), (200, "plant"), (300, "dealer"))]
    with write_tx() as tx:
        ids = payments.post_invoices(tx, drafts, till.the.who(tx, "si"))
        assert payments.post_invoices(tx, [], None) == []
    amounts = dict(s.execute(select(Invoice.id, Invoice.amount_fen)).all())
    assert [amounts[number] for number in ids] == [100, 200, 300]
    assert (till.account("dealer").invoices, till.account("plant").invoices) == (400, 200)
    assert off() == []


def test_overdue_counts_from_the_due_date_and_holds_after_the_grace_days(s: Session, till: Till) -> None:
    till.invoice(30_000)
    dealer = till.customer_id
    assert overdue(s, [dealer], date(2026, 11, 11)) == {}
    assert overdue(s, [dealer], date(2026, 11, 18))[dealer] == (30_000, 0, date(2026, 11, 11))
    assert overdue(s, [dealer], date(2026, 11, 19))[dealer].beyond_grace_fen == 30_000
    till.invoice(500, date(2026, 10, 1))
    till.receipt(400)
    assert overdue(s, [dealer], date(2026, 11, 19))[dealer] == (30_100, 30_100, date(2026, 10, 11))


@pytest.mark.parametrize(
    "damage",
    [
        "update invoice set amount_fen = amount_fen + 1", "update receipt set customer_id = customer_id + 1",
        "update allocation set amount_fen = 1", "update invoice_line set quantity = 2", "delete from invoice",
        "delete from receipt", "delete from allocation", "update invoice set due_on = '2030-01-01'",
    ],
)  # fmt: skip
def test_the_database_keeps_entries_as_they_are(s: Session, till: Till, damage: str) -> None:
    till.invoice(30_000)
    till.receipt(10_000)
    with pytest.raises(DatabaseError):
        s.execute(text(damage))
    s.rollback()


@only_sqlite
@pytest.mark.parametrize(
    ("damage", "what"),
    [
        ("update invoice set allocated_fen = 5", "invoice 1 allocated_fen"),
        ("update receipt set allocated_fen = 0", "receipt 1 allocated_fen"),
        ("update receipt set is_reversed = true", "receipt 1 twin"),
        ("update credit_account set invoices_fen = 7", "customer {0} invoices_fen"),
        ("update credit_account set unallocated_fen = 7", "customer {0} balance"),
        ("delete from credit_account where limit_fen = 0", "customer {1} account"),
    ],
)
def test_verify_names_what_does_not_follow(s: Session, till: Till, damage: str, what: str) -> None:
    till.invoice(30_000)
    till.receipt(10_000)
    s.execute(text(damage))
    s.commit()
    ids = (till.customer_id, till.the.customers["stranger"])
    assert what.format(*ids) in [difference.what for difference in off()]


@only_sqlite
def test_the_customers_file_tells_the_story(s: Session, till: Till) -> None:
    till.invoice(30_000)
    till.reverse(till.receipt(10_000))
    chain = select(Entry.verb).where(Entry.chain == f"customer:{till.customer_id}").order_by(Entry.id)
    assert list(s.scalars(chain)) == [
        "invoice.posted", "receipt.posted", "receipt.allocated", "customer.activated", "allocation.undone",
        "receipt.reversed",
    ]  # fmt: skip
