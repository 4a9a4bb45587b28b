"""Why an order waits for somebody's word, with the figures, and whose word it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from portal.core.text import T, Text
from portal.orders.rules.states import Reason
from portal.people.rules import ROLE_TABLE, Permission, Role

CREDIT_REASONS = frozenset({Reason.CREDIT, Reason.OVERDUE, Reason.HOLD})
"""What credit decides, and what may go away by itself when money comes."""


class Held(NamedTuple):
    """One reason with the figures of the moment (fen in names that end in `_fen`)."""

    reason: Reason
    figures: Mapping[str, object]


def below_minimum(amount_fen: int, minimum_fen: int) -> list[Held]:
    """The reason MINIMUM when the order is worth less than the least that we deliver (0: no minimum)."""
    if amount_fen >= minimum_fen:
        return []
    return [Held(Reason.MINIMUM, {"amount_fen": amount_fen, "minimum_fen": minimum_fen})]


def may_release(role: Role, reason: Reason) -> bool:
    """May this role let go (or refuse) an order that waits for this reason?"""
    if reason in CREDIT_REASONS:
        return Permission.CREDIT_RELEASE in ROLE_TABLE[role]
    if reason is Reason.MINIMUM:
        return role in (Role.MANAGER, Role.DIRECTOR)
    return Permission.ORDER_REVIEW in ROLE_TABLE[role]


_SAID = {
    Reason.CREDIT: T("额度 {limit_fen}，已占用 {exposure_fen}，本单 {amount_fen}"),
    Reason.OVERDUE: T("逾期 {overdue_fen}"),
    Reason.HOLD: T("账户已冻结，占用 {exposure_fen}"),
    Reason.MINIMUM: T("本单 {amount_fen}，起订 {minimum_fen}"),
    Reason.STOCK: T("仓库没有现货，缺 {short}"),
}


def said(reason: Reason, figures: Mapping[str, object]) -> Text:
    """The figures of a review as a sentence; one that an old row lacks shows as a dash."""
    sentence = _SAID[reason]
    names = [part.split("}")[0] for part in sentence.source.split("{")[1:]]
    return Text(sentence.source, tuple((name, figures.get(name, "—")) for name in names))
