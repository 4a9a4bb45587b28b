"""States of runs and stops, and why goods come back."""

from __future__ import annotations

from portal.core.choice import Choice
from portal.core.lifecycle import Lifecycle, move


class RunState(Choice):
    PLANNED = "planned", "已排车"
    LOADING = "loading", "装车中"
    UNDER_WAY = "under_way", "在途"
    DONE = "done", "已完成"
    CANCELLED = "cancelled", "已作废"


class StopState(Choice):
    PENDING = "pending", "待送达"
    DELIVERED = "delivered", "全部签收"
    PARTIAL = "partial", "部分签收"
    FAILED = "failed", "未送成"


class Deviation(Choice):
    """Why a line was not delivered in full."""

    SHORT = "short", "短少"
    DAMAGED = "damaged", "破损"
    REFUSED = "refused", "拒收"


class Why(Choice):
    """What the driver says about goods that come back; each belongs to one deviation (`deviation_of`)."""

    MISORDERED = "misordered", "订错了"
    UNWANTED = "unwanted", "暂时不要"
    QUALITY = "quality", "质量有疑问"
    PRICE = "price", "价格有异议"
    ABSENT = "absent", "没人收货"
    CLOSED = "closed", "进不了厂"
    LATE = "late", "错过收货时间"


COMES_BACK = frozenset({Why.ABSENT, Why.CLOSED, Why.LATE})
"""The customer still wants the goods: they are short, and queued again; after the other words they are refused."""


def deviation_of(why: Why) -> Deviation:
    return Deviation.SHORT if why in COMES_BACK else Deviation.REFUSED


RUN_LIFE = Lifecycle(
    "run",
    move("plan", [RunState.PLANNED], RunState.PLANNED),
    move("load", [RunState.PLANNED], RunState.LOADING),
    move("unload", [RunState.LOADING], RunState.PLANNED),
    move("depart", [RunState.LOADING], RunState.UNDER_WAY),
    move("hand_over", [RunState.LOADING, RunState.UNDER_WAY], RunState.LOADING, RunState.UNDER_WAY),
    move("sign", [RunState.UNDER_WAY], RunState.UNDER_WAY),
    move("finish", [RunState.UNDER_WAY], RunState.DONE),
    move("cancel", [RunState.PLANNED], RunState.CANCELLED),
)

STOP_LIFE = Lifecycle(
    "stop",
    move("confirm", [StopState.PENDING], StopState.DELIVERED, StopState.PARTIAL, StopState.FAILED),
)
