"""At loading: whose goods may not go after all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.core.refusal import Refusal
from portal.core.text import T
from portal.orders.rules import Reason


class HeldAtLoading(Refusal):
    """Customers on the run are held or overdue; their stops are named."""

    status = 409
    title = T("有客户被信用冻结或逾期，不能装车")
    next = T("请信用同事在车次页放行，或把这一站从车次上拿下。")


class NothingToLoad(Refusal):
    status = 409
    title = T("车次上还没有送货单")
    next = T("先从配送看板分配订单，再装车。")


class NotReady(Refusal):
    """An order that cannot go on a run now: not confirmed, nothing reserved, or on another run already."""

    status = 409
    title = T("有订单现在不能排车")
    next = T("刷新看板：它可能已被别人排走、已取消，或货被别的订单占用。")


class NoSite(Refusal):
    """An order of a customer without any place to deliver to."""

    title = T("有订单没有收货地点")
    next = T("先在客户档案里补上收货地点。")


class WrongWarehouse(Refusal):
    title = T("订单不在这个仓发货")
    next = T("换到订单所在仓的车次。")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands against a customer today: when its open holds were placed, and what is overdue beyond grace (fen)."""

    holds: tuple[datetime, ...] = ()
    overdue_fen: int = 0


@dataclass(frozen=True, slots=True)
class Pass:
    """When credit let goods go in spite of a hold and in spite of what is overdue; None: nobody did."""

    hold_at: datetime | None = None
    overdue_at: datetime | None = None


def weakest(passes: Iterable[Pass]) -> Pass:
    """What holds for all of several orders at one stop: the earliest word, or none where one order has none."""
    found = list(passes)
    holds = [one.hold_at for one in found if one.hold_at]
    overdues = [one.overdue_at for one in found if one.overdue_at]
    return Pass(
        min(holds) if found and len(holds) == len(found) else None,
        min(overdues) if found and len(overdues) == len(found) else None,
    )


def reasons_against(trouble: Trouble, released: Pass, stop_released_at: datetime | None = None) -> list[Reason]:
    """Why these goods may not be loaded; none: they may. A hold placed after the word was given stands again."""
    against = []
    hold_at = max((at for at in (released.hold_at, stop_released_at) if at), default=None)
    if trouble.holds and (hold_at is None or max(trouble.holds) > hold_at):
        against.append(Reason.HOLD)
    if trouble.overdue_fen > 0 and not (released.overdue_at or stop_released_at):
        against.append(Reason.OVERDUE)
    return against


def refuse_held(held: Sequence[tuple[int, str]]) -> None:
    """Raise HeldAtLoading when `held`, (position, customer's name) of stops, names any."""
    if held:
        stops = "、".join(f"{position} {name}" for position, name in held)  # data
        raise HeldAtLoading(T("按站序：{stops}。", stops=stops), stops=[position for position, _ in held])
