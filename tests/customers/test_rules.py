# data
"""What a customer's file is: codes, names, kinds, completeness, sites. Pure."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.language import tr
from portal.core.refusal import Wrong, WrongState
from portal.customers import rules
from portal.customers.rules import LIFE, Kind, KindFixed, State, groups, names, sites, uscc

PUBLISHED = "91110000600037341L"
"""A published example, in the PyPI package python-stdnum."""

bodies = st.text(uscc.ALPHABET, min_size=17, max_size=17)


def slow_check_sign(body: str) -> str:
    """GB 32100 as its text has it: weights 1, 3, 9, 27, 19, … and 31 minus the remainder, 31 counting as 0."""
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    signs = dict(zip("0123456789ABCDEFGHJKLMNPQRTUWXY", range(31), strict=True))
    rest = 31 - sum(weight * signs[sign] for weight, sign in zip(weights, body, strict=True)) % 31
    return next(sign for sign, value in signs.items() if value == (0 if rest == 31 else rest))


def test_the_published_code_is_right() -> None:
    assert uscc.fault(PUBLISHED) is None
    assert uscc.read(" 9111 0000-6000 3734 1ｌ ") == PUBLISHED
    assert uscc.read("  ") is uscc.read(None) is None


@given(bodies)
def test_the_check_sign_is_that_of_the_standard(body: str) -> None:
    assert uscc.check_sign(body) == slow_check_sign(body)
    assert uscc.fault(body + uscc.check_sign(body)) is None


@given(bodies, st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_one_wrong_sign_is_always_found(body: str, place: int, sign: str) -> None:
    code = body + uscc.check_sign(body)
    wrong = code[:place] + sign + code[place + 1 :]
    assert (uscc.fault(wrong) is None) == (wrong == code)


@given(bodies, st.integers(0, 16))
def test_two_neighbours_changing_places_are_found(body: str, place: int) -> None:
    code = body + uscc.check_sign(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (uscc.fault(swapped) is None) == (swapped == code)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (PUBLISHED[:-1], "应为 18 位，现在 17 位"),
        (PUBLISHED + "0", "现在 19 位"),
        ("9111000060003734OL", "第 17 位“O”"),
        ("9111000060003734中L", "第 17 位“中”"),
        (PUBLISHED[:-1] + "M", "末位应为 L，现在是 M"),
    ],
)
def test_a_wrong_code_says_what_is_wrong(code: str, says: str) -> None:
    with pytest.raises(Wrong) as refused:
        uscc.read(code)
    assert says in tr(refused.value.errors["uscc"])


@given(st.text(max_size=30))
def test_whatever_is_typed_is_taken_or_refused_in_words(typed: str) -> None:
    try:
        code = uscc.read(typed)
        assert code is None or uscc.fault(code) is None
    except Wrong as refused:
        assert list(refused.errors) == ["uscc"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("重庆市渝北（示例）润滑油有限公司", "渝北示例润滑油公司", True),
        ("渝北 示例 润滑油", "渝北示例润滑油股份有限公司", True),
        ("ＡＢＣ润滑油有限公司", "abc润滑油", True),
        ("渝北示例润滑油", "渝北示例润滑油大竹林店", True),
        ("四川省成都市示例机械厂", "示例机械厂", True),
        ("江北示例机械厂", "江北示例水泥厂", False),
        ("有限公司", "公司", False),
        ("油", "油品", False),
    ],
)
def test_names_of_one_firm_are_alike(one: str, other: str, same: bool) -> None:
    assert names.alike(one, other) is names.alike(other, one) is same


@given(st.text(max_size=40))
def test_a_plain_name_stays_plain(name: str) -> None:
    assert names.alike(name, name)
    assert names.plain(names.plain(name)) or not names.plain(name)


def test_the_moves_are_those_of_the_documentation() -> None:
    assert LIFE.table() == [
        ("active", "stop", "stopped"),
        ("candidate", "activate", "active"),
        ("candidate", "stop", "stopped"),
        ("stopped", "resume", "active"),
        ("stopped", "resume", "candidate"),
    ]
    with pytest.raises(WrongState):
        LIFE.check(State.STOPPED, "stop")
    assert rules.after_resume(None) is State.CANDIDATE
    assert rules.after_resume(date(2026, 1, 1)) is State.ACTIVE


def test_the_kind_may_change_until_the_first_collection() -> None:
    rules.check_kind_change(Kind.END, Kind.DEALER, None)
    rules.check_kind_change(Kind.END, Kind.END, date(2026, 11, 1))
    with pytest.raises(KindFixed) as refused:
        rules.check_kind_change(Kind.END, Kind.DEALER, date(2026, 11, 1))
    assert "2026-11-01" in tr(refused.value.said)


@pytest.mark.parametrize("kind", list(Kind))
def test_an_empty_file_lacks_everything_and_a_full_one_nothing(kind: Kind) -> None:
    everything = {item.key: "x" for item in rules.completeness(kind, {}).missing}
    assert rules.completeness(kind, {}).percent == 0
    assert rules.completeness(kind, everything) == rules.Completeness(100, (), len(everything))


def test_what_is_missing_is_named_by_kind_and_nothing_counts_when_it_is_known_to_be_nothing() -> None:
    held = {item.key: "x" for item in rules.completeness(Kind.DEALER, {}).missing}
    lacking = rules.completeness(Kind.DEALER, {**held, "uscc": None, "region_code": "", "deposit_fen": 0})
    assert [item.key for item in lacking.missing] == ["uscc", "region_code"]
    assert 0 < lacking.percent < 100
    keys = {item.key for item in rules.completeness(Kind.END, held).missing}
    assert keys == {"industry", "equipment", "purchase_mode", "yearly_use_ml"}


@given(st.sampled_from(list(Kind)), st.dictionaries(st.sampled_from(["uscc", "phone", "site", "industry"]), st.text()))
def test_more_in_the_file_is_never_less_complete(kind: Kind, held: dict[str, str]) -> None:
    more = rules.completeness(kind, {**held, "address": "x"}).percent
    assert rules.completeness(kind, held).percent <= more <= 100


@pytest.mark.parametrize(
    ("longitude", "latitude", "field"),
    [
        (106.5, 29.6, None), (None, None, None), (29.6, 106.5, "coordinates"), (106.5, None, "coordinates"),
        (0, 0, "coordinates"), (106.5, 60, "coordinates"),
    ],
)  # fmt: skip
def test_coordinates_lie_in_china_and_come_in_pairs(
    longitude: float | None, latitude: float | None, field: str | None
) -> None:
    assert list(sites.faults(longitude, latitude, None, None)) == ([field] if field else [])


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (time(8), time(17), None), (None, None, None), (time(8), None, "receives_until"),
        (None, time(8), "receives_from"), (time(9), time(9), "receives_until"),
    ],
)  # fmt: skip
def test_a_receiving_window_ends_after_it_begins(start: time | None, end: time | None, field: str | None) -> None:
    assert list(sites.faults(None, None, start, end)) == ([field] if field else [])


def test_an_edit_is_told_as_old_and_new() -> None:
    facts: dict[str, Any] = {"old": {"price_class": "standard"}, "new": {"price_class": "silver"}}
    assert [tr(line) for line in groups.told("customer.terms_edited", facts)] == ["价格等级：标准价 → 银级价"]
    old, new = {"deposit_fen": None, "agreement_until_on": "2026-12-31"}, {"deposit_fen": 5, "agreement_until_on": None}
    facts = {"old": old, "new": new}
    told = [tr(line) for line in groups.told("customer.dealer_edited", facts)]
    assert told == ["协议到期日：2026-12-31 → —", "保证金：— → ¥0.05"]
    assert groups.told("order.submitted", {}) == []
