"""Orders in review: who lets which go, what happens then, refusing and taking back."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.db import db, write_tx
from portal.core.refusal import NotFound, WrongState
from portal.orders import actions as orders
from portal.orders.models import MINIMUM_FEN, Review, find, listed, waiting_for_review
from portal.orders.rules import BasketInUse, Decided, NoStockYet, NotYourReview, Reason, ReasonMissing
from portal.people.timeline import of_record
from tests.cast import Cast
from tests.conftest import only_sqlite
from tests.orders.shop import DRUM, GREASE, PAIL, PRICE_FEN, Shop


def test_the_last_release_confirms_and_names_the_releaser(app: Flask, shop: Shop, the: Cast) -> None:
    with write_tx() as s:
        MINIMUM_FEN.put(s, 10**8)
    shop.limit(0)
    order_id = shop.order("lin", {DRUM: 2})
    credit, minimum = shop.reviews(order_id)
    with write_tx() as s:
        assert orders.release(s, credit.id, "周五付款", the.who(s, "cai")) == [Reason.MINIMUM]
    assert shop.row(order_id).state == "in_review" and shop.level(DRUM) == (100, 0)
    with write_tx() as s:
        assert orders.release(s, minimum.id, "新客户", the.who(s, "qu")) == []
    row = shop.row(order_id)
    assert (row.state, row.progress, shop.level(DRUM)) == ("confirmed", "ready", (100, 2))
    assert shop.open_fen() == 2 * PRICE_FEN[DRUM]
    decided = db.session.execute(select(Review.reason, Review.decided_by, Review.decision_reason)).all()
    assert {tuple(d) for d in decided} == {
        ("credit", the.people["cai"], "周五付款"), ("minimum", the.people["qu"], "新客户"),
    }  # fmt: skip
    told = of_record(db.session(), "order", order_id)
    assert [line.verb for line in told][:3] == ["order.confirmed", "order.released.minimum", "order.released.credit"]


@only_sqlite
@pytest.mark.parametrize("login", ["qu", "zong", "sun", "amy", "lin", "fan"])
def test_credit_is_not_theirs_to_release(app: Flask, shop: Shop, login: str) -> None:
    order_id = shop.order("lin", {DRUM: 50})
    with pytest.raises(NotYourReview):
        shop.release(order_id, login)
    assert shop.reasons(order_id) == ["credit"]


@only_sqlite
def test_the_minimum_is_not_credits_to_release(app: Flask, shop: Shop) -> None:
    with write_tx() as s:
        MINIMUM_FEN.put(s, 10**8)
    order_id = shop.order("lin", {DRUM: 1})
    with pytest.raises(NotYourReview):
        shop.release(order_id, "cai")
    assert shop.release(order_id, "zong") == []


@only_sqlite
def test_a_stranger_and_a_second_decision(app: Flask, shop: Shop, the: Cast) -> None:
    order_id = shop.order("lin", {DRUM: 50})
    review = shop.reviews(order_id)[0].id
    for login in ("shi", "bai", "si"):
        with pytest.raises(NotFound):
            shop.release(order_id, login)
    with pytest.raises(ReasonMissing):
        shop.release(order_id, "cai", "  ")
    shop.release(order_id, "cai")
    with pytest.raises(WrongState), write_tx() as s:
        orders.release(s, review, "再来", the.who(s, "cen"))
    with pytest.raises(NotFound), write_tx() as s:
        orders.release(s, 10**6, "?", the.who(s, "cen"))


@only_sqlite
def test_a_review_is_decided_once(app: Flask, shop: Shop, the: Cast) -> None:
    with write_tx() as s:
        MINIMUM_FEN.put(s, 10**9)
    order_id = shop.order("lin", {DRUM: 50})
    review = shop.reviews(order_id)[0].id
    shop.release(order_id, "cai")
    with pytest.raises(Decided), write_tx() as s:
        orders.release(s, review, "再来", the.who(s, "cen"))


def test_stock_is_released_only_when_it_is_there(app: Flask, shop: Shop) -> None:
    order_id = shop.order("lin", {GREASE: 5}, shortage="cut")
    with pytest.raises(NoStockYet):
        shop.release(order_id, "qu")
    shop.receive(GREASE, 3)
    assert shop.release(order_id, "qu") == []
    assert [(s.reserved, s.cancelled) for s in shop.sums(order_id)] == [(3, 2)]
    assert shop.open_fen() == 3 * 27_000 * 95 // 100


def test_released_but_cut_to_nothing_stays_in_review_for_stock(app: Flask, shop: Shop) -> None:
    shop.limit(0)
    order_id = shop.order("lin", {GREASE: 5}, shortage="cut")
    assert sorted(shop.reasons(order_id)) == ["credit", "stock"]
    shop.receive(GREASE, 3)
    reviews = {row.reason: row for row in shop.reviews(order_id)}
    with write_tx() as s:
        assert orders.release(s, reviews["stock"].id, "到货", shop.the.who(s, "qu")) == [Reason.CREDIT]
    shop.limit(10**8, "plant")
    shop.order("gao", {GREASE: 3}, "plant")  # another customer takes what came
    assert shop.release(order_id, "cai") == [Reason.STOCK]
    assert (shop.row(order_id).state, shop.reasons(order_id)) == ("in_review", ["stock"])
    assert [row.round for row in shop.reviews(order_id)] == [2]


def test_a_waiting_order_is_confirmed_without_stock(app: Flask, shop: Shop) -> None:
    shop.limit(0)
    order_id = shop.order("lin", {GREASE: 5})
    shop.release(order_id, "cai")
    assert (shop.row(order_id).state, shop.row(order_id).progress) == ("confirmed", "waiting")


def test_a_refused_order_is_over(app: Flask, shop: Shop, the: Cast) -> None:
    shop.limit(0)
    with write_tx() as s:
        MINIMUM_FEN.put(s, 10**8)
    order_id = shop.order("lin", {DRUM: 1})
    review = shop.reviews(order_id)[0]
    with write_tx() as s:
        orders.refuse(s, review.id, "先付款", the.who(s, "cai"))
    assert shop.row(order_id).state == "refused"
    assert shop.reasons(order_id) == []
    decisions = db.session.execute(select(Review.decision).order_by(Review.id)).scalars().all()
    assert decisions == ["refused", "withdrawn"]
    with pytest.raises(WrongState), write_tx() as s:
        orders.take_back(s, order_id, the.who(s, "lin"))


def test_taken_back_it_keeps_its_number_and_counts_its_rounds(app: Flask, shop: Shop, the: Cast) -> None:
    order_id = shop.order("lin", {DRUM: 50})
    number = shop.row(order_id).number
    with write_tx() as s:
        orders.take_back(s, order_id, the.who(s, "lin"))
    assert (shop.row(order_id).state, shop.reasons(order_id)) == ("draft", [])
    assert shop.basket("lin", {DRUM: 40}) == order_id
    shop.submit(order_id, "lin")
    assert (shop.row(order_id).number, [row.round for row in shop.reviews(order_id)]) == (number, [2])
    with write_tx() as s:
        orders.take_back(s, order_id, the.who(s, "lin"))
    shop.basket("lin", {DRUM: 2})
    shop.submit(order_id, "lin")
    assert (shop.row(order_id).number, shop.row(order_id).state) == (number, "confirmed")


def test_taken_back_by_a_colleague_it_is_the_colleagues_basket_and_everybody_sees_it(
    app: Flask, shop: Shop, the: Cast
) -> None:
    order_id = shop.order("lu", {DRUM: 50})
    with write_tx() as s:
        orders.take_back(s, order_id, the.who(s, "sun"))
    assert shop.row(order_id).person_id == the.people["sun"]
    assert find(db.session(), the.who(db.session(), "lu"), order_id).state == "draft"
    rows = db.session.execute(listed(db.session(), the.who(db.session(), "lin")).rows).all()
    assert [row.id for row in rows] == [order_id]


def test_another_draft_is_in_the_way_unless_it_is_empty(app: Flask, shop: Shop, the: Cast) -> None:
    order_id = shop.order("lin", {DRUM: 50})
    other = shop.basket("lin", {PAIL: 1})
    with pytest.raises(BasketInUse), write_tx() as s:
        orders.take_back(s, order_id, the.who(s, "lin"))
    shop.basket("lin", {PAIL: 0})
    with write_tx() as s:
        orders.take_back(s, order_id, the.who(s, "lin"))
    assert shop.row(order_id).state == "draft"
    with pytest.raises(Exception, match="No row"):
        shop.row(other)


@only_sqlite
def test_reviews_are_listed_for_those_who_decide(app: Flask, shop: Shop, the: Cast) -> None:
    shop.order("lin", {DRUM: 50})
    s = db.session()
    for login, seen in (("cai", 1), ("qu", 1), ("bai", 0)):
        assert len(s.execute(waiting_for_review(the.who(s, login)).rows).all()) == seen
    assert s.execute(waiting_for_review(the.who(s, "cai"), [Reason.MINIMUM]).rows).all() == []
