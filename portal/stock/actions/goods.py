"""Verbs on stock. Amounts map sku id -> whole packages; rows are locked in the order of sku ids.

A reservation writes no journal entry: it is part of an order's own step, and `reserved` follows from the order lines.
What moves goods says one entry for the whole action, not one per sku; deliveries, whose own entry (a run departed, a
stop was signed for) names the same quantities, passes `journal=False`: the moves are an append-only ledger already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from blinker import Signal
from sqlalchemy import CursorResult, Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.core import clock, history
from portal.core.refusal import Changed
from portal.core.text import T
from portal.people.models import Who
from portal.products.models import find_sku
from portal.stock.models import DrumEntry, Level, Move, Warehouse
from portal.stock.rules import DRUM_SIGN, BelowReserved, DrumMove, MoveKind, NotInStock

goods_received = Signal("goods received: send(s, warehouse_id=…, sku_ids=…, who=…), in the same transaction")

Amounts = Mapping[int, int]
Cause = tuple[str, int]
"""The record behind a move, of a higher room: ("shipment", 7)."""

_level = cast(Table, Level.__table__)
_here = (_level.c.sku_id == bindparam("sku")) & (_level.c.warehouse_id == bindparam("place"))
_n = bindparam("n", type_=_level.c.on_hand.type)

_FREE = (
    select(_level.c.sku_id, _level.c.on_hand - _level.c.reserved)
    .where(_level.c.warehouse_id == bindparam("place"), _level.c.sku_id.in_(bindparam("skus", expanding=True)))
    .order_by(_level.c.sku_id)
    .with_for_update()
)
_RESERVE = (
    update(_level)
    .where(_here, _level.c.on_hand - _level.c.reserved >= _n)
    .values(reserved=_level.c.reserved + _n)
)  # fmt: skip
_RELEASE = update(_level).where(_here, _level.c.reserved >= _n).values(reserved=_level.c.reserved - _n)
_SHIP = (
    update(_level)
    .where(_here, _level.c.reserved >= _n)
    .values(reserved=_level.c.reserved - _n, on_hand=_level.c.on_hand - _n)
)
_TAKE_OUT = (
    update(_level)
    .where(_here, _level.c.on_hand - _level.c.reserved >= _n)
    .values(on_hand=_level.c.on_hand - _n)
)  # fmt: skip
_MOVE = insert(cast(Table, Move.__table__))
_DRUM = insert(cast(Table, DrumEntry.__table__))
_ONE = select(_level.c.on_hand, _level.c.reserved).where(_here).with_for_update()


def _bring_in(dialect: Any) -> Any:
    made = dialect.insert(_level).values(
        sku_id=bindparam("sku"), warehouse_id=bindparam("place"), on_hand=bindparam("n"), reserved=0
    )
    more = {"on_hand": _level.c.on_hand + made.excluded.on_hand}
    return made.on_conflict_do_update(index_elements=["sku_id", "warehouse_id"], set_=more)


_BRING_IN = {"sqlite": _bring_in(sqlite), "postgresql": _bring_in(postgresql)}


def reserve(s: Session, warehouse_id: int, wanted: Amounts) -> dict[int, int]:
    """Hold what is free of what is wanted; gives for every sku how many are held now (0 when there is none)."""
    held = dict.fromkeys(wanted, 0)
    if not wanted:
        return held
    for sku_id, free in s.execute(_FREE, {"place": warehouse_id, "skus": list(wanted)}):
        held[sku_id] = max(0, min(wanted[sku_id], free))
    _change(s, _RESERVE, warehouse_id, held)
    return held


def release(s: Session, warehouse_id: int, amounts: Amounts) -> None:
    """Let go of what was reserved and stays in the warehouse."""
    _change(s, _RELEASE, warehouse_id, amounts)


def ship(
    s: Session, warehouse_id: int, amounts: Amounts, cause: Cause | None, who: Who | None, *, journal: bool = True
) -> None:
    """Reserved goods leave: `on_hand` and `reserved` fall together."""
    _change(s, _SHIP, warehouse_id, amounts)
    _move(s, MoveKind.SHIPMENT, warehouse_id, amounts, -1, cause, who)
    if journal:
        _say(s, "stock.shipped", warehouse_id, amounts, who)


def receive(s: Session, warehouse_id: int, amounts: Amounts, note: str | None, who: Who | None) -> None:
    """Goods arrive; waiting orders are looked at again in the same transaction."""
    _add(s, warehouse_id, amounts)
    _move(s, MoveKind.RECEIPT, warehouse_id, amounts, 1, None, who, note)
    _say(s, "stock.received", warehouse_id, amounts, who, reason=note)
    goods_received.send(s, warehouse_id=warehouse_id, sku_ids=sorted(amounts), who=who)


def take_back(
    s: Session, warehouse_id: int, amounts: Amounts, cause: Cause | None, who: Who | None, *, journal: bool = True
) -> None:
    """Goods that had left come back and are free again."""
    _add(s, warehouse_id, amounts)
    _move(s, MoveKind.RETURN, warehouse_id, amounts, 1, cause, who)
    if journal:
        _say(s, "stock.returned", warehouse_id, amounts, who)


def write_off(
    s: Session, warehouse_id: int, amounts: Amounts, cause: Cause | None, who: Who | None, *, journal: bool = True
) -> None:
    """Free goods are no longer goods (damaged, leaked)."""
    _change(s, _TAKE_OUT, warehouse_id, amounts)
    _move(s, MoveKind.WRITE_OFF, warehouse_id, amounts, -1, cause, who)
    if journal:
        _say(s, "stock.written_off", warehouse_id, amounts, who)


def adjust(
    s: Session, warehouse_id: int, sku_id: int, counted: int, reason: str, who: Who | None, *, seen: int | None = None
) -> int:
    """The shelf was counted: `on_hand` becomes `counted`; gives the difference.

    BelowReserved when less is found than orders hold; Changed when `on_hand` is no longer what the person saw (`seen`):
    goods came or went meanwhile, and the count may be of before.
    """
    row = s.execute(_ONE, {"sku": sku_id, "place": warehouse_id}).first()
    before, reserved = (row.on_hand, row.reserved) if row else (0, 0)
    if seen is not None and before != seen:
        raise Changed(
            T("点数时的账面是 {seen}，现在是 {before}：中间有出入库。", seen=seen, before=before),
            theirs={T("现存"): before}, yours={T("盘点数"): counted},
        )  # fmt: skip
    if counted < reserved:
        raise BelowReserved(T("数得 {counted}，订单占用 {reserved}。", counted=counted, reserved=reserved))
    difference = counted - before
    if difference > 0:
        _add(s, warehouse_id, {sku_id: difference})
    elif difference < 0:
        _change(s, _TAKE_OUT, warehouse_id, {sku_id: -difference})
    _move(s, MoveKind.ADJUSTMENT, warehouse_id, {sku_id: difference}, 1, None, who, reason)
    facts = {"code": find_sku(s, sku_id).code, "before": before, "counted": counted, "reason": reason}
    _record(s, "stock.adjusted", warehouse_id, who, facts, subject=("sku", sku_id))
    if difference > 0:
        goods_received.send(s, warehouse_id=warehouse_id, sku_ids=[sku_id], who=who)
    return difference


def record_drums(
    s: Session,
    customer_id: int,
    amounts: Amounts,
    kind: DrumMove,
    cause: Cause,
    who: Who | None,
    *,
    journal: bool = True,
) -> None:
    """Drums that the customer got, gave back or paid for (always positive amounts) go into its drum ledger.

    The balance may fall below zero: what the driver really took back is written down, whatever the ledger thought.
    """
    rows = [
        {
            "customer_id": customer_id, "sku_id": sku_id, "kind": kind.value, "quantity": n * DRUM_SIGN[kind],
            "cause_kind": cause[0], "cause_id": cause[1], "at": clock.now(),
        }
        for sku_id, n in sorted(amounts.items())
        if n
    ]  # fmt: skip
    if not rows:
        return
    s.execute(_DRUM, rows)
    if journal:
        history.record(
            s, f"drums.{kind.value}", chain=f"customer:{customer_id}", subject=cause, who=who,
            facts={"quantity": sum(amounts.values()), "amounts": amounts},
        )  # fmt: skip


def _change(s: Session, statement: Any, warehouse_id: int, amounts: Amounts) -> None:
    """Run the conditional update for each sku in order; NotInStock when a row did not allow it."""
    rows = [{"sku": sku_id, "place": warehouse_id, "n": n} for sku_id, n in sorted(amounts.items()) if n]
    if not rows:
        return
    if any(row["n"] < 0 for row in rows):
        raise ValueError("amounts are positive")
    changed = cast("CursorResult[Any]", s.connection().execute(statement, rows)).rowcount
    if changed != len(rows):
        raise NotInStock(skus=[row["sku"] for row in rows])


def _add(s: Session, warehouse_id: int, amounts: Amounts) -> None:
    rows = [{"sku": sku_id, "place": warehouse_id, "n": n} for sku_id, n in sorted(amounts.items()) if n]
    if rows:
        s.connection().execute(_BRING_IN[s.get_bind().dialect.name], rows)


def _move(
    s: Session,
    kind: MoveKind,
    warehouse_id: int,
    amounts: Amounts,
    sign: int,
    cause: Cause | None,
    who: Who | None,
    note: str | None = None,
) -> None:
    at, (cause_kind, cause_id) = clock.now(), cause or (None, None)
    rows = [
        {
            "warehouse_id": warehouse_id, "sku_id": sku_id, "kind": kind.value, "quantity": sign * n, "note": note,
            "cause_kind": cause_kind, "cause_id": cause_id, "person_id": who.id if who else None, "at": at,
        }
        for sku_id, n in sorted(amounts.items())
        if n
    ]  # fmt: skip
    if rows:
        s.execute(_MOVE, rows)


def _say(s: Session, verb: str, warehouse_id: int, amounts: Amounts, who: Who | None, **more: Any) -> None:
    facts = {"lines": len(amounts), "quantity": sum(amounts.values()), "amounts": amounts}
    _record(s, verb, warehouse_id, who, {**facts, **{k: v for k, v in more.items() if v}})


def _record(
    s: Session,
    verb: str,
    warehouse_id: int,
    who: Who | None,
    facts: dict[str, Any],
    subject: Cause | None = None,
) -> None:
    name = s.get_one(Warehouse, warehouse_id).name
    history.record(
        s, verb, chain="stock", subject=subject or ("warehouse", warehouse_id), who=who,
        facts={"warehouse": name, **facts},
    )  # fmt: skip
