"""Verbs on credit: accounts, exposure, limits by two people, holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from blinker import Signal
from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from portal.core import clock, history
from portal.core.db import check_version
from portal.core.refusal import NotFound, Wrong
from portal.core.text import T
from portal.credit import beside
from portal.credit.models import CreditAccount, Hold, Proposal, held_row, lock, standing
from portal.credit.rules import (
    PROPOSAL_LIFE,
    RELEASED,
    AlreadyReleased,
    HoldKind,
    HoldState,
    Part,
    ProposalKind,
    ProposalState,
    SamePerson,
    TemporaryOver,
    limit_faults,
)
from portal.people.models import Who

credit_changed = Signal("a limit or hold changed: send(s, customer_id=…, who=…), in the same transaction")

_account = cast(Table, CreditAccount.__table__)
_MOVE = (
    update(_account)
    .where(_account.c.customer_id == bindparam("customer"))
    .values({f"{part.value}_fen": _account.c[f"{part.value}_fen"] + bindparam(f"by_{part.value}") for part in Part})
)


def open_account(s: Session, customer_id: int, who: Who | None) -> None:
    """Every customer gets an account with its file: limit 0, so that nothing goes out on trust by default."""
    s.add(CreditAccount(customer_id=customer_id))
    s.flush()
    history.record(
        s, "credit.opened", chain=f"customer:{customer_id}", subject=("customer", customer_id), who=who, facts={}
    )


def raise_exposure(s: Session, customer_id: int, part: Part, fen: int) -> None:
    """This part of the customer's exposure grows by `fen`."""
    move_exposure(s, {customer_id: {part: fen}})


def lower_exposure(s: Session, customer_id: int, part: Part, fen: int) -> None:
    """This part of the customer's exposure falls by `fen`."""
    move_exposure(s, {customer_id: {part: -fen}})


def move_exposure(s: Session, moves: Mapping[int, Mapping[Part, int]]) -> None:
    """Many customers at once: customer -> part -> fen (negative lowers); one statement, in the order of customers."""
    rows = [
        {"customer": customer_id, **{f"by_{part.value}": moves[customer_id].get(part, 0) for part in Part}}
        for customer_id in sorted(moves)
        if any(moves[customer_id].values())
    ]
    if rows:
        s.connection().execute(_MOVE, rows)


def propose(
    s: Session,
    customer_id: int,
    *,
    kind: str = ProposalKind.LIMIT,
    limit_fen: int,
    reason: str,
    terms_days: int | None = None,
    policy: str | None = None,
    grace_days: int | None = None,
    valid_from_on: date | None = None,
    valid_until_on: date | None = None,
    who: Who,
) -> Proposal:
    """Propose a limit (with terms and policy), or a temporary one that adds `limit_fen` from day to day."""
    if kind == ProposalKind.TEMPORARY:
        valid_from_on = valid_from_on or clock.today()
    if faults := limit_faults(kind, limit_fen, valid_from_on, valid_until_on):
        raise Wrong(faults)
    made = Proposal(
        customer_id=customer_id, kind=str(kind), limit_fen=limit_fen, terms_days=terms_days, policy=policy,
        grace_days=grace_days, valid_from_on=valid_from_on, valid_until_on=valid_until_on, reason=reason,
        state=ProposalState.PROPOSED.value, proposer_id=who.id, proposed_at=clock.now(),
    )  # fmt: skip
    s.add(made)
    s.flush()
    _say(s, "proposed", made, who, {"reason": reason, "until_on": valid_until_on})
    return made


def decide(
    s: Session, proposal_id: int, *, approve: bool, reason: str | None, version: int | None = None, who: Who
) -> None:
    """Another person agrees or does not; an agreed limit is in force at once and waiting orders are looked at again."""
    customer_id = s.scalar(select(Proposal.customer_id).where(Proposal.id == proposal_id))
    if customer_id is None:
        raise NotFound()
    account = s.get_one(CreditAccount, customer_id, with_for_update=True, populate_existing=True)
    proposal = s.get_one(Proposal, proposal_id, with_for_update=True, populate_existing=True)
    PROPOSAL_LIFE.check(ProposalState(proposal.state), "approve" if approve else "refuse")
    if proposal.proposer_id == who.id:
        raise SamePerson(proposal=proposal_id)
    check_version(proposal, version)
    if approve and proposal.valid_until_on is not None and proposal.valid_until_on < clock.today():
        raise TemporaryOver(proposal=proposal_id)
    proposal.state = (ProposalState.APPROVED if approve else ProposalState.REFUSED).value
    proposal.decider_id, proposal.decided_at, proposal.decision_reason = who.id, clock.now(), reason
    if approve and proposal.kind == ProposalKind.LIMIT:
        _apply(account, proposal)
    s.flush()
    _say(s, "approved" if approve else "refused", proposal, who, {"reason": reason})
    if approve:
        credit_changed.send(s, customer_id=proposal.customer_id, who=who)


def _apply(account: CreditAccount, proposal: Proposal) -> None:
    account.limit_fen = proposal.limit_fen
    account.version += 1
    if proposal.terms_days is not None:
        account.terms_days = proposal.terms_days
    if proposal.policy is not None:
        account.policy = proposal.policy
    if proposal.grace_days is not None:
        account.grace_days = proposal.grace_days


def place_hold(s: Session, customer_id: int, *, reason: str, kind: str = HoldKind.MANUAL, who: Who | None) -> Hold:
    """Goods may not go until somebody of role credit says so; the figures of this moment stay with the hold."""
    today = clock.today()
    now = standing(s, customer_id, today, lock=True)
    figures = {**now.figures, "overdue_fen": beside.overdue_of(s, customer_id, today)}
    made = Hold(
        customer_id=customer_id, kind=str(kind), reason=reason, figures=history.canonical(figures),
        placed_by=who.id if who else None, placed_at=clock.now(),
    )  # fmt: skip
    s.add(made)
    s.flush()
    facts = {"reason": reason, **figures}
    history.record(s, "hold.placed", chain=f"customer:{customer_id}", subject=("hold", made.id), who=who, facts=facts)
    return made


def release_hold(
    s: Session, hold_id: int, *, reason: str, until_on: date | None = None, up_to_fen: int | None = None, who: Who
) -> None:
    """Let goods go again: for good, until a day, or for orders up to an amount; waiting orders are looked at again.

    A release within limits may be followed by another; once a hold is over there is nothing to release.
    """
    today = clock.today()
    if until_on is not None and until_on < today:
        raise Wrong({"until": T("放行的最后一天不能早于今天")})
    customer_id = s.scalar(select(Hold.customer_id).where(Hold.id == hold_id))
    if customer_id is None:
        raise NotFound()
    lock(s, [customer_id])
    hold = s.get_one(Hold, hold_id, with_for_update=True, populate_existing=True)
    if held_row(hold).state(today) is HoldState.OVER:
        raise AlreadyReleased(hold=hold_id)
    hold.released_by, hold.released_at, hold.release_reason = who.id, clock.now(), reason
    hold.released_until_on, hold.released_up_to_fen = until_on, up_to_fen
    s.flush()
    facts = {"reason": reason, "until_on": until_on, "up_to_fen": up_to_fen}
    verb = RELEASED[until_on is not None, up_to_fen is not None]
    history.record(s, verb, chain=f"customer:{customer_id}", subject=("hold", hold_id), who=who, facts=facts)
    credit_changed.send(s, customer_id=customer_id, who=who)


def _say(s: Session, verb: str, proposal: Proposal, who: Who, more: dict[str, Any]) -> None:
    history.record(
        s, f"credit.{proposal.kind}_{verb}", chain=f"customer:{proposal.customer_id}",
        subject=("proposal", proposal.id), who=who, facts={"limit_fen": proposal.limit_fen, **more},
    )  # fmt: skip
