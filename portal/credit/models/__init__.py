"""Credit accounts, proposals, holds, and what is asked of them."""

from portal.credit.models.lists import (
    Desk,
    desk,
    find_hold,
    find_proposal,
    holds,
    holds_of,
    over_limit,
    proposals,
    proposals_of,
)
from portal.credit.models.questions import held_row, lock, standing, standings
from portal.credit.models.tables import CreditAccount, Hold, Proposal

__all__ = [
    "CreditAccount", "Desk", "Hold", "Proposal", "desk", "find_hold", "find_proposal", "held_row", "holds", "holds_of",
    "lock", "over_limit", "proposals", "proposals_of", "standing", "standings",
]  # fmt: skip
