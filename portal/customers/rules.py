"""What a customer's file is: kinds, states, what it must hold, and how complete it is."""

from __future__ import annotations

from portal.core.choice import Choice
from portal.core.lifecycle import Lifecycle, move


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


LIFE = Lifecycle(
    "customer",
    move("activate", [State.CANDIDATE], State.ACTIVE),
    move("stop", [State.CANDIDATE, State.ACTIVE], State.STOPPED),
    move("resume", [State.STOPPED], State.CANDIDATE, State.ACTIVE),
)


class PurchaseMode(Choice):
    DIRECT = "direct", "直接采购"
    TENDER = "tender", "招标采购"
