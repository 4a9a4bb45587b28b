"""What the dispatcher plans from: orders whose goods are reserved, and why some may have to wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.core.db import AnyRow
from portal.customers import regions
from portal.customers.models import Customer, Site
from portal.deliveries.models.gate import passes, troubles
from portal.deliveries.rules import Load, Package, Pass, Trouble, load_of, reasons_against, total
from portal.orders.models import UNFINISHED, Order, OrderLine, Review
from portal.orders.rules import Progress, Reason, State
from portal.products.models import Sku
from portal.stock.models import Warehouse

MOST = 500
"""Orders on one board; nobody plans more by hand."""


@dataclass(frozen=True, slots=True)
class Drop:
    """One order to be planned: its row, its load, and why it may not be loaded as things stand."""

    row: AnyRow
    load: Load
    held: list[Reason]


@dataclass(frozen=True, slots=True)
class Region:
    """The orders of one region."""

    code: str
    name: str
    drops: list[Drop]
    load: Load


@dataclass(frozen=True, slots=True)
class Plan:
    """What is shown, and which regions there are at all: (code, name, orders)."""

    regions: list[Region]
    choices: list[tuple[str, str, int]]


_usual = aliased(Site)
USUAL_SITE = (
    select(_usual.id)
    .where(_usual.customer_id == Order.customer_id, _usual.removed_at.is_(None))
    .order_by(_usual.is_default.desc(), _usual.id)
    .limit(1)
    .scalar_subquery()
)
"""Where goods go when the order names no place."""

_TO_PLAN = (
    select(
        Order.id, Order.number, Order.customer_id, Order.wanted_on, Order.lines, Order.note,
        Customer.name.label("customer"), Customer.code, Site.name.label("site"), Site.address, Site.receives_from,
        Site.receives_until, func.coalesce(Site.region_code, Customer.region_code, "").label("region_code"),
    )
    .join(Customer, Customer.id == Order.customer_id)
    .outerjoin(Site, Site.id == func.coalesce(Order.site_id, USUAL_SITE))
    .where(
        Order.warehouse_id == bindparam("warehouse_id"),
        Order.progress == Progress.READY.value,
        UNFINISHED,
        or_(Order.wanted_on.is_(None), Order.wanted_on <= bindparam("until")),
    )
    .order_by(func.coalesce(Site.region_code, Customer.region_code, ""), Site.receives_from, Order.id)
    .limit(MOST)
)  # fmt: skip

LOADS = select(
    OrderLine.id, OrderLine.order_id, OrderLine.sku_id, OrderLine.reserved, OrderLine.price_fen, Sku.package,
    Sku.volume_ml, Sku.weight_g,
).join(Sku, Sku.id == OrderLine.sku_id).where(
    OrderLine.order_id.in_(bindparam("order_ids", expanding=True)), OrderLine.reserved > 0
).order_by(OrderLine.order_id, OrderLine.position)  # fmt: skip
"""What is reserved of orders, with what a truck must know of it."""


def line_load(line: AnyRow) -> Load:
    return load_of(Package(line.package, line.volume_ml, line.weight_g), line.reserved)


def to_plan(s: Session, *, warehouse_id: int, until: date, today: date, region: str = "") -> Plan:
    """The orders of one warehouse that can go now and are wanted by `until`; `region` narrows to one region's code."""
    rows = s.execute(_TO_PLAN, {"warehouse_id": warehouse_id, "until": until}).all()
    counted = Counter(row.region_code for row in rows)
    shown = [row for row in rows if not region or row.region_code == region]
    drops: dict[str, list[Drop]] = {}
    for drop in _with_loads(s, shown, today):
        drops.setdefault(drop.row.region_code, []).append(drop)
    return Plan(
        [Region(code, _name(code), found, total(drop.load for drop in found)) for code, found in drops.items()],
        [(code, _name(code), count) for code, count in counted.items()],
    )


def _name(code: str) -> str:
    return regions.name(code) if code else ""


def _with_loads(s: Session, rows: Sequence[AnyRow], today: date) -> Iterator[Drop]:
    """Each order with the load of what is reserved of it, and what speaks against it."""
    loads: dict[int, list[Load]] = {}
    for line in s.execute(LOADS, {"order_ids": [row.id for row in rows]}) if rows else ():
        loads.setdefault(line.order_id, []).append(line_load(line))
    against = troubles(s, sorted({row.customer_id for row in rows}), today)
    words = passes(s, [row.id for row in rows if row.customer_id in against])
    for row in rows:
        trouble = against.get(row.customer_id, Trouble())
        yield Drop(row, total(loads.get(row.id, ())), reasons_against(trouble, words.get(row.id, Pass())))


_IN_REVIEW = (
    select(Order.id, Order.number, Customer.name.label("customer"), Review.reason)
    .join(Customer, Customer.id == Order.customer_id)
    .join(Review, (Review.order_id == Order.id) & Review.decided_at.is_(None))
    .where(Order.state == State.IN_REVIEW.value, Order.warehouse_id == bindparam("warehouse_id"))
    .order_by(Order.submitted_at, Order.id)
    .limit(100)
)


def in_review(s: Session, warehouse_id: int) -> dict[int, tuple[AnyRow, list[Reason]]]:
    """Orders of this warehouse that wait for somebody's word: id -> (number and customer, why)."""
    found: dict[int, tuple[AnyRow, list[Reason]]] = {}
    for row in s.execute(_IN_REVIEW, {"warehouse_id": warehouse_id}):
        found.setdefault(row.id, (row, []))[1].append(Reason(row.reason))
    return found


def warehouses(s: Session) -> Sequence[AnyRow]:
    """(id, name) of the warehouses, the main one first."""
    return s.execute(select(Warehouse.id, Warehouse.name).order_by(Warehouse.is_main.desc(), Warehouse.id)).all()
