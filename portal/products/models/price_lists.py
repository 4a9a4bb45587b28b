"""Price lists as pages show them, and the whole story of one price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.core.db import AnyRow, Rows
from portal.core.paging import Page, paged
from portal.core.refusal import NotFound
from portal.core.search import words
from portal.core.text import Text
from portal.customers.models import Customer, visible
from portal.people.models import Who
from portal.products.models.lists import sku_row
from portal.products.models.tables import PriceLine, PriceList, Sku
from portal.products.models.valid_prices import prices
from portal.products.rules import PassedOver, Priced, PriceRule, because, why_not

_LIST = select(
    PriceList.id, PriceList.name, PriceList.price_class, PriceList.customer_id, PriceList.valid_from_on,
    PriceList.valid_until_on, PriceList.version, Customer.name.label("customer"), Customer.code.label("customer_code"),
).outerjoin(Customer, Customer.id == PriceList.customer_id)  # fmt: skip

WHEN = ("now", "later", "past", "all")


def _seen(who: Who) -> ColumnElement[bool]:
    """Lists of classes, and lists of the customers that this person may see."""
    return or_(PriceList.customer_id.is_(None), visible(who, cast("ColumnElement[int]", PriceList.customer_id)))


def list_price_lists(s: Session, who: Who, args: Mapping[str, str], day: date) -> Page:
    """Price lists, the latest first; `args`: q, target (class, customer), when (now unless told, later, past, all)."""
    rows = _LIST.where(_seen(who), *_validity(when_of(args), day))
    for word in words(args.get("q", "")):
        rows = rows.where(or_(func.lower(PriceList.name).contains(word), Customer.search.contains(word)))
    if args.get("target") == "class":
        rows = rows.where(PriceList.customer_id.is_(None))
    elif args.get("target") == "customer":
        rows = rows.where(PriceList.customer_id.is_not(None))
    order = (PriceList.valid_from_on, PriceList.id)
    return paged(s, rows, order, args, counted=rows.with_only_columns(PriceList.id))


def when_of(args: Mapping[str, str]) -> str:
    return args["when"] if args.get("when") in WHEN else "now"


def _validity(when: str, day: date) -> list[ColumnElement[bool]]:
    ended = PriceList.valid_until_on < day
    if when == "now":
        return [PriceList.valid_from_on <= day, or_(PriceList.valid_until_on.is_(None), ~ended)]
    if when == "later":
        return [PriceList.valid_from_on > day]
    return [ended] if when == "past" else []


def count_lines(s: Session, list_ids: list[int]) -> dict[int, int]:
    """price list -> its lines."""
    rows = select(PriceLine.price_list_id, func.count(PriceLine.id)).where(PriceLine.price_list_id.in_(list_ids))
    return {row[0]: row[1] for row in s.execute(rows.group_by(PriceLine.price_list_id))} if list_ids else {}


def find_price_list(s: Session, who: Who, list_id: int) -> AnyRow:
    """The list, if it is a class's or of a customer that `who` may see; NotFound otherwise."""
    row = s.execute(_LIST.where(PriceList.id == list_id, _seen(who))).first()
    if row is None:
        raise NotFound()
    return row


_LINE = select(
    PriceLine.id, PriceLine.price_list_id, PriceLine.sku_id, PriceLine.least, PriceLine.price_fen, Sku.code, Sku.label,
    Sku.unit, Sku.list_price_fen, Sku.state,
).join(Sku, Sku.id == PriceLine.sku_id)  # fmt: skip


def lines_of(s: Session, list_id: int, args: Mapping[str, str]) -> Page:
    """The prices of a list by code and step; `args`: q and the page's place."""
    rows = _LINE.where(PriceLine.price_list_id == list_id)
    rows = rows.where(*(Sku.search.contains(word) for word in words(args.get("q", ""))))
    order = (Sku.code, PriceLine.least, PriceLine.id)
    return paged(s, rows, order, args, counted=rows.with_only_columns(PriceLine.id), descending=False)


def line_row(s: Session, who: Who, line_id: int) -> AnyRow:
    """One price of a list that `who` may see; NotFound otherwise."""
    row = s.execute(
        _LINE.join(PriceList, PriceList.id == PriceLine.price_list_id).where(PriceLine.id == line_id, _seen(who))
    ).first()
    if row is None:
        raise NotFound()
    return row


def all_lines(s: Session, list_id: int) -> list[tuple[int, int, int]]:
    """(sku, least, price in fen) of the whole list, to make another one of."""
    rows = select(PriceLine.sku_id, PriceLine.least, PriceLine.price_fen).where(PriceLine.price_list_id == list_id)
    return [(row.sku_id, row.least, row.price_fen) for row in s.execute(rows)]


def lists_with(s: Session, who: Who, sku_id: int, day: date, limit: int = 50) -> Rows:
    """Prices of this package that hold on `day` or later, in lists that `who` may see."""
    rows = (
        select(
            PriceLine.least, PriceLine.price_fen, PriceList.id.label("list_id"), PriceList.name, PriceList.price_class,
            PriceList.valid_from_on, PriceList.valid_until_on, Customer.name.label("customer"),
        )
        .join(PriceList, PriceList.id == PriceLine.price_list_id)
        .outerjoin(Customer, Customer.id == PriceList.customer_id)
        .where(PriceLine.sku_id == sku_id, _seen(who))
        .where(or_(PriceList.valid_until_on.is_(None), PriceList.valid_until_on >= day))
    )  # fmt: skip
    order = (PriceList.customer_id.is_not(None), PriceList.price_class, PriceList.id, PriceLine.least)
    return s.execute(rows.order_by(*order).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Why:
    """The story of one price: what was asked, which rule gave it, what was passed over and for what reason."""

    sku: AnyRow
    quantity: int
    day: date
    priced: Priced
    customer: Any = None
    """A row with id, code, name; None: nobody in particular."""
    price_class: str | None = None

    @property
    def amount_fen(self) -> int | None:
        return None if self.priced.price_fen is None else self.priced.price_fen * self.quantity

    @property
    def because(self) -> Text:
        return because(self.priced)

    @property
    def passed_over(self) -> list[PassedOver]:
        return why_not(self.priced, self.quantity)

    @property
    def next_step(self) -> tuple[int, int] | None:
        """(from how many packages on, price in fen) of the nearest cheaper step of the same rule."""
        steps = [
            (c.least, c.price_fen)
            for c in self.priced.passed_over
            if c.least > self.quantity and c.rule in (self.priced.rule, PriceRule.CUSTOMER)
            and c.price_fen < (self.priced.price_fen or 0)
        ]  # fmt: skip
        return min(steps, default=None)


def explain(
    s: Session, sku_id: int, *, customer: Any = None, price_class: str | None = None, quantity: int, day: date
) -> Why:
    """Why one package costs what it does for this customer (a row with `id`, or None); NotFound: no such sku."""
    sku = sku_row(s, sku_id)
    priced = prices(s, customer.id if customer else None, price_class, {sku_id: quantity}, day)[sku_id]
    return Why(sku, quantity, day, priced, customer, price_class)
