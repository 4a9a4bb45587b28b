"""Where customers' credit stands, in few set-based statements built once: on the path of every order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from portal.core.db import Rows, total
from portal.core.refusal import NotFound
from portal.credit.models.tables import CreditAccount, Hold, Proposal
from portal.credit.rules import HeldRow, ProposalKind, ProposalState, Standing
from portal.customers.models import Customer, visible
from portal.people.models import Person, Who

_day = bindparam("day", type_=Proposal.valid_from_on.type)
_IDS = CreditAccount.customer_id.in_(bindparam("ids", expanding=True))
_TEMPORARY = (
    select(total(Proposal.limit_fen))
    .where(
        Proposal.customer_id == CreditAccount.customer_id,
        Proposal.kind == ProposalKind.TEMPORARY.value,
        Proposal.state == ProposalState.APPROVED.value,
        Proposal.valid_from_on <= _day,
        Proposal.valid_until_on >= _day,
    )
    .correlate(CreditAccount)
    .scalar_subquery()
)
_ACCOUNTS = (
    select(
        CreditAccount.customer_id, CreditAccount.limit_fen, _TEMPORARY.label("temporary_fen"),
        CreditAccount.open_orders_fen, CreditAccount.invoices_fen, CreditAccount.unallocated_fen, CreditAccount.policy,
        CreditAccount.grace_days, CreditAccount.terms_days,
    )
    .where(_IDS)
    .order_by(CreditAccount.customer_id)
)  # fmt: skip
_LOCKED = _ACCOUNTS.with_for_update(of=CreditAccount)
_HOLDS = (
    select(
        Hold.customer_id, Hold.id, Hold.kind, Hold.reason, Hold.placed_at, Hold.released_at, Hold.released_until_on,
        Hold.released_up_to_fen,
    )
    .where(Hold.customer_id.in_(bindparam("ids", expanding=True)))
    .where(or_(Hold.released_at.is_(None), Hold.released_until_on.is_not(None), Hold.released_up_to_fen.is_not(None)))
    .order_by(Hold.id)
)  # fmt: skip


def standings(
    s: Session, customer_ids: Collection[int], day: date, *, lock: bool = False, amount_fen: int = 0
) -> dict[int, Standing]:
    """Where these customers' credit stands on `day`; `holds` are those in force for goods worth `amount_fen`.

    `lock` keeps the accounts as they are until the transaction ends, in the order of customer ids. Two statements.
    """
    ids = sorted(customer_ids)
    if not ids:
        return {}
    accounts = s.execute(_LOCKED if lock else _ACCOUNTS, {"ids": ids, "day": day}).all()
    holds: dict[int, list[HeldRow]] = defaultdict(list)
    for row in s.execute(_HOLDS, {"ids": ids}):
        hold = HeldRow(*row[1:])
        if hold.stands(day, amount_fen):
            holds[row.customer_id].append(hold)
    return {row.customer_id: Standing(**row._mapping, holds=tuple(holds[row.customer_id])) for row in accounts}


def standing(s: Session, customer_id: int, day: date, *, lock: bool = False, amount_fen: int = 0) -> Standing:
    """Where one customer's credit stands; NotFound when it has no account."""
    found = standings(s, [customer_id], day, lock=lock, amount_fen=amount_fen).get(customer_id)
    if found is None:
        raise NotFound()
    return found


def proposals(s: Session, who: Who, *, state: str | None = None, customer_id: int | None = None) -> Rows:
    """Limits proposed, newest first: with the customer's name and both people's."""
    decider = Person.__table__.alias("decider")
    rows: Select[*tuple[object, ...]] = (
        select(
            Proposal.id, Proposal.customer_id, Proposal.kind, Proposal.limit_fen, Proposal.terms_days, Proposal.policy,
            Proposal.grace_days, Proposal.valid_from_on, Proposal.valid_until_on, Proposal.reason, Proposal.state,
            Proposal.proposer_id, Proposal.proposed_at, Proposal.decided_at, Proposal.decision_reason, Proposal.version,
            Customer.name.label("customer"), Person.name.label("proposer"), decider.c.name.label("decider"),
            CreditAccount.limit_fen.label("now_fen"),
        )
        .join(Customer, Customer.id == Proposal.customer_id)
        .join(CreditAccount, CreditAccount.customer_id == Proposal.customer_id)
        .join(Person, Person.id == Proposal.proposer_id)
        .outerjoin(decider, decider.c.id == Proposal.decider_id)
        .where(visible(who, Proposal.customer_id))
        .order_by(Proposal.id.desc())
        .limit(200)
    )  # fmt: skip
    if state is not None:
        rows = rows.where(Proposal.state == state)
    if customer_id is not None:
        rows = rows.where(Proposal.customer_id == customer_id)
    return s.execute(rows).all()


def hold_rows(s: Session, who: Who, *, customer_id: int | None = None, in_force: bool = True) -> Rows:
    """Holds with the customer's name and who placed and released them, newest first."""
    releaser = Person.__table__.alias("releaser")
    placer = Person.__table__.alias("placer")
    rows: Select[*tuple[object, ...]] = (
        select(
            Hold.id, Hold.customer_id, Hold.kind, Hold.reason, Hold.figures, Hold.placed_at, Hold.released_at,
            Hold.release_reason, Hold.released_until_on, Hold.released_up_to_fen, Customer.name.label("customer"),
            placer.c.name.label("placer"), releaser.c.name.label("releaser"),
        )
        .join(Customer, Customer.id == Hold.customer_id)
        .outerjoin(placer, placer.c.id == Hold.placed_by)
        .outerjoin(releaser, releaser.c.id == Hold.released_by)
        .where(visible(who, Hold.customer_id))
        .order_by(Hold.id.desc())
        .limit(200)
    )  # fmt: skip
    if in_force:
        rows = rows.where(Hold.released_at.is_(None))
    if customer_id is not None:
        rows = rows.where(Hold.customer_id == customer_id)
    return s.execute(rows).all()


def over_limit(s: Session, who: Who) -> Rows:
    """Customers whose exposure is above their limit, the furthest first."""
    exposure = CreditAccount.open_orders_fen + CreditAccount.invoices_fen - CreditAccount.unallocated_fen
    return s.execute(
        select(
            Customer.id, Customer.name, CreditAccount.limit_fen, exposure.label("exposure_fen"),
            (exposure - CreditAccount.limit_fen).label("beyond_fen"),
        )
        .join(Customer, Customer.id == CreditAccount.customer_id)
        .where(exposure > CreditAccount.limit_fen, exposure > 0, visible(who, CreditAccount.customer_id))
        .order_by((exposure - CreditAccount.limit_fen).desc())
        .limit(200)
    ).all()  # fmt: skip
