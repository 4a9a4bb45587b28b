"""The chain in a few words: what five people do from order to money, by the actions."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock, files
from portal.core.db import db, write_tx
from portal.deliveries import actions as deliveries
from portal.deliveries.models import ShipmentLine, Stop
from portal.orders import actions as orders
from portal.orders.models import Order
from portal.payments import actions as payments
from tests.cast import Cast


@dataclass(slots=True)
class Chain:
    """Five people at work; every step is a transaction of its own, as it is behind the pages."""

    the: Cast

    def order(self, login: str, customer: str | int, wanted: Mapping[int, int]) -> int:
        """Somebody fills a basket (sku id -> packages) and submits it; the order's id."""
        customer_id = customer if isinstance(customer, int) else self.the.customers[customer]
        with write_tx() as s:
            who = self.the.who(s, login)
            order_id = orders.basket(s, customer_id, who)
            orders.set_lines(s, order_id, list(wanted.items()), who)
            orders.submit(s, order_id, who)
        return order_id

    def drive_out(self, order_ids: Sequence[int]) -> int:
        """The dispatcher plans a run with these orders, loads it and lets it go; the run's id."""
        with write_tx() as s:
            diao = self.the.who(s, "diao")
            run_id = deliveries.create_run(
                s, day_on=clock.today(), warehouse_id=self.the.warehouse, vehicle_id=self.the.vehicle,
                driver_id=self.the.people["si"], who=diao,
            )  # fmt: skip
            deliveries.assign(s, run_id, list(order_ids), diao, overload_reason="仓库在隔壁，分两趟装")
        with write_tx() as s:
            deliveries.load(s, run_id, self.the.who(s, "diao"))
        with write_tx() as s:
            deliveries.depart(s, run_id, self.the.who(s, "diao"))
        return run_id

    def sign_for(self, run_id: int, deviations: Mapping[int, Mapping[str, int]] | None = None) -> None:
        """The driver gets a signature at every stop; `deviations` is sku id -> {"short": 1, "refused": 2, …}."""
        picture = signature()
        for stop_id in self.stops(run_id):
            with write_tx() as s:
                si = self.the.who(s, "si")
                rows = s.execute(
                    select(ShipmentLine.id, ShipmentLine.sku_id, ShipmentLine.quantity)
                    .join(deliveries.Shipment, deliveries.Shipment.id == ShipmentLine.shipment_id)
                    .where(deliveries.Shipment.stop_id == stop_id)
                )
                outcomes = {}
                for row in rows:
                    off = dict((deviations or {}).get(row.sku_id, {}))
                    outcomes[row.id] = {"delivered": row.quantity - sum(off.values()), **off}
                kept = files.store(s, current_app.config["FILES"], picture, "signature.jpg", si.id)
                deliveries.confirm(
                    s,
                    stop_id,
                    outcomes=outcomes,
                    receiver="收货人",
                    signature_id=kept.id,
                    signed_at=clock.now(),
                    who=si,
                )

    def stops(self, run_id: int) -> list[int]:
        found = db.session.scalars(select(Stop.id).where(Stop.run_id == run_id).order_by(Stop.position))
        return list(found)

    def pay(self, customer: str | int, amount_fen: int, reference: str | None = None) -> int:
        """Finance registers a transfer and lets it settle the oldest invoices; the receipt's id."""
        customer_id = customer if isinstance(customer, int) else self.the.customers[customer]
        with write_tx() as s:
            return payments.post_receipt(
                s, customer_id=customer_id, amount_fen=amount_fen, method="transfer", reference=reference, payer=None,
                received_on=clock.today(), allocations="oldest", note=None, who=self.the.who(s, "fan"),
            )  # fmt: skip

    def state(self, order_id: int) -> str:
        return str(db.session.scalars(select(Order.state).where(Order.id == order_id)).one())


def signature() -> files.Picture:
    """What a receiver writes on the phone."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (240, 90), "white")
    ImageDraw.Draw(image).line([(10, 60), (80, 20), (150, 70), (230, 30)], "black", 4)
    out = io.BytesIO()
    image.save(out, "PNG")
    return files.picture(out.getvalue())


def balance(s: Session, customer_id: int) -> tuple[int, int, int]:
    """(open orders, invoices, unallocated) of the customer's account, in fen."""
    from portal.credit.models import CreditAccount

    return tuple(  # type: ignore[return-value]
        s.execute(
            select(CreditAccount.open_orders_fen, CreditAccount.invoices_fen, CreditAccount.unallocated_fen).where(
                CreditAccount.customer_id == customer_id
            )
        ).one()
    )
