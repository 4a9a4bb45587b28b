"""Many at once: 1,000 orders by 8 and by 32 clients over HTTP on the real server; nothing refused, nobody starved."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.client import Client
from bench.data import PASSWORD
from bench.server import running

ORDERS = 1000


@dataclass(slots=True)
class Load:
    """What came of it: answers by status, seconds of each order and in all, CPU and memory of the server."""

    clients: int
    statuses: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu_ms: float = 0.0
    memory_mib: float = 0.0

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        return sorted(self.took)[min(len(self.took) - 1, int(len(self.took) * share))] * 1000

    def line(self) -> str:
        refused = sum(n for status, n in self.statuses.items() if status != 303)
        return (
            f"{self.clients:>3} clients: {len(self.took)} orders, {refused} refused or failed, "
            f"{len(self.took) / self.seconds:6.0f}/s, p50 {self.percentile(0.5):6.1f} ms, "
            f"p99 {self.percentile(0.99):6.1f} ms, {self.cpu_ms:5.1f} ms CPU an order, {self.memory_mib:.0f} MiB"
        )


def order_form(chance: random.Random, customer: int, key: str) -> list[tuple[str, str]]:
    """Ten lines of ten products."""
    form = [("customer", str(customer)), ("once", key), ("reference", key)]
    for sku in chance.sample(range(1, 1001), 10):
        form += [("sku", str(sku)), ("quantity", str(chance.randint(1, 9)))]
    return form


def place_orders(instance: Path, clients: int, *, orders: int = ORDERS, database: str | None = None) -> Load:
    """`orders` orders by `clients` dealers at the same time."""
    load, turn = Load(clients), threading.Lock()
    with running(instance, database=database) as server:
        people = [Client(server.port) for _ in range(clients)]
        for number, person in enumerate(people, 1):
            person.sign_in(f"d{number}", PASSWORD)

        def work(number: int, person: Client) -> None:
            chance = random.Random(number)
            for n in range(orders // clients):
                form = order_form(chance, number, f"load-{clients}-{number}-{n}")
                began = time.perf_counter()
                status = person.ask("POST", "/orders/place", form).status
                with turn:
                    load.took.append(time.perf_counter() - began)
                    load.statuses[status] += 1

        threads = [threading.Thread(target=work, args=pair) for pair in enumerate(people, 1)]
        cpu, began = server.cpu_seconds(), time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        load.seconds = time.perf_counter() - began
        load.cpu_ms = (server.cpu_seconds() - cpu) * 1000 / max(1, len(load.took))
        load.memory_mib = server.memory_mib()
    return load
