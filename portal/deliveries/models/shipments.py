"""Shipments as those see them who ordered the goods, and those who look after the customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.core.db import AnyRow
from portal.core.paging import Page, paged
from portal.core.refusal import NotFound
from portal.customers.models import Customer, Site, visible
from portal.deliveries.models.runs import LINES
from portal.deliveries.models.tables import ProofOfDelivery, Run, Shipment, Stop, Vehicle
from portal.orders.models import Order
from portal.people.models import Who
from portal.people.rules import Role
from portal.products.models import Sku


def shipments_visible(who: Who) -> ColumnElement[bool]:
    """Drivers see what is on their own runs; everybody else what belongs to customers they see."""
    if who.role is Role.DRIVER:
        return Run.driver_id == who.id
    return visible(who, Shipment.customer_id)


def _shipments() -> Any:
    return (
        select(
            Shipment.id, Shipment.number, Shipment.order_id, Shipment.customer_id, Shipment.run_id, Shipment.stop_id,
            Shipment.amount_fen, Shipment.weight_g, Shipment.created_at, Order.number.label("order_number"),
            Run.number.label("run_number"), Run.day_on, Run.state.label("run_state"), Run.departed_at,
            Stop.state.label("stop_state"), Vehicle.plate, ProofOfDelivery.receiver, ProofOfDelivery.signed_at,
            ProofOfDelivery.recorded_at, ProofOfDelivery.note, ProofOfDelivery.signature_id, ProofOfDelivery.photo_id,
            Customer.name.label("customer"), Site.name.label("site"), Site.address,
        )
        .join(Order, Order.id == Shipment.order_id)
        .join(Customer, Customer.id == Shipment.customer_id)
        .outerjoin(Run, Run.id == Shipment.run_id)
        .outerjoin(Vehicle, Vehicle.id == Run.vehicle_id)
        .outerjoin(Stop, Stop.id == Shipment.stop_id)
        .outerjoin(Site, Site.id == Stop.site_id)
        .outerjoin(ProofOfDelivery, ProofOfDelivery.stop_id == Stop.id)
    )  # fmt: skip


def find_shipment(s: Session, who: Who, shipment_id: int) -> AnyRow:
    """The shipment with its run, stop and proof; NotFound when it is not for this person."""
    row = s.execute(_shipments().where(Shipment.id == shipment_id, shipments_visible(who))).first()
    if row is None:
        raise NotFound()
    return row


def lines_of(s: Session, shipment_ids: Sequence[int]) -> Sequence[AnyRow]:
    """The lines of shipments with their goods."""
    return s.execute(LINES.where(Shipment.id.in_(shipment_ids)).order_by(Shipment.id, Sku.code)).all()


def of_customer(s: Session, who: Who, customer_id: int, args: Mapping[str, str]) -> Page:
    """The customer's shipments, newest first, as pages."""
    mine = (Shipment.customer_id == customer_id, shipments_visible(who))
    counted = select(Shipment.id).outerjoin(Run, Run.id == Shipment.run_id).where(*mine)
    return paged(s, _shipments().where(*mine), [Shipment.id], args, counted=counted)


def of_order(s: Session, who: Who, order_id: int) -> Sequence[AnyRow]:
    """The shipments of one order, oldest first."""
    mine = (Shipment.order_id == order_id, shipments_visible(who))
    return s.execute(_shipments().where(*mine).order_by(Shipment.id)).all()
