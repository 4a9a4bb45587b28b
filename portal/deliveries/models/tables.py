"""Vehicles, runs, stops, shipments and proofs of delivery."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Id, Versioned, ref
from portal.core.files import StoredFile
from portal.core.numbers import Numbered


class Vehicle(Base):
    __tablename__ = "vehicle"
    id: Mapped[Id]
    plate: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    capacity_g: Mapped[int]
    capacity_drums: Mapped[int]
    """Places for 200 L drums; smaller packages count by volume."""
    driver_id: Mapped[int | None] = ref("person.id", index=False)
    """Who usually drives it."""
    is_active: Mapped[bool] = mapped_column(default=True)


class Run(Numbered, Versioned, Base):
    """车次: one vehicle's trip on one day."""

    __tablename__ = "run"
    __table_args__ = (Index(None, "tail"), Index(None, "day_on", "state", "id"), Index(None, "driver_id", "day_on"))
    id: Mapped[Id]
    day_on: Mapped[date]
    warehouse_id: Mapped[int] = ref("warehouse.id", index=False)
    vehicle_id: Mapped[int] = ref("vehicle.id", index=False)
    driver_id: Mapped[int] = ref("person.id", index=False)
    state: Mapped[str] = mapped_column(default="planned")
    overload_reason: Mapped[str | None]
    departed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Stop(Base):
    """停靠点: one site of one run; one stop, one proof."""

    __tablename__ = "stop"
    __table_args__ = (UniqueConstraint("run_id", "site_id"),)
    id: Mapped[Id]
    run_id: Mapped[int] = ref("run.id", index=False)
    customer_id: Mapped[int] = ref("customer.id")
    site_id: Mapped[int] = ref("site.id", index=False)
    position: Mapped[int]
    state: Mapped[str] = mapped_column(default="pending")
    released_by: Mapped[int | None] = ref("person.id", index=False)
    """Who in credit let these goods be loaded although the customer is held or overdue."""
    released_at: Mapped[datetime | None]
    release_reason: Mapped[str | None]


class Shipment(Numbered, Base):
    """送货单: the goods of one order on one run; all that was reserved of it at planning."""

    __tablename__ = "shipment"
    __table_args__ = (Index(None, "tail"),)
    id: Mapped[Id]
    order_id: Mapped[int] = ref("sales_order.id")
    customer_id: Mapped[int] = ref("customer.id")
    run_id: Mapped[int | None] = ref("run.id")
    """None: taken off the run before it left; the number stays and shows as void."""
    stop_id: Mapped[int | None] = ref("stop.id")
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    weight_g: Mapped[int] = mapped_column(BigInteger)
    drum_places: Mapped[int]
    """In hundredths of a 200 L drum's place."""
    created_at: Mapped[datetime]


class ShipmentLine(Base):
    """delivered + short + damaged + refused = shipped, once the stop has its proof. In packages."""

    __tablename__ = "shipment_line"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint(
            "delivered is null or delivered + short + damaged + refused = quantity", name="accounted_for"
        ),
    )  # fmt: skip
    id: Mapped[Id]
    shipment_id: Mapped[int] = ref("shipment.id")
    order_line_id: Mapped[int] = ref("order_line.id")
    sku_id: Mapped[int] = ref("sku.id", index=False)
    quantity: Mapped[int]
    price_fen: Mapped[int] = mapped_column(BigInteger)
    delivered: Mapped[int | None]
    short: Mapped[int] = mapped_column(default=0)
    damaged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    """Why: the driver's word for what came back."""


class ProofOfDelivery(Base):
    """签收: who signed, when by the phone's clock and by ours, and the evidence."""

    __tablename__ = "proof_of_delivery"
    id: Mapped[Id]
    stop_id: Mapped[int] = ref("stop.id", index=False, unique=True)
    receiver: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    """By the device's clock."""
    recorded_at: Mapped[datetime]
    signature_id: Mapped[int | None] = mapped_column(ForeignKey(StoredFile.id))
    photo_id: Mapped[int | None] = mapped_column(ForeignKey(StoredFile.id))
    note: Mapped[str | None]
    person_id: Mapped[int] = ref("person.id", index=False)
