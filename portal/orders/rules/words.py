"""The words that people see for an order: one mapping over the stored state, its progress and the sums of its lines."""

from __future__ import annotations

from typing import NamedTuple

from portal.core.text import T, Text
from portal.orders.rules.quantities import Sums
from portal.orders.rules.states import Progress, State


class Word(NamedTuple):
    """A state as people read it, with the tone of its badge (done, wait, bad, busy, plain)."""

    text: Text
    tone: str


_STORED = {
    State.DRAFT: Word(State.DRAFT.label, "plain"),
    State.IN_REVIEW: Word(State.IN_REVIEW.label, "wait"),
    State.REFUSED: Word(State.REFUSED.label, "bad"),
    State.CANCELLED: Word(State.CANCELLED.label, "plain"),
}
_PROGRESS = {
    Progress.NONE: Word(State.CONFIRMED.label, "busy"),
    Progress.WAITING: Word(Progress.WAITING.label, "wait"),
    Progress.READY: Word(State.CONFIRMED.label, "busy"),
    Progress.PLANNED: Word(Progress.PLANNED.label, "busy"),
    Progress.ON_THE_WAY: Word(T("已发货"), "busy"),
    Progress.DONE: Word(T("已签收"), "done"),
}
_PARTLY_SHIPPED = Word(T("部分发货"), "busy")
_PARTLY_DELIVERED = Word(T("部分签收"), "busy")
_NOTHING_TAKEN = Word(T("全部拒收"), "bad")


def word(state: str, progress: str, sums: Sums | None = None) -> Word:
    """The word for an order; lists that have no sums at hand get the coarser one.

    `state` and `progress` as stored; `sums` of its lines tell apart what went out or was signed for in part.
    """
    if state != State.CONFIRMED:
        return _STORED[State(state)]
    if sums is not None and sums.shipped:
        if sums.open == 0 and sums.under_way == 0:
            return _PROGRESS[Progress.DONE]
        if sums.delivered:
            return _PARTLY_DELIVERED
        return _PARTLY_SHIPPED if sums.open else _PROGRESS[Progress.ON_THE_WAY]
    if sums is not None and progress == Progress.DONE:
        return _NOTHING_TAKEN
    return _PROGRESS[Progress(progress)]
