"""The prices that are valid for a customer on a day, for many packages in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Date, Integer, String, bindparam, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from portal.products.models.tables import PriceLine, PriceList, Sku
from portal.products.rules import Candidate, Priced, PriceRule, choose

_line, _list, _sku = PriceLine.__table__.c, PriceList.__table__.c, Sku.__table__.c
_WANTED: BindParameter[int] = bindparam("sku_ids", expanding=True)


def _of_lists(rule: PriceRule, whose: Any) -> Any:
    """Lines of the lists that `whose` names and that are valid on :day."""
    return (
        select(
            _line.sku_id, literal(rule.value, String).label("rule"), _line.price_fen, _list.id.label("list_id"),
            _list.name.label("list_name"), _line.least, _list.valid_from_on,
        )
        .join_from(PriceList, PriceLine, _line.price_list_id == _list.id)
        .where(
            whose,
            _list.valid_from_on <= bindparam("day", type_=Date),
            or_(_list.valid_until_on.is_(None), _list.valid_until_on >= bindparam("day", type_=Date)),
            _line.sku_id.in_(_WANTED),
        )
    )  # fmt: skip


_PRICES = union_all(
    select(
        _sku.id.label("sku_id"), literal(PriceRule.LIST.value, String).label("rule"),
        _sku.list_price_fen.label("price_fen"), null().cast(Integer).label("list_id"),
        null().cast(String).label("list_name"), literal(1).label("least"), null().cast(Date).label("valid_from_on"),
    ).where(_sku.id.in_(_WANTED)),
    _of_lists(PriceRule.CLASS, _list.price_class == bindparam("price_class")),
    _of_lists(PriceRule.CUSTOMER, _list.customer_id == bindparam("customer_id", type_=Integer)),
)  # fmt: skip
_RULES = {rule.value: rule for rule in PriceRule}


def prices(
    s: Session, customer_id: int | None, price_class: str | None, quantities: Mapping[int, int], day: date
) -> dict[int, Priced]:
    """The price of each package (sku id -> how many are asked for) for this customer on `day`, with its reason.

    One statement. A sku that does not exist is left out; a quantity below 1 is priced as one.
    """
    if not quantities:
        return {}
    asked = {"sku_ids": list(quantities), "customer_id": customer_id, "price_class": price_class, "day": day}
    listed: dict[int, int | None] = {}
    found: dict[int, list[Candidate]] = defaultdict(list)
    for sku_id, rule, price_fen, list_id, list_name, least, since in s.connection().execute(_PRICES, asked):
        if rule == "list":
            listed[sku_id] = price_fen
        else:
            found[sku_id].append(Candidate(_RULES[rule], price_fen, list_id, list_name, least, since))
    return {
        sku_id: choose(found.get(sku_id, ()), price_fen, max(1, quantities[sku_id]))
        for sku_id, price_fen in listed.items()
    }
