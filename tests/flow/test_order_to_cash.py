"""From order to money, told in business words. The figures are the cast's: 渝北 pays silver prices, limit ¥100,000."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import db, write_tx
from portal.customers.models import Customer
from portal.orders import actions as orders
from portal.orders.models import Order, OrderLine, Review
from portal.payments.models import Invoice, Receipt
from portal.stock.models import Level
from portal.verify import verify
from tests.cast import Cast
from tests.conftest import Watch
from tests.flow.chain import Chain, balance

DRUM_FEN = 288_000 * 95 // 100
PAIL_FEN = 36_800 * 95 // 100


@pytest.fixture
def chain(the: Cast) -> Chain:
    return Chain(the)


def _level(s: Session, sku_id: int) -> tuple[int, int]:
    row = s.execute(select(Level.on_hand, Level.reserved).where(Level.sku_id == sku_id)).one()
    return row.on_hand, row.reserved


def test_a_dealer_orders_logistics_delivers_finance_collects(app: Flask, s: Session, chain: Chain, the: Cast) -> None:
    drum, pail, dealer = the.skus["HM46-200"], the.skus["CI4-18"], the.customers["dealer"]

    # The dealer's buyer orders four drums and ten pails: within the limit and in stock, so confirmed at once.
    order_id = chain.order("lu", "dealer", {drum: 4, pail: 10})
    worth = 4 * DRUM_FEN + 10 * PAIL_FEN
    assert chain.state(order_id) == "confirmed"
    assert balance(s, dealer) == (worth, 0, 0)
    assert _level(s, drum) == (100, 4)

    # Logistics loads it and the goods leave the warehouse.
    run_id = chain.drive_out([order_id])
    assert _level(s, drum) == (96, 0)
    assert balance(s, dealer) == (worth, 0, 0)

    # At the door one drum is short and two pails are refused: the invoice is for what was really delivered,
    # the short drum is owed again, the refused pails are not.
    chain.sign_for(run_id, {drum: {"short": 1}, pail: {"refused": 2}})
    delivered = 3 * DRUM_FEN + 8 * PAIL_FEN
    assert balance(s, dealer) == (DRUM_FEN, delivered, 0)
    assert _level(s, drum) == (97, 1)
    assert _level(s, pail) == (192, 0)
    invoice = s.execute(select(Invoice.amount_fen, Invoice.number).where(Invoice.customer_id == dealer)).one()
    assert invoice.amount_fen == delivered and invoice.number.startswith("IN2026")

    # The missing drum goes out with the next truck and completes the order.
    chain.sign_for(chain.drive_out([order_id]))
    assert s.scalar(select(Order.progress).where(Order.id == order_id)) == "done"
    assert balance(s, dealer) == (0, delivered + DRUM_FEN, 0)

    # Finance registers the transfer; it settles both invoices, and the first money makes the candidate a customer.
    assert s.scalar(select(Customer.state).where(Customer.id == dealer)) == "candidate"
    chain.pay("dealer", delivered + DRUM_FEN + 5_000, "BANK-1")
    s.rollback()
    assert s.scalar(select(Customer.state).where(Customer.id == dealer)) == "active"
    assert balance(s, dealer) == (0, 0, 5_000)
    assert list(verify(s)) == []


def test_an_order_over_the_limit_waits_for_credit_and_goes_on_when_money_comes(
    app: Flask, s: Session, chain: Chain, the: Cast
) -> None:
    drum, dealer = the.skus["HM46-200"], the.customers["dealer"]
    first = chain.order("lin", "dealer", {drum: 30})
    chain.sign_for(chain.drive_out([first]))

    waiting = chain.order("lu", "dealer", {drum: 20})
    assert chain.state(waiting) == "in_review"
    assert balance(s, dealer) == (0, 30 * DRUM_FEN, 0)
    reasons = s.scalars(select(Review.reason).where(Review.order_id == waiting, Review.decided_at.is_(None))).all()
    assert reasons == ["credit"]

    chain.pay("dealer", 30 * DRUM_FEN, "BANK-2")
    s.rollback()
    assert chain.state(waiting) == "confirmed"
    assert balance(s, dealer) == (20 * DRUM_FEN, 0, 0)
    assert list(verify(s)) == []


def test_credit_releases_what_the_limit_holds_and_is_named(app: Flask, s: Session, chain: Chain, the: Cast) -> None:
    waiting = chain.order("lin", "dealer", {the.skus["HM46-200"]: 50})
    review = s.scalars(select(Review.id).where(Review.order_id == waiting)).one()
    with write_tx() as tx:
        orders.release(tx, review, "总经理担保，周五付款", the.who(tx, "cai"))
    assert chain.state(waiting) == "confirmed"
    decided = db.session.execute(select(Review.decided_by, Review.decision).where(Review.id == review)).one()
    assert decided.decided_by == the.people["cai"] and decided.decision == "released"
    assert list(verify(s)) == []


def test_an_overdue_invoice_holds_the_next_order_until_it_is_paid(
    app: Flask, s: Session, chain: Chain, the: Cast, watch: Watch
) -> None:
    pail = the.skus["CI4-18"]
    chain.sign_for(chain.drive_out([chain.order("lin", "dealer", {pail: 5})]))
    watch.forward(days=30 + 7 + 1)  # terms and grace are over
    held = chain.order("lin", "dealer", {pail: 1})
    assert chain.state(held) == "in_review"
    chain.pay("dealer", 5 * PAIL_FEN, "BANK-3")
    s.rollback()
    assert chain.state(held) == "confirmed"


def test_what_is_short_waits_and_leaves_when_goods_arrive(app: Flask, s: Session, chain: Chain, the: Cast) -> None:
    from portal.stock import actions as stock

    grease = the.skus["EP2-15"]
    order_id = chain.order("gao", "plant", {grease: 3})
    line = select(OrderLine.reserved).where(OrderLine.order_id == order_id)
    assert (chain.state(order_id), s.scalars(line).one()) == ("confirmed", 0)
    with write_tx() as tx:
        stock.receive(tx, the.warehouse, {grease: 10}, "到货", the.who(tx, "diao"))
    assert db.session.scalars(line).one() == 3
    assert db.session.scalar(select(Order.progress).where(Order.id == order_id)) == "ready"
    assert list(verify(db.session())) == []


def test_money_before_goods_is_a_prepayment(app: Flask, s: Session, chain: Chain, the: Cast) -> None:
    chain.pay("stranger", 100_000, "BANK-4")
    assert balance(s, the.customers["stranger"]) == (0, 0, 100_000)
    order_id = chain.order("shi", "stranger", {the.skus["CI4-18"]: 2})
    assert chain.state(order_id) == "confirmed"  # limit 0, but the money is there
    assert s.scalar(select(Receipt.allocated_fen)) == 0
