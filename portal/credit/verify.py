"""Credit recomputed: every customer has an account, two people stand behind every limit.

The counters of exposure are recomputed by the rooms that move them: payments and orders.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.verify import Difference
from portal.credit.models import CreditAccount, Hold, Proposal
from portal.credit.rules import ProposalState
from portal.customers.models import Customer


def differences(s: Session) -> Iterator[Difference]:
    """Customers without an account, limits without two people, releases without a name."""
    accounts = select(CreditAccount.customer_id)
    for customer_id in s.scalars(select(Customer.id).where(Customer.id.not_in(accounts))):
        yield Difference("credit", f"customer {customer_id} account", None, "an account")
    decided = Proposal.state.in_([ProposalState.APPROVED.value, ProposalState.REFUSED.value])
    alone = Proposal.decider_id.is_(None) | (Proposal.decider_id == Proposal.proposer_id)
    for row in s.execute(select(Proposal.id, Proposal.decider_id).where(decided, alone)):
        yield Difference("credit", f"proposal {row.id} decider_id", row.decider_id, "another person")
    nameless = select(Hold.id).where(Hold.released_at.is_not(None), Hold.released_by.is_(None))
    for hold_id in s.scalars(nameless):
        yield Difference("credit", f"hold {hold_id} released_by", None, "a person")
