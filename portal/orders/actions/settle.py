"""From lines to a confirmed order or one in review: what submit, place, release and look_again share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from portal.core import history
from portal.orders.actions import standing
from portal.orders.actions.basket import line_table
from portal.orders.actions.items import Item
from portal.orders.models import MINIMUM_FEN, Review
from portal.orders.rules import (
    Allotted,
    Held,
    Progress,
    Reason,
    Shortage,
    State,
    Sums,
    below_minimum,
    cut_or_wait,
    progress,
)
from portal.people.models import Who
from portal.stock import actions as stock


@dataclass(slots=True)
class Case:
    """An order about to be decided on."""

    order_id: int
    customer_id: int
    warehouse_id: int
    shortage: Shortage
    items: list[Item]

    def amount_fen(self, cancelled: Mapping[int, int] | None = None) -> int:
        """What the items are worth, less what is `cancelled` (sku id -> packages)."""
        less = cancelled or {}
        return sum((i.quantity - less.get(i.sku_id, 0)) * (i.price_fen or 0) for i in self.items)

    @property
    def wanted(self) -> dict[int, int]:
        """sku id -> packages."""
        return {item.sku_id: item.quantity for item in self.items}

    @property
    def ordered(self) -> int:
        return sum(item.quantity for item in self.items)


class Verdict(NamedTuple):
    """What becomes of the case: confirmed with these packages, or held for these reasons."""

    held: list[Held]
    allotted: Allotted
    amount_fen: int
    ordered: int
    """Packages asked for."""

    @property
    def state(self) -> State:
        return State.IN_REVIEW if self.held else State.CONFIRMED

    @property
    def progress(self) -> Progress:
        if self.held:
            return Progress.NONE
        reserved, cancelled = sum(self.allotted.reserved.values()), sum(self.allotted.cancelled.values())
        return progress(Sums(self.ordered, cancelled, reserved))


NOTHING = Allotted({}, {})


def weigh(s: Session, case: Case, day: date) -> Verdict:
    """Decide on a new order: credit under the account's lock, minimum, then stock. What is confirmed is reserved and
    counts as an open order from here on; CreditForbidden when the customer's policy says so.
    """
    account = standing.Account(s, case.customer_id, case.amount_fen(), day)
    held = below_minimum(case.amount_fen(), MINIMUM_FEN.get(s))
    if case.shortage is Shortage.CUT:
        return _weigh_cut(s, case, account, held)
    held = account.against(case.amount_fen()) + held
    return Verdict(held, NOTHING, case.amount_fen(), case.ordered) if held else confirm(s, case)


def _weigh_cut(s: Session, case: Case, account: standing.Account, held: list[Held]) -> Verdict:
    """What credit is asked for follows from what there is: stock first, given back when something speaks against it."""
    there = stock.reserve(s, case.warehouse_id, case.wanted)
    allotted = cut_or_wait(case.wanted, there, case.shortage)
    cut = {} if allotted.is_nothing else allotted.cancelled
    held = account.against(case.amount_fen(cut)) + held
    if allotted.is_nothing:
        held.append(no_stock(case))
    if held:
        stock.release(s, case.warehouse_id, there)
        return Verdict(held, NOTHING, case.amount_fen(), case.ordered)
    return _counted(s, case, allotted)


def confirm(s: Session, case: Case) -> Verdict:
    """Reserve what is there and count the order as open, the account being locked; nothing but stock is asked.

    Held for want of stock when the buyer wants it cut to what is there and nothing is.
    """
    there = stock.reserve(s, case.warehouse_id, case.wanted)
    allotted = cut_or_wait(case.wanted, there, case.shortage)
    if allotted.is_nothing and case.shortage is Shortage.CUT:
        return Verdict([no_stock(case)], NOTHING, case.amount_fen(), case.ordered)
    return _counted(s, case, allotted)


def _counted(s: Session, case: Case, allotted: Allotted) -> Verdict:
    amount = case.amount_fen(allotted.cancelled)
    standing.move(s, {case.customer_id: amount})
    return Verdict([], allotted, amount, case.ordered)


def no_stock(case: Case) -> Held:
    return Held(Reason.STOCK, {"short": case.ordered})


def measures(case: Case, verdict: Verdict) -> dict[str, int]:
    """The sums that an order keeps of its lines, as ordered less cancelled."""
    volume = weight = 0
    for item in case.items:
        left = item.quantity - verdict.allotted.cancelled.get(item.sku_id, 0)
        volume += left * (item.volume_ml or 0)
        weight += left * (item.weight_g or 0)
    return {"lines": len(case.items), "amount_fen": verdict.amount_fen, "volume_ml": volume, "weight_g": weight}


_LINE = (
    update(line_table)
    .where(line_table.c.id == bindparam("line"))
    .values(
        reserved=bindparam("to_reserved"), cancelled=bindparam("to_cancelled"), price_fen=bindparam("to_price"),
        price_rule=bindparam("to_rule"),
    )
)  # fmt: skip


def write_lines(s: Session, case: Case, allotted: Allotted) -> None:
    """Store what each line got, with its price, which is frozen from now on."""
    s.connection().execute(_LINE, [
        {
            "line": i.line_id, "to_reserved": allotted.reserved.get(i.sku_id, 0), "to_price": i.price_fen,
            "to_cancelled": allotted.cancelled.get(i.sku_id, 0), "to_rule": i.price_rule,
        }
        for i in case.items
    ])  # fmt: skip


_REVIEW = insert(cast(Table, Review.__table__))
_ROUND = select(func.coalesce(func.max(Review.round), 0)).where(Review.order_id == bindparam("order_id"))


def open_reviews(s: Session, case: Case, held: Sequence[Held]) -> None:
    """One row for each reason, and what the journal says of it."""
    number = s.execute(_ROUND, {"order_id": case.order_id}).scalar_one() + 1
    s.execute(_REVIEW, [
        {"order_id": case.order_id, "round": number, "reason": h.reason.value, "figures": history.canonical(h.figures)}
        for h in held
    ])  # fmt: skip
    for h in held:
        say(s, f"order.waits.{h.reason.value}", case, None, dict(h.figures))


def say(s: Session, verb: str, case: Case, who: Who | None, facts: Mapping[str, Any]) -> None:
    """One entry of the journal about the case's order."""
    history.record(
        s, verb, chain=f"customer:{case.customer_id}", subject=("order", case.order_id), who=who, facts=facts
    )


def say_short(s: Session, case: Case, verdict: Verdict, who: Who | None) -> None:
    """Tell what was not there: it waits, or it was cut."""
    cut = sum(verdict.allotted.cancelled.values())
    if cut:
        say(s, "order.cut", case, who, {"n": cut, "amount_fen": verdict.amount_fen})
    elif missing := verdict.ordered - sum(verdict.allotted.reserved.values()):
        say(s, "order.short", case, who, {"n": missing})
