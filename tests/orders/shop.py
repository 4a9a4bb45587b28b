"""What tests of orders do all the time, in few words; every step a transaction of its own, as behind the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core.db import db, write_tx
from portal.credit.models import CreditAccount
from portal.orders import actions as orders
from portal.orders.models import Order, OrderLine, Review
from portal.orders.rules import Sums
from portal.stock import actions as stock
from portal.stock.models import Level
from tests.cast import Cast

DRUM, PAIL, CARTON, GREASE = "HM46-200", "CI4-18", "SN-4x6", "EP2-15"
PRICE_FEN = {code: list_price * 95 // 100 for code, list_price in ((DRUM, 288_000), (PAIL, 36_800), (CARTON, 52_800))}
"""What the dealer (silver) pays."""


class Outcome(NamedTuple):
    """What became of a delivered line."""

    delivered: int = 0
    short: int = 0
    damaged: int = 0
    refused: int = 0


@dataclass(slots=True)
class Shop:
    """The cast at work on orders."""

    the: Cast

    def basket(self, login: str, wanted: Mapping[str, int], customer: str = "dealer", **head: Any) -> int:
        with write_tx() as s:
            who = self.the.who(s, login)
            order_id = orders.basket(s, self.the.customers[customer], who)
            orders.set_lines(s, order_id, [(self.the.skus[code], n) for code, n in wanted.items()], who)
            if head:
                orders.edit_head(s, order_id, who, **head)
        return order_id

    def submit(self, order_id: int, login: str, **more: Any) -> str:
        with write_tx() as s:
            return orders.submit(s, order_id, self.the.who(s, login), **more)

    def order(self, login: str, wanted: Mapping[str, int], customer: str = "dealer", **head: Any) -> int:
        """Filled and submitted; its id."""
        order_id = self.basket(login, wanted, customer, **head)
        self.submit(order_id, login)
        return order_id

    def release(self, order_id: int, login: str, reason: str = "已确认") -> Any:
        """The first open review of the order."""
        with write_tx() as s:
            return orders.release(s, self.reviews(order_id)[0].id, reason, self.the.who(s, login))

    def ship(self, order_id: int) -> None:
        """All that is reserved of the order is planned and leaves."""
        with write_tx() as s:
            who = self.the.who(s, "diao")
            orders.record_planned(s, [order_id], who)
            rows = self.lines(order_id)
            stock.ship(s, self.the.warehouse, {row.sku_id: row.reserved for row in rows}, ("run", 1), who)
            orders.record_shipped(s, {row.id: row.reserved for row in rows if row.reserved}, who)

    def deliver(self, order_id: int, **by_code: Outcome) -> None:
        """Everything under way is signed for, except as `by_code` says (`drum=Outcome(…)`)."""
        codes = {"drum": DRUM, "pail": PAIL, "carton": CARTON, "grease": GREASE}
        special = {self.the.skus[codes[name]]: outcome for name, outcome in by_code.items()}
        with write_tx() as s:
            who = self.the.who(s, "si")
            gone = [row for row in self.lines(order_id) if row.shipped > row.delivered]
            outcomes = {row.id: special.get(row.sku_id, Outcome(row.shipped - row.delivered)) for row in gone}
            back = {row.sku_id: outcomes[row.id].short + outcomes[row.id].refused for row in gone}
            stock.take_back(s, self.the.warehouse, back, ("stop", 1), who)
            orders.record_delivery(s, outcomes, who)

    def receive(self, code: str, n: int) -> None:
        with write_tx() as s:
            who = self.the.who(s, "wu")
            stock.receive(s, self.the.warehouse, {self.the.skus[code]: n}, None, who)

    def limit(self, fen: int, customer: str = "dealer", **more: Any) -> None:
        with write_tx() as s:
            account = CreditAccount.customer_id == self.the.customers[customer]
            s.execute(update(CreditAccount).where(account).values(limit_fen=fen, **more))

    def row(self, order_id: int) -> Any:
        db.session.rollback()
        return db.session.execute(select(Order.__table__).where(Order.id == order_id)).one()

    def lines(self, order_id: int) -> Any:
        rows = select(OrderLine.__table__).where(OrderLine.order_id == order_id).order_by(OrderLine.position)
        return db.session.execute(rows).all()

    def sums(self, order_id: int) -> list[Sums]:
        db.session.rollback()
        return [Sums(r.ordered, r.cancelled, r.reserved, r.shipped, r.delivered) for r in self.lines(order_id)]

    def reviews(self, order_id: int) -> Any:
        """The open ones."""
        rows = select(Review.__table__).where(Review.order_id == order_id, Review.decided_at.is_(None))
        return db.session.execute(rows.order_by(Review.id)).all()

    def reasons(self, order_id: int) -> list[str]:
        db.session.rollback()
        return [row.reason for row in self.reviews(order_id)]

    def open_fen(self, customer: str = "dealer") -> int:
        db.session.rollback()
        account = select(CreditAccount.open_orders_fen).where(CreditAccount.customer_id == self.the.customers[customer])
        return db.session.execute(account).scalar_one()

    def level(self, code: str) -> tuple[int, int]:
        """(on hand, reserved)."""
        db.session.rollback()
        row = select(Level.on_hand, Level.reserved).where(Level.sku_id == self.the.skus[code])
        found = db.session.execute(row).first()
        return (found.on_hand, found.reserved) if found else (0, 0)


def session() -> Session:
    return db.session()
