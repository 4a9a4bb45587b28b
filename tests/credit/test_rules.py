"""Credit, pure: what is available, what speaks against an order, when a hold stands."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal.credit.rules import (
    PROPOSAL_LIFE,
    CreditForbidden,
    HeldRow,
    HoldState,
    ProposalState,
    Standing,
    check,
    limit_faults,
)

AT = datetime(2026, 11, 1, tzinfo=UTC)
DAY = date(2026, 11, 23)


def _standing(**facts: object) -> Standing:
    figures: dict[str, object] = {
        "customer_id": 1, "limit_fen": 100, "temporary_fen": 20, "open_orders_fen": 30, "invoices_fen": 60,
        "unallocated_fen": 10, "policy": "review", "grace_days": 7, "terms_days": 30,
    }  # fmt: skip
    return Standing(**{**figures, **facts})  # type: ignore[arg-type]


def _hold(**release: object) -> HeldRow:
    facts: dict[str, object] = {"released_at": None, "released_until_on": None, "released_up_to_fen": None, **release}
    return HeldRow(1, "manual", "x", AT, **facts)  # type: ignore[arg-type]


def test_available_is_the_limit_and_what_temporary_ones_add_less_exposure() -> None:
    standing = _standing()
    assert (standing.exposure_fen, standing.allowed_fen, standing.available_fen) == (80, 120, 40)


@pytest.mark.parametrize(
    ("amount", "overdue", "holds", "against"),
    [
        (40, 0, (), []), (41, 0, (), ["credit"]), (40, 1, (), ["overdue"]), (0, 0, (_hold(),), ["hold"]),
        (41, 1, (_hold(),), ["credit", "overdue", "hold"]),
    ],
)  # fmt: skip
def test_what_speaks_against_an_order(
    amount: int, overdue: int, holds: tuple[HeldRow, ...], against: list[str]
) -> None:
    found = check(_standing(holds=holds), amount, overdue)
    assert [kind for kind, _figures in found] == against
    assert check(_standing(holds=holds, policy="remind"), amount, overdue) == []
    forbidding = _standing(holds=holds, policy="forbid")
    if not against:
        assert check(forbidding, amount, overdue) == []
        return
    with pytest.raises(CreditForbidden) as refused:
        check(forbidding, amount, overdue)
    assert dict(refused.value.said.facts)["amount_fen"] == amount
    assert ("冻结" in refused.value.said.source) == bool(holds)


@pytest.mark.parametrize(
    ("hold", "stands", "stands_for_much", "state"),
    [
        (_hold(), True, True, HoldState.IN_FORCE),
        (_hold(released_at=AT), False, False, HoldState.OVER),
        (_hold(released_at=AT, released_until_on=DAY), False, False, HoldState.EASED),
        (_hold(released_at=AT, released_until_on=date(2026, 11, 22)), True, True, HoldState.IN_FORCE),
        (_hold(released_at=AT, released_up_to_fen=50), False, True, HoldState.EASED),
        (_hold(released_at=AT, released_up_to_fen=50, released_until_on=DAY), False, True, HoldState.EASED),
    ],
)
def test_a_release_may_be_for_a_time_and_up_to_an_amount(
    hold: HeldRow, stands: bool, stands_for_much: bool, state: HoldState
) -> None:
    assert (hold.stands(DAY, 50), hold.stands(DAY, 51), hold.state(DAY)) == (stands, stands_for_much, state)


def test_a_temporary_limit_needs_an_amount_and_a_last_day() -> None:
    assert limit_faults("limit", 0, None, None) == {}
    assert set(limit_faults("limit", -1, None, None)) == {"limit"}
    assert set(limit_faults("temporary", 0, DAY, None)) == {"limit", "valid_until"}
    assert set(limit_faults("temporary", 1, DAY, date(2026, 11, 22))) == {"valid_until"}
    assert limit_faults("temporary", 1, DAY, DAY) == {}


def test_a_proposal_is_decided_once() -> None:
    assert PROPOSAL_LIFE.table() == [("proposed", "approve", "approved"), ("proposed", "refuse", "refused")]
    assert PROPOSAL_LIFE.verbs(ProposalState.APPROVED) == []
