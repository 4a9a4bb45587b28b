"""From the basket to an order: clean, held, refused; waiting or cut; prices that moved; straight from a list."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import update

from portal.core.db import write_tx
from portal.core.refusal import NotFound
from portal.customers.models import Customer, Site
from portal.orders import actions as orders
from portal.orders.models import MINIMUM_FEN
from portal.orders.rules import CustomerStopped, EmptyOrder, NoSite, NotForSale, PricesChanged
from portal.products.models import PriceLine, Sku
from tests.cast import NOW, Cast
from tests.conftest import only_sqlite
from tests.orders.shop import CARTON, DRUM, GREASE, PAIL, PRICE_FEN, Shop


def test_a_clean_order_is_confirmed_stocked_counted_and_numbered(app: Flask, shop: Shop) -> None:
    order_id = shop.order("lin", {DRUM: 4, PAIL: 10})
    row = shop.row(order_id)
    worth = 4 * PRICE_FEN[DRUM] + 10 * PRICE_FEN[PAIL]
    assert (row.state, row.progress, row.number) == ("confirmed", "ready", "SO20261123-0001")
    assert (row.lines, row.amount_fen, row.volume_ml, row.weight_g) == (2, worth, 980_000, 912_000)
    assert shop.level(DRUM) == (100, 4) and shop.level(PAIL) == (200, 10)
    assert shop.open_fen() == worth
    assert {line.price_rule for line in shop.lines(order_id)} == {"class:1"}


def test_above_the_limit_the_order_waits_with_its_figures_and_nothing_is_taken(app: Flask, shop: Shop) -> None:
    order_id = shop.order("lin", {DRUM: 50})
    row = shop.row(order_id)
    assert (row.state, row.progress, row.confirmed_at) == ("in_review", "none", None)
    assert row.number is not None and row.submitted_at is not None
    assert shop.reasons(order_id) == ["credit"]
    assert f'"over_fen":{50 * PRICE_FEN[DRUM] - 10_000_000}' in shop.reviews(order_id)[0].figures
    assert shop.level(DRUM) == (100, 0) and shop.open_fen() == 0


@only_sqlite
def test_below_the_minimum_the_order_waits_for_the_manager(app: Flask, shop: Shop) -> None:
    with write_tx() as s:
        MINIMUM_FEN.put(s, 100_000)
    assert shop.reasons(shop.order("lin", {PAIL: 2})) == ["minimum"]
    assert shop.row(shop.order("lin", {PAIL: 3})).state == "confirmed"


@only_sqlite
def test_several_reasons_are_several_rows(app: Flask, shop: Shop) -> None:
    shop.limit(0)
    with write_tx() as s:
        MINIMUM_FEN.put(s, 100_000)
    assert sorted(shop.reasons(shop.order("lin", {PAIL: 2}))) == ["credit", "minimum"]


def test_what_is_short_waits_and_counts_as_exposure(app: Flask, shop: Shop) -> None:
    shop.limit(10**9)
    order_id = shop.order("lin", {DRUM: 130, GREASE: 2})
    assert (shop.row(order_id).progress, shop.level(DRUM)) == ("ready", (100, 100))
    assert [(s.reserved, s.missing) for s in shop.sums(order_id)] == [(100, 30), (0, 2)]
    assert shop.open_fen() == shop.row(order_id).amount_fen == 130 * PRICE_FEN[DRUM] + 2 * 27_000 * 95 // 100
    assert shop.row(shop.order("lu", {GREASE: 1})).progress == "waiting"


def test_what_is_short_is_cut_and_only_the_rest_counts(app: Flask, shop: Shop) -> None:
    shop.limit(100 * PRICE_FEN[DRUM])
    order_id = shop.order("lin", {DRUM: 130, GREASE: 2}, shortage="cut")
    row = shop.row(order_id)
    assert (row.state, row.progress, row.amount_fen) == ("confirmed", "ready", 100 * PRICE_FEN[DRUM])
    assert [(s.reserved, s.cancelled) for s in shop.sums(order_id)] == [(100, 30), (0, 2)]
    assert (row.volume_ml, row.weight_g) == (100 * 200_000, 100 * 185_000)
    assert shop.open_fen() == row.amount_fen


def test_cut_to_nothing_waits_in_review_for_stock(app: Flask, shop: Shop) -> None:
    order_id = shop.order("lin", {GREASE: 2}, shortage="cut")
    assert (shop.row(order_id).state, shop.reasons(order_id)) == ("in_review", ["stock"])
    assert shop.open_fen() == 0


def test_a_cut_order_that_credit_holds_takes_no_stock(app: Flask, shop: Shop) -> None:
    shop.limit(0)
    order_id = shop.order("lin", {DRUM: 3}, shortage="cut")
    assert (shop.reasons(order_id), shop.level(DRUM)) == (["credit"], (100, 0))
    assert [s.cancelled for s in shop.sums(order_id)] == [0]


def test_a_price_that_moved_is_told_and_taken_when_accepted(app: Flask, shop: Shop, the: Cast) -> None:
    order_id = shop.basket("lin", {DRUM: 1, PAIL: 1})
    drum = the.skus[DRUM]
    with write_tx() as s:
        s.execute(update(PriceLine).where(PriceLine.sku_id == drum).values(price_fen=300_000))
    with pytest.raises(PricesChanged) as refused:
        shop.submit(order_id, "lin")
    change = refused.value.changes[0]
    assert (len(refused.value.changes), change.sku_id, change.then_fen, change.now_fen) == (
        1, drum, PRICE_FEN[DRUM], 300_000,
    )  # fmt: skip
    assert shop.row(order_id).state == "draft" and shop.row(order_id).number is None
    with pytest.raises(PricesChanged):
        shop.submit(order_id, "lin", accepted={drum: 299_999})
    shop.submit(order_id, "lin", accepted={drum: 300_000})
    assert shop.lines(order_id)[0].price_fen == 300_000
    assert shop.row(order_id).amount_fen == 300_000 + PRICE_FEN[PAIL]


@only_sqlite
def test_what_cannot_be_bought_is_refused_and_the_draft_stays(app: Flask, shop: Shop, the: Cast) -> None:
    order_id = shop.basket("lin", {DRUM: 1, PAIL: 1})
    with write_tx() as s:
        s.execute(update(Sku).where(Sku.code == PAIL).values(state="discontinued"))
    with pytest.raises(NotForSale):
        shop.submit(order_id, "lin")
    with write_tx() as s:
        orders.set_line(s, order_id, the.skus[PAIL], 0, the.who(s, "lin"))
    assert shop.submit(order_id, "lin") == "confirmed"


@only_sqlite
def test_an_empty_basket_and_a_stopped_customer_are_refused(app: Flask, shop: Shop, the: Cast) -> None:
    with pytest.raises(EmptyOrder):
        shop.submit(shop.basket("lin", {}), "lin")
    order_id = shop.basket("lu", {DRUM: 1})
    with write_tx() as s:
        s.execute(update(Customer).where(Customer.code == "K00001").values(state="stopped"))
    with pytest.raises(CustomerStopped):
        shop.submit(order_id, "lu")
    with pytest.raises(CustomerStopped):
        shop.basket("sun", {DRUM: 1})


@only_sqlite
def test_an_order_needs_a_place_to_go(app: Flask, shop: Shop, the: Cast) -> None:
    with write_tx() as s:
        s.execute(update(Site).values(removed_at=NOW))
    with pytest.raises(NoSite):
        shop.order("lin", {DRUM: 1})
    with pytest.raises(NoSite), write_tx() as s:
        orders.place(s, the.customers["dealer"], [(the.skus[DRUM], 1)], the.who(s, "lu"))


def test_an_order_straight_from_a_list_leaves_the_basket_alone(app: Flask, shop: Shop, the: Cast) -> None:
    basket = shop.basket("lin", {PAIL: 1})
    wanted = [(the.skus[DRUM], 4), (the.skus[CARTON], 2), (the.skus[PAIL], 0)]
    with write_tx() as s:
        order_id = orders.place(
            s, the.customers["dealer"], wanted, the.who(s, "lin"), reference="PO-7", wanted_on=date(2026, 12, 1)
        )
    row = shop.row(order_id)
    assert (row.state, row.progress, row.number, row.reference) == ("confirmed", "ready", "SO20261123-0001", "PO-7")
    assert row.amount_fen == 4 * PRICE_FEN[DRUM] + 2 * PRICE_FEN[CARTON] == shop.open_fen()
    assert [s.reserved for s in shop.sums(order_id)] == [4, 2]
    assert shop.row(basket).state == "draft"


@only_sqlite
def test_placing_for_others_or_what_is_not_there_is_not_found(app: Flask, shop: Shop, the: Cast) -> None:
    with pytest.raises(NotFound), write_tx() as s:
        orders.place(s, the.customers["dealer"], [(the.skus[DRUM], 1)], the.who(s, "shi"))
    with pytest.raises(NotFound), write_tx() as s:
        orders.place(s, the.customers["dealer"], [(999, 1)], the.who(s, "lin"))
    with pytest.raises(NotFound), write_tx() as s:
        orders.place(s, the.customers["dealer"], [(the.skus[DRUM], 1)], the.who(s, "lin"), site_id=the.sites["plant"])
    with pytest.raises(PricesChanged), write_tx() as s:
        orders.place(s, the.customers["dealer"], [(the.skus[DRUM], 1)], the.who(s, "lin"), accepted={the.skus[DRUM]: 5})
