"""Cancelling: the whole order, or what of it has not left yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from blinker import Signal
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from portal.orders.actions import standing
from portal.orders.actions.basket import line_table, order_table
from portal.orders.actions.lines import RESUM
from portal.orders.actions.progress import refresh
from portal.orders.actions.review import order_under_lock, record, withdraw_reviews
from portal.orders.actions.waiting import held_by_credit, lock_stock, look_again
from portal.orders.models import OrderLine
from portal.orders.rules import NothingToCancel, OnARun, Progress, State, Sums
from portal.people.models import Who
from portal.stock import actions as stock

cancelling = Signal(
    "cancelling: send(s, order_id=…, who=…), in the same transaction, before an order that is on a run is cancelled. "
    "The listener takes it off when the run is not loading yet (`record_unplanned`), else leaves it."
)

_VOID = (
    update(order_table)
    .where(order_table.c.id == bindparam("row"))
    .values(state=State.CANCELLED.value, progress=Progress.NONE.value, version=order_table.c.version + 1)
)
_PROGRESS = select(order_table.c.progress).where(order_table.c.id == bindparam("row")).with_for_update()
_LINES = (
    select(
        OrderLine.id, OrderLine.sku_id, OrderLine.price_fen, OrderLine.ordered, OrderLine.cancelled, OrderLine.reserved,
        OrderLine.shipped, OrderLine.delivered,
    )
    .where(OrderLine.order_id == bindparam("order_id"))
    .order_by(OrderLine.id)
)  # fmt: skip
_LESS = (
    update(line_table)
    .where(line_table.c.id == bindparam("line"))
    .values(reserved=bindparam("to_reserved"), cancelled=bindparam("to_cancelled"))
)


def cancel(
    s: Session, order_id: int, who: Who, *, reason: str | None = None, lines: Mapping[int, int] | None = None
) -> State:
    """Cancel what has not left yet: all of it, or only `lines` (line id -> packages); gives the order's state then.

    In review, and confirmed with nothing gone: `cancelled`, its amounts stay to be seen. Otherwise the lines are
    reduced and the order stays `confirmed`. OnARun for what is on a run that loads; NothingToCancel.
    """
    order = order_under_lock(s, who, order_id, "cancel")
    if order.state == State.IN_REVIEW:
        withdraw_reviews(s, order_id, who)
        s.execute(_VOID, {"row": order_id})
        record(s, "order.cancelled", order, who, _why(reason))
        return State.CANCELLED
    lock_stock(s, [order_id, *(waiting.id for waiting in held_by_credit(s, order.customer_id))])
    cuts = _cuts(s, order, who, lines)
    held = {cut.sku_id: cut.from_reserved for cut in cuts if cut.from_reserved}
    stock.release(s, order.warehouse_id, held)
    standing.move(s, {order.customer_id: -sum(cut.n * cut.price_fen for cut in cuts)})
    state = (
        _void(s, order, who, cuts, reason) if all(cut.is_void for cut in cuts) else _reduce(s, order, who, cuts, reason)
    )
    look_again(s, customer_id=order.customer_id, warehouse_id=order.warehouse_id, sku_ids=held, who=who)
    return state


class _Cut(NamedTuple):
    """What is taken from one line: `n` packages, of which `from_reserved` had stock."""

    line_id: int
    sku_id: int
    price_fen: int
    n: int
    from_reserved: int
    sums: Sums

    @property
    def is_void(self) -> bool:
        """Nothing of the line left, and nothing of it will."""
        return self.sums.shipped == 0 and self.n == self.sums.open


def _cuts(s: Session, order: Any, who: Who, wanted: Mapping[int, int] | None) -> list[_Cut]:
    """What is cancelled of every line, the missing packages first."""
    if order.progress == Progress.PLANNED:
        cancelling.send(s, order_id=order.id, who=who)
    is_planned = s.execute(_PROGRESS, {"row": order.id}).scalar_one() == Progress.PLANNED
    cuts = []
    for row in s.execute(_LINES, {"order_id": order.id}):
        sums = Sums(row.ordered, row.cancelled, row.reserved, row.shipped, row.delivered)
        most = sums.missing if is_planned else sums.open
        n = most if wanted is None else wanted.get(row.id, 0)
        if n < 0 or n > most:
            raise OnARun() if is_planned and n <= sums.open else NothingToCancel()
        cuts.append(_Cut(row.id, row.sku_id, row.price_fen, n, max(0, n - sums.missing), sums))
    if not any(cut.n for cut in cuts):
        raise OnARun() if is_planned else NothingToCancel()
    return cuts


def _void(s: Session, order: Any, who: Who, cuts: Sequence[_Cut], reason: str | None) -> State:
    s.connection().execute(_LESS, [
        {"line": cut.line_id, "to_reserved": 0, "to_cancelled": cut.sums.cancelled} for cut in cuts
    ])  # fmt: skip
    s.execute(_VOID, {"row": order.id})
    record(s, "order.cancelled", order, who, _why(reason))
    return State.CANCELLED


def _reduce(s: Session, order: Any, who: Who, cuts: Sequence[_Cut], reason: str | None) -> State:
    s.connection().execute(_LESS, [
        {
            "line": cut.line_id, "to_reserved": cut.sums.reserved - cut.from_reserved,
            "to_cancelled": cut.sums.cancelled + cut.n,
        }
        for cut in cuts
    ])  # fmt: skip
    s.execute(RESUM, {"order_ids": [order.id]})
    refresh(s, [order.id])
    facts = {"n": sum(cut.n for cut in cuts), "amount_fen": sum(cut.n * cut.price_fen for cut in cuts)}
    facts["lines"] = {cut.line_id: cut.n for cut in cuts if cut.n}  # type: ignore[assignment]
    record(s, "order.reduced", order, who, {**facts, **_why(reason)})
    return State.CONFIRMED


def _why(reason: str | None) -> dict[str, Any]:
    return {"reason": reason.strip()} if reason and reason.strip() else {}
