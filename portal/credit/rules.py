"""Credit for life: limit, terms, policies, holds, exposure and the check on every move that raises it."""

from __future__ import annotations

from portal.core.choice import Choice
from portal.core.lifecycle import Lifecycle, move


class Policy(Choice):
    """What happens when the limit is passed or something is overdue (仅提醒 / 提醒并待审 / 禁止)."""

    REMIND = "remind", "仅提醒"
    REVIEW = "review", "提醒并待审"
    FORBID = "forbid", "禁止"


class Part(Choice):
    """What exposure is made of; each is a counter on the account, in fen with tax."""

    OPEN_ORDERS = "open_orders", "已确认未送"
    INVOICES = "invoices", "未收应收"
    UNALLOCATED = "unallocated", "未核销收款"


class ProposalKind(Choice):
    LIMIT = "limit", "信用额度"
    TEMPORARY = "temporary", "临时额度"


class ProposalState(Choice):
    PROPOSED = "proposed", "待决定"
    APPROVED = "approved", "已同意"
    REFUSED = "refused", "不同意"


class HoldKind(Choice):
    MANUAL = "manual", "人工冻结"
    OVERDUE = "overdue", "逾期冻结"


PROPOSAL_LIFE = Lifecycle(
    "proposal",
    move("approve", [ProposalState.PROPOSED], ProposalState.APPROVED),
    move("refuse", [ProposalState.PROPOSED], ProposalState.REFUSED),
)
