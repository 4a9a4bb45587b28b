"""Receivables: when an invoice is due, what settles what, and what may never happen to an entry."""

from __future__ import annotations

from collections.abc import Iterable
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
    status = 409
    title = T("这笔流水已经登记过")
    next = T("打开已登记的那一笔核对；确实是另一笔就换流水号。")


class BeyondOpen(Refusal):
    title = T("核销超过了未收金额")
    next = T("把核销金额改到不超过未收余额和到账余额。")


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


def days_late(due_on: date, today: date) -> int:
    """Days past the due date, 0 when it is not due."""
    return max(0, (today - due_on).days)
