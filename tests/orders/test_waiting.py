"""Waiting orders go on by themselves when their reason is gone, in order, and nothing ever fails for their sake."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, write_tx
from portal.core.history import Entry
from portal.credit import actions as credit
from portal.orders import actions as orders
from portal.orders.actions import waiting
from portal.orders.models import MINIMUM_FEN, Review
from portal.orders.verify import differences
from portal.payments import actions as payments
from tests.cast import Cast
from tests.conftest import Watch, only_sqlite
from tests.orders.shop import DRUM, GREASE, PAIL, PRICE_FEN, Shop


def _pay(shop: Shop, fen: int, **more: Any) -> None:
    with write_tx() as s:
        payments.post_receipt(
            s, customer_id=shop.the.customers["dealer"], amount_fen=fen, method="transfer", reference=None, payer=None,
            received_on=clock.today(), who=shop.the.who(s, "fan"), **more,
        )  # fmt: skip


def test_money_lets_as_many_go_as_it_covers_the_longest_waiting_first(
    app: Flask, shop: Shop, the: Cast, watch: Watch
) -> None:
    shop.limit(0)
    waiting_ids = []
    for login in ("lin", "lu", "sun"):
        waiting_ids.append(shop.order(login, {DRUM: 2}))
        watch.forward(minutes=1)
    _pay(shop, 4 * PRICE_FEN[DRUM])
    assert [shop.row(n).state for n in waiting_ids] == ["confirmed", "confirmed", "in_review"]
    assert (shop.level(DRUM), shop.open_fen()) == ((100, 4), 4 * PRICE_FEN[DRUM])
    let_go = db.session.execute(
        select(Entry.subject_id, Entry.person_id).where(Entry.verb == "order.let_go").order_by(Entry.id)
    ).all()
    assert [tuple(row) for row in let_go] == [(waiting_ids[0], None), (waiting_ids[1], None)]
    released = db.session.execute(select(Review.decided_by, Review.decision).where(Review.decision.is_not(None))).all()
    assert {tuple(row) for row in released} == {(None, "released")}
    assert list(differences(db.session())) == []


def test_a_hold_that_is_lifted_and_a_limit_that_is_raised(app: Flask, shop: Shop, the: Cast) -> None:
    with write_tx() as s:
        hold = credit.place_hold(s, the.customers["dealer"], reason="票据拒付", who=the.who(s, "cai")).id
    held = shop.order("lin", {PAIL: 1})
    assert shop.reasons(held) == ["hold"]
    with write_tx() as s:
        credit.release_hold(s, hold, reason="已补款", who=the.who(s, "cai"))
    assert shop.row(held).state == "confirmed"
    above = shop.order("lu", {DRUM: 40})
    with write_tx() as s:
        proposal = credit.propose(
            s, the.customers["dealer"], limit_fen=20_000_000, reason="旺季", who=the.who(s, "cai")
        ).id  # fmt: skip
    with write_tx() as s:
        credit.decide(s, proposal, approve=True, reason="同意", who=the.who(s, "cen"))
    assert shop.row(above).state == "confirmed"


@only_sqlite
def test_what_also_waits_for_somebody_else_stays(app: Flask, shop: Shop) -> None:
    shop.limit(0)
    with write_tx() as s:
        MINIMUM_FEN.put(s, 10**8)
    order_id = shop.order("lin", {DRUM: 2})
    _pay(shop, 10**7)
    assert sorted(shop.reasons(order_id)) == ["credit", "minimum"]
    assert shop.release(order_id, "cai") and shop.release(order_id, "qu") == []


@only_sqlite
def test_a_policy_that_forbids_refuses_and_leaves_the_draft(app: Flask, shop: Shop) -> None:
    from portal.credit.rules import CreditForbidden

    waiting_id = shop.order("lu", {DRUM: 50})
    shop.limit(10_000_000, policy="forbid")
    order_id = shop.basket("lin", {DRUM: 40})
    with pytest.raises(CreditForbidden):
        shop.submit(order_id, "lin")
    assert (shop.row(order_id).state, shop.level(DRUM)) == ("draft", (100, 0))
    _pay(shop, 1)
    assert shop.row(waiting_id).state == "in_review"
    shop.limit(10_000_000, policy="remind")
    assert shop.submit(order_id, "lin") == "confirmed"


def test_a_failure_among_the_waiting_does_not_lose_the_money(
    app: Flask, shop: Shop, the: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.limit(0)
    order_id = shop.order("lin", {DRUM: 2})

    def fail(*_args: Any) -> None:
        raise RuntimeError("stock is confused")

    monkeypatch.setattr(waiting, "let_go", fail)
    _pay(shop, 10**7)
    assert shop.row(order_id).state == "in_review"
    verbs = db.session.scalars(select(Entry.verb).order_by(Entry.id.desc()).limit(3)).all()
    assert "receipt.posted" in verbs and "order.let_go" not in verbs
    assert list(differences(db.session())) == []


def test_goods_for_orders_in_the_order_of_their_confirmation(app: Flask, shop: Shop, watch: Watch) -> None:
    late = shop.order("lin", {DRUM: 50, GREASE: 2})  # placed first, released last
    early = shop.order("gao", {GREASE: 2}, "plant")
    watch.forward(hours=1)
    shop.release(late, "cai")
    shop.receive(GREASE, 3)
    assert shop.sums(early)[0].reserved == 2
    assert [s.reserved for s in shop.sums(late)] == [50, 1]
    assert list(differences(db.session())) == []


def test_nothing_waits_and_hardly_anything_is_asked(app: Flask, shop: Shop, the: Cast) -> None:
    from tests.orders.counting import counted

    with write_tx() as s, counted() as statements:
        orders.look_again(s, customer_id=the.customers["dealer"], who=None)
    assert len([sql for sql in statements if sql.startswith("SELECT")]) == 1
