"""Loads, outcomes and evidence: what deliveries' rules say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.refusal import WrongState
from portal.deliveries.rules import (
    RUN_LIFE,
    STOP_LIFE,
    Deviation,
    Evidence,
    EvidenceMissing,
    HeldAtLoading,
    Load,
    MoreThanShipped,
    NotAccountedFor,
    Outcome,
    OverCapacity,
    Package,
    Pass,
    RunState,
    Said,
    StopState,
    Trouble,
    Why,
    bar,
    capacity,
    check_evidence,
    check_load,
    deviation_of,
    load_of,
    places_text,
    reasons_against,
    refuse_held,
    settle,
    signing_day,
    state_of,
    total,
    weakest,
)
from portal.orders.rules import Reason

DRUM = Package("drum", 200_000, 185_000)
PAIL = Package("pail", 18_000, 17_200)


def test_a_run_goes_from_planned_over_loading_and_the_road_to_done() -> None:
    assert [row for row in RUN_LIFE.table() if row[1] != "hand_over"] == [
        ("loading", "depart", "under_way"),
        ("loading", "unload", "planned"),
        ("planned", "cancel", "cancelled"),
        ("planned", "load", "loading"),
        ("planned", "plan", "planned"),
        ("under_way", "finish", "done"),
        ("under_way", "sign", "under_way"),
    ]


def test_a_stop_has_one_outcome() -> None:
    assert [row[2] for row in STOP_LIFE.table()] == ["delivered", "failed", "partial"]
    with pytest.raises(WrongState):
        STOP_LIFE.check(StopState.DELIVERED, "confirm")


def test_a_loaded_run_is_not_cancelled() -> None:
    with pytest.raises(WrongState, match="已排车"):
        RUN_LIFE.check(RunState.LOADING, "cancel")


def test_a_drum_takes_one_place_and_a_pail_by_its_volume() -> None:
    assert load_of(DRUM, 6) == Load(1_110_000, 600)
    assert load_of(PAIL, 1) == Load(17_200, 9)
    assert load_of(PAIL, 11).places == 99


@pytest.mark.parametrize(
    ("package", "load"),
    [
        (Package("pail", None, 15_900), Load(15_900, 9)),
        (Package("can", 4_000, None), Load(3_600, 2)),
        (Package("piece", None, None), Load(180_000, 100)),
        (Package("ibc", 1_000_000, 950_000), Load(950_000, 500)),
    ],
)
def test_what_a_product_card_lacks_is_estimated(package: Package, load: Load) -> None:
    assert load_of(package, 1) == load


def test_loads_add_up() -> None:
    assert total([load_of(DRUM, 1), load_of(PAIL, 1)]) == Load(202_200, 109)
    assert total([]) == Load()


def test_over_capacity_needs_a_reason() -> None:
    room = capacity(2_000_000, 12)
    check_load(Load(2_000_000, 1200), room, None)
    for load in (Load(2_000_001, 0), Load(0, 1201)):
        with pytest.raises(OverCapacity):
            check_load(load, room, "")
        check_load(load, room, "空车返程，路况好")


def test_a_load_bar_says_how_full_and_when_it_is_too_much() -> None:
    assert (bar(1, 1000).percent, bar(1000, 1000).is_over, bar(1001, 1000).percent) == (1, False, 101)
    assert bar(1, 0).is_over
    assert not bar(0, 0).is_over


@pytest.mark.parametrize(("hundredths", "text"), [(0, "0"), (9, "0.1"), (100, "1"), (1200, "12"), (1251, "12.6")])
def test_places_are_shown_with_one_decimal_rounded_up(hundredths: int, text: str) -> None:
    assert places_text(hundredths) == text


def test_nothing_said_means_delivered() -> None:
    assert settle({1: 6}, {}) == {1: Outcome(6)}


def test_the_rest_of_a_line_goes_to_the_reason_that_was_pressed() -> None:
    assert settle({1: 6}, {1: Said(5, rest=Deviation.SHORT)}) == {1: Outcome(5, short=1)}
    refused = settle({1: 6}, {1: Said(0, damaged=1, rest=Deviation.REFUSED, why=Why.MISORDERED)})
    assert refused == {1: Outcome(0, damaged=1, refused=5, why=Why.MISORDERED)}


def test_pieces_that_nobody_speaks_of_are_asked_for() -> None:
    with pytest.raises(NotAccountedFor) as refused:
        settle({1: 6, 2: 1}, {1: Said(5)})
    assert list(refused.value.errors) == ["line-1"]


@pytest.mark.parametrize(
    "said", [Said(7), Said(5, short=2), Said(-1, rest=Deviation.SHORT), Said(8, short=-2), Said(6, refused=1)]
)
def test_more_than_was_shipped_is_refused(said: Said) -> None:
    with pytest.raises(MoreThanShipped):
        settle({1: 6}, {1: said})


def test_a_line_of_another_stop_is_refused() -> None:
    with pytest.raises(MoreThanShipped):
        settle({1: 6}, {2: Said(6)})


@given(
    st.dictionaries(st.integers(1, 9), st.integers(1, 50), min_size=1),
    st.lists(st.tuples(*[st.integers(-2, 60)] * 4, st.sampled_from([None, *Deviation])), min_size=9, max_size=9),
)
def test_whatever_is_said_a_settled_line_accounts_for_all_that_was_shipped(
    shipped: dict[int, int], said: list[tuple[int, int, int, int, Deviation | None]]
) -> None:
    words = {line: Said(*said[line - 1]) for line in shipped}
    try:
        settled = settle(shipped, words)
    except (MoreThanShipped, NotAccountedFor):
        return
    assert settled.keys() == shipped.keys()
    for line, outcome in settled.items():
        assert outcome.total == shipped[line]
        assert min(outcome.delivered, outcome.short, outcome.damaged, outcome.refused) >= 0
        assert outcome.back == shipped[line] - outcome.delivered


def test_the_lines_make_the_outcome_of_the_stop() -> None:
    assert state_of([Outcome(6), Outcome(1)]) is StopState.DELIVERED
    assert state_of([Outcome(6), Outcome(0, short=1)]) is StopState.PARTIAL
    assert state_of([Outcome(0, refused=6), Outcome(0, short=1)]) is StopState.FAILED


SIGNED = Evidence(receiver="老王", has_signature=True)


@pytest.mark.parametrize(
    ("outcome", "evidence", "missing"),
    [
        (Outcome(6), SIGNED, set()),
        (Outcome(6), Evidence(), {"receiver", "signature"}),
        (Outcome(6), Evidence(receiver="老王", has_photo=True, note="好"), {"signature"}),
        (Outcome(5, short=1), SIGNED, set()),
        (Outcome(5, refused=1), SIGNED, set()),
        (Outcome(5, refused=1, why=Why.QUALITY), SIGNED, set()),
        (Outcome(5, refused=1, why=Why.QUALITY), Evidence(receiver="老王"), {"signature"}),
        (Outcome(0, short=6, why=Why.ABSENT), Evidence(has_photo=True), set()),
        (Outcome(0, short=6, why=Why.ABSENT), Evidence(note="门卫不让进"), set()),
        (Outcome(0, short=6, why=Why.ABSENT), Evidence(receiver="老王"), {"note"}),
        (Outcome(0, refused=6), SIGNED, set()),
        (Outcome(0, refused=6), Evidence(), {"why", "note"}),
        (Outcome(0, refused=6), Evidence(has_photo=True), {"why"}),
        (Outcome(0, damaged=6), Evidence(has_photo=True), set()),
    ],
)
def test_each_outcome_demands_its_evidence(outcome: Outcome, evidence: Evidence, missing: set[str]) -> None:
    try:
        check_evidence(state_of([outcome]), [outcome], evidence)
    except EvidenceMissing as refused:
        assert set(refused.errors) == missing
    else:
        assert not missing


def test_who_was_not_there_still_wants_the_goods() -> None:
    assert deviation_of(Why.ABSENT) is Deviation.SHORT
    assert deviation_of(Why.MISORDERED) is Deviation.REFUSED


NIGHT = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)
"""One minute before midnight in Shanghai."""


@pytest.mark.parametrize(
    ("signed", "recorded", "day"),
    [
        (NIGHT, NIGHT + timedelta(hours=3), date(2026, 11, 23)),
        (None, NIGHT + timedelta(hours=3), date(2026, 11, 24)),
        (NIGHT + timedelta(days=2), NIGHT, date(2026, 11, 23)),
        (NIGHT - timedelta(days=30), NIGHT, date(2026, 11, 23)),
    ],
)
def test_the_day_of_signing_is_the_phones_where_its_clock_can_be_right(
    signed: datetime | None, recorded: datetime, day: date
) -> None:
    assert signing_day(signed, recorded, NIGHT - timedelta(hours=8)) == day


def test_held_stops_are_named() -> None:
    refuse_held([])
    with pytest.raises(HeldAtLoading, match="2 渝北示例"):
        refuse_held([(2, "渝北示例")])


MORNING, NOON = NIGHT - timedelta(hours=14), NIGHT - timedelta(hours=10)


@pytest.mark.parametrize(
    ("trouble", "released", "stop_released_at", "against"),
    [
        (Trouble(), Pass(), None, []),
        (Trouble((NOON,), 5), Pass(), None, [Reason.HOLD, Reason.OVERDUE]),
        (Trouble((NOON,), 5), Pass(), NIGHT, []),
        (Trouble((NOON,)), Pass(hold_at=NIGHT), None, []),
        (Trouble((MORNING, NIGHT)), Pass(hold_at=NOON), None, [Reason.HOLD]),
        (Trouble((NIGHT,)), Pass(hold_at=MORNING), NOON, [Reason.HOLD]),
        (Trouble((), 5), Pass(hold_at=NOON), None, [Reason.OVERDUE]),
        (Trouble((), 5), Pass(overdue_at=NOON), None, []),
    ],
)
def test_goods_of_a_held_customer_go_only_with_a_word_given_after_the_hold(
    trouble: Trouble, released: Pass, stop_released_at: datetime | None, against: list[Reason]
) -> None:
    assert reasons_against(trouble, released, stop_released_at) == against


def test_a_word_for_one_order_does_not_cover_the_other_at_the_same_stop() -> None:
    assert weakest([Pass(NOON, NOON), Pass(None, NIGHT)]) == Pass(None, NOON)
    assert weakest([Pass(NOON), Pass(NIGHT)]) == Pass(NOON)
    assert weakest([]) == Pass()
