"""300 real dealer orders of the AdventureWorks data, through the whole chain by the actions.

The source's dealers, products, quantities and prices; its sums must come out to the fen.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cli import target
from portal.core import money
from portal.core.db import db, write_tx
from portal.core.imports import bring
from portal.credit import actions as credit
from portal.customers.models import Customer
from portal.orders.models import Order
from portal.payments.models import Allocation, Invoice, Receipt
from portal.products import actions as products
from portal.products.models import Sku
from portal.stock import actions as stock
from portal.verify import verify
from tests.cast import Cast
from tests.conftest import Watch, only_sqlite, reopen
from tests.flow.chain import Chain

pytestmark = [pytest.mark.data, only_sqlite]
ORDERS = 300


@dataclass(slots=True)
class Source:
    """One order of the source: dealer, day, product -> (quantity, price in fen), and its amount."""

    dealer: str
    day: date
    lines: dict[str, tuple[int, int]]
    amount_fen: int = 0


def _orders(folder: Path) -> list[Source]:
    """Every twelfth order, 300 of them, in the order of their days."""
    found: dict[str, Source] = {}
    with gzip.open(folder / "orders/adventureworks_order_lines.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["OrderDate"])
            order = found.setdefault(row["SalesOrderNumber"], Source(row["ResellerKey"], day, {}))
            order.lines[row["ProductKey"]] = (int(row["OrderQuantity"]), money.parse(row["UnitPrice"]))
            order.amount_fen += money.parse(row["SalesAmount"])
    return sorted(list(found.values())[::12][:ORDERS], key=lambda o: o.day)


def _bring_in(folder: Path, the: Cast, s: Session) -> tuple[dict[str, int], dict[str, int]]:
    """Products and dealers come in by the importer; (dealer code -> id, product code -> sku id)."""
    admin = the.who(s, "guan")
    for what, name, rows in (
        ("products", "adventureworks_products.csv", 397),
        ("customers", "adventureworks_resellers.csv.gz", 701),
    ):
        outcome = bring(folder / "orders" / name, target(what, admin), apply=True)
        assert (outcome.done["created"], outcome.refused) == (rows, 0), outcome
        assert bring(folder / "orders" / name, target(what, admin), apply=True).done == {"unchanged": rows}
    dealers = {row.code: row.id for row in s.execute(select(Customer.code, Customer.id))}
    skus = {row.code: row.id for row in s.execute(select(Sku.code, Sku.id))}
    return dealers, skus


def _prepare(source: list[Source], dealers: dict[str, int], skus: dict[str, int], the: Cast) -> None:
    """Stock for all of it, limits by two people, and each dealer's price of each day."""
    needed: dict[int, int] = defaultdict(int)
    for order in source:
        for product, (quantity, _price) in order.lines.items():
            needed[skus[product]] += quantity
    with write_tx() as s:
        stock.receive(s, the.warehouse, needed, "AdventureWorks", the.who(s, "diao"))
        for dealer in {order.dealer for order in source}:
            proposal = credit.propose(
                s, dealers[dealer], limit_fen=10**10, terms_days=30, reason="replay", who=the.who(s, "cai")
            )  # fmt: skip
            credit.decide(s, proposal.id, approve=True, reason="replay", who=the.who(s, "cen"))
    for order in source:
        with write_tx() as s:
            lines = [(skus[product], 1, price) for product, (_n, price) in order.lines.items()]
            products.create_price_list(
                s, name=f"{order.dealer} {order.day}", customer_id=dealers[order.dealer], price_class=None,
                valid_from_on=order.day, valid_until_on=order.day, lines=lines, who=the.who(s, "guan"),
            )  # fmt: skip


def test_real_orders_come_out_to_the_fen(
    app: Flask, the: Cast, watch: Watch, shared_data: Path, s: Session, tmp_path: Path
) -> None:
    source = _orders(shared_data)
    assert len(source) == ORDERS
    watch.at = datetime(2017, 6, 30, 1, tzinfo=UTC)
    dealers, skus = _bring_in(shared_data, the, s)
    s.rollback()
    _prepare(source, dealers, skus, the)
    chain, by_day = Chain(the), defaultdict(list)
    for order in source:
        by_day[order.day].append(order)
    for number, (day, orders) in enumerate(sorted(by_day.items())):
        watch.at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        placed = [
            chain.order("sun", dealers[o.dealer], {skus[p]: n for p, (n, _price) in o.lines.items()}) for o in orders
        ]
        for ten in range(0, len(placed), 10):
            chain.sign_for(chain.drive_out(placed[ten : ten + 10]))
        for index, order in enumerate(orders):
            chain.pay(dealers[order.dealer], order.amount_fen, f"AW-{day}-{index}")
        if number == len(by_day) // 2:
            reopen(app)  # a restart in the middle
    total = sum(order.amount_fen for order in source)
    replayed = select(func.sum(Order.amount_fen)).where(Order.state == "confirmed", Order.progress == "done")
    assert db.session.scalar(replayed) == total
    assert db.session.scalar(select(func.sum(Invoice.amount_fen))) == total
    assert db.session.scalar(select(func.sum(Receipt.amount_fen))) == total
    assert db.session.scalar(select(func.sum(Allocation.amount_fen))) == total
    per_dealer = {dealers[k]: 0 for k in {order.dealer for order in source}}
    for order in source:
        per_dealer[dealers[order.dealer]] += order.amount_fen
    sums = select(Invoice.customer_id, func.sum(Invoice.amount_fen)).group_by(Invoice.customer_id)
    assert {row[0]: row[1] for row in db.session.execute(sums)} == per_dealer
    assert list(verify(db.session())) == []
