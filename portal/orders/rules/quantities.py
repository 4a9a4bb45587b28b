"""What the quantities of order lines mean: what is open, what may be ordered, who gets what there is. In packages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from portal.core.text import T, Text
from portal.orders.rules.states import Progress, Shortage

MOST = 1_000_000
"""Packages on one line: beyond this a finger slipped."""


class Sums(NamedTuple):
    """The quantities of one line, or of all lines of an order: cancelled + shipped + reserved ≤ ordered."""

    ordered: int
    cancelled: int = 0
    reserved: int = 0
    shipped: int = 0
    delivered: int = 0

    @property
    def open(self) -> int:
        """Still to leave the warehouse."""
        return self.ordered - self.cancelled - self.shipped

    @property
    def missing(self) -> int:
        """Open, and no stock is kept for it."""
        return self.open - self.reserved

    @property
    def under_way(self) -> int:
        return self.shipped - self.delivered

    @property
    def owed(self) -> int:
        """Not yet delivered, nor given up: what counts as an open order in the customer's exposure."""
        return self.ordered - self.cancelled - self.delivered


def add(sums: Iterable[Sums]) -> Sums:
    """The sum over lines."""
    columns = list(zip(*sums, strict=True))
    return Sums(*map(sum, columns)) if columns else Sums(0)


def progress(sums: Sums, *, is_planned: bool = False) -> Progress:
    """What is next for a confirmed order with these sums; `is_planned`: a shipment of it waits on a run.

    What can be done now goes before what is under way, so that a rest that is ready is seen while a first part drives.
    """
    if is_planned:
        return Progress.PLANNED
    if sums.reserved:
        return Progress.READY
    if sums.under_way:
        return Progress.ON_THE_WAY
    return Progress.WAITING if sums.open else Progress.DONE


def nearest(quantity: int, multiple: int) -> tuple[int, int]:
    """The two quantities around `quantity` that are multiples of `multiple`; the lower is 0 when there is none."""
    lower = quantity // multiple * multiple
    return lower, lower + multiple


def quantity_fault(quantity: int, multiple: int, unit: str) -> Text | None:
    """Why so many packages cannot be ordered, with what can; None when they can."""
    if quantity < 1:
        return T("数量至少是 1")
    if quantity > MOST:
        return T("数量不能超过 {most}，核对位数", most=f"{MOST:,}")
    if quantity % multiple == 0:
        return None
    lower, upper = nearest(quantity, multiple)
    if lower == 0:
        return T("按 {multiple} {unit}的倍数订：最少 {upper}", multiple=multiple, unit=unit, upper=upper)
    return T(
        "按 {multiple} {unit}的倍数订：{lower} 或 {upper}", multiple=multiple, unit=unit, lower=lower, upper=upper
    )  # fmt: skip


class Allotted(NamedTuple):
    """What each line gets: `reserved` and newly `cancelled` packages by the caller's key."""

    reserved: dict[int, int]
    cancelled: dict[int, int]

    @property
    def is_nothing(self) -> bool:
        return not any(self.reserved.values())


def cut_or_wait(wanted: Mapping[int, int], there: Mapping[int, int], shortage: Shortage) -> Allotted:
    """Give each key of `wanted` what is `there` of it; the rest is cancelled for CUT, and waits for WAIT."""
    reserved = {key: min(n, there.get(key, 0)) for key, n in wanted.items()}
    if shortage is Shortage.WAIT:
        return Allotted(reserved, {})
    return Allotted(reserved, {key: n - reserved[key] for key, n in wanted.items() if n > reserved[key]})


def share_out(free: Mapping[int, int], queue: Iterable[tuple[int, int, int]]) -> dict[int, int]:
    """Give `free` packages (by sku) to the lines of `queue` (line, sku, missing), first come first served."""
    left, given = dict(free), {}
    for line, sku, missing in queue:
        if n := min(missing, left.get(sku, 0)):
            given[line] = n
            left[sku] -= n
    return given
