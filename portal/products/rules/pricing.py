"""Which price applies: a pure choice among the prices that could, each with the rule that gave it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from portal.core.choice import Choice
from portal.core.text import T, Text


class PriceRule(Choice):
    """Where a price comes from; the first that has one wins."""

    CUSTOMER = "customer", "客户专价"
    CLASS = "class", "等级价"
    LIST = "list", "目录价"
    NONE = "none", "未定价"


_RANK = {PriceRule.CUSTOMER: 2, PriceRule.CLASS: 1, PriceRule.LIST: 0}


class Candidate(NamedTuple):
    """A price that is valid on the day: from `least` packages on, one costs `price_fen`."""

    rule: PriceRule
    price_fen: int
    list_id: int | None = None
    list_name: str | None = None
    least: int = 1
    valid_from_on: date | None = None


class Priced(NamedTuple):
    """The price of one package with its reason; `price_fen` is None when nobody set one."""

    price_fen: int | None
    rule: PriceRule
    list_id: int | None = None
    list_name: str | None = None
    least: int = 1
    passed_over: tuple[Candidate, ...] = ()
    """The other prices that were valid on the day."""

    @property
    def stamp(self) -> str:
        """The reason in short, for an order line: "class:12" (rule and price list), "list", "none"."""
        return self.rule.value if self.list_id is None else f"{self.rule.value}:{self.list_id}"


NO_PRICE = Priced(None, PriceRule.NONE)


def choose(candidates: Iterable[Candidate], list_price_fen: int | None, quantity: int) -> Priced:
    """The price for `quantity` packages among the day's `candidates` and the list price (fen, None: not set).

    The customer's own list goes before the list of its class, that before the list price; within one, the highest
    step that the quantity reaches, and of two the one valid from the later day.
    """
    all_of_them = list(candidates)
    if list_price_fen is not None:
        all_of_them.append(Candidate(PriceRule.LIST, list_price_fen))
    best: Candidate | None = None
    for candidate in all_of_them:
        if candidate.least <= quantity and (best is None or _place(candidate) > _place(best)):
            best = candidate
    if best is None:
        return Priced(None, PriceRule.NONE, passed_over=tuple(all_of_them))
    others = tuple(c for c in all_of_them if c is not best)
    return Priced(best.price_fen, best.rule, best.list_id, best.list_name, best.least, others)


def _place(c: Candidate) -> tuple[int, int, date, int]:
    return _RANK[c.rule], c.least, c.valid_from_on or date.min, c.list_id or 0


class PassedOver(NamedTuple):
    """A price that did not apply, and why."""

    candidate: Candidate
    why: Text


def why_not(priced: Priced, quantity: int) -> list[PassedOver]:
    """Each price that was passed over with its reason, the nearest first."""
    ordered = sorted(priced.passed_over, key=_place, reverse=True)
    return [PassedOver(c, _reason(c, priced, quantity)) for c in ordered]


def _reason(c: Candidate, priced: Priced, quantity: int) -> Text:
    if c.least > quantity:
        return T("满 {least} 起，本次 {quantity}", least=c.least, quantity=quantity)
    if c.rule is not priced.rule:
        return T("{rule}优先", rule=priced.rule.label)
    if c.least < priced.least:
        return T("已达到满 {least} 的价格", least=priced.least)
    return T("有更晚生效的价格")
