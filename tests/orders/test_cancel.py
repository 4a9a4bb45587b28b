"""Cancelling takes back stock and exposure, of what has not left, and lets others have it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.db import write_tx
from portal.core.refusal import NotFound, WrongState
from portal.orders import actions as orders
from portal.orders.rules import NothingToCancel, OnARun
from tests.cast import Cast
from tests.conftest import only_sqlite
from tests.orders.shop import DRUM, GREASE, PAIL, PRICE_FEN, Shop


def _cancel(shop: Shop, order_id: int, login: str = "lin", **more: Any) -> str:
    with write_tx() as s:
        return orders.cancel(s, order_id, shop.the.who(s, login), **more)


def test_a_confirmed_order_gives_everything_back(app: Flask, shop: Shop) -> None:
    order_id = shop.order("lin", {DRUM: 4, GREASE: 1})
    assert _cancel(shop, order_id, reason="下错了") == "cancelled"
    row = shop.row(order_id)
    assert (row.state, row.progress, row.number is not None) == ("cancelled", "none", True)
    assert (shop.level(DRUM), shop.open_fen()) == ((100, 0), 0)
    assert row.amount_fen == 4 * PRICE_FEN[DRUM] + 27_000 * 95 // 100  # what it was stays to be seen
    with pytest.raises(WrongState):
        _cancel(shop, order_id)


def test_an_order_in_review_is_cancelled_with_its_reviews(app: Flask, shop: Shop) -> None:
    order_id = shop.order("lin", {DRUM: 50})
    assert _cancel(shop, order_id) == "cancelled"
    assert (shop.reasons(order_id), shop.open_fen()) == ([], 0)


def test_after_a_part_went_out_the_rest_is_cancelled_and_the_order_stays(app: Flask, shop: Shop) -> None:
    shop.receive(GREASE, 2)
    order_id = shop.order("lin", {DRUM: 4, GREASE: 5})
    shop.ship(order_id)
    assert _cancel(shop, order_id) == "confirmed"
    assert [(s.ordered, s.cancelled, s.shipped, s.open) for s in shop.sums(order_id)] == [(4, 0, 4, 0), (5, 3, 2, 0)]
    assert shop.open_fen() == shop.row(order_id).amount_fen == 4 * PRICE_FEN[DRUM] + 2 * 25_650
    with pytest.raises(NothingToCancel):
        _cancel(shop, order_id)
    shop.deliver(order_id)
    assert (shop.row(order_id).progress, shop.open_fen()) == ("done", 0)


def test_some_packages_of_a_line(app: Flask, shop: Shop) -> None:
    order_id = shop.order("lin", {DRUM: 4, PAIL: 6})
    pail = shop.lines(order_id)[1].id
    assert _cancel(shop, order_id, lines={pail: 2}) == "confirmed"
    assert [(s.cancelled, s.reserved) for s in shop.sums(order_id)] == [(0, 4), (2, 4)]
    assert shop.level(PAIL) == (200, 4)
    row = shop.row(order_id)
    assert shop.open_fen() == row.amount_fen == 4 * PRICE_FEN[DRUM] + 4 * PRICE_FEN[PAIL]
    assert row.volume_ml == 4 * 200_000 + 4 * 18_000
    for wrong in (5, -1):
        with pytest.raises(NothingToCancel):
            _cancel(shop, order_id, lines={pail: wrong})


def test_what_waits_for_goods_goes_first(app: Flask, shop: Shop) -> None:
    shop.receive(GREASE, 2)
    order_id = shop.order("lin", {GREASE: 5})
    line = shop.lines(order_id)[0].id
    _cancel(shop, order_id, lines={line: 4})
    assert [(s.cancelled, s.reserved) for s in shop.sums(order_id)] == [(4, 1)]
    assert shop.level(GREASE) == (2, 1)


def test_on_a_run_only_what_waits_can_be_cancelled(app: Flask, shop: Shop, the: Cast) -> None:
    shop.receive(GREASE, 2)
    order_id = shop.order("lin", {GREASE: 5})
    with write_tx() as s:
        orders.record_planned(s, [order_id], the.who(s, "diao"))
    line = shop.lines(order_id)[0].id
    with pytest.raises(OnARun):
        _cancel(shop, order_id, lines={line: 4})
    assert _cancel(shop, order_id) == "confirmed"
    assert [(s.cancelled, s.reserved) for s in shop.sums(order_id)] == [(3, 2)]
    assert shop.row(order_id).progress == "planned"
    with pytest.raises(OnARun):
        _cancel(shop, order_id)


def test_deliveries_takes_it_off_a_run_that_is_not_loading(app: Flask, shop: Shop, the: Cast) -> None:
    order_id = shop.order("lin", {DRUM: 4})
    with write_tx() as s:
        orders.record_planned(s, [order_id], the.who(s, "diao"))

    def take_off(s: Session, order_id: int, who: Any) -> None:
        orders.record_unplanned(s, [order_id], who)

    with orders.cancelling.connected_to(take_off):
        assert _cancel(shop, order_id) == "cancelled"
    assert shop.level(DRUM) == (100, 0)


def test_another_order_gets_the_goods_and_the_credit(app: Flask, shop: Shop) -> None:
    shop.receive(GREASE, 5)
    first = shop.order("lin", {GREASE: 5, DRUM: 30})
    waiting = shop.order("gao", {GREASE: 4}, "plant")
    held = shop.order("lu", {DRUM: 10})
    assert (shop.row(waiting).progress, shop.row(held).state) == ("waiting", "in_review")
    _cancel(shop, first)
    assert (shop.row(waiting).progress, shop.sums(waiting)[0].reserved) == ("ready", 4)
    assert shop.row(held).state == "confirmed"


@only_sqlite
def test_a_stranger_cannot(app: Flask, shop: Shop) -> None:
    order_id = shop.order("lin", {DRUM: 4})
    for login in ("shi", "gao", "bai", "si"):
        with pytest.raises(NotFound):
            _cancel(shop, order_id, login)
