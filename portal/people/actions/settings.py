"""The settings that the administrator changes on a page."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.core import history
from portal.core.refusal import Changed
from portal.core.settings import Setting
from portal.people.actions.signing import CHAIN
from portal.people.models import Who


def change_settings(s: Session, wanted: Mapping[str, int], seen: Mapping[str, int], who: Who) -> int:
    """Put the settings that differ from what was `seen`; gives how many. Changed when another did so meanwhile."""
    put = {key: value for key, value in wanted.items() if value != seen.get(key)}
    now = {key: Setting.known[key].get(s) for key in put}
    others = [key for key in put if now[key] not in (seen.get(key), put[key])]
    if others:
        raise Changed(
            theirs={Setting.known[key].label: now[key] for key in others},
            yours={Setting.known[key].label: put[key] for key in others},
        )
    for key, value in put.items():
        Setting.known[key].put(s, value)
        history.record(
            s, "setting.changed", chain=CHAIN, subject=("setting", None), who=who,
            facts={"key": key, "before": now[key], "after": value},
        )  # fmt: skip
    return len(put)
