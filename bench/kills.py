"""kill -9 under load, again and again: what was acknowledged is there exactly once, and every figure still adds up."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bench import server as servers
from bench.client import Client
from bench.data import PASSWORD
from bench.load import order_form


@dataclass(slots=True)
class Kills:
    """What came of it."""

    kills: int = 0
    acknowledged: dict[str, str] = field(default_factory=dict)
    """once-key of each acknowledged order -> where its answer led."""
    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    integrity: str = ""

    def line(self) -> str:
        return (
            f"{self.kills} kills, {len(self.acknowledged)} orders acknowledged, {len(self.lost)} lost, "
            f"{len(self.double)} double, integrity {self.integrity}"
        )


def kill_under_load(instance: Path, *, kills: int, clients: int = 4, seed: int = 1) -> Kills:
    """Dealers place orders and repeat each until it is acknowledged, while the server dies `kills` times."""
    result, stop, port, chance = Kills(), threading.Event(), servers.free_port(), random.Random(seed)
    server = servers.start(instance, port=port)

    def work(number: int) -> None:
        mine, person, n = random.Random(number), Client(port), 0
        while not stop.is_set():
            key = f"kill-{number}-{n}"
            form = order_form(mine, number, key)
            while not stop.is_set():
                try:
                    if not person.token:
                        person.sign_in(f"d{number}", PASSWORD)
                    answer = person.ask("POST", "/orders/place", form)
                except (OSError, RuntimeError):
                    time.sleep(0.05)
                    continue
                if answer.status == 303 and answer.location.startswith("/orders/"):
                    result.acknowledged[key] = answer.location
                    break
                if answer.status == 303:  # to the sign-in: it was killed before it was written
                    person.token = ""
                time.sleep(0.02)
            n += 1
        person.close()

    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(1, clients + 1)]
    for thread in threads:
        thread.start()
    for _ in range(kills):
        _wait_for_work(result)
        time.sleep(chance.uniform(0.0, 0.5))
        server.kill()
        result.kills += 1
        server = servers.start(instance, port=port)
    _wait_for_work(result)
    stop.set()
    for thread in threads:
        thread.join(timeout=30)
    server.kill()
    _count(instance / "portal.db", result)
    return result


def _wait_for_work(result: Kills) -> None:
    """Until an order is acknowledged again: the server is up and people are at work (a minute and a half at most)."""
    before, until = len(result.acknowledged), time.monotonic() + 90
    while len(result.acknowledged) == before and time.monotonic() < until:
        time.sleep(0.01)


def _count(path: Path, result: Kills) -> None:
    """Look into the database itself: one order per acknowledged key, none twice."""
    with closing(sqlite3.connect(path)) as connection:
        result.integrity = connection.execute("pragma integrity_check").fetchone()[0]
        rows = connection.execute(
            "select reference, count(*) from sales_order where reference like 'kill-%' and state <> 'draft' "
            "group by reference"
        )
        there = dict(rows.fetchall())
    result.lost = [key for key in result.acknowledged if key not in there]
    result.double = [key for key, count in there.items() if count > 1]
