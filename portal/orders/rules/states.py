"""An order's states, where its goods are, what holds it up, and the arrows between the states."""

from __future__ import annotations

from portal.core.choice import Choice
from portal.core.lifecycle import Lifecycle, move


class State(Choice):
    DRAFT = "draft", "草稿"
    IN_REVIEW = "in_review", "待审核"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "已退回"
    CANCELLED = "cancelled", "已作废"


class Progress(Choice):
    """What is next for the goods of a confirmed order; derived from its lines and shipments, kept for lists."""

    NONE = "none", "未确认"
    WAITING = "waiting", "待到货"
    READY = "ready", "待发货"
    PLANNED = "planned", "已排车"
    ON_THE_WAY = "on_the_way", "送货中"
    DONE = "done", "已完成"


class Shortage(Choice):
    """What the buyer wants when stock does not reach."""

    WAIT = "wait", "等货补齐"
    CUT = "cut", "有多少发多少"


class Reason(Choice):
    """Why an order waits for somebody's word; one row each, confirmed when all are released."""

    CREDIT = "credit", "超出信用额度"
    OVERDUE = "overdue", "有逾期未付"
    HOLD = "hold", "信用冻结"
    MINIMUM = "minimum", "低于起订额"
    STOCK = "stock", "无货可发"


class Decision(Choice):
    """How a review ended."""

    RELEASED = "released", "放行"
    REFUSED = "refused", "退回"
    WITHDRAWN = "withdrawn", "撤回"


LIFE = Lifecycle(
    "order",
    move("submit", [State.DRAFT], State.CONFIRMED, State.IN_REVIEW),
    move("release", [State.IN_REVIEW], State.CONFIRMED, State.IN_REVIEW),
    move("refuse", [State.IN_REVIEW], State.REFUSED),
    move("take_back", [State.IN_REVIEW], State.DRAFT),
    move("cancel", [State.IN_REVIEW, State.CONFIRMED], State.CANCELLED, State.CONFIRMED),
)
