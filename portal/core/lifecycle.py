"""Lifecycles: which verb takes a record from which states to which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.core.choice import Choice
from portal.core.refusal import WrongState
from portal.core.text import T


@dataclass(frozen=True, slots=True)
class Move:
    """One arrow: `verb` leads from any of `sources` to one of `targets`."""

    verb: str
    sources: frozenset[Choice]
    targets: frozenset[Choice]


def move(verb: str, sources: Iterable[Choice], *targets: Choice) -> Move:
    """`move("submit", [DRAFT], CONFIRMED, IN_REVIEW)`."""
    return Move(verb, frozenset(sources), frozenset(targets))


class Lifecycle:
    """The table of moves of one kind of record; the only place that says which state allows what."""

    def __init__(self, name: str, *moves: Move) -> None:
        self.name = name
        self.moves = {m.verb: m for m in moves}

    def check(self, state: Choice, verb: str) -> None:
        """Raise WrongState unless `verb` may be done in `state`; the message names the states that allow it."""
        arrow = self.moves[verb]
        if state not in arrow.sources:
            allowed = "、".join(str(s.label) for s in sorted(arrow.sources))  # data
            raise WrongState(
                T("现在是“{now}”；只有“{allowed}”时可以。", now=state.label, allowed=allowed),
                state=state.value,
                verb=verb,
            )

    def allows(self, state: Choice, verb: str) -> bool:
        return state in self.moves[verb].sources

    def verbs(self, state: Choice) -> list[str]:
        """Every verb that `state` allows, in the table's order."""
        return [verb for verb, arrow in self.moves.items() if state in arrow.sources]

    def table(self) -> list[tuple[str, str, str]]:
        """(from, verb, to) rows, sorted: what the documentation prints and the test compares."""
        return sorted(
            (source.value, verb, target.value)
            for verb, arrow in self.moves.items()
            for source in arrow.sources
            for target in arrow.targets
        )
