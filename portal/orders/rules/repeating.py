"""What becomes of the lines of an earlier order when it is ordered again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from portal.orders.rules.quantities import MOST, nearest

FAR = 20
"""Successors of successors are followed so far."""


class Again(NamedTuple):
    """One line of an earlier order, today: `sku` is what is ordered now, a row of the package."""

    was: Any
    sku: Any
    quantity: int


class Repeated(NamedTuple):
    """What a repeat put into the basket, for the page to tell."""

    order_id: int
    """The basket."""
    added: list[Again]
    dearer_or_cheaper: list[tuple[str, int, int]]
    """(label, then fen, now fen) of lines whose price moved."""
    replaced: list[tuple[str, str]]
    """(label that was, label of its successor)."""
    rounded: list[tuple[str, int, int]]
    """(label, packages then, packages now): the pack grew."""
    gone: list[str]
    """Labels of what is no longer sold and has no successor, or has no price for this customer."""


def successor(sku: Any, skus: Mapping[int, Any]) -> Any:
    """What is sold in place of `sku` (itself, when it is on sale); None when nothing is. `skus` by id."""
    for _ in range(FAR):
        if sku is None or sku.state == "on_sale":
            return sku
        sku = skus.get(sku.successor_id)
    return None


def again(lines: Iterable[Any], skus: Mapping[int, Any]) -> tuple[list[Again], list[Any]]:
    """(lines as they can be ordered today, lines that cannot); quantities rounded up to the pack."""
    found, gone = [], []
    for line in lines:
        sku = successor(skus.get(line.sku_id), skus)
        if sku is None:
            gone.append(line)
            continue
        quantity = line.ordered if line.ordered % sku.multiple == 0 else nearest(line.ordered, sku.multiple)[1]
        found.append(Again(line, sku, min(quantity, MOST)))
    return found, gone
