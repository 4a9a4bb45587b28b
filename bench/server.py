"""The real server in processes of its own, on a database of its own, with its CPU time and memory."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(slots=True)
class Server:
    """`portal serve` on a port; `process` leads a group of its own."""

    port: int
    process: subprocess.Popen[bytes]

    def pids(self) -> list[int]:
        """The parent and everything below it."""
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            children = Path(f"/proc/{pid}/task/{pid}/children")
            if children.exists():
                todo += [int(child) for child in children.read_text().split()]
        return found

    def cpu_seconds(self) -> float:
        """User and system time of all its processes."""
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mib(self) -> float:
        """Proportional set size of all its processes."""
        total = 0
        for pid in self.pids():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total / 1024

    def kill(self) -> None:
        """kill -9 of everything, as a power cut would."""
        for pid in reversed(self.pids()):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(instance: Path, *, port: int | None = None, workers: int = 2, database: str | None = None) -> Server:
    """Start the server and wait until it answers."""
    port = port or free_port()
    env = {**os.environ, "PORTAL_INSTANCE": str(instance), "PORT": str(port), "PORTAL_WORKERS": str(workers)}
    if database:
        env["DATABASE_URL"] = database
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.cli", "serve"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    server = Server(port, process)
    until = time.monotonic() + 120  # a busy machine takes its time
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return server
        except OSError:
            time.sleep(0.05)
    server.kill()
    raise RuntimeError("the server did not start")


@contextmanager
def running(instance: Path, **options: object) -> Iterator[Server]:
    server = start(instance, **options)  # type: ignore[arg-type]
    try:
        yield server
    finally:
        server.kill()
