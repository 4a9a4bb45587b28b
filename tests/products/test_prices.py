"""Which price applies, and that it can say why."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import write_tx
from portal.products import actions
from portal.products.models import PriceList, prices
from portal.products.rules import Candidate, PriceRule, choose, why_not
from tests.cast import Cast

DAY = date(2026, 11, 23)
OWN, CLASS = PriceRule.CUSTOMER, PriceRule.CLASS


def test_the_customers_own_price_goes_before_class_and_list_even_when_dearer() -> None:
    priced = choose([Candidate(CLASS, 90, 1, "银级价"), Candidate(OWN, 95, 2, "协议价")], 100, 1)
    assert (priced.price_fen, priced.rule, priced.list_name) == (95, OWN, "协议价")
    assert [c.price_fen for c in priced.passed_over] == [90, 100]


def test_the_highest_step_that_is_reached_applies() -> None:
    steps = [Candidate(CLASS, 100 - n, 1, "银级价", n) for n in (1, 10, 20)]
    assert [choose(steps, None, quantity).price_fen for quantity in (1, 9, 10, 25)] == [99, 99, 90, 80]


def test_own_prices_from_ten_on_leave_nine_to_the_class() -> None:
    candidates = [Candidate(OWN, 80, 2, "协议价", 10), Candidate(CLASS, 90, 1, "银级价")]
    assert choose(candidates, 100, 9).rule is CLASS
    assert choose(candidates, 100, 10).rule is OWN


def test_of_two_the_later_one_applies() -> None:
    older = Candidate(CLASS, 90, 9, "年初", 1, date(2026, 1, 1))
    newer = Candidate(CLASS, 92, 2, "三月", 1, date(2026, 3, 1))
    assert choose([newer, older], None, 1).price_fen == choose([older, newer], None, 1).price_fen == 92


def test_without_any_price_there_is_none_and_what_was_too_far_is_told() -> None:
    priced = choose([Candidate(OWN, 80, 2, "协议价", 10)], None, 3)
    assert (priced.price_fen, priced.rule, priced.stamp) == (None, PriceRule.NONE, "none")
    assert [str(p.why) for p in why_not(priced, 3)] == ["满 10 起，本次 3"]


def test_each_price_that_was_passed_over_says_why() -> None:
    candidates = [
        Candidate(OWN, 80, 5, "协议价", 50),
        Candidate(CLASS, 90, 2, "三月", 10, date(2026, 3, 1)),
        Candidate(CLASS, 91, 1, "年初", 10, date(2026, 1, 1)),
        Candidate(CLASS, 95, 2, "三月", 1, date(2026, 3, 1)),
    ]
    priced = choose(candidates, 100, 10)
    assert (priced.price_fen, priced.stamp) == (90, "class:2")
    assert [(p.candidate.price_fen, str(p.why)) for p in why_not(priced, 10)] == [
        (80, "满 50 起，本次 10"), (91, "有更晚生效的价格"), (95, "已达到满 10 的价格"), (100, "等级价优先"),
    ]  # fmt: skip


candidates = st.lists(
    st.builds(
        Candidate,
        rule=st.sampled_from([OWN, CLASS]),
        price_fen=st.integers(0, 10**6),
        list_id=st.integers(1, 5),
        list_name=st.just("表"),
        least=st.integers(1, 30),
        valid_from_on=st.dates(date(2025, 1, 1), DAY),
    ),
    max_size=8,
)
list_prices = st.none() | st.integers(0, 10**6)


@given(candidates, list_prices, st.integers(1, 40))
def test_the_choice_is_one_of_the_prices_that_apply_and_nothing_outranks_it(
    found: list[Candidate], listed: int | None, quantity: int
) -> None:
    priced = choose(found, listed, quantity)
    reached = [c for c in found if c.least <= quantity]
    if priced.rule is PriceRule.NONE:
        assert listed is None and reached == [] and priced.price_fen is None
        return
    assert priced.price_fen in [c.price_fen for c in reached] + [listed]
    assert priced.least <= quantity
    for rule in (OWN, CLASS):
        if any(c.rule is rule for c in reached):
            assert priced.rule is rule
            best = max(c.least for c in reached if c.rule is rule)
            assert priced.least == best
            break
    else:
        assert (priced.rule, priced.price_fen) == (PriceRule.LIST, listed)
    assert len(priced.passed_over) == len(found) + (listed is not None) - 1
    assert len(why_not(priced, quantity)) == len(priced.passed_over)


@given(candidates, list_prices, st.integers(1, 40), st.randoms())
def test_the_order_in_which_prices_are_found_does_not_matter(
    found: list[Candidate], listed: int | None, quantity: int, chance: object
) -> None:
    shuffled = sorted(found, key=lambda _c: chance.random())  # type: ignore[attr-defined]
    one, other = choose(found, listed, quantity), choose(shuffled, listed, quantity)
    place = (one.rule, one.least, one.list_id)
    assert place == (other.rule, other.least, other.list_id)


@given(candidates, list_prices, st.integers(1, 39))
def test_more_packages_never_lose_a_better_rule(found: list[Candidate], listed: int | None, quantity: int) -> None:
    rank = [PriceRule.NONE, PriceRule.LIST, CLASS, OWN].index
    assert rank(choose(found, listed, quantity + 1).rule) >= rank(choose(found, listed, quantity).rule)


def _list(s: Session, the: Cast, customer: str | None, lines: dict[str, int], **days: date | None) -> None:
    actions.create_price_list(
        s, name=customer or "银级", customer_id=the.customers[customer] if customer else None,
        price_class=None if customer else "silver", valid_from_on=days.get("since") or DAY,
        valid_until_on=days.get("until"), lines=[(the.skus[code], 1, fen) for code, fen in lines.items()], who=None,
    )  # fmt: skip


def test_prices_come_from_the_lists_that_are_valid_on_the_day(app: Flask, s: Session, the: Cast) -> None:
    drum, pail = the.skus["HM46-200"], the.skus["CI4-18"]
    with write_tx() as tx:
        _list(tx, the, "dealer", {"HM46-200": 200_000}, since=DAY, until=DAY)
        _list(tx, the, "stranger", {"HM46-200": 100_000})
    dealer = the.customers["dealer"]
    quantities = {drum: 1, pail: 1, 999_999: 1}
    today = prices(s, dealer, "silver", quantities, DAY)
    assert {k: (p.price_fen, p.rule) for k, p in today.items()} == {
        drum: (200_000, OWN),
        pail: (36_800 * 95 // 100, CLASS),
    }
    tomorrow = prices(s, dealer, "silver", {drum: 1}, DAY + timedelta(days=1))
    assert tomorrow[drum].rule is CLASS
    unknown = prices(s, None, None, {drum: 1}, DAY)
    assert (unknown[drum].price_fen, unknown[drum].rule) == (288_000, PriceRule.LIST)


def test_a_hundred_prices_are_one_statement(app: Flask, s: Session, the: Cast) -> None:
    from flask_sqlalchemy.record_queries import get_recorded_queries

    s.connection()
    before = len(get_recorded_queries())
    prices(s, the.customers["dealer"], "silver", dict.fromkeys(range(1, 101), 3), DAY)
    assert len(get_recorded_queries()) - before == 1


def test_a_price_list_is_for_a_class_or_for_a_customer(app: Flask, s: Session, the: Cast) -> None:
    assert s.scalars(select(PriceList.price_class)).all() == ["silver"]
