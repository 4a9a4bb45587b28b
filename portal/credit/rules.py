"""Credit for life: limit, terms, policies, holds, exposure and the check on every move that raises it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from portal.core.choice import Choice
from portal.core.lifecycle import Lifecycle, move
from portal.core.refusal import Refusal
from portal.core.text import T, Text


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


class HoldState(Choice):
    """How a hold stands today."""

    IN_FORCE = "in_force", "冻结中"
    EASED = "eased", "有限放行"
    OVER = "over", "已解除"


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
    "hold.eased_until": T("放行到 {until_on}：{reason}"),
    "hold.eased_up_to": T("放行单笔不超过 {up_to_fen} 的订单：{reason}"),
    "hold.eased_both": T("放行到 {until_on}，单笔不超过 {up_to_fen}：{reason}"),
}

RELEASED = {
    (False, False): "hold.released", (True, False): "hold.eased_until", (False, True): "hold.eased_up_to",
    (True, True): "hold.eased_both",
}  # fmt: skip
"""(for a time, up to an amount) -> what the journal calls such a release."""


class CreditForbidden(Refusal):
    title = T("信用政策不允许这张单")
    next = T("先付款，或联系信用人员调整额度；内容已留在草稿里。")


class SamePerson(Refusal):
    status = 403
    title = T("提议的人不能自己决定")
    next = T("请另一位信用同事来决定。")


class AlreadyReleased(Refusal):
    status = 409
    title = T("这笔冻结已经解除")
    next = T("刷新页面查看是谁、何时解除的。")


class TemporaryOver(Refusal):
    status = 409
    title = T("这项临时额度已经过期")
    next = T("回绝这一项，需要时按新的日期再提议。")


class HeldRow(NamedTuple):
    """A hold with its release, if there is one; a release may be for a time and up to an amount."""

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
        beyond = self.released_up_to_fen is not None and amount_fen > self.released_up_to_fen
        return beyond or self.has_run_out(day)

    def has_run_out(self, day: date) -> bool:
        """Was it released for a time that is over on `day`?"""
        return self.released_until_on is not None and day > self.released_until_on

    def state(self, day: date) -> HoldState:
        """In force for everything, for some of it, or over."""
        if self.released_at is None or self.has_run_out(day):
            return HoldState.IN_FORCE
        if self.released_until_on is None and self.released_up_to_fen is None:
            return HoldState.OVER
        return HoldState.EASED


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
    def allowed_fen(self) -> int:
        """The limit with what temporary ones add today."""
        return self.limit_fen + self.temporary_fen

    @property
    def available_fen(self) -> int:
        return self.allowed_fen - self.exposure_fen

    @property
    def figures(self) -> dict[str, int]:
        """What a hold or a journal entry keeps of this moment, in fen."""
        return {
            "limit_fen": self.allowed_fen, "exposure_fen": self.exposure_fen, "open_orders_fen": self.open_orders_fen,
            "invoices_fen": self.invoices_fen, "unallocated_fen": self.unallocated_fen,
        }  # fmt: skip


Against = tuple[str, dict[str, object]]


def check(standing: Standing, amount_fen: int, overdue_fen: int) -> list[Against]:
    """What speaks against raising exposure by `amount_fen`: ("credit" | "overdue" | "hold", figures) each.

    `overdue_fen` is what is overdue beyond the grace days. Policy remind says nothing, forbid raises CreditForbidden.
    """
    against = []
    if amount_fen > standing.available_fen:
        against.append("credit")
    if overdue_fen > 0:
        against.append("overdue")
    if standing.holds:
        against.append("hold")
    if standing.policy == Policy.REMIND or not against:
        return []
    figures: dict[str, object] = {
        "limit_fen": standing.allowed_fen, "exposure_fen": standing.exposure_fen, "amount_fen": amount_fen,
        "overdue_fen": overdue_fen,
    }  # fmt: skip
    if standing.policy == Policy.FORBID:
        said = _FROZEN if standing.holds else _BEYOND
        raise CreditForbidden(T(said.source, **figures), against=against)
    return [(kind, figures) for kind in against]


_BEYOND = T("额度 {limit_fen}，已占用 {exposure_fen}，逾期 {overdue_fen}，本单 {amount_fen}。")
_FROZEN = T("账户已冻结。额度 {limit_fen}，已占用 {exposure_fen}，逾期 {overdue_fen}，本单 {amount_fen}。")


def limit_faults(kind: str, limit_fen: int, first_on: date | None, last_on: date | None) -> dict[str, Text]:
    """What is wrong with a proposed limit, by field; a temporary one needs an amount and a last day."""
    if kind != ProposalKind.TEMPORARY:
        return {"limit": T("额度不能小于 0")} if limit_fen < 0 else {}
    faults = {} if limit_fen > 0 else {"limit": T("临时额度要大于 0")}
    if last_on is None or (first_on is not None and last_on < first_on):
        faults["valid_until"] = T("临时额度要写到哪一天为止，不早于开始日")
    return faults
