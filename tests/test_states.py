"""The table of states in the README is what the code does. `python -m tests.test_states` prints it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from portal.core.lifecycle import Lifecycle

ROOMS = ("customers", "credit", "orders", "deliveries")
README = Path(__file__).parent.parent / "README.md"


def lifecycles() -> list[Lifecycle]:
    """Every table of moves, room by room."""
    found: dict[str, Lifecycle] = {}
    for room in ROOMS:
        for thing in vars(import_module(f"portal.{room}.rules")).values():
            if isinstance(thing, Lifecycle):
                found.setdefault(thing.name, thing)
    return list(found.values())


def table() -> str:
    lines = ["| record | from | verb | to |", "| --- | --- | --- | --- |"]
    for life in lifecycles():
        lines += [f"| {life.name} | {source} | {verb} | {target} |" for source, verb, target in life.table()]
    return "\n".join(lines)


def test_the_readme_prints_the_moves_of_the_code() -> None:
    assert table() in README.read_text(encoding="utf-8")


if __name__ == "__main__":
    print(table())
