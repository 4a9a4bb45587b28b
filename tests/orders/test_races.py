"""Many at once: the limit is never passed, stock never negative, nobody locks anybody out, nothing happens twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.db import db, write_tx
from portal.core.once import once
from portal.core.refusal import Refusal
from portal.credit.models import CreditAccount
from portal.orders import actions as orders
from portal.orders.models import Order
from portal.orders.verify import differences
from portal.stock import actions as stock
from tests.cast import Cast
from tests.orders.shop import CARTON, DRUM, GREASE, PAIL, PRICE_FEN, Shop


def _at_once(app: Flask, work: Sequence[Callable[[], object]]) -> list[BaseException]:
    """Run them in threads that start together; what went wrong other than by a refusal."""
    failures: list[BaseException] = []
    gate = threading.Barrier(len(work))

    def run(do: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                do()
            except Refusal:
                pass
            except BaseException as failure:
                failures.append(failure)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=[do]) for do in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return failures


def _states(ids: Sequence[int]) -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Order.state).where(Order.id.in_(ids))))


@pytest.mark.parametrize("round_", range(3))
def test_credit_that_fits_one_of_two(app: Flask, shop: Shop, round_: int) -> None:
    shop.limit(3 * PRICE_FEN[DRUM])
    ids = [shop.basket(login, {DRUM: 2}) for login in ("lin", "lu")]
    work = [partial(shop.submit, n, w) for n, w in zip(ids, ("lin", "lu"), strict=True)]
    assert _at_once(app, work) == []
    assert _states(ids) == ["confirmed", "in_review"]
    assert shop.open_fen() == 2 * PRICE_FEN[DRUM]
    assert list(differences(db.session())) == []


def test_the_last_drum_goes_to_one(app: Flask, shop: Shop) -> None:
    shop.receive(GREASE, 1)
    ids = [
        shop.basket("lin", {GREASE: 1}, shortage="cut"), shop.basket("lu", {GREASE: 1}, shortage="cut"),
        shop.basket("gao", {GREASE: 1}, "plant", shortage="cut"),
    ]  # fmt: skip
    work = [partial(shop.submit, n, w) for n, w in zip(ids, ("lin", "lu", "gao"), strict=True)]
    assert _at_once(app, work) == []
    assert _states(ids) == ["confirmed", "in_review", "in_review"]
    assert shop.level(GREASE) == (1, 1)
    assert list(differences(db.session())) == []


def test_the_same_order_submitted_twice_at_once(app: Flask, shop: Shop) -> None:
    order_id = shop.basket("lin", {DRUM: 2})
    assert _at_once(app, [lambda: shop.submit(order_id, "lin") for _ in range(4)]) == []
    assert _states([order_id]) == ["confirmed"]
    assert (shop.level(DRUM), shop.open_fen()) == ((100, 2), 2 * PRICE_FEN[DRUM])


def test_the_same_key_places_one_order(app: Flask, shop: Shop, the: Cast) -> None:
    with write_tx() as s:
        who = the.who(s, "lin")
    answers: list[str] = []

    def place() -> None:
        do = lambda s: str(orders.place(s, the.customers["dealer"], [(the.skus[DRUM], 2)], who))  # noqa: E731
        answers.append(once("key", who.id, "the same", do))

    assert _at_once(app, [place] * 4) == []
    assert len(answers) == 4 and len(set(answers)) == 1
    assert (shop.level(DRUM), shop.open_fen()) == ((100, 2), 2 * PRICE_FEN[DRUM])


def test_two_first_clicks_make_one_basket(app: Flask, shop: Shop, the: Cast) -> None:
    made: list[int] = []
    assert _at_once(app, [lambda: made.append(shop.basket("lin", {PAIL: 1})) for _ in range(4)]) == []
    assert len(set(made)) == 1


def test_everybody_at_everything(app: Flask, shop: Shop, the: Cast) -> None:
    """Submit, cancel, release, goods, shipping and money on the same few goods in all orders: no deadlock."""
    with write_tx() as s:
        stock.receive(s, the.warehouse, {the.skus[GREASE]: 30}, None, the.who(s, "wu"))
    shop.limit(40 * PRICE_FEN[DRUM])
    goods = [{DRUM: 3, PAIL: 2, GREASE: 1}, {GREASE: 2, DRUM: 1}, {CARTON: 2, PAIL: 5}, {PAIL: 1, DRUM: 2}]
    people = [("lin", "dealer"), ("lu", "dealer"), ("gao", "plant"), ("shi", "stranger"), ("sun", "dealer")]

    def buy(login: str, customer: str) -> None:
        for turn in range(4):
            order_id = shop.order(login, goods[(turn + len(login)) % len(goods)], customer)
            with suppress(Refusal):
                if turn == 1:
                    with write_tx() as s:
                        orders.cancel(s, order_id, the.who(s, login))
                elif turn == 2:
                    shop.ship(order_id)
                    shop.deliver(order_id)

    def supply() -> None:
        for _ in range(6):
            shop.receive(GREASE, 1)

    def let_go() -> None:
        for customer in (*the.customers.values(), *the.customers.values()):
            with write_tx() as s:
                orders.look_again(s, customer_id=customer)

    work = [partial(buy, *person) for person in people]
    assert _at_once(app, [*work, supply, let_go]) == []
    assert list(differences(db.session())) == []
    for account in db.session.execute(select(CreditAccount.limit_fen, CreditAccount.open_orders_fen)):
        assert account.open_orders_fen <= account.limit_fen
