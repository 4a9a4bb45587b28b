"""Kinds, states and classes of customers, and what may still be changed."""

from __future__ import annotations

from datetime import date

from portal.core.choice import Choice
from portal.core.lifecycle import Lifecycle, move
from portal.core.refusal import Refusal
from portal.core.text import T


class Kind(Choice):
    END = "end", "终端客户"
    DEALER = "dealer", "经销商客户"


class State(Choice):
    CANDIDATE = "candidate", "候选"
    ACTIVE = "active", "正式"
    STOPPED = "stopped", "停止往来"


class SalesMode(Choice):
    INDUSTRIAL = "industrial", "工业品"
    CONSUMER = "consumer", "消费品"


class PriceClass(Choice):
    """Whose price list a customer buys by; not the grade."""

    STANDARD = "standard", "标准价"
    SILVER = "silver", "银级价"
    GOLD = "gold", "金级价"


class PurchaseMode(Choice):
    DIRECT = "direct", "直接采购"
    TENDER = "tender", "招标采购"


LIFE = Lifecycle(
    "customer",
    move("activate", [State.CANDIDATE], State.ACTIVE),
    move("stop", [State.CANDIDATE, State.ACTIVE], State.STOPPED),
    move("resume", [State.STOPPED], State.CANDIDATE, State.ACTIVE),
)

TONES = {State.CANDIDATE: "wait", State.ACTIVE: "done", State.STOPPED: "bad"}
"""The colour of each state's word."""


class KindFixed(Refusal):
    status = 409
    title = T("客户类型已经确定")
    next = T("首次收款之后类型不再变；确有需要时另建一个客户。")


def check_kind_change(now: Kind, wanted: Kind, confirmed_on: date | None) -> None:
    """A customer is made end or dealer freely until the first collection; then KindFixed."""
    if wanted is not now and confirmed_on is not None:
        raise KindFixed(
            T("{on} 首次收款时已确认为“{kind}”。", on=confirmed_on, kind=now.label), kind=now.value, wanted=wanted.value
        )


def after_resume(confirmed_on: date | None) -> State:
    """Where a stopped customer goes on: money was once collected, or not yet."""
    return State.ACTIVE if confirmed_on else State.CANDIDATE
