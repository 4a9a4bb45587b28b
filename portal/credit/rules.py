"""Credit for life: limit, terms, policies, holds, exposure and the check on every move that raises it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from portal.core.choice import Choice
from portal.core.lifecycle import Lifecycle, move
from portal.core.refusal import Refusal
from portal.core.text import T


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

SENTENCES = {
    "credit.opened": T("开立信用账户，额度 0"),
    "credit.limit_proposed": T("提议信用额度 {limit_fen}：{reason}"),
    "credit.limit_approved": T("同意信用额度 {limit_fen}"),
    "credit.limit_refused": T("不同意信用额度 {limit_fen}"),
    "credit.temporary_proposed": T("提议临时额度 {limit_fen}，到 {until_on}：{reason}"),
    "credit.temporary_approved": T("同意临时额度 {limit_fen}"),
    "credit.temporary_refused": T("不同意临时额度 {limit_fen}"),
    "hold.placed": T("冻结账户：{reason}"),
    "hold.released": T("解除冻结：{reason}"),
}


class CreditForbidden(Refusal):
    title = T("信用政策不允许这张单")
    next = T("先付款，或联系信用人员调整额度；内容已留在草稿里。")


class SamePerson(Refusal):
    status = 403
    title = T("提议的人不能自己决定")
    next = T("请另一位信用同事来决定。")


class HeldRow(NamedTuple):
    """A hold as it stands; a release may be for a time and up to an amount."""

    id: int
    kind: str
    reason: str
    placed_at: datetime
    released_at: datetime | None
    released_until_on: date | None
    released_up_to_fen: int | None

    def stands(self, day: date, amount_fen: int) -> bool:
        """Is it in force on `day` for goods worth `amount_fen`?"""
        if self.released_at is None:
            return True
        over = self.released_until_on is not None and day > self.released_until_on
        beyond = self.released_up_to_fen is not None and amount_fen > self.released_up_to_fen
        return over or beyond


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer's credit stands; all in fen with tax."""

    customer_id: int
    limit_fen: int
    temporary_fen: int
    open_orders_fen: int
    invoices_fen: int
    unallocated_fen: int
    policy: str
    grace_days: int
    terms_days: int
    holds: tuple[HeldRow, ...] = ()

    @property
    def exposure_fen(self) -> int:
        return self.open_orders_fen + self.invoices_fen - self.unallocated_fen

    @property
    def available_fen(self) -> int:
        return self.limit_fen + self.temporary_fen - self.exposure_fen


Against = tuple[str, dict[str, object]]


def check(standing: Standing, amount_fen: int, overdue_fen: int) -> list[Against]:
    """What speaks against raising exposure by `amount_fen`: ("credit" | "overdue" | "hold", figures) each.

    `overdue_fen` is what is overdue beyond the grace days. Policy remind says nothing, forbid raises CreditForbidden.
    """
    figures: dict[str, object] = {
        "limit_fen": standing.limit_fen + standing.temporary_fen,
        "exposure_fen": standing.exposure_fen,
        "amount_fen": amount_fen,
        "overdue_fen": overdue_fen,
    }
    against = []
    if amount_fen > standing.available_fen:
        against.append("credit")
    if overdue_fen > 0:
        against.append("overdue")
    if standing.holds:
        against.append("hold")
    if standing.policy == Policy.REMIND or not against:
        return []
    if standing.policy == Policy.FORBID:
        raise CreditForbidden(
            T("额度 {limit_fen}，已占用 {exposure_fen}，逾期 {overdue_fen}，本单 {amount_fen}。", **figures),
            against=against,
        )
    return [(kind, figures) for kind in against]
