"""Orders of another system: brought in as they were, without credit check, stock moves or exposure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from portal.core import history
from portal.core.refusal import Wrong
from portal.core.text import T
from portal.orders.actions.basket import beginning, line_table, order_table
from portal.orders.actions.lines import RESUM
from portal.orders.models import Order
from portal.orders.rules import EmptyOrder, Progress, State
from portal.people.models import Who
from portal.stock.models import warehouse_for

_KNOWN = select(Order.id).where(Order.number == bindparam("number"))
_ORDER = insert(order_table).returning(order_table.c.id)
_LINES = insert(line_table)


def record_past(
    s: Session,
    *,
    customer_id: int,
    number: str,
    placed_at: datetime,
    lines: Sequence[tuple[int, int, int]],
    reference: str | None = None,
    who: Who,
) -> int:
    """Bring in a finished order under its own number: (sku id, packages, fen per package with tax) each; its id.

    Marked as past, delivered in full. The same number again changes nothing and gives the same id.
    """
    if (known := s.execute(_KNOWN, {"number": number}).scalar()) is not None:
        return known
    merged = _merged(lines)
    start = beginning(s, customer_id)
    order_id: int = s.execute(_ORDER, {
        "customer_id": customer_id, "person_id": who.id, "site_id": start.site_id, "number": number,
        "tail": number[-4:], "warehouse_id": warehouse_for(s, start.there or start.region_code),
        "state": State.CONFIRMED.value, "progress": Progress.DONE.value, "reference": reference, "is_past": True,
        "created_at": placed_at, "submitted_at": placed_at, "confirmed_at": placed_at,
    }).scalar_one()  # fmt: skip
    s.execute(_LINES, [
        {
            "order_id": order_id, "position": position, "sku_id": sku_id, "ordered": n, "reserved": 0, "shipped": n,
            "delivered": n, "cancelled": 0, "price_fen": fen, "price_rule": "past",
        }
        for position, (sku_id, (n, fen)) in enumerate(merged.items(), 1)
    ])  # fmt: skip
    s.execute(RESUM, {"order_ids": [order_id]})
    facts = {"lines": len(merged), "amount_fen": sum(n * fen for n, fen in merged.values()), "number": number}
    history.record(
        s, "order.brought_in", chain=f"customer:{customer_id}", subject=("order", order_id), who=who, facts=facts
    )
    return order_id


def _merged(lines: Sequence[tuple[int, int, int]]) -> dict[int, tuple[int, int]]:
    """One line per package; the same package at two prices cannot be kept as it was."""
    merged: dict[int, tuple[int, int]] = {}
    for sku_id, n, fen in lines:
        before, price = merged.get(sku_id, (0, fen))
        if n < 1 or price != fen:
            raise Wrong({"lines": T("同一规格有两个单价，或数量不足 1")})
        merged[sku_id] = (before + n, fen)
    if not merged:
        raise EmptyOrder()
    return merged
