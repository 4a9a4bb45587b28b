"""Where customers' credit stands, in few set-based statements built once: on the path of every order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Boolean, ColumnElement, bindparam, literal_column, select
from sqlalchemy.orm import Session

from portal.core.db import total
from portal.core.refusal import NotFound
from portal.credit.models.tables import NOT_OVER, CreditAccount, Hold, Proposal
from portal.credit.rules import HeldRow, ProposalKind, ProposalState, Standing

_IDS = CreditAccount.customer_id.in_(bindparam("ids", expanding=True))


def temporary_fen(day: Any) -> ColumnElement[int]:
    """What temporary limits add to an account on `day`, a date or a parameter."""
    return (
        select(total(Proposal.limit_fen))
        .where(
            Proposal.customer_id == CreditAccount.customer_id,
            Proposal.kind == ProposalKind.TEMPORARY.value,
            Proposal.state == ProposalState.APPROVED.value,
            Proposal.valid_from_on <= day,
            Proposal.valid_until_on >= day,
        )
        .correlate(CreditAccount)
        .scalar_subquery()
    )


_TEMPORARY = temporary_fen(bindparam("day", type_=Proposal.valid_from_on.type)).label("temporary_fen")
_ACCOUNTS = (
    select(
        CreditAccount.customer_id, CreditAccount.limit_fen, _TEMPORARY,
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
    .where(literal_column(f"({NOT_OVER})", Boolean()))
    .order_by(Hold.id)
)  # fmt: skip


_LOCK = select(CreditAccount.customer_id).where(_IDS).order_by(CreditAccount.customer_id).with_for_update()


def lock(s: Session, customer_ids: Collection[int]) -> None:
    """Let every other move of these customers' credit wait for this one; NotFound when one has no account."""
    ids = sorted(set(customer_ids))
    if len(s.connection().execute(_LOCK, {"ids": ids}).all()) != len(ids):
        raise NotFound()


def standings(
    s: Session, customer_ids: Collection[int], day: date, *, lock: bool = False, amount_fen: int = 0
) -> dict[int, Standing]:
    """Where these customers' credit stands on `day`; `holds` are those in force for goods worth `amount_fen`.

    `lock` keeps the accounts as they are until the transaction ends, in the order of customer ids. Two statements.
    """
    ids = sorted(customer_ids)
    if not ids:
        return {}
    accounts = s.connection().execute(_LOCKED if lock else _ACCOUNTS, {"ids": ids, "day": day}).all()
    holds: dict[int, list[HeldRow]] = defaultdict(list)
    for row in s.connection().execute(_HOLDS, {"ids": ids}):
        hold = held_row(row)
        if hold.stands(day, amount_fen):
            holds[row.customer_id].append(hold)
    return {row.customer_id: Standing(**row._mapping, holds=tuple(holds[row.customer_id])) for row in accounts}


def held_row(row: Any) -> HeldRow:
    """The hold of a row or an object that has its columns."""
    return HeldRow(*(getattr(row, name) for name in HeldRow._fields))


def standing(s: Session, customer_id: int, day: date, *, lock: bool = False, amount_fen: int = 0) -> Standing:
    """Where one customer's credit stands; NotFound when it has no account."""
    found = standings(s, [customer_id], day, lock=lock, amount_fen=amount_fen).get(customer_id)
    if found is None:
        raise NotFound()
    return found
