"""Recompute levels from moves."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.verify import Difference
from portal.stock.models import Level, Move

_MOVED = select(Move.warehouse_id, Move.sku_id, func.sum(Move.quantity)).group_by(Move.warehouse_id, Move.sku_id)
_LEVELS = select(Level.warehouse_id, Level.sku_id, Level.on_hand, Level.reserved)


def differences(s: Session) -> Iterator[Difference]:
    """Levels that are not the sum of their moves, and reservations of more than there is."""
    moved = {(place, sku): int(n) for place, sku, n in s.execute(_MOVED)}
    for place, sku, on_hand, reserved in s.execute(_LEVELS):
        computed = moved.pop((place, sku), 0)
        if on_hand != computed:
            yield Difference("stock", f"on_hand of sku {sku} in warehouse {place}", on_hand, computed)
        if not 0 <= reserved <= on_hand:
            yield Difference("stock", f"reserved of sku {sku} in warehouse {place}", reserved, f"0 … {on_hand}")
    for (place, sku), computed in moved.items():
        if computed:
            yield Difference("stock", f"on_hand of sku {sku} in warehouse {place}", None, computed)
