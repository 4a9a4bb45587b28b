"""Whatever people do to orders, at random: every kept figure stays what its rows say, states move along the arrows."""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, write_tx
from portal.core.refusal import Refusal
from portal.credit.models import CreditAccount
from portal.orders import actions as orders
from portal.orders.models import Order
from portal.orders.rules import LIFE
from portal.orders.verify import differences
from portal.payments import actions as payments
from portal.payments import verify as payments_verify
from portal.stock import verify as stock_verify
from tests.cast import Cast
from tests.conftest import only_sqlite
from tests.orders.shop import DRUM, GREASE, PAIL, Outcome, Shop

ARROWS = {(source, target) for source, _verb, target in LIFE.table()}
CODES = st.sampled_from([DRUM, PAIL, GREASE])
WANTED = st.dictionaries(CODES, st.integers(1, 40), min_size=1)
_serial = itertools.count(1)


@dataclass(slots=True)
class Seen:
    """What the last look showed of an order."""

    customer: str
    state: str = "draft"
    progress: str = "none"
    is_on_the_way: bool = False


class People(RuleBasedStateMachine):
    """Buyers, credit, the dispatcher, the driver and finance, at random."""

    shop: Shop

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[int, Seen] = {}
        self.released = False
        for customer in ("dealer", "plant"):  # what earlier runs left stands
            self.shop.limit(10_000_000 + self._exposure(customer), customer)
        self.shop.receive(GREASE, 20)

    def _exposure(self, customer: str) -> int:
        account = select(CreditAccount.__table__).where(CreditAccount.customer_id == self.shop.the.customers[customer])
        row = db.session.execute(account).one()
        return max(0, int(row.open_orders_fen + row.invoices_fen - row.unallocated_fen))

    def _pick(self, number: int, *states: str) -> int | None:
        fitting = [n for n, seen in self.seen.items() if seen.state in states]
        return fitting[number % len(fitting)] if fitting else None

    @rule(
        buyer=st.sampled_from([("lin", "dealer"), ("lu", "dealer"), ("gao", "plant")]), wanted=WANTED,
        shortage=st.sampled_from(["wait", "cut"]),
    )  # fmt: skip
    def order(self, buyer: tuple[str, str], wanted: dict[str, int], shortage: str) -> None:
        login, customer = buyer
        order_id = self.shop.basket(login, wanted, customer, shortage=shortage)
        self.seen.setdefault(order_id, Seen(customer))
        self.shop.submit(order_id, login)

    @rule(number=st.integers(0, 9), packages=st.integers(0, 20))
    def cancel(self, number: int, packages: int) -> None:
        """The whole order, or some packages of its first line."""
        if (order_id := self._pick(number, "in_review", "confirmed")) is None:
            return
        lines = {self.shop.lines(order_id)[0].id: packages} if packages else None
        with suppress(Refusal), write_tx() as s:
            orders.cancel(s, order_id, self.shop.the.who(s, "sun"), lines=lines)

    @rule(number=st.integers(0, 9), verb=st.sampled_from(["release", "refuse", "take_back"]))
    def review(self, number: int, verb: str) -> None:
        if (order_id := self._pick(number, "in_review")) is None:
            return
        with suppress(Refusal), write_tx() as s:
            cai, review = self.shop.the.who(s, "cai"), self.shop.reviews(order_id)[0].id
            if verb == "release":
                self.released = True
                orders.release(s, review, "好", cai)
            elif verb == "refuse":
                orders.refuse(s, review, "不好", cai)
            else:
                orders.take_back(s, order_id, self.shop.the.who(s, "sun"))

    @rule(number=st.integers(0, 9), off=st.booleans())
    def plan(self, number: int, off: bool) -> None:
        if (order_id := self._pick(number, "confirmed")) is None:
            return
        with suppress(Refusal), write_tx() as s:
            do = orders.record_unplanned if off else orders.record_planned
            do(s, [order_id], self.shop.the.who(s, "diao"))

    @rule(number=st.integers(0, 9))
    def ship(self, number: int) -> None:
        ready = [n for n, seen in self.seen.items() if seen.progress == "ready"]
        if ready:
            self.shop.ship(ready[number % len(ready)])

    @rule(number=st.integers(0, 9), kinds=st.lists(st.sampled_from(["short", "damaged", "refused"]), max_size=3))
    def deliver(self, number: int, kinds: list[str]) -> None:
        driving = [n for n, seen in self.seen.items() if seen.is_on_the_way]
        if not driving:
            return
        order_id = driving[number % len(driving)]
        lines = [line for line in self.shop.lines(order_id) if line.shipped > line.delivered]
        under_way = lines[0].shipped - lines[0].delivered
        off = {kind: 1 for kind in set(kinds[:under_way])}
        names = {DRUM: "drum", PAIL: "pail", GREASE: "grease"}
        code = next(code for code, sku_id in self.shop.the.skus.items() if sku_id == lines[0].sku_id)
        self.shop.deliver(order_id, **{names[code]: Outcome(delivered=under_way - sum(off.values()), **off)})
        delivered = [
            (
                line.sku_id,
                line.shipped - line.delivered - (sum(off.values()) if line is lines[0] else 0),
                line.price_fen,
            )
            for line in lines
        ]
        self._invoice(self.seen[order_id].customer, [line for line in delivered if line[1]])

    def _invoice(self, customer: str, lines: list[Any]) -> None:
        if lines:
            with write_tx() as s:
                payments.post_invoice(
                    s, customer_id=self.shop.the.customers[customer], cause=("shipment", next(_serial)), lines=lines,
                    signed_on=clock.today(), terms_days=30, who=self.shop.the.who(s, "si"),
                )  # fmt: skip

    @rule(code=CODES, n=st.integers(1, 30))
    def receive(self, code: str, n: int) -> None:
        self.shop.receive(code, n)

    @rule(customer=st.sampled_from(["dealer", "plant"]), yuan=st.integers(1, 100_000))
    def pay(self, customer: str, yuan: int) -> None:
        with write_tx() as s:
            payments.post_receipt(
                s, customer_id=self.shop.the.customers[customer], amount_fen=yuan * 100, method="transfer",
                reference=None, payer=None, received_on=clock.today(), who=self.shop.the.who(s, "fan"),
            )  # fmt: skip

    @invariant()
    def figures_are_what_the_rows_say(self) -> None:
        db.session.rollback()
        s = db.session()
        found = [*differences(s), *stock_verify.differences(s), *payments_verify.differences(s)]
        assert found == []

    @invariant()
    def states_move_along_the_arrows(self) -> None:
        rows = select(Order.id, Order.state, Order.progress).where(Order.id.in_(self.seen))
        for order_id, state, progress in db.session.execute(rows):
            seen = self.seen[order_id]
            assert state == seen.state or (seen.state, state) in ARROWS
            seen.state, seen.progress = state, progress
            seen.is_on_the_way = any(line.under_way for line in self.shop.sums(order_id))

    @invariant()
    @precondition(lambda self: not self.released)
    def nobody_is_above_the_limit_unreleased(self) -> None:
        for row in db.session.execute(select(CreditAccount.__table__)):
            assert row.open_orders_fen + row.invoices_fen - row.unallocated_fen <= max(row.limit_fen, 0)


@only_sqlite
def test_people_at_random(app: Flask, shop: Shop, the: Cast) -> None:
    People.shop = shop
    run_state_machine_as_test(
        People,
        settings=settings(
            max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
