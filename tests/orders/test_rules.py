"""The rules of orders, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.lifecycle import Lifecycle
from portal.core.refusal import WrongState
from portal.orders.rules import (
    LIFE,
    SENTENCES,
    Progress,
    Reason,
    Shortage,
    State,
    Sums,
    add,
    below_minimum,
    cut_or_wait,
    may_release,
    nearest,
    progress,
    quantity_fault,
    said,
    share_out,
    word,
)
from portal.people.rules import Role


@st.composite
def sums(draw: st.DrawFn) -> Sums:
    """Any quantities that a line may have."""
    ordered = draw(st.integers(1, 1000))
    cancelled = draw(st.integers(0, ordered))
    shipped = draw(st.integers(0, ordered - cancelled))
    reserved = draw(st.integers(0, ordered - cancelled - shipped))
    return Sums(ordered, cancelled, reserved, shipped, draw(st.integers(0, shipped)))


@given(st.lists(sums(), max_size=5))
def test_sums_of_lines_keep_what_holds_for_each(lines: list[Sums]) -> None:
    total = add(lines)
    assert total.open == sum(line.open for line in lines) >= 0
    assert total.missing == sum(line.missing for line in lines) >= 0
    assert total.under_way >= 0
    assert total.owed == total.open + total.under_way


@given(sums())
def test_every_confirmed_order_has_something_next_or_is_done(line: Sums) -> None:
    now = progress(line)
    assert (now is Progress.DONE) == (line.owed == 0)
    assert (now is Progress.READY) == (line.reserved > 0)
    assert now is not Progress.WAITING or line.missing == line.open > 0
    assert progress(line, is_planned=True) is Progress.PLANNED
    assert word(State.CONFIRMED, now, line).tone in {"done", "wait", "bad", "busy", "plain"}


@pytest.mark.parametrize(
    ("quantity", "multiple", "fault"),
    [
        (1, 1, None), (6, 2, None), (1_000_000, 1, None), (0, 1, "数量至少是 1"), (-3, 1, "数量至少是 1"),
        (1_000_001, 1, "数量不能超过 1,000,000，核对位数"), (7, 4, "按 4 桶的倍数订：4 或 8"),
        (3, 4, "按 4 桶的倍数订：最少 4"),
    ],
)  # fmt: skip
def test_quantities_that_can_be_ordered(quantity: int, multiple: int, fault: str | None) -> None:
    found = quantity_fault(quantity, multiple, "桶")
    assert (str(found) if found else None) == fault


@given(st.integers(1, 10**6), st.integers(1, 500))
def test_the_nearest_quantities_can_be_ordered(quantity: int, multiple: int) -> None:
    lower, upper = nearest(quantity, multiple)
    assert lower <= quantity < upper == lower + multiple
    assert lower % multiple == upper % multiple == 0


_packages = st.dictionaries(st.integers(1, 6), st.integers(1, 50))


@given(_packages, _packages, st.sampled_from(Shortage))
def test_what_is_short_waits_or_is_cut(wanted: dict[int, int], there: dict[int, int], shortage: Shortage) -> None:
    got = cut_or_wait(wanted, there, shortage)
    for key, n in wanted.items():
        assert got.reserved[key] == min(n, there.get(key, 0))
        assert got.cancelled.get(key, 0) == (n - got.reserved[key] if shortage is Shortage.CUT else 0)
    assert got.is_nothing == (not wanted.keys() & there.keys())


@given(_packages, st.lists(st.tuples(st.integers(1, 6), st.integers(1, 30)), max_size=12))
def test_goods_are_shared_in_the_order_of_the_queue(free: dict[int, int], asked: list[tuple[int, int]]) -> None:
    queue = [(line, sku, n) for line, (sku, n) in enumerate(asked)]
    given = share_out(free, queue)
    for sku in {s for s, _ in asked}:
        lines = [(line, n) for line, s, n in queue if s == sku]
        assert sum(given.get(line, 0) for line, _ in lines) == min(free.get(sku, 0), sum(n for _, n in lines))
        short = [line for line, n in lines if given.get(line, 0) < n]
        assert not short or all(given.get(line, 0) == 0 for line, _ in lines if line > short[0])


@pytest.mark.parametrize(
    ("reason", "roles"),
    [
        (Reason.CREDIT, {Role.CREDIT}), (Reason.OVERDUE, {Role.CREDIT}), (Reason.HOLD, {Role.CREDIT}),
        (Reason.MINIMUM, {Role.MANAGER, Role.DIRECTOR}), (Reason.STOCK, {Role.CREDIT, Role.MANAGER, Role.DIRECTOR}),
    ],
)  # fmt: skip
def test_whose_word_a_reason_waits_for(reason: Reason, roles: set[Role]) -> None:
    assert {role for role in Role if may_release(role, reason)} == roles


def test_the_minimum() -> None:
    assert below_minimum(100, 0) == below_minimum(100, 100) == []
    held = below_minimum(99, 100)
    assert [h.reason for h in held] == [Reason.MINIMUM]
    assert str(said(Reason.MINIMUM, held[0].figures)) == "本单 99，起订 100"
    assert "—" in str(said(Reason.CREDIT, {}))


@pytest.mark.parametrize(
    ("state", "sums", "text"),
    [
        (State.DRAFT, Sums(5), "草稿"), (State.IN_REVIEW, Sums(5), "待审核"), (State.REFUSED, Sums(5), "已退回"),
        (State.CANCELLED, Sums(5), "已作废"), (State.CONFIRMED, Sums(5), "待到货"),
        (State.CONFIRMED, Sums(5, 0, 3), "已确认"), (State.CONFIRMED, Sums(5, 0, 2, 3), "部分发货"),
        (State.CONFIRMED, Sums(5, 0, 0, 3), "部分发货"), (State.CONFIRMED, Sums(5, 2, 0, 3), "已发货"),
        (State.CONFIRMED, Sums(5, 0, 0, 5, 3), "部分签收"), (State.CONFIRMED, Sums(5, 0, 2, 3, 3), "部分签收"),
        (State.CONFIRMED, Sums(5, 2, 0, 3, 3), "已签收"), (State.CONFIRMED, Sums(5, 5), "全部拒收"),
    ],
)  # fmt: skip
def test_the_words_for_an_order(state: State, sums: Sums, text: str) -> None:
    now = progress(sums) if state is State.CONFIRMED else Progress.NONE
    assert str(word(state, now, sums).text) == text


def test_words_without_sums_are_coarser() -> None:
    words = {p: str(word("confirmed", p).text) for p in Progress}
    assert words == {
        "none": "已确认", "waiting": "待到货", "ready": "已确认", "planned": "已排车", "on_the_way": "已发货",
        "done": "已签收",
    }  # fmt: skip


def test_the_lifecycle_as_the_domain_draws_it() -> None:
    assert LIFE.table() == [
        ("confirmed", "cancel", "cancelled"), ("confirmed", "cancel", "confirmed"), ("draft", "submit", "confirmed"),
        ("draft", "submit", "in_review"), ("in_review", "cancel", "cancelled"), ("in_review", "cancel", "confirmed"),
        ("in_review", "refuse", "refused"), ("in_review", "release", "confirmed"),
        ("in_review", "release", "in_review"), ("in_review", "take_back", "draft"),
    ]  # fmt: skip
    assert isinstance(LIFE, Lifecycle)
    with pytest.raises(WrongState, match="草稿"):
        LIFE.check(State.CONFIRMED, "submit")


def test_every_reason_has_its_sentences() -> None:
    for reason in Reason:
        assert f"order.waits.{reason.value}" in SENTENCES and f"order.released.{reason.value}" in SENTENCES
