"""Instructions per unit of work, counted by valgrind's callgrind: repeatable whatever else the machine does.

The measured program runs under callgrind with counting off; around a unit it turns counting on, and each dump is one
figure. What turning on and dumping cost themselves is measured the same way and taken off.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

TIMES = 5


def count(program: list[str], *, timeout: int = 1800) -> dict[str, int]:
    """Run `program` (python arguments) under callgrind; name of each dump -> instructions per unit."""
    if not shutil.which("valgrind"):
        return {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}"]
        subprocess.run(
            [*command, sys.executable, *program], check=True, timeout=timeout,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONHASHSEED": "0"},
        )  # fmt: skip
        found = dict(filter(None, map(_read, Path(folder).glob("out.*"))))
    idle = found.pop("idle", 0)
    return {name: max(0, total - idle) // TIMES for name, total in sorted(found.items())}


def _read(path: Path) -> tuple[str, int] | None:
    text = path.read_text(errors="replace")
    name = re.search(r"^desc: Trigger: dump (\S+)", text, re.MULTILINE)
    total = re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE)
    return (name[1], int(total[1])) if name and total else None


def measure(units: dict[str, Callable[[], object]]) -> None:
    """Inside the measured program: warm each unit up, then count TIMES of it under its name."""
    _control("-i", "on")
    for name, unit in {"idle": lambda: None, **units}.items():
        for _ in range(3):  # caches fill, and callgrind translates code when it first meets it
            unit()
        _control("-z")
        for _ in range(TIMES):
            unit()
        _control("-d", name)


def _control(*words: str) -> None:
    subprocess.run(
        ["callgrind_control", *words, str(os.getpid())], check=False, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
