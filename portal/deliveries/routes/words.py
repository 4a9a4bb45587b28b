"""Teach the templates this room's words."""

from __future__ import annotations

from typing import Any

from portal.deliveries.routes._blueprint import blueprint
from portal.deliveries.rules import (
    map_url,
    places_text,
    run_word,
    shipment_word,
    stop_word,
    why_word,
    window,
)


def _teach(state: Any) -> None:
    for env in state.app.extensions["templates"].values():
        env.globals.update(
            drum_places=places_text, run_word=run_word, stop_word=stop_word, shipment_word=shipment_word,
            why_word=why_word, receiving_window=window, map_url=map_url,
        )  # fmt: skip


blueprint.record_once(_teach)
