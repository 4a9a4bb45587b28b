"""Orders of another system, and an earlier order once more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import update

from portal.core.db import db, write_tx
from portal.core.refusal import NotFound, Wrong
from portal.orders import actions as orders
from portal.orders.models import lines_of, listed
from portal.orders.rules import EmptyOrder
from portal.orders.verify import differences
from portal.products.models import PriceLine, Sku
from tests.cast import Cast
from tests.conftest import only_sqlite
from tests.orders.shop import CARTON, DRUM, GREASE, PAIL, PRICE_FEN, Shop

THEN = datetime(2024, 3, 5, 2, tzinfo=UTC)


def _past(the: Cast, lines: list[tuple[int, int, int]], number: str = "OLD-4711") -> int:
    with write_tx() as s:
        return orders.record_past(
            s, customer_id=the.customers["dealer"], number=number, placed_at=THEN, lines=lines, who=the.who(s, "guan")
        )


def test_a_past_order_comes_in_finished_and_once(app: Flask, shop: Shop, the: Cast) -> None:
    lines = [(the.skus[DRUM], 3, 250_000), (the.skus[DRUM], 1, 250_000), (the.skus[GREASE], 2, 20_001)]
    order_id = _past(the, lines)
    assert _past(the, lines) == order_id
    row = shop.row(order_id)
    assert (row.state, row.progress, row.is_past, row.submitted_at) == ("confirmed", "done", True, THEN)
    assert (row.lines, row.amount_fen, row.number, row.tail) == (2, 4 * 250_000 + 40_002, "OLD-4711", "4711")
    assert (shop.level(DRUM), shop.open_fen()) == ((100, 0), 0)
    assert list(differences(db.session())) == []
    found = db.session.execute(listed(db.session(), the.who(db.session(), "lin"), query="4711").rows).all()
    assert [r.id for r in found] == [order_id]


@only_sqlite
def test_a_past_order_that_cannot_be_kept_as_it_was_is_refused(app: Flask, shop: Shop, the: Cast) -> None:
    with pytest.raises(Wrong):
        _past(the, [(the.skus[DRUM], 3, 250_000), (the.skus[DRUM], 1, 1)])
    with pytest.raises(EmptyOrder):
        _past(the, [])


def test_a_repeat_merges_and_tells_what_is_different_today(app: Flask, shop: Shop, the: Cast) -> None:
    first = shop.order("lin", {DRUM: 2, PAIL: 3, GREASE: 1})
    with write_tx() as s:
        s.execute(update(PriceLine).where(PriceLine.sku_id == the.skus[DRUM]).values(price_fen=280_000))
        s.execute(
            update(Sku).where(Sku.code == PAIL).values(state="discontinued", successor_id=the.skus[CARTON])
        )  # fmt: skip
        s.execute(update(Sku).where(Sku.code == GREASE).values(state="discontinued"))
    basket = shop.basket("lu", {DRUM: 1, CARTON: 2})
    with write_tx() as s:
        told = orders.repeat(s, first, the.who(s, "lu"))
    assert told.order_id == basket
    assert [(line.code, line.ordered) for line in lines_of(db.session(), basket)] == [(DRUM, 3), (CARTON, 6)]
    assert [(then, now) for _label, then, now in told.dearer_or_cheaper] == [
        (PRICE_FEN[DRUM], 280_000), (PRICE_FEN[PAIL], PRICE_FEN[CARTON]),
    ]  # fmt: skip
    assert [new for _old, new in told.replaced] == ["长路汽机油 SN 5W-30 4 L × 6 箱"]
    assert [(then, now) for _label, then, now in told.rounded] == [(3, 4)]
    assert told.gone == ["长路锂基脂 2 号 15 kg 中桶"]


@only_sqlite
def test_a_stranger_repeats_nothing(app: Flask, shop: Shop, the: Cast) -> None:
    first = shop.order("lin", {DRUM: 2})
    with pytest.raises(NotFound), write_tx() as s:
        orders.repeat(s, first, the.who(s, "shi"))


@only_sqlite
def test_what_has_no_price_any_more_is_left_out(app: Flask, shop: Shop, the: Cast) -> None:
    first = shop.order("lin", {DRUM: 2, PAIL: 1})
    with write_tx() as s:
        s.execute(update(PriceLine).where(PriceLine.sku_id == the.skus[PAIL]).values(sku_id=the.skus[GREASE], least=9))
        s.execute(update(Sku).where(Sku.code == PAIL).values(list_price_fen=None))
    with write_tx() as s:
        told = orders.repeat(s, first, the.who(s, "lin"))
    assert (len(told.added), len(told.gone)) == (1, 1)
