"""What moves stock: 0 ≤ reserved ≤ on_hand always, the sum of moves is the level, the last drum goes to one."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.core.db import db, write_tx
from portal.core.history import Entry
from portal.core.refusal import Refusal
from portal.products.models import Sku
from portal.stock import actions
from portal.stock.models import Level, Move, drum_balance, levels, warehouse_for
from portal.stock.rules import BelowReserved, DrumMove, NotInStock
from portal.stock.verify import differences
from tests.cast import Cast
from tests.conftest import only_sqlite


def _level(the: Cast, sku_id: int) -> tuple[int, int]:
    db.session.rollback()
    return levels(db.session(), the.warehouse, [sku_id])[sku_id]


def test_reserving_takes_what_is_free_and_says_how_much(app: Flask, s: Session, the: Cast) -> None:
    drum, none = the.skus["HM46-200"], the.skus["EP2-15"]
    with write_tx() as tx:
        held = actions.reserve(tx, the.warehouse, {none: 5, drum: 70})
        again = actions.reserve(tx, the.warehouse, {drum: 70})
    assert held == {none: 0, drum: 70} and again == {drum: 30}
    assert _level(the, drum) == (100, 100)


def test_released_goods_are_free_again_and_no_more_than_was_held(app: Flask, s: Session, the: Cast) -> None:
    drum = the.skus["HM46-200"]
    with write_tx() as tx:
        actions.reserve(tx, the.warehouse, {drum: 10})
        actions.release(tx, the.warehouse, {drum: 4})
    assert _level(the, drum) == (100, 6)
    with pytest.raises(NotInStock), write_tx() as tx:
        actions.release(tx, the.warehouse, {drum: 7})
    assert _level(the, drum) == (100, 6)


def test_goods_leave_and_come_back_with_a_move_each(app: Flask, s: Session, the: Cast) -> None:
    drum, who = the.skus["HM46-200"], the.who(s, "diao")
    with write_tx() as tx:
        actions.reserve(tx, the.warehouse, {drum: 10})
        actions.ship(tx, the.warehouse, {drum: 10}, ("run", 1), who)
        actions.take_back(tx, the.warehouse, {drum: 2}, ("stop", 1), who)
        actions.write_off(tx, the.warehouse, {drum: 1}, ("stop", 1), who)
    assert _level(the, drum) == (91, 0)
    moves = s.execute(select(Move.kind, Move.quantity, Move.cause_kind).where(Move.sku_id == drum).order_by(Move.id))
    assert [tuple(row) for row in moves][1:] == [
        ("shipment", -10, "run"),
        ("return", 2, "stop"),
        ("write_off", -1, "stop"),
    ]


def test_nothing_leaves_that_was_not_reserved(app: Flask, s: Session, the: Cast) -> None:
    drum, pail = the.skus["HM46-200"], the.skus["CI4-18"]
    with pytest.raises(NotInStock), write_tx() as tx:
        actions.reserve(tx, the.warehouse, {pail: 3})
        actions.ship(tx, the.warehouse, {drum: 1, pail: 3}, None, None)
    assert _level(the, pail) == (200, 0)


def test_an_action_is_one_entry_whatever_the_number_of_skus_and_none_when_the_caller_says_it(
    app: Flask, s: Session, the: Cast
) -> None:
    amounts = {the.skus["HM46-200"]: 2, the.skus["CI4-18"]: 3}
    with write_tx() as tx:
        actions.receive(tx, the.warehouse, amounts, "到货", the.who(tx, "wu"))
        actions.reserve(tx, the.warehouse, amounts)
        actions.ship(tx, the.warehouse, amounts, ("run", 1), None, journal=False)
    verbs = s.scalars(select(Entry.verb).where(Entry.chain == "stock")).all()
    assert verbs == ["stock.received"]


def test_received_goods_are_announced_in_the_same_transaction(app: Flask, s: Session, the: Cast) -> None:
    heard: list[Any] = []

    def listen(tx: Session, **what: Any) -> None:
        heard.append((levels(tx, what["warehouse_id"], what["sku_ids"]), what["who"]))

    grease = the.skus["EP2-15"]
    with actions.goods_received.connected_to(listen), write_tx() as tx:
        actions.receive(tx, the.warehouse, {grease: 10}, None, None)
        actions.adjust(tx, the.warehouse, grease, 9, "少一桶", None)
        actions.adjust(tx, the.warehouse, grease, 12, "又找到了", None)
    assert heard == [({grease: (10, 0)}, None), ({grease: (12, 0)}, None)]


def test_a_count_below_what_orders_hold_is_refused(app: Flask, s: Session, the: Cast) -> None:
    drum = the.skus["HM46-200"]
    with write_tx() as tx:
        actions.reserve(tx, the.warehouse, {drum: 10})
    with pytest.raises(BelowReserved), write_tx() as tx:
        actions.adjust(tx, the.warehouse, drum, 9, "盘点", None)
    with write_tx() as tx:
        assert actions.adjust(tx, the.warehouse, drum, 10, "盘点", None) == -90
    assert _level(the, drum) == (10, 10)


def test_drums_are_a_ledger(app: Flask, s: Session, the: Cast) -> None:
    drum, dealer = the.skus["HM46-200"], the.customers["dealer"]
    with write_tx() as tx:
        for kind, n in ((DrumMove.DELIVERED, 6), (DrumMove.RETURNED, 2), (DrumMove.CHARGED, 1)):
            actions.record_drums(tx, dealer, {drum: n}, kind, ("stop", 1), None)
        actions.record_drums(tx, the.customers["plant"], {drum: 1}, DrumMove.RETURNED, ("stop", 2), None)
    assert drum_balance(s, dealer) == {drum: 3}
    assert drum_balance(s, the.customers["plant"]) == {drum: -1}
    assert drum_balance(s, the.customers["stranger"]) == {}


def test_a_warehouse_is_found_by_region(app: Flask, s: Session, the: Cast) -> None:
    assert warehouse_for(s, "500112") == warehouse_for(s, None) == the.warehouse


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_levels_stay_right(app: Flask, s: Session, the: Cast, seed: int) -> None:
    """Random verbs against a model in two dicts: the same goes through, the same is refused."""
    chance, skus = random.Random(seed), list(the.skus.values())
    hand = {sku: _level(the, sku)[0] for sku in skus}
    held = dict.fromkeys(skus, 0)
    for _ in range(60):
        verb = chance.choice(["reserve", "release", "ship", "receive", "take_back", "write_off", "adjust"])
        amounts = {sku: chance.randint(1, 60) for sku in chance.sample(skus, chance.randint(1, 3))}
        try:
            with write_tx() as tx:
                _do(tx, verb, the.warehouse, amounts, hand, held)
        except Refusal:
            assert not _possible(verb, amounts, hand, held)
        else:
            _expect(verb, amounts, hand, held)
        db.session.rollback()
        stored = levels(db.session(), the.warehouse, skus)
        assert stored == {sku: (hand[sku], held[sku]) for sku in skus}
        assert all(0 <= reserved <= on_hand for on_hand, reserved in stored.values())
    assert list(differences(db.session())) == []


def test_a_level_that_is_not_the_sum_of_its_moves_is_named(app: Flask, s: Session, the: Cast) -> None:
    drum = the.skus["HM46-200"]
    with write_tx() as tx:
        tx.execute(update(Level).where(Level.sku_id == drum).values(on_hand=99))
    found = list(differences(s))
    assert [(d.stored, d.computed) for d in found] == [(99, 100)]


Book = dict[int, int]


def _do(tx: Session, verb: str, place: int, amounts: Book, hand: Book, held: Book) -> None:
    if verb == "reserve":
        taken = actions.reserve(tx, place, amounts)
        assert taken == {sku: min(n, hand[sku] - held[sku]) for sku, n in amounts.items()}
    elif verb == "release":
        actions.release(tx, place, amounts)
    elif verb == "receive":
        actions.receive(tx, place, amounts, None, None)
    elif verb == "adjust":
        for sku, counted in amounts.items():
            actions.adjust(tx, place, sku, counted, "盘点", None)
    else:
        getattr(actions, verb)(tx, place, amounts, ("test", 1), None)


def _possible(verb: str, amounts: Book, hand: Book, held: Book) -> bool:
    if verb in ("release", "ship"):
        return all(held[sku] >= n for sku, n in amounts.items())
    if verb == "write_off":
        return all(hand[sku] - held[sku] >= n for sku, n in amounts.items())
    if verb == "adjust":
        return all(n >= held[sku] for sku, n in amounts.items())
    return True


def _expect(verb: str, amounts: Book, hand: Book, held: Book) -> None:
    assert _possible(verb, amounts, hand, held)
    for sku, n in amounts.items():
        if verb == "reserve":
            held[sku] += min(n, hand[sku] - held[sku])
        if verb in ("release", "ship"):
            held[sku] -= n
        if verb in ("ship", "write_off"):
            hand[sku] -= n
        if verb in ("receive", "take_back"):
            hand[sku] += n
        if verb == "adjust":
            hand[sku] = n


@contextmanager
def _threads(app: Flask, count: int, work: Any) -> Iterator[None]:
    start = threading.Barrier(count)

    def run(n: int) -> None:
        with app.app_context():
            start.wait()
            work(n)
            db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()


def test_the_last_drum_goes_to_exactly_one(app: Flask, s: Session, the: Cast) -> None:
    drum = the.skus["HM46-200"]
    with write_tx() as tx:
        actions.adjust(tx, the.warehouse, drum, 1, "只剩一桶", None)
    got: list[int] = []

    def take(_n: int) -> None:
        with write_tx() as tx:
            got.append(actions.reserve(tx, the.warehouse, {drum: 1})[drum])

    with _threads(app, 8, take):
        pass
    assert sorted(got) == [0] * 7 + [1]
    assert _level(the, drum) == (1, 1)


def test_many_who_want_the_same_goods_in_any_order_neither_block_nor_oversell(
    app: Flask, s: Session, the: Cast
) -> None:
    skus, got, failed = list(the.skus.values()), dict.fromkeys(the.skus.values(), 0), []
    lock = threading.Lock()

    def take(n: int) -> None:
        chance = random.Random(n)
        for _ in range(5):
            order = {sku: 3 for sku in chance.sample(skus, len(skus))}
            try:
                with write_tx() as tx:
                    held = actions.reserve(tx, the.warehouse, order)
            except Exception as error:
                failed.append(error)
                return
            with lock:
                for sku, taken in held.items():
                    got[sku] += taken

    with _threads(app, 8, take):
        pass
    assert failed == []
    for sku in skus:
        on_hand, reserved = _level(the, sku)
        assert reserved == got[sku] == min(120, on_hand)


@only_sqlite
def test_a_reservation_of_ten_lines_is_two_statements(app: Flask, s: Session, the: Cast) -> None:
    from flask_sqlalchemy.record_queries import get_recorded_queries

    with write_tx() as tx:
        before = len(get_recorded_queries())
        actions.reserve(tx, the.warehouse, dict.fromkeys(the.skus.values(), 1))
        assert len(get_recorded_queries()) - before == 2
        assert tx.scalar(select(func.count()).select_from(Level).join(Sku, Sku.id == Level.sku_id)) == 3
