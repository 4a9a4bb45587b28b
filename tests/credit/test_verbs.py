"""Limits by two people, temporary ones while they are valid, holds that stand again, counters that add up."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal.core.db import db, write_tx
from portal.core.history import Entry
from portal.core.refusal import NotFound, Wrong, WrongState
from portal.credit import actions as credit
from portal.credit.models import CreditAccount, Hold, desk, over_limit, standing
from portal.credit.rules import AlreadyReleased, Part, SamePerson, TemporaryOver
from tests.conftest import Watch, only_sqlite
from tests.payments.till import Till, at_once, off, today


def _available(till: Till) -> int:
    db.session.rollback()
    return standing(db.session(), till.customer_id, today()).available_fen


def _holds(till: Till, amount_fen: int = 0) -> int:
    db.session.rollback()
    return len(standing(db.session(), till.customer_id, today(), amount_fen=amount_fen).holds)


def test_who_proposes_does_not_decide(till: Till, s: Session) -> None:
    proposal = till.propose("cai", terms_days=45, policy="forbid", grace_days=3)
    for approve in (True, False):
        with pytest.raises(SamePerson):
            till.decide(proposal, "cai", approve)
    assert _available(till) == 10_000_000
    till.decide(proposal, "cen")
    account = s.get_one(CreditAccount, till.customer_id, populate_existing=True)
    assert (account.limit_fen, account.terms_days, account.policy, account.grace_days) == (20_000_000, 45, "forbid", 3)
    with pytest.raises(WrongState):
        till.decide(proposal, "cen", approve=False)
    assert off() == []


def test_the_database_too_wants_two_people(till: Till, s: Session) -> None:
    till.propose("cai")
    with pytest.raises(DatabaseError):
        s.execute(text("update credit_proposal set decider_id = proposer_id"))
    s.rollback()


def test_a_limit_refused_changes_nothing_and_terms_left_out_stay(till: Till, s: Session) -> None:
    till.decide(till.propose(policy="forbid"), approve=False)
    till.decide(till.propose(limit_fen=0))
    account = s.get_one(CreditAccount, till.customer_id, populate_existing=True)
    assert (account.limit_fen, account.terms_days, account.policy) == (0, 30, "review")


def test_a_temporary_limit_counts_from_its_first_day_to_its_last(till: Till, watch: Watch) -> None:
    first, last = today() + timedelta(days=1), today() + timedelta(days=2)
    till.decide(till.propose(kind="temporary", limit_fen=500, valid_from_on=first, valid_until_on=last))
    counted = []
    for _day in range(4):
        counted.append(_available(till) - 10_000_000)
        watch.forward(days=1)
    assert counted == [0, 500, 500, 0]
    late = till.propose(kind="temporary", limit_fen=500, valid_until_on=today())
    watch.forward(days=1)
    with pytest.raises(TemporaryOver):
        till.decide(late)
    till.decide(late, approve=False)
    with pytest.raises(Wrong):
        till.propose(kind="temporary", limit_fen=500)


def test_of_two_who_decide_at_once_one_does(app: Flask, till: Till) -> None:
    proposal = till.propose("cai")
    answers = at_once(app, [partial(till.decide, proposal, "cen", approve) for approve in (True, False, True)])
    assert sum(answer is None for answer in answers) == 1
    assert sum(isinstance(answer, WrongState) for answer in answers) == 2


def test_a_hold_keeps_the_figures_of_its_moment(till: Till, s: Session, watch: Watch) -> None:
    till.invoice(30_000)
    till.receipt(5_000)
    till.receipt(700, allocations=None)
    hold = till.hold()
    till.receipt(25_000)
    kept = json.loads(s.scalars(select(Hold.figures).where(Hold.id == hold)).one())
    assert kept == {
        "limit_fen": 10_000_000, "exposure_fen": 24_300, "open_orders_fen": 0, "invoices_fen": 25_000,
        "unallocated_fen": 700, "overdue_fen": 25_000,
    }  # fmt: skip


def test_a_hold_stands_again_after_its_day_and_above_its_amount(till: Till, watch: Watch) -> None:
    hold = till.hold()
    assert _holds(till) == 1
    till.release(hold, until_on=today(), up_to_fen=1_000)
    assert (_holds(till, 1_000), _holds(till, 1_001)) == (0, 1)
    watch.forward(days=1)
    assert _holds(till, 1) == 1
    till.release(hold, "cen")
    assert _holds(till, 10**9) == 0
    with pytest.raises(AlreadyReleased):
        till.release(hold)
    told = select(Entry.verb, Entry.person_id).where(Entry.kind == "hold").order_by(Entry.id)
    cai, cen = till.the.people["cai"], till.the.people["cen"]
    assert [tuple(row) for row in db.session.execute(told)] == [
        ("hold.placed", cai), ("hold.eased_both", cai), ("hold.released", cen),
    ]  # fmt: skip


@only_sqlite
def test_what_cannot_be_released_or_decided(till: Till) -> None:
    for do in (partial(till.release, 99), partial(till.decide, 99)):
        with pytest.raises(NotFound):
            do()
    with pytest.raises(Wrong):
        till.release(till.hold(), until_on=today() - timedelta(days=1))


def test_many_customers_move_in_one_statement(app: Flask, s: Session, till: Till) -> None:
    dealer, plant = till.the.customers["dealer"], till.the.customers["plant"]
    with write_tx() as tx:
        credit.move_exposure(tx, {plant: {Part.INVOICES: 70, Part.OPEN_ORDERS: -5}, dealer: {Part.UNALLOCATED: 9}})
        credit.raise_exposure(tx, plant, Part.OPEN_ORDERS, 25)
        credit.lower_exposure(tx, dealer, Part.UNALLOCATED, 4)
        credit.move_exposure(tx, {})
    assert (till.account("plant"), till.account("dealer")) == ((20, 70, 0), (0, 0, 5))


def test_who_is_over_the_limit_counts_temporary_ones_and_the_desk_counts_the_same(till: Till, s: Session) -> None:
    till.invoice(10_000_500)
    till.invoice(10_000_100, customer="plant")
    cai, amy = till.the.who(s, "cai"), till.the.who(s, "bai")
    names = [row.customer_id for row in over_limit(s, cai, {}, today()).rows]
    assert names == [till.the.customers["dealer"], till.the.customers["plant"]]
    assert [row.beyond_fen for row in over_limit(s, cai, {}, today()).rows] == [500, 100]
    till.decide(till.propose(kind="temporary", limit_fen=500, valid_until_on=today()))
    till.propose()
    eased = till.hold()
    till.release(eased, up_to_fen=5)
    till.release(till.hold())
    till.release(till.hold(), until_on=today())
    assert desk(s, cai, today()) == (1, 1, 1)
    assert desk(s, amy, today()) == (0, 0, 0), "another's customers"
    assert over_limit(s, cai, {}, today()).total == 1
