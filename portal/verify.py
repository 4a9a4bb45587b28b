"""`portal verify`: recompute every derived figure and walk every chain of the journal; name each difference."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from sqlalchemy.orm import Session

from portal.app import ROOMS
from portal.core import history
from portal.core.verify import Difference


def verify(s: Session) -> Iterator[Difference]:
    """Every difference between what is stored and what follows from the rows, room by room, then the journal's."""
    for room in ROOMS:
        if find_spec(f"portal.{room}.verify"):
            yield from import_module(f"portal.{room}.verify").differences(s)
    for found in history.verify(s.connection()):
        if isinstance(found, history.Break):
            yield Difference("journal", f"{found.chain} #{found.position}", found.what, "intact")
