"""What templates of this room say of a row."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from portal.core.db import AnyRow
from portal.core.text import T, Text
from portal.deliveries.routes._blueprint import blueprint
from portal.deliveries.rules import RunState, StopState, Why, places_text

RUN_TONES = {
    RunState.PLANNED: "plain", RunState.LOADING: "wait", RunState.UNDER_WAY: "busy", RunState.DONE: "done",
    RunState.CANCELLED: "plain",
}  # fmt: skip
STOP_TONES = {
    StopState.PENDING: "plain", StopState.DELIVERED: "done", StopState.PARTIAL: "wait", StopState.FAILED: "bad",
}  # fmt: skip


def run_word(state: str) -> SimpleNamespace:
    return SimpleNamespace(label=RunState(state).label, tone=RUN_TONES[RunState(state)])


def stop_word(state: str) -> SimpleNamespace:
    return SimpleNamespace(label=StopState(state).label, tone=STOP_TONES[StopState(state)])


def shipment_word(row: AnyRow) -> SimpleNamespace:
    """The word and colour of a shipment: void, what became of its stop, or where its run is."""
    if row.run_id is None:
        return SimpleNamespace(label=T("已作废"), tone="plain")
    return run_word(row.run_state) if row.stop_state == StopState.PENDING else stop_word(row.stop_state)


def why_word(code: str | None) -> Text | None:
    """The driver's word for what came back."""
    return Why(code).label if code in {member.value for member in Why} else None


def window(row: AnyRow) -> str | Text:
    """When a site takes goods: "08:00–17:30", "08:00 起"; nothing when it does not say."""
    opens, closes = (at.strftime("%H:%M") if at else "" for at in (row.receives_from, row.receives_until))
    if opens and closes:
        return f"{opens}–{closes}"
    return T("{time} 起", time=opens) if opens else T("{time} 前", time=closes) if closes else ""


def map_url(row: AnyRow) -> str:
    """Where the phone's map shows the site (the map asks the driver's phone, we send it nothing)."""
    return "https://uri.amap.com/search?keyword=" + quote(row.address)


def _teach(state: Any) -> None:
    for env in state.app.extensions["templates"].values():
        env.globals.update(
            drum_places=places_text, run_word=run_word, stop_word=stop_word, shipment_word=shipment_word,
            why_word=why_word, receiving_window=window, map_url=map_url,
        )  # fmt: skip


blueprint.record_once(_teach)
