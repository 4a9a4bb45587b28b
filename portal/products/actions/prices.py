"""Verbs on price lists and their lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.core import history
from portal.core.db import check_version
from portal.core.refusal import Changed, NotFound, Wrong
from portal.core.text import T
from portal.people.models import Who
from portal.products.models import PriceLine, PriceList, Sku, find_sku
from portal.products.rules import FIELDS, MOST_PRICE_FEN, told

Line = tuple[int, int, int]
"""(sku id, from how many packages on, price of one in fen with tax)."""
TOLD_LINES = 100
"""A list of up to so many lines stands in the journal as it is; a longer one by its digest."""


def create_price_list(
    s: Session,
    *,
    name: str,
    customer_id: int | None = None,
    price_class: str | None = None,
    valid_from_on: date,
    valid_until_on: date | None = None,
    lines: Iterable[Line] = (),
    who: Who | None,
) -> PriceList:
    """A list for one customer or for one class, valid from day to day (both included).

    Wrong when it is for both or neither, ends before it begins, or has two prices for the same step.
    """
    if (customer_id is None) == (price_class is None):
        raise Wrong({"customer": T("价格表给一个客户，或给一个价格等级")})
    _check_days(valid_from_on, valid_until_on)
    rows = list(lines)
    if any(not 0 <= fen <= MOST_PRICE_FEN for _sku_id, _least, fen in rows):
        raise Wrong({"percent": T("有价格超过 {most_fen}，核对百分比", most_fen=MOST_PRICE_FEN)})
    if len({(sku_id, least) for sku_id, least, _fen in rows}) < len(rows):
        raise Wrong({"lines": T("同一规格的同一起订数量只能有一个价格")})
    made = PriceList(
        name=name, customer_id=customer_id, price_class=price_class, valid_from_on=valid_from_on,
        valid_until_on=valid_until_on,
    )  # fmt: skip
    s.add(made)
    s.flush()
    if rows:
        s.execute(
            insert(PriceLine),
            [{"price_list_id": made.id, "sku_id": sku, "least": least, "price_fen": fen} for sku, least, fen in rows],
        )
    facts = {"name": name, "lines": len(rows), "from_on": valid_from_on, "until_on": valid_until_on, **_told(rows)}
    _say(s, "price_list.created", made, who, facts)
    return made


def edit_price_list(
    s: Session,
    list_id: int,
    *,
    name: str,
    valid_from_on: date,
    valid_until_on: date | None,
    seen: int | None = None,
    who: Who | None,
) -> PriceList:
    """Rename the list or move its days; Changed when `seen` is not its last version."""
    found = lock_list(s, list_id)
    _check_days(valid_from_on, valid_until_on)
    fields = {"name": name, "valid_from_on": valid_from_on, "valid_until_on": valid_until_on}
    changes = {key: [getattr(found, key), new] for key, new in fields.items() if getattr(found, key) != new}
    if not changes:
        return found
    check_version(
        found, seen,
        theirs={FIELDS[key]: told(key, before) for key, (before, _new) in changes.items()},
        yours={FIELDS[key]: told(key, new) for key, (_before, new) in changes.items()},
    )  # fmt: skip
    for key, (_before, new) in changes.items():
        setattr(found, key, new)
    _say(s, "price_list.edited", found, who, {"name": name, "changes": changes})
    return found


def add_line(s: Session, list_id: int, sku_id: int, least: int, price_fen: int, who: Who | None) -> PriceLine:
    """One more price: from `least` packages on. Wrong when that step has one."""
    found, sku = lock_list(s, list_id), find_sku(s, sku_id)
    _check_step(s, list_id, sku, least, None)
    line = PriceLine(price_list_id=list_id, sku_id=sku_id, least=least, price_fen=price_fen)
    s.add(line)
    s.flush()
    facts = {"code": sku.code, "sku_id": sku_id, "least": least, "price_fen": price_fen}
    _say(s, "price_list.line_added", found, who, facts)
    return line


def edit_line(
    s: Session, line_id: int, *, least: int, price_fen: int, seen_fen: int | None = None, who: Who | None
) -> PriceLine:
    """Change a price or its step; Changed when the price is no longer `seen_fen`, what the person saw."""
    line = find_line(s, line_id)
    found, sku = lock_list(s, line.price_list_id), find_sku(s, line.sku_id)
    s.refresh(line)
    if seen_fen is not None and line.price_fen != seen_fen:
        theirs, yours = told("price_fen", line.price_fen), told("price_fen", price_fen)
        raise Changed(theirs={FIELDS["price_fen"]: theirs}, yours={FIELDS["price_fen"]: yours})
    if (line.least, line.price_fen) == (least, price_fen):
        return line
    _check_step(s, line.price_list_id, sku, least, line_id)
    before = line.price_fen
    line.least, line.price_fen = least, price_fen
    facts = {"code": sku.code, "sku_id": sku.id, "least": least, "before_fen": before, "price_fen": price_fen}
    _say(s, "price_list.line_edited", found, who, facts)
    return line


def remove_line(s: Session, line_id: int, who: Who | None) -> None:
    line = find_line(s, line_id)
    found, sku = lock_list(s, line.price_list_id), find_sku(s, line.sku_id)
    s.execute(delete(PriceLine).where(PriceLine.id == line_id))
    facts = {"code": sku.code, "sku_id": sku.id, "least": line.least, "price_fen": line.price_fen}
    _say(s, "price_list.line_removed", found, who, facts)


def lock_list(s: Session, list_id: int) -> PriceList:
    """The list, held until the commit: who changes its lines comes through here."""
    found = s.get(PriceList, list_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


def find_line(s: Session, line_id: int) -> PriceLine:
    found = s.get(PriceLine, line_id)
    if found is None:
        raise NotFound()
    return found


def _check_days(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise Wrong({"valid_until_on": T("结束日期不能早于开始日期 {first_on}", first_on=first)})


def _check_step(s: Session, list_id: int, sku: Sku, least: int, own_id: int | None) -> None:
    taken = s.scalar(
        select(PriceLine.id).where(
            PriceLine.price_list_id == list_id, PriceLine.sku_id == sku.id, PriceLine.least == least
        )
    )
    if taken is not None and taken != own_id:
        raise Wrong({"least": T("{code} 满 {least} 起已有价格，直接改那一行", code=sku.code, least=least)})


def _told(rows: list[Line]) -> dict[str, Any]:
    if len(rows) <= TOLD_LINES:
        return {"prices": rows}
    return {"digest": hashlib.sha256(history.canonical({"prices": rows}).encode()).hexdigest()}


def _say(s: Session, verb: str, of: PriceList, who: Who | None, facts: dict[str, Any]) -> None:
    """In the customer's file when the list is a customer's."""
    chain = f"customer:{of.customer_id}" if of.customer_id else "products"
    history.record(s, verb, chain=chain, subject=("price_list", of.id), who=who, facts=facts)
