"""Credit accounts, proposals, holds, and what is asked of them."""

from portal.credit.models.questions import hold_rows, over_limit, proposals, standing, standings
from portal.credit.models.tables import CreditAccount, Hold, Proposal

__all__ = [
    "CreditAccount", "Hold", "Proposal", "hold_rows", "over_limit", "proposals", "standing", "standings",
]  # fmt: skip
