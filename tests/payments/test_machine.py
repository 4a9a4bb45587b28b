"""Whatever clerks do with money, at random: every kept figure stays what its entries say, and entries only grow."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from portal.core.db import db
from portal.core.refusal import Refusal
from portal.payments.models import Allocation, Invoice, Receipt
from tests.conftest import only_sqlite
from tests.payments.till import DAY, Till, off

FEN = st.integers(1, 2_000_000)
CUSTOMERS = st.sampled_from(["dealer", "plant"])
NUMBERS = st.integers(0, 30)


class Clerks(RuleBasedStateMachine):
    """Finance at random, for two customers."""

    till: Till

    def __init__(self) -> None:
        super().__init__()
        self.invoices: list[int] = []
        self.receipts: list[int] = []
        self.entries: dict[tuple[str, int], tuple[Any, ...]] = {}
        db.session.rollback()
        for row in self._rows():  # what earlier runs left
            self.entries[row[0], row[1]] = tuple(row[2:])

    def _some(self, of: list[int], number: int) -> int:
        return of[number % len(of)] if of else 0

    @rule(customer=CUSTOMERS, fen=st.lists(FEN, min_size=1, max_size=3), day=st.integers(0, 20))
    def deliver(self, customer: str, fen: list[int], day: int) -> None:
        for one in fen:
            self.invoices.append(self.till.invoice(one, DAY - timedelta(days=day), day, customer))

    @rule(customer=CUSTOMERS, fen=FEN, way=st.sampled_from(["oldest", None]))
    def pay(self, customer: str, fen: int, way: Any) -> None:
        self.receipts.append(self.till.receipt(fen, customer, allocations=way))

    @rule(customer=CUSTOMERS, fen=FEN, parts=st.dictionaries(NUMBERS, FEN, max_size=3))
    def pay_by_hand(self, customer: str, fen: int, parts: dict[int, int]) -> None:
        """Other customers' invoices and too much among them: refused, and nothing of it stays."""
        wanted = {self._some(self.invoices, number): part for number, part in parts.items()}
        with suppress(Refusal):
            self.receipts.append(self.till.receipt(fen, customer, allocations=wanted))

    @rule(receipt=NUMBERS, invoice=NUMBERS, fen=st.one_of(st.none(), FEN))
    def allocate(self, receipt: int, invoice: int, fen: int | None) -> None:
        parts = "oldest" if fen is None else {self._some(self.invoices, invoice): fen}
        with suppress(Refusal):
            self.till.allocate(self._some(self.receipts, receipt), parts)

    @rule(number=NUMBERS)
    def undo(self, number: int) -> None:
        rows = self.till.parts()
        if rows:
            with suppress(Refusal):
                self.till.undo(rows[number % len(rows)][0])

    @rule(number=NUMBERS)
    def reverse(self, number: int) -> None:
        with suppress(Refusal):
            self.receipts.append(self.till.reverse(self._some(self.receipts, number)))

    @invariant()
    def every_figure_follows_from_the_entries(self) -> None:
        assert off() == []

    @invariant()
    def nothing_is_settled_beyond_what_is_there(self) -> None:
        for entry in (Invoice, Receipt):
            for amount, allocated in db.session.execute(select(entry.amount_fen, entry.allocated_fen)):
                assert 0 <= allocated <= max(amount, 0)

    @invariant()
    def entries_never_change_or_vanish(self) -> None:
        now = {(row[0], row[1]): tuple(row[2:]) for row in self._rows()}
        assert {key: now.get(key) for key in self.entries} == self.entries
        self.entries = now

    def _rows(self) -> list[Any]:
        found: list[Any] = []
        for table, columns in (
            (Invoice, ("customer_id", "signed_on", "due_on", "amount_fen", "net_fen", "tax_fen", "number")),
            (Receipt, ("customer_id", "received_on", "method", "reference", "amount_fen", "reverses_id", "number")),
            (Allocation, ("receipt_id", "invoice_id", "amount_fen", "reverses_id")),
        ):
            rows = select(table.id, *(getattr(table, name) for name in columns))
            found += [(table.__tablename__, *row) for row in db.session.execute(rows)]
        return found


@only_sqlite
def test_clerks_at_random(app: Flask, till: Till) -> None:
    Clerks.till = till
    run_state_machine_as_test(
        Clerks,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
