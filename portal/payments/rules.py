"""Receivables: when an invoice is due, what settles what, and what may never happen to an entry."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from portal.core.choice import Choice
from portal.core.refusal import Refusal
from portal.core.text import T


class Method(Choice):
    TRANSFER = "transfer", "银行转账"
    CASH = "cash", "现金"


SENTENCES = {
    "invoice.posted": T("开出应收 {amount_fen}，{due_on} 到期"),
    "receipt.posted": T("登记到账 {amount_fen}"),
    "receipt.allocated": T("核销 {amount_fen}"),
    "receipt.reversed": T("红冲到账 {amount_fen}：{reason}"),
    "allocation.undone": T("撤销核销 {amount_fen}：{reason}"),
}


class AmountWrong(Refusal):
    title = T("到账金额不对")
    next = T("金额填大于 0 的数；退款和更正用红冲。")


class ReferenceTwice(Refusal):
    """The same money registered again; `first` (id) and `number` name the receipt that has it."""

    status = 409
    title = T("这笔流水已经登记过")
    next = T("打开已登记的那一笔核对；确实是另一笔就换流水号。")

    def __init__(self, reference: str, first: int, number: str | None) -> None:
        super().__init__(T("流水号 {reference} 已登记为 {number}。", reference=reference, number=number), receipt=first)
        self.first, self.number = first, number


class BeyondOpen(Refusal):
    title = T("核销超过了未收金额")
    next = T("把核销金额改到不超过未收余额和到账余额。")


class NothingToSettle(Refusal):
    title = T("没有可以核销的")
    next = T("这笔钱已经用完，或者客户没有未收应收；余额留作预收。")


class AlreadyReversed(Refusal):
    status = 409
    title = T("已经红冲或撤销过")
    next = T("刷新页面查看最新状态。")


class ReasonMissing(Refusal):
    title = T("要写明原因")
    next = T("写清楚为什么红冲或撤销，稽核时会看到。")


class OpenItem(NamedTuple):
    """An invoice that is not settled: what is still owed of it in fen."""

    id: int
    due_on: date
    open_fen: int
    number: str | None = None


Parts = Mapping[int, int]
"""invoice id -> fen that settle it."""


def due(signed_on: date, terms_days: int) -> date:
    """Terms "on signing, N days": due N days after signing."""
    return signed_on + timedelta(days=terms_days)


def oldest_first(items: Iterable[OpenItem], amount_fen: int) -> dict[int, int]:
    """How `amount_fen` settles the items, the earliest due first: invoice id -> fen; the rest is prepayment."""
    parts: dict[int, int] = {}
    for item in sorted(items, key=lambda i: (i.due_on, i.id)):
        part = min(item.open_fen, amount_fen)
        if part <= 0:
            break
        parts[item.id] = part
        amount_fen -= part
    return parts


def check_parts(parts: Parts, items: Iterable[OpenItem], left_fen: int) -> None:
    """BeyondOpen when a part is more than is owed of its invoice, or all of them more than the `left_fen` there are."""
    open_items = {item.id: item for item in items}
    for invoice_id, fen in parts.items():
        item = open_items.get(invoice_id)
        if item is None:
            raise BeyondOpen(T("要核销 {part_fen} 的应收单已经结清，或不是这家客户的。", part_fen=fen))
        if not 0 < fen <= item.open_fen:
            raise BeyondOpen(
                T(
                    "{number} 未收 {open_fen}，要核销 {part_fen}。",
                    number=item.number,
                    open_fen=item.open_fen,
                    part_fen=fen,
                )
            )
    if (total_fen := sum(parts.values())) > left_fen:
        raise BeyondOpen(T("到账余额 {left_fen}，要核销 {total_fen}。", left_fen=left_fen, total_fen=total_fen))


def reference_of(typed: str | None) -> str | None:
    """A bank's reference as it is kept and compared: half-width, upper case, no blanks; None for none."""
    return "".join(unicodedata.normalize("NFKC", typed or "").split()).upper() or None


def days_late(due_on: date, today: date) -> int:
    """Days past the due date, 0 when it is not due."""
    return max(0, (today - due_on).days)
