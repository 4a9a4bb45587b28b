"""What deliveries tells: planned, gone, signed for; what that makes of lines, stock, exposure and words."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.db import write_tx
from portal.orders import actions as orders
from portal.orders.models import sums
from portal.orders.rules import NotReady, word
from tests.cast import Cast
from tests.orders.shop import DRUM, GREASE, PAIL, PRICE_FEN, Outcome, Shop, session


def _word(shop: Shop, order_id: int) -> str:
    row = shop.row(order_id)
    return str(word(row.state, row.progress, sums(session(), [order_id])[order_id]).text)


def test_from_ready_to_done(app: Flask, shop: Shop, the: Cast) -> None:
    order_id = shop.order("lin", {DRUM: 4})
    assert _word(shop, order_id) == "已确认"
    with write_tx() as s:
        orders.record_planned(s, [order_id], the.who(s, "diao"))
    assert _word(shop, order_id) == "已排车"
    with pytest.raises(NotReady), write_tx() as s:
        orders.record_planned(s, [order_id], the.who(s, "diao"))
    with write_tx() as s:
        orders.record_unplanned(s, [order_id], the.who(s, "diao"))
    shop.ship(order_id)
    assert (_word(shop, order_id), shop.row(order_id).progress) == ("已发货", "on_the_way")
    assert (shop.level(DRUM), shop.open_fen()) == ((96, 0), 4 * PRICE_FEN[DRUM])
    shop.deliver(order_id)
    assert (_word(shop, order_id), shop.open_fen()) == ("已签收", 0)


def test_short_comes_again_damaged_too_and_refused_does_not(app: Flask, shop: Shop) -> None:
    order_id = shop.order("lin", {DRUM: 10, PAIL: 3})
    shop.ship(order_id)
    shop.deliver(order_id, drum=Outcome(delivered=5, short=2, damaged=1, refused=2))
    drum, pail = shop.sums(order_id)
    assert (drum.delivered, drum.shipped, drum.cancelled, drum.reserved, drum.open) == (5, 5, 2, 3, 3)
    assert (pail.delivered, pail.open) == (3, 0)
    row = shop.row(order_id)
    assert (row.progress, _word(shop, order_id)) == ("ready", "部分签收")
    assert row.amount_fen == 8 * PRICE_FEN[DRUM] + 3 * PRICE_FEN[PAIL]
    assert shop.open_fen() == 3 * PRICE_FEN[DRUM]
    assert shop.level(DRUM) == (94, 3)  # the damaged one is not taken back by this test


def test_everything_refused_at_the_door(app: Flask, shop: Shop) -> None:
    order_id = shop.order("lin", {DRUM: 2})
    shop.ship(order_id)
    shop.deliver(order_id, drum=Outcome(refused=2))
    row = shop.row(order_id)
    assert (row.state, row.progress, row.amount_fen) == ("confirmed", "done", 0)
    assert (_word(shop, order_id), shop.open_fen(), shop.level(DRUM)) == ("全部拒收", 0, (100, 0))


def test_a_rest_that_is_ready_is_seen_while_the_first_part_drives(app: Flask, shop: Shop) -> None:
    shop.receive(GREASE, 2)
    order_id = shop.order("lin", {GREASE: 5})
    shop.ship(order_id)
    assert (_word(shop, order_id), shop.row(order_id).progress) == ("部分发货", "on_the_way")
    shop.receive(GREASE, 3)
    assert shop.row(order_id).progress == "ready"
    shop.deliver(order_id)
    assert (_word(shop, order_id), shop.row(order_id).progress) == ("部分签收", "ready")


def test_goods_that_arrive_go_to_the_first_confirmed(app: Flask, shop: Shop) -> None:
    first, second = shop.order("lin", {GREASE: 3}), shop.order("gao", {GREASE: 3}, "plant")
    shop.receive(GREASE, 4)
    assert [s.reserved for s in shop.sums(first) + shop.sums(second)] == [3, 1]
    assert shop.level(GREASE) == (4, 4)


def test_more_than_left_cannot_be_signed_for(app: Flask, shop: Shop, the: Cast) -> None:
    order_id = shop.order("lin", {DRUM: 2})
    line = shop.lines(order_id)[0].id
    with pytest.raises(NotReady), write_tx() as s:
        orders.record_delivery(s, {line: Outcome(1)}, the.who(s, "si"))
    with pytest.raises(NotReady), write_tx() as s:
        orders.record_shipped(s, {line: 3}, the.who(s, "diao"))


def test_many_orders_of_a_run_in_as_many_statements_as_one(app: Flask, shop: Shop, the: Cast) -> None:
    from tests.orders.counting import counted

    def ship(order_ids: list[int]) -> int:
        with write_tx() as s, counted() as statements:
            who = the.who(s, "diao")
            orders.record_planned(s, order_ids, who)
            orders.record_shipped(s, {r.id: r.reserved for n in order_ids for r in shop.lines(n)}, who)
        return len(statements) - len(order_ids)  # the lines that the test reads

    one = ship([shop.order("lin", {DRUM: 1, PAIL: 1})])
    assert ship([shop.order("lin", {DRUM: 1, PAIL: 1}) for _ in range(5)]) == one
