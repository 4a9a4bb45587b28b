"""Receivables: when an invoice is due, what settles what, and what may never happen to an entry."""

from __future__ import annotations

from portal.core.choice import Choice


class Method(Choice):
    TRANSFER = "transfer", "银行转账"
    CASH = "cash", "现金"
