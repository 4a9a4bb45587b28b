"""Two clerks at once: one slip is one receipt, one piece of money settles one thing, nothing is undone twice."""

from __future__ import annotations

from functools import partial

from flask import Flask
from sqlalchemy import func, select

from portal.core.db import db
from portal.payments.models import Receipt
from portal.payments.rules import AlreadyReversed, BeyondOpen, NothingToSettle, ReferenceTwice
from tests.payments.till import Till, at_once, off


def _refusals(answers: list[object], kind: type[Exception]) -> int:
    return sum(isinstance(answer, kind) for answer in answers)


def test_the_same_slip_from_two_clerks_is_one_receipt(app: Flask, till: Till) -> None:
    till.invoice(50_000)
    work = [partial(till.receipt, 20_000, customer, reference="B20261101") for customer in ("dealer", "plant") * 2]
    answers = at_once(app, work)
    assert _refusals(answers, ReferenceTwice) == 3
    assert db.session.scalar(select(func.count()).select_from(Receipt)) == 1
    assert off() == []


def test_the_same_money_settles_once(app: Flask, till: Till) -> None:
    first, second = till.invoice(30_000), till.invoice(30_000)
    receipt = till.receipt(30_000, allocations=None)
    answers = at_once(app, [partial(till.allocate, receipt, {number: 30_000}) for number in (first, second)])
    assert sum(answer is None for answer in answers) == 1
    assert _refusals(answers, BeyondOpen) + _refusals(answers, NothingToSettle) == 1
    assert till.account() == (0, 30_000, 0)
    assert off() == []


def test_an_invoice_is_settled_once(app: Flask, till: Till) -> None:
    invoice = till.invoice(30_000)
    answers = at_once(app, [partial(till.receipt, 20_000) for _ in range(4)])
    assert _refusals(answers, Exception) == 0
    assert (till.owed(invoice), till.account()) == (0, (0, 0, 50_000))
    assert off() == []


def test_one_of_two_reverses_and_one_of_two_undoes(app: Flask, till: Till) -> None:
    till.invoice(30_000)
    receipt = till.receipt(30_000)
    part = till.parts()[0][0]
    assert _refusals(at_once(app, [partial(till.undo, part)] * 3), AlreadyReversed) == 2
    assert _refusals(at_once(app, [partial(till.reverse, receipt)] * 3), AlreadyReversed) == 2
    assert till.account() == (0, 30_000, 0)
    assert off() == []


def test_undoing_and_reversing_at_once_leave_the_books_straight(app: Flask, till: Till) -> None:
    till.invoice(30_000)
    receipt = till.receipt(40_000)
    part = till.parts()[0][0]
    at_once(app, [partial(till.undo, part), partial(till.reverse, receipt), partial(till.invoice, 5_000)])
    assert till.account() == (0, 35_000, 0)
    assert off() == []
