"""Orders ready to go, and a dispatcher and a driver to send them: by the actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from portal.core import clock, files
from portal.core.db import db, write_tx
from portal.deliveries import actions
from portal.deliveries.models import Shipment, ShipmentLine, Stop
from portal.stock.models import Level
from tests.cast import Cast
from tests.flow.chain import Chain, signature


@dataclass(slots=True)
class Road:
    """What happens between order and signature, one transaction a step."""

    the: Cast
    chain: Chain

    def order(self, customer: str = "dealer", **wanted: int) -> int:
        """An order of these packages ("HM46=2"); the dealer's buyer or the plant's engineer places it."""
        skus = {_CODES[code]: n for code, n in wanted.items()}
        login = {"dealer": "lu", "plant": "gao"}[customer]
        return self.chain.order(login, customer, {self.the.skus[code]: n for code, n in skus.items()})

    def run(self, *order_ids: int, vehicle: int | None = None, reason: str | None = None) -> int:
        """A planned run with these orders on it."""
        with write_tx() as s:
            diao = self.the.who(s, "diao")
            run_id = actions.create_run(
                s, day_on=clock.today(), warehouse_id=self.the.warehouse, vehicle_id=vehicle or self.the.vehicle,
                driver_id=self.the.people["si"], who=diao,
            )  # fmt: skip
            if order_ids:
                actions.assign(s, run_id, order_ids, diao, overload_reason=reason)
        return run_id

    def do(self, verb: Any, *args: Any, login: str = "diao", **kw: Any) -> Any:
        """One verb as one person in one transaction."""
        with write_tx() as s:
            return verb(s, *args, **kw, who=self.the.who(s, login))

    def out(self, *order_ids: int) -> int:
        """A run that has left with these orders."""
        run_id = self.run(*order_ids)
        self.do(actions.load, run_id)
        self.do(actions.depart, run_id)
        return run_id

    def stops(self, run_id: int) -> list[int]:
        return self.chain.stops(run_id)

    def lines(self, stop_id: int) -> list[Any]:
        return list(
            db.session.execute(
                select(ShipmentLine.id, ShipmentLine.sku_id, ShipmentLine.quantity, ShipmentLine.price_fen)
                .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
                .where(Shipment.stop_id == stop_id)
                .order_by(ShipmentLine.id)
            )
        )

    def sign(self, stop_id: int, outcomes: Mapping[int, Any] | None = None, **kw: Any) -> actions.Confirmed:
        """The driver's slip with name and signature, in full unless `outcomes` says otherwise."""
        with write_tx() as s:
            si = self.the.who(s, "si")
            kept = files.store(s, current_app.config["FILES"], _PICTURE, "signature.jpg", si.id)
            kw = {"receiver": "收货人老王", "signature_id": kept.id, **kw}
            return actions.confirm(s, stop_id, outcomes=outcomes or {}, who=si, **kw)

    def stock(self, code: str) -> tuple[int, int]:
        """(on hand, reserved)."""
        row = db.session.execute(
            select(Level.on_hand, Level.reserved).where(Level.sku_id == self.the.skus[_CODES[code]])
        ).one()
        return row.on_hand, row.reserved

    def states(self, run_id: int) -> Sequence[str]:
        return list(db.session.scalars(select(Stop.state).where(Stop.run_id == run_id).order_by(Stop.position)))


_CODES = {"HM46": "HM46-200", "CI4": "CI4-18", "SN": "SN-4x6", "EP2": "EP2-15"}
_PICTURE = signature()


@pytest.fixture
def road(app: Flask, the: Cast) -> Road:
    return Road(the, Chain(the))
