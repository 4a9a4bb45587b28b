"""What stock, a room above, lets the pages of products show; `app.py` connects the two."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

StockOf = Callable[[Session, Sequence[int]], dict[int, tuple[int, int]]]
"""sku ids -> (on hand, reserved) over all warehouses."""

_stock_of: StockOf = lambda _s, _ids: {}  # noqa: E731


def tell_stock(question: StockOf) -> None:
    """Let `question` say what lies in the warehouses."""
    global _stock_of  # noqa: PLW0603
    _stock_of = question


def stock_of(s: Session, sku_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """(on hand, reserved) of these packages over all warehouses; what never lay anywhere is left out."""
    return _stock_of(s, sku_ids) if sku_ids else {}
