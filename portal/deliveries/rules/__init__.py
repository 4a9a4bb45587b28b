"""Deliveries: runs, stops, loads, what a stop's outcome demands, and who may not be loaded."""

from __future__ import annotations

from portal.deliveries.rules.gate import (
    HeldAtLoading,
    NoSite,
    NothingToLoad,
    NotReady,
    Pass,
    Trouble,
    WrongWarehouse,
    reasons_against,
    refuse_held,
    weakest,
)
from portal.deliveries.rules.journal import SENTENCES
from portal.deliveries.rules.loads import (
    PLACE,
    Bar,
    Load,
    OverCapacity,
    Package,
    bar,
    capacity,
    check_load,
    load_of,
    places_text,
    total,
)
from portal.deliveries.rules.outcome import (
    Evidence,
    EvidenceMissing,
    MoreThanShipped,
    NotAccountedFor,
    Outcome,
    Said,
    check_evidence,
    settle,
    signing_day,
    state_of,
)
from portal.deliveries.rules.states import (
    COMES_BACK,
    RUN_LIFE,
    STOP_LIFE,
    Deviation,
    RunState,
    StopState,
    Why,
    deviation_of,
)
from portal.deliveries.rules.words import Word, map_url, run_word, shipment_word, stop_word, why_word, window

__all__ = [
    "COMES_BACK", "PLACE", "RUN_LIFE", "SENTENCES", "STOP_LIFE", "Bar", "Deviation", "Evidence", "EvidenceMissing",
    "HeldAtLoading", "Load", "MoreThanShipped", "NoSite", "NotAccountedFor", "NotReady", "NothingToLoad", "Outcome",
    "OverCapacity", "Package", "Pass", "RunState", "Said", "StopState", "Trouble", "Why", "Word", "WrongWarehouse",
    "bar", "capacity", "check_evidence", "check_load", "deviation_of", "load_of", "map_url", "places_text",
    "reasons_against", "refuse_held", "run_word", "settle", "shipment_word", "signing_day", "state_of", "stop_word",
    "total", "weakest", "why_word", "window",
]  # fmt: skip
