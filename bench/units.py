"""The four units of work, for the portal and for the floor, as functions of one process.

(a) catalogue page, 50 products with own price and stock · (b) order list, 50 of all orders · (c) place an order of ten
lines · (d) order to cash: place, deliver in runs of ten, proof, invoice, receipt allocated.

`python -m bench.units portal|floor FOLDER` measures instructions under callgrind (see instructions.py);
`... FOLDER cpu` prints CPU milliseconds per unit.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bench import instructions

Unit = Callable[[], object]
TEN = 10


def floor_units(folder: Path) -> dict[str, Unit]:
    from bench.floor import create_floor

    client = create_floor(folder / "floor.db").test_client()
    chance = random.Random(3)

    def wanted() -> dict[str, Any]:
        skus = chance.sample(range(1, 1001), TEN)
        return {"customer": chance.randint(1, 1000), "p": skus, "n": [chance.randint(1, 9) for _ in skus]}

    return {
        "a": lambda: _ok(client.get(f"/catalogue?customer={chance.randint(1, 1000)}")),
        "b": lambda: _ok(client.get("/orders")),
        "c": lambda: _ok(client.post("/place", data=wanted())),
        "d": lambda: [_ok(client.post("/chain", data=wanted())) for _ in range(TEN)],
    }


def portal_units(folder: Path) -> dict[str, Unit]:
    app = open_portal(folder)
    chance, serial = random.Random(3), itertools.count()
    dealers = [signed_in(app, 4 + n) for n in range(1, 9)]
    desk = signed_in(app, 1)

    def place() -> int:
        number = chance.randrange(8)
        skus = chance.sample(range(1, 1001), TEN)
        form = {"customer": number + 1, "sku": skus, "quantity": [chance.randint(1, 9) for _ in skus],
                "once": f"bench-{os.getpid()}-{next(serial)}"}  # fmt: skip
        answer = dealers[number].post("/orders/place", data=form)
        assert answer.status_code == 303, (answer.status_code, answer.text[:300])
        return int(answer.headers["Location"].rsplit("/", 1)[1])

    return {
        "a": lambda: _ok(dealers[chance.randrange(8)].get("/orders/catalogue")),
        "a304": unchanged_catalogue(dealers[0]),
        "b": lambda: _ok(desk.get("/orders")),
        "c": place,
        "d": lambda: deliver_and_collect(app, [place() for _ in range(TEN)]),
    }


def open_portal(folder: Path) -> Flask:
    """The portal on the database in `folder`, quiet and without CSRF checks (the token's own cost is noise)."""
    os.environ["PORTAL_INSTANCE"] = str(folder)
    from portal.app import create_app

    logging.disable()
    return create_app({"WTF_CSRF_ENABLED": False})


def signed_in(app: Flask, person_id: int) -> FlaskClient:
    """A client with a sign-in row of its own."""
    from portal.core import clock
    from portal.core.db import write_tx
    from portal.people.models import SignIn, token_digest

    token = f"bench {person_id} {os.getpid()} {time.time_ns()}"
    with app.app_context(), write_tx() as s:
        now = clock.now()
        s.add(
            SignIn(
                token_digest=token_digest(token), person_id=person_id, created_at=now, idle_seconds=10**8,
                expires_at=now + timedelta(days=9), device="bench",
            )
        )  # fmt: skip
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


def unchanged_catalogue(client: FlaskClient) -> Unit:
    """The catalogue asked for again by a browser that still has it."""
    tag = client.get("/orders/catalogue").headers.get("ETag", "")

    def ask() -> None:
        answer = client.get("/orders/catalogue", headers={"If-None-Match": tag})
        assert answer.status_code == 304, answer.status_code

    return ask


def deliver_and_collect(app: Flask, order_ids: list[int]) -> None:
    """One run for these orders by the actions, a signature at each stop, a receipt for each invoice."""
    from sqlalchemy import select

    from portal.core import clock
    from portal.core.db import db, write_tx
    from portal.deliveries import actions as deliveries
    from portal.deliveries.models import Shipment, ShipmentLine, Stop
    from portal.payments import actions as payments
    from portal.payments.models import Invoice
    from portal.people.models import who_of

    with app.app_context():
        s: Session = db.session()
        diao, si, fan = (who_of(s, n) for n in (2, 3, 4))
        with write_tx() as s:
            run_id = deliveries.create_run(s, day_on=clock.today(), warehouse_id=1, vehicle_id=1, driver_id=3, who=diao)
            deliveries.assign(s, run_id, order_ids, diao)
        for step in (deliveries.load, deliveries.depart):
            with write_tx() as s:
                step(s, run_id, diao)
        lines: dict[int, dict[int, dict[str, int]]] = {}
        rows = select(Shipment.stop_id, ShipmentLine.id, ShipmentLine.quantity).join(
            ShipmentLine, ShipmentLine.shipment_id == Shipment.id
        )
        for row in s.execute(rows.where(Shipment.run_id == run_id)):
            lines.setdefault(row.stop_id, {})[row.id] = {"delivered": row.quantity}
        for stop_id in s.scalars(select(Stop.id).where(Stop.run_id == run_id).order_by(Stop.position)).all():
            with write_tx() as s:
                deliveries.confirm(
                    s, stop_id, outcomes=lines[stop_id], receiver="收货人", signature_id=1, signed_at=clock.now(),
                    photo_id=None, who=si,
                )  # fmt: skip
        invoices = select(Invoice.customer_id, Invoice.amount_fen).join(Shipment, Shipment.id == Invoice.cause_id)
        for paid in s.execute(invoices.where(Shipment.run_id == run_id)).all():
            with write_tx() as s:
                payments.post_receipt(
                    s, customer_id=paid.customer_id, amount_fen=paid.amount_fen, method="transfer", reference=None,
                    payer=None, received_on=clock.today(), allocations="oldest", note=None, who=fan,
                )  # fmt: skip
        db.session.remove()


def _ok(answer: Any) -> bool:
    """The page came."""
    assert answer.status_code == 200, (answer.status_code, answer.text[:300])
    return True


def cpu(units: dict[str, Unit], *, seconds: float = 2.0) -> dict[str, float]:
    """CPU milliseconds per unit, the median of five rounds of at least `seconds` / 5 each."""
    found = {}
    for name, unit in units.items():
        unit()
        rounds = []
        for _ in range(5):
            began, used, times = time.perf_counter(), time.process_time(), 0
            while time.perf_counter() - began < seconds / 5:
                unit()
                times += 1
            rounds.append((time.process_time() - used) * 1000 / times)
        found[name] = sorted(rounds)[2]
    return found


def main() -> None:
    what, folder = sys.argv[1], Path(sys.argv[2])
    units = floor_units(folder) if what == "floor" else portal_units(folder)
    if len(sys.argv) > 3:
        print(json.dumps(cpu(units)))
    else:
        instructions.measure(units)


if __name__ == "__main__":
    main()
