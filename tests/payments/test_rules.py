"""What settles what, pure."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.payments.rules import BeyondOpen, OpenItem, check_parts, days_late, due, oldest_first, reference_of

ITEMS = st.lists(
    st.builds(OpenItem, st.integers(1, 50), st.dates(date(2026, 1, 1), date(2026, 1, 9)), st.integers(1, 10**12)),
    unique_by=lambda item: item.id, max_size=12,
)  # fmt: skip


@given(items=ITEMS, fen=st.integers(0, 10**13))
def test_the_earliest_due_are_settled_in_full_before_the_next_gets_anything(items: list[OpenItem], fen: int) -> None:
    parts = oldest_first(items, fen)
    assert sum(parts.values()) == min(fen, sum(item.open_fen for item in items))
    in_order = sorted(items, key=lambda item: (item.due_on, item.id))
    given_ = [parts.get(item.id, 0) for item in in_order]
    for place, item in enumerate(in_order):
        assert given_[place] == item.open_fen or not any(given_[place + 1 :])
    check_parts(parts, items, fen)


def test_what_is_named_may_not_pass_what_is_open_or_there() -> None:
    items = [OpenItem(1, date(2026, 1, 1), 100, "IN1"), OpenItem(2, date(2026, 1, 2), 100, "IN2")]
    check_parts({1: 100, 2: 50}, items, 150)
    for parts, says in (({1: 101}, "IN1 未收"), ({1: 100, 2: 51}, "到账余额"), ({3: 1}, "结清"), ({1: 0}, "IN1")):
        with pytest.raises(BeyondOpen, match=says):
            check_parts(parts, items, 150)


def test_due_so_many_days_after_signing_and_late_from_the_day_after() -> None:
    assert due(date(2026, 1, 31), 30) == date(2026, 3, 2)
    assert [days_late(date(2026, 1, 31), date(2026, 1, 31)), days_late(date(2026, 1, 31), date(2026, 2, 2))] == [0, 2]


@pytest.mark.parametrize(
    ("typed", "kept"), [("ab 12", "AB12"), ("ＡＢ１２", "AB12"), (" ", None), (None, None), ("现金 007", "现金007")]
)
def test_a_reference_is_compared_as_people_mean_it(typed: str | None, kept: str | None) -> None:
    assert reference_of(typed) == kept
