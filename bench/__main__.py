"""`python -m bench`: the portal's speed against the floor in the same run, many at once, and kills; prints a table.

Options: `--orders N` finished orders behind the work (default 10,000), `--kills N` (default 0), `--no-instructions`
(valgrind takes minutes), `--load`.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import floor, instructions

NAMES = {
    "a": "(a) catalogue, 50 products",
    "a304": "(a) the same, unchanged",
    "b": "(b) order list, 50",
    "c": "(c) place 10 lines",
    "d": "(d) order to cash, one order of a run of ten",
}
UNITS_IN = {"d": 10}
"""How many orders one call of the unit makes."""


def prepare(folder: Path, orders: int) -> None:
    """A database each for the portal and for the floor."""
    os.environ["PORTAL_INSTANCE"] = str(folder)
    from flask_migrate import upgrade

    from bench import data
    from portal.app import create_app
    from portal.config import ROOT

    app = create_app()
    logging.disable()
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        data.fill(orders)
    floor.fill(floor.engine_at(folder / "floor.db"), orders=orders)


def _cpu(what: str, folder: Path) -> dict[str, float]:
    out = subprocess.run(
        [sys.executable, "-m", "bench.units", what, str(folder), "cpu"], check=True, capture_output=True, text=True
    ).stdout
    return dict(json.loads(out.strip().splitlines()[-1]))


def table(folder: Path, *, count: bool) -> list[str]:
    """CPU milliseconds and millions of instructions per unit, ours, the floor's, and their ratio."""
    ours, least = _cpu("portal", folder), _cpu("floor", folder)
    counted: dict[str, dict[str, int]] = {"portal": {}, "floor": {}}
    if count:
        counted = {what: instructions.count(["-m", "bench.units", what, str(folder)]) for what in counted}
    lines = [f"{'unit':<46} {'CPU ms':>8} {'floor':>7} {'M instr':>8} {'floor':>7} {'ratio':>6}"]
    for unit, name in NAMES.items():
        many = UNITS_IN.get(unit, 1)
        row: list[Any] = [ours.get(unit), least.get(unit), counted["portal"].get(unit), counted["floor"].get(unit)]
        ms, floor_ms, instr, floor_instr = (None if value is None else value / many for value in row)
        ratio = f"{instr / floor_instr:6.2f}" if instr and floor_instr else " " * 6
        lines.append(
            f"{name:<46} {_n(ms)} {_n(floor_ms, 7)} {_n(instr and instr / 1e6)} "
            f"{_n(floor_instr and floor_instr / 1e6, 7)} {ratio}"
        )
    return lines


def _n(value: float | None, width: int = 8) -> str:
    return " " * width if value is None else f"{value:{width}.2f}"


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m bench")
    asked.add_argument("--orders", type=int, default=10_000)
    asked.add_argument("--kills", type=int, default=0)
    asked.add_argument("--load", action="store_true")
    asked.add_argument("--no-instructions", action="store_true")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, options.orders)
        print("\n".join(table(folder, count=not options.no_instructions)), flush=True)
        if options.load:
            from bench.load import place_orders

            for clients in (1, 8, 32):
                print(place_orders(folder, clients).line(), flush=True)
        if options.kills:
            from bench.kills import kill_under_load

            print(kill_under_load(folder, kills=options.kills).line(), flush=True)


if __name__ == "__main__":
    main()
