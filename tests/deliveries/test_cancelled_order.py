"""An order that is cancelled leaves the run it was planned on, unless that one is loading."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import db, write_tx
from portal.deliveries import actions as deliveries
from portal.deliveries.models import Shipment, Stop
from portal.orders import actions as orders
from portal.orders.models import Order
from portal.orders.rules import OnARun
from portal.verify import verify
from tests.cast import Cast


def _planned(the: Cast) -> tuple[int, int, int]:
    """(run, order to be cancelled, order that stays), both planned."""
    with write_tx() as s:
        wanted = [(the.skus["HM46-200"], 2)]
        first = orders.place(s, the.customers["dealer"], wanted, the.who(s, "lin"))
        second = orders.place(s, the.customers["plant"], wanted, the.who(s, "gao"))
    with write_tx() as s:
        diao = the.who(s, "diao")
        run_id = deliveries.create_run(
            s, day_on=clock.today(), warehouse_id=the.warehouse, vehicle_id=the.vehicle, driver_id=the.people["si"],
            who=diao,
        )  # fmt: skip
        deliveries.assign(s, run_id, [first, second], diao)
    return run_id, first, second


def test_it_is_taken_off_a_planned_run(app: Flask, s: Session, the: Cast) -> None:
    run_id, first, second = _planned(the)
    with write_tx() as tx:
        assert orders.cancel(tx, first, the.who(tx, "lin"), reason="下错了") == "cancelled"
    left = db.session.execute(select(Shipment.order_id).where(Shipment.run_id == run_id)).scalars().all()
    assert left == [second]
    assert db.session.scalars(select(Stop.position).where(Stop.run_id == run_id)).all() == [1]
    assert list(verify(db.session())) == []


def test_it_stays_on_a_run_that_loads(app: Flask, s: Session, the: Cast) -> None:
    run_id, first, _second = _planned(the)
    with write_tx() as tx:
        deliveries.load(tx, run_id, the.who(tx, "diao"))
    with pytest.raises(OnARun), write_tx() as tx:
        orders.cancel(tx, first, the.who(tx, "lin"))
    assert db.session.scalars(select(Order.progress).where(Order.id == first)).one() == "planned"
    assert list(verify(db.session())) == []
