"""The basket: one per person and customer, filled with absolute quantities, priced as seen."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import db, write_tx
from portal.core.refusal import Changed, NotFound, Wrong, WrongState
from portal.orders import actions as orders
from portal.orders.models import Order, basket_of, find, lines_of, listed, sums
from portal.orders.rules import Sums
from tests.cast import Cast

DRUM_FEN = 288_000 * 95 // 100


def _fill(the: Cast, login: str, wanted: dict[str, int], customer: str = "dealer") -> int:
    with write_tx() as s:
        who = the.who(s, login)
        order_id = orders.basket(s, the.customers[customer], who)
        orders.set_lines(s, order_id, [(the.skus[code], n) for code, n in wanted.items()], who)
    return order_id


def test_each_person_has_one_basket_per_customer(app: Flask, s: Session, the: Cast) -> None:
    first = _fill(the, "lin", {"HM46-200": 1})
    assert _fill(the, "lin", {"CI4-18": 2}) == first
    assert _fill(the, "lu", {"CI4-18": 2}) != first
    assert [(line.code, line.ordered, line.price_fen) for line in lines_of(s, first)] == [
        ("HM46-200", 1, DRUM_FEN), ("CI4-18", 2, 36_800 * 95 // 100),
    ]  # fmt: skip


def test_quantities_are_absolute_and_zero_takes_a_line_out(app: Flask, s: Session, the: Cast) -> None:
    order_id = _fill(the, "lin", {"HM46-200": 5, "CI4-18": 1})
    assert _fill(the, "lin", {"HM46-200": 2, "CI4-18": 0}) == order_id
    order = find(s, the.who(s, "lin"), order_id)
    assert (order.lines, order.amount_fen) == (1, 2 * DRUM_FEN)
    assert (order.volume_ml, order.weight_g) == (400_000, 370_000)
    assert sums(s, [order_id]) == {order_id: Sums(2)}


def test_a_quantity_off_the_pack_names_the_two_nearest(app: Flask, s: Session, the: Cast) -> None:
    with pytest.raises(Wrong) as refused:
        _fill(the, "lin", {"SN-4x6": 3})
    assert "2 或 4" in str(refused.value.errors[f"line-{the.skus['SN-4x6']}"])


def test_another_persons_basket_is_not_found(app: Flask, s: Session, the: Cast) -> None:
    order_id = _fill(the, "lin", {"HM46-200": 1})
    for login in ("lu", "shi", "amy", "sun"):
        with pytest.raises(NotFound), write_tx() as tx:
            orders.set_line(tx, order_id, the.skus["HM46-200"], 2, the.who(tx, login))
        with pytest.raises(NotFound):
            find(s, the.who(s, login), order_id)
    for login, customer in (("shi", "dealer"), ("bai", "dealer"), ("qu", "stranger")):
        with pytest.raises(NotFound), write_tx() as tx:
            orders.basket(tx, the.customers[customer], the.who(tx, login))


def test_the_second_editor_of_the_head_is_told(app: Flask, s: Session, the: Cast) -> None:
    order_id = _fill(the, "lin", {"HM46-200": 1})
    with write_tx() as tx:
        orders.edit_head(tx, order_id, the.who(tx, "lin"), note="上午送", wanted_on=date(2026, 12, 1), version=1)
    with pytest.raises(Changed) as refused, write_tx() as tx:
        orders.edit_head(tx, order_id, the.who(tx, "lin"), note="下午送", version=1)
    assert (list(refused.value.theirs.values()), list(refused.value.yours.values())) == (["上午送"], ["下午送"])
    order = find(s, the.who(s, "lin"), order_id)
    assert (order.note, order.wanted_on, order.version) == ("上午送", date(2026, 12, 1), 2)


def test_a_site_of_somebody_else_is_not_found(app: Flask, s: Session, the: Cast) -> None:
    order_id = _fill(the, "lin", {"HM46-200": 1})
    with pytest.raises(NotFound), write_tx() as tx:
        orders.edit_head(tx, order_id, the.who(tx, "lin"), site_id=the.sites["stranger"])


def test_a_submitted_order_is_a_basket_no_more(app: Flask, s: Session, the: Cast) -> None:
    order_id = _fill(the, "lin", {"HM46-200": 1})
    with write_tx() as tx:
        orders.submit(tx, order_id, the.who(tx, "lin"))
    with pytest.raises(WrongState), write_tx() as tx:
        orders.set_line(tx, order_id, the.skus["HM46-200"], 2, the.who(tx, "lin"))
    assert basket_of(s, the.customers["dealer"], the.who(s, "lin")) is None
    number = db.session.execute(select(Order.number).where(Order.id == order_id)).scalar_one()
    found = db.session.execute(listed(s, the.who(s, "sun"), query=str(number)).rows).all()
    assert [row.id for row in found] == [order_id]
