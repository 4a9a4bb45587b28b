"""From a basket, or straight from a list, to an order: priced, checked, stocked, counted and numbered in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from portal.core import clock, numbers
from portal.core.refusal import NotFound
from portal.customers.rules import State as CustomerState
from portal.orders.actions.basket import beginning, draft, line_table, order_table
from portal.orders.actions.head import warehouse_of
from portal.orders.actions.items import Item, check_sellable, items_of, price_items
from portal.orders.actions.settle import Case, Verdict, measures, open_reviews, say, say_short, weigh, write_lines
from portal.orders.models import check_customer
from portal.orders.rules import CustomerStopped, NoSite, Shortage, State
from portal.people.models import Who
from portal.products.models import Sku
from portal.stock.models import warehouse_for

_SUBMITTED = (
    update(order_table)
    .where(order_table.c.id == bindparam("row"))
    .values(
        state=bindparam("to_state"), progress=bindparam("to_progress"), submitted_at=bindparam("at"),
        confirmed_at=bindparam("confirmed"), lines=bindparam("n"), amount_fen=bindparam("fen"),
        volume_ml=bindparam("ml"), weight_g=bindparam("g"), version=order_table.c.version + 1,
    )
)  # fmt: skip


def submit(s: Session, order_id: int, who: Who, *, accepted: Mapping[int, int] | None = None) -> State:
    """Let the draft become an order: `confirmed`, or `in_review` with its reasons.

    `accepted` (sku id -> fen) are new prices that the buyer agreed to. PricesChanged, NotForSale, EmptyOrder, NoSite
    and CreditForbidden leave the draft as it is.
    """
    order = draft(s, order_id, who)
    if order.customer_state == CustomerState.STOPPED:
        raise CustomerStopped()
    if order.site_id is None:
        raise NoSite()
    day = clock.today()
    items = items_of(s, order_id)
    check_sellable(items)
    items = price_items(s, order.customer_id, order.price_class, items, accepted, day)
    case = Case(order_id, order.customer_id, order.warehouse_id, Shortage(order.shortage), items)
    verdict = weigh(s, case, day)
    write_lines(s, case, verdict.allotted)
    at, sums = clock.now(), measures(case, verdict)
    s.connection().execute(_SUBMITTED, {
        "row": order_id, "to_state": verdict.state.value, "to_progress": verdict.progress.value, "at": at,
        "confirmed": None if verdict.held else at, "n": sums["lines"], "fen": sums["amount_fen"],
        "ml": sums["volume_ml"], "g": sums["weight_g"],
    })  # fmt: skip
    _finish(s, case, verdict, who, is_numbered=order.number is not None)
    return verdict.state


def _finish(s: Session, case: Case, verdict: Verdict, who: Who, *, is_numbered: bool) -> None:
    """What both ways to an order end with: the journal, the reviews, the number."""
    say(s, "order.submitted", case, who, {"lines": len(case.items), "amount_fen": case.amount_fen()})
    if verdict.held:
        open_reviews(s, case, verdict.held)
    else:
        say_short(s, case, verdict, who)
    if not is_numbered:
        numbers.ask(s, "SO", order_table, case.order_id)


_ORDER = insert(order_table).returning(order_table.c.id)
_LINES = insert(line_table)


def place(
    s: Session,
    customer_id: int,
    wanted: Sequence[tuple[int, int]],
    who: Who,
    *,
    accepted: Mapping[int, int] | None = None,
    site_id: int | None = None,
    shortage: str = Shortage.WAIT,
    wanted_on: date | None = None,
    reference: str | None = None,
    note: str | None = None,
    asked_by: str | None = None,
) -> int:
    """An order straight from a list of (sku id, packages), past the basket, which stays as it is; gives its id.

    `accepted` (sku id -> fen) are the prices that the buyer saw; without it the day's prices are taken. Refusals as
    in `submit`: then there is no order.
    """
    check_customer(s, who, customer_id)
    start = beginning(s, customer_id)
    site_id = site_id or start.site_id
    if site_id is None:
        raise NoSite()
    if site_id == start.site_id:
        warehouse_id = warehouse_for(s, start.there or start.region_code)
    else:
        warehouse_id = warehouse_of(s, customer_id, site_id)
    at, day = clock.now(), clock.today()
    items = _items(s, wanted)
    check_sellable(items)
    items = price_items(s, customer_id, start.price_class, items, accepted, day)
    case = Case(0, customer_id, warehouse_id, Shortage(shortage), items)
    verdict = weigh(s, case, day)
    case.order_id = s.connection().execute(_ORDER, {
        "customer_id": customer_id, "person_id": who.id, "site_id": site_id, "warehouse_id": warehouse_id,
        "state": verdict.state.value, "progress": verdict.progress.value, "shortage": case.shortage.value,
        "wanted_on": wanted_on, "reference": reference, "note": note, "asked_by": asked_by, "created_at": at,
        "submitted_at": at, "confirmed_at": None if verdict.held else at, **measures(case, verdict),
    }).scalar_one()  # fmt: skip
    s.connection().execute(_LINES, _line_rows(case, verdict))
    _finish(s, case, verdict, who, is_numbered=False)
    return case.order_id


_SKUS = select(
    Sku.id, Sku.label, Sku.unit, Sku.multiple, Sku.state, Sku.volume_ml, Sku.weight_g
).where(Sku.id.in_(bindparam("sku_ids", expanding=True)))  # fmt: skip


def _items(s: Session, wanted: Sequence[tuple[int, int]]) -> list[Item]:
    amounts = {sku_id: n for sku_id, n in wanted if n}
    known = {row[0]: row[1:] for row in s.connection().execute(_SKUS, {"sku_ids": list(amounts)})}
    if len(known) < len(amounts):
        raise NotFound()
    return [Item(None, sku_id, n, None, "", *known[sku_id]) for sku_id, n in amounts.items()]


def _line_rows(case: Case, verdict: Verdict) -> list[dict[str, Any]]:
    return [
        {
            "order_id": case.order_id, "position": position, "sku_id": i.sku_id, "ordered": i.quantity,
            "reserved": verdict.allotted.reserved.get(i.sku_id, 0), "shipped": 0, "delivered": 0,
            "cancelled": verdict.allotted.cancelled.get(i.sku_id, 0), "price_fen": i.price_fen,
            "price_rule": i.price_rule,
        }
        for position, i in enumerate(case.items, 1)
    ]  # fmt: skip
