"""The basket: one draft per person and customer, filled line by line; not in the journal until it is submitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.refusal import Changed, NotFound, Wrong
from portal.core.text import T, Text
from portal.customers.models import Customer, Site
from portal.customers.rules import State as CustomerState
from portal.orders.models import Order, OrderLine, basket_of, check_customer
from portal.orders.rules import LIFE, CustomerStopped, NotForSale, Shortage, State, quantity_fault
from portal.people.models import Who
from portal.products.models import Sku, prices
from portal.products.rules import SkuState
from portal.stock.models import warehouse_for

order_table, line_table = cast(Table, Order.__table__), cast(Table, OrderLine.__table__)

_START = (
    select(Customer.id, Customer.state, Customer.region_code, Site.id.label("site_id"), Site.region_code.label("there"))
    .outerjoin(Site, (Site.customer_id == Customer.id) & Site.removed_at.is_(None))
    .where(Customer.id == bindparam("customer_id"))
    .order_by(Site.is_default.desc(), Site.id)
    .limit(1)
)


def _open(dialect: Any) -> Any:
    return dialect.insert(order_table).on_conflict_do_nothing().returning(order_table.c.id)


_OPEN = {"sqlite": _open(sqlite), "postgresql": _open(postgresql)}


def basket(s: Session, customer_id: int, who: Who) -> int:
    """The draft of this person for this customer; the first call makes it, at the customer's default site."""
    check_customer(s, who, customer_id)
    if (found := basket_of(s, customer_id, who)) is not None:
        return found
    start = beginning(s, customer_id)
    values = {
        "customer_id": customer_id, "person_id": who.id, "site_id": start.site_id, "created_at": clock.now(),
        "warehouse_id": warehouse_for(s, start.there or start.region_code),
    }  # fmt: skip
    made = s.execute(_OPEN[s.get_bind().dialect.name], values).scalar()
    return made if made is not None else cast(int, basket_of(s, customer_id, who))


def beginning(s: Session, customer_id: int) -> Any:
    """Where an order of this customer starts from: its default site and the regions; CustomerStopped, NotFound."""
    start = s.execute(_START, {"customer_id": customer_id}).first()
    if start is None:
        raise NotFound()
    if start.state == CustomerState.STOPPED:
        raise CustomerStopped()
    return start


_DRAFT = (
    select(
        Order.id, Order.customer_id, Order.person_id, Order.number, Order.state, Order.site_id, Order.warehouse_id,
        Order.shortage, Order.version, Order.wanted_on, Order.reference, Order.note, Order.asked_by,
        Customer.state.label("customer_state"), Customer.price_class,
    )
    .join(Customer, Customer.id == Order.customer_id)
    .where(Order.id == bindparam("order_id"))
    .with_for_update(of=Order)
)  # fmt: skip


def draft(s: Session, order_id: int, who: Who, verb: str = "submit") -> Any:
    """The draft, locked; NotFound when it is not `who`'s, WrongState when it was submitted.

    A draft is locked before accounts and stock: only its own person's requests ever wait for it.
    """
    found = s.execute(_DRAFT, {"order_id": order_id}).first()
    if found is None or found.person_id != who.id:
        raise NotFound()
    check_customer(s, who, found.customer_id)
    LIFE.check(State(found.state), verb)
    return found


def set_line(s: Session, order_id: int, sku_id: int, quantity: int, who: Who) -> None:
    """Let the draft hold `quantity` packages of this SKU; 0 takes the line out."""
    set_lines(s, order_id, [(sku_id, quantity)], who)


_KNOWN = (
    select(Sku.id, Sku.label, Sku.unit, Sku.multiple, Sku.state, OrderLine.position)
    .outerjoin(OrderLine, (OrderLine.sku_id == Sku.id) & (OrderLine.order_id == bindparam("order_id")))
    .where(Sku.id.in_(bindparam("sku_ids", expanding=True)))
)
_LAST = select(func.coalesce(func.max(OrderLine.position), 0)).where(OrderLine.order_id == bindparam("order_id"))
_TAKE_OUT = delete(line_table).where(
    line_table.c.order_id == bindparam("at_order"), line_table.c.sku_id == bindparam("at_sku")
)


def _put(dialect: Any) -> Any:
    made = dialect.insert(line_table)
    news = {name: made.excluded[name] for name in ("ordered", "price_fen", "price_rule")}
    return made.on_conflict_do_update(index_elements=["order_id", "sku_id"], set_=news)


_PUT = {"sqlite": _put(sqlite), "postgresql": _put(postgresql)}


def set_lines(s: Session, order_id: int, wanted: Sequence[tuple[int, int]], who: Who) -> None:
    """Let the draft hold these quantities, (sku id, packages) each; 0 takes a line out, other lines stay.

    Every line keeps the price seen now. Wrong names the lines that cannot be so (`line-<sku id>`).
    """
    order = draft(s, order_id, who)
    amounts = dict(wanted)
    known = {row.id: row for row in s.execute(_KNOWN, {"order_id": order_id, "sku_ids": list(amounts)})}
    _check(amounts, known)
    kept = {sku_id: n for sku_id, n in amounts.items() if n}
    if len(kept) < len(amounts):
        gone = [{"at_order": order_id, "at_sku": sku_id} for sku_id, n in amounts.items() if not n]
        s.connection().execute(_TAKE_OUT, gone)
    if kept:
        _write(s, order, kept, known)
    s.execute(RESUM, {"order_ids": [order_id]})


def _check(amounts: Mapping[int, int], known: Mapping[int, Any]) -> None:
    errors: dict[str, Text] = {}
    for sku_id, quantity in amounts.items():
        sku = known.get(sku_id)
        if sku is None:
            raise NotFound()
        if quantity == 0:
            continue
        fault = quantity_fault(quantity, sku.multiple, sku.unit)
        if fault is None and sku.state != SkuState.ON_SALE:
            fault = T("已停售")
        if fault is not None:
            errors[f"line-{sku_id}"] = T("{label}：{fault}", label=sku.label, fault=fault)
    if errors:
        raise Wrong(errors)


def _write(s: Session, order: Any, kept: Mapping[int, int], known: Mapping[int, Any]) -> None:
    priced = prices(s, order.customer_id, order.price_class, kept, clock.today())
    unpriced = [known[sku_id].label for sku_id in kept if priced[sku_id].price_fen is None]
    if unpriced:
        raise NotForSale(T("还没有给您的价格：{labels}。", labels="、".join(unpriced)))  # data
    last = s.execute(_LAST, {"order_id": order.id}).scalar_one()
    rows = []
    for sku_id, quantity in kept.items():
        position = known[sku_id].position
        if position is None:
            position = last = last + 1
        price = priced[sku_id]
        rows.append({
            "order_id": order.id, "sku_id": sku_id, "position": position, "ordered": quantity, "reserved": 0,
            "shipped": 0, "delivered": 0, "cancelled": 0, "price_fen": price.price_fen, "price_rule": price.stamp,
        })  # fmt: skip
    s.execute(_PUT[s.get_bind().dialect.name], rows)


_left = line_table.c.ordered - line_table.c.cancelled
_of_order = line_table.c.order_id == order_table.c.id


def _summed(what: Any) -> Any:
    summed = select(func.coalesce(func.sum(what), 0)).where(_of_order)
    return summed.correlate(order_table).scalar_subquery()


def _measured(measure: Any) -> Any:
    summed = select(func.coalesce(func.sum(_left * func.coalesce(measure, 0)), 0))
    summed = summed.join_from(line_table, Sku, Sku.id == line_table.c.sku_id).where(_of_order)
    return summed.correlate(order_table).scalar_subquery()


RESUM: Final = (
    update(order_table)
    .where(order_table.c.id.in_(bindparam("order_ids", expanding=True)))
    .values(
        lines=_summed(1), amount_fen=_summed(_left * line_table.c.price_fen), volume_ml=_measured(Sku.volume_ml),
        weight_g=_measured(Sku.weight_g),
    )
)  # fmt: skip
"""Write the sums of these orders anew from their lines."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Leaves a field of the head as it is."""

    name: str = field(default="keep")


KEEP: Final = Keep()
_SITE = select(Site.id, Site.region_code).where(
    Site.id == bindparam("site_id"), Site.customer_id == bindparam("customer_id"), Site.removed_at.is_(None)
)
_HEAD = update(order_table).where(order_table.c.id == bindparam("row"))


def edit_head(
    s: Session,
    order_id: int,
    who: Who,
    *,
    site_id: int | Keep = KEEP,
    shortage: str | Keep = KEEP,
    wanted_on: date | Keep | None = KEEP,
    reference: str | Keep | None = KEEP,
    note: str | Keep | None = KEEP,
    asked_by: str | Keep | None = KEEP,
    version: int | None = None,
) -> None:
    """Say where, when and how the draft shall be delivered; what is not named stays.

    The site decides which warehouse delivers. `version` is what the person saw: Changed when the head moved on since.
    """
    order = draft(s, order_id, who)
    fields = {
        "site_id": site_id, "shortage": shortage, "wanted_on": wanted_on, "reference": reference, "note": note,
        "asked_by": asked_by,
    }  # fmt: skip
    news: dict[str, Any] = {name: value for name, value in fields.items() if not isinstance(value, Keep)}
    _check_seen(order, version, news)
    if "shortage" in news:
        news["shortage"] = Shortage(news["shortage"]).value
    if "site_id" in news and news["site_id"] != order.site_id:
        site = s.execute(_SITE, {"site_id": site_id, "customer_id": order.customer_id}).first()
        if site is None:
            raise NotFound()
        news["warehouse_id"] = warehouse_for(s, site.region_code)
    s.execute(_HEAD.values(**news, version=order.version + 1), {"row": order_id})


_LABELS = {
    "site_id": T("收货地点"), "shortage": T("缺货时"), "wanted_on": T("希望送达"), "reference": T("客户单号"),
    "note": T("备注"), "asked_by": T("代谁下单"),
}  # fmt: skip


def _check_seen(order: Any, seen: int | None, news: Mapping[str, Any]) -> None:
    if seen is None or seen == order.version:
        return
    moved = {name: getattr(order, name) for name in news if getattr(order, name) != news[name]}
    raise Changed(
        theirs={str(_LABELS[name]): value for name, value in moved.items()},
        yours={str(_LABELS[name]): news[name] for name in moved},
        version=order.version,
        seen=seen,
    )
