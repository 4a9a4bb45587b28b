"""What the desk of credit lists: limits to decide, holds, customers over their limit; every list takes `who`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, Select, and_, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from portal.core.db import AnyRow, Rows
from portal.core.paging import Page, paged
from portal.core.refusal import NotFound
from portal.credit.models.questions import temporary_fen
from portal.credit.models.tables import ABOVE, NOT_OVER, CreditAccount, Hold, Proposal
from portal.credit.rules import ProposalState
from portal.customers.models import Customer, visible
from portal.people.models import Person, Who

_decider, _placer, _releaser = aliased(Person), aliased(Person), aliased(Person)

_PROPOSALS = (
    select(
        Proposal.id, Proposal.customer_id, Proposal.kind, Proposal.limit_fen, Proposal.terms_days, Proposal.policy,
        Proposal.grace_days, Proposal.valid_from_on, Proposal.valid_until_on, Proposal.reason, Proposal.state,
        Proposal.proposer_id, Proposal.proposed_at, Proposal.decided_at, Proposal.decision_reason, Proposal.version,
        Customer.name.label("customer"), Person.name.label("proposer"), _decider.name.label("decider"),
        CreditAccount.limit_fen.label("now_fen"),
    )
    .join(Customer, Customer.id == Proposal.customer_id)
    .join(CreditAccount, CreditAccount.customer_id == Proposal.customer_id)
    .join(Person, Person.id == Proposal.proposer_id)
    .outerjoin(_decider, _decider.id == Proposal.decider_id)
)  # fmt: skip

_HOLDS = (
    select(
        Hold.id, Hold.customer_id, Hold.kind, Hold.reason, Hold.figures, Hold.placed_at, Hold.released_at,
        Hold.release_reason, Hold.released_until_on, Hold.released_up_to_fen, Customer.name.label("customer"),
        _placer.name.label("placer"), _releaser.name.label("releaser"),
    )
    .join(Customer, Customer.id == Hold.customer_id)
    .outerjoin(_placer, _placer.id == Hold.placed_by)
    .outerjoin(_releaser, _releaser.id == Hold.released_by)
)  # fmt: skip


def _undecided(who: Who) -> list[ColumnElement[bool]]:
    return [Proposal.state == ProposalState.PROPOSED.value, visible(who, Proposal.customer_id)]


def proposals(s: Session, who: Who, args: Mapping[str, str]) -> Page:
    """Limits that wait for a decision, newest first, with the customer's name and both people's."""
    which = _undecided(who)
    return paged(s, _PROPOSALS.where(*which), (Proposal.id,), args, counted=select(Proposal.id).where(*which))


def proposals_of(s: Session, who: Who, customer_id: int) -> Rows:
    """The newest hundred limits proposed for one customer."""
    rows = _PROPOSALS.where(Proposal.customer_id == customer_id, visible(who, Proposal.customer_id))
    return s.execute(rows.order_by(Proposal.id.desc()).limit(100)).all()


def find_proposal(s: Session, who: Who, proposal_id: int) -> AnyRow:
    """One proposal as in the list, if `who` may see its customer; NotFound otherwise."""
    return _one(s, _PROPOSALS.where(Proposal.id == proposal_id, visible(who, Proposal.customer_id)))


def _in_force(who: Who, day: date) -> list[ColumnElement[bool]]:
    """Holds that stop goods on `day`, all of them or those above an amount."""
    stopped = or_(Hold.released_at.is_(None), Hold.released_until_on < day, Hold.released_up_to_fen.is_not(None))
    return [and_(literal_column(f"({NOT_OVER})", Boolean()), stopped), visible(who, Hold.customer_id)]


def holds(s: Session, who: Who, args: Mapping[str, str], day: date) -> Page:
    """Holds in force on `day`, for all goods or above an amount, newest first, with who placed and eased them."""
    which = _in_force(who, day)
    return paged(s, _HOLDS.where(*which), (Hold.id,), args, counted=select(Hold.id).where(*which))


def holds_of(s: Session, who: Who, customer_id: int) -> Rows:
    """The newest hundred holds of one customer, those that are over among them."""
    rows = _HOLDS.where(Hold.customer_id == customer_id, visible(who, Hold.customer_id))
    return s.execute(rows.order_by(Hold.id.desc()).limit(100)).all()


def find_hold(s: Session, who: Who, hold_id: int) -> AnyRow:
    """One hold as in the list, if `who` may see its customer; NotFound otherwise."""
    return _one(s, _HOLDS.where(Hold.id == hold_id, visible(who, Hold.customer_id)))


def _one(s: Session, statement: Select[*tuple[Any, ...]]) -> AnyRow:
    row = s.execute(statement).first()
    if row is None:
        raise NotFound()
    return row


_EXPOSURE = CreditAccount.open_orders_fen + CreditAccount.invoices_fen - CreditAccount.unallocated_fen


def _over_limit(who: Who, beyond_fen: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """Exposure above the limit with what temporary limits add; the first condition is the index's own."""
    return [literal_column(ABOVE, Boolean()), beyond_fen > 0, visible(who, CreditAccount.customer_id)]


def over_limit(s: Session, who: Who, args: Mapping[str, str], day: date) -> Page:
    """Customers whose exposure is above their limit on `day`, the furthest first."""
    allowed = CreditAccount.limit_fen + temporary_fen(day)
    beyond = (_EXPOSURE - allowed).label("beyond_fen")
    which = _over_limit(who, _EXPOSURE - allowed)
    rows = (
        select(
            CreditAccount.customer_id, Customer.name, allowed.label("allowed_fen"), _EXPOSURE.label("exposure_fen"),
            beyond,
        )
        .join(Customer, Customer.id == CreditAccount.customer_id)
        .where(*which)
    )  # fmt: skip
    counted = select(CreditAccount.customer_id).where(*which)
    return paged(s, rows, (beyond, CreditAccount.customer_id), args, counted=counted)


class Desk(NamedTuple):
    """How many rows each list of the desk has."""

    proposals: int
    holds: int
    over_limit: int


def desk(s: Session, who: Who, day: date) -> Desk:
    """How much waits for credit on `day`, of what `who` may see; one statement."""
    asked = (
        select(func.count()).select_from(Proposal).where(*_undecided(who)),
        select(func.count()).select_from(Hold).where(*_in_force(who, day)),
        select(func.count())
        .select_from(CreditAccount)
        .where(*_over_limit(who, _EXPOSURE - CreditAccount.limit_fen - temporary_fen(day))),
    )
    return Desk(*s.execute(select(*(count.scalar_subquery() for count in asked))).one())
