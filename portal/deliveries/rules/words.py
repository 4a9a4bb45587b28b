"""The words that people see for runs, stops and shipments, with the tone of their badge."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import quote

from portal.core.text import T, Text
from portal.deliveries.rules.states import RunState, StopState, Why


class Word(NamedTuple):
    """A state as people read it, with the tone of its badge (done, wait, bad, busy, plain)."""

    label: Text
    tone: str


RUN_TONES = {
    RunState.PLANNED: "plain", RunState.LOADING: "wait", RunState.UNDER_WAY: "busy", RunState.DONE: "done",
    RunState.CANCELLED: "plain",
}  # fmt: skip
STOP_TONES = {
    StopState.PENDING: "plain", StopState.DELIVERED: "done", StopState.PARTIAL: "wait", StopState.FAILED: "bad",
}  # fmt: skip


def run_word(state: str) -> Word:
    return Word(RunState(state).label, RUN_TONES[RunState(state)])


def stop_word(state: str) -> Word:
    return Word(StopState(state).label, STOP_TONES[StopState(state)])


def shipment_word(row: Any) -> Word:
    """The word and colour of a shipment: void, what became of its stop, or where its run is."""
    if row.run_id is None:
        return Word(T("已作废"), "plain")
    return run_word(row.run_state) if row.stop_state == StopState.PENDING else stop_word(row.stop_state)


def why_word(code: str | None) -> Text | None:
    """The driver's word for what came back."""
    return Why(code).label if code in {member.value for member in Why} else None


def window(row: Any) -> str | Text:
    """When a site takes goods: "08:00–17:30", "08:00 起"; nothing when it does not say."""
    opens, closes = (at.strftime("%H:%M") if at else "" for at in (row.receives_from, row.receives_until))
    if opens and closes:
        return f"{opens}–{closes}"
    return T("{time} 起", time=opens) if opens else T("{time} 前", time=closes) if closes else ""


def map_url(row: Any) -> str:
    """Where the phone's map shows the site (the map asks the driver's phone, we send it nothing)."""
    return "https://uri.amap.com/search?keyword=" + quote(row.address)
