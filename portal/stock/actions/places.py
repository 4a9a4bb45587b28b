"""Verbs on warehouses."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import history
from portal.core.db import check_version
from portal.core.refusal import NotFound, Wrong
from portal.core.text import T
from portal.people.models import Who
from portal.stock.models import Warehouse
from portal.stock.rules import FIELDS


def create_warehouse(
    s: Session,
    *,
    code: str,
    name: str,
    region_code: str | None = None,
    address: str | None = None,
    serves: str = "",
    is_main: bool = False,
    who: Who | None,
) -> Warehouse:
    """A new warehouse; the first one is the main one, and a new main one takes over from the old."""
    made = Warehouse(code=code, name=name, region_code=region_code, address=address, serves=serves)
    _check_code(s, code, None)
    made.is_main = is_main or s.scalar(select(Warehouse.id).limit(1)) is None
    s.add(made)
    try:
        s.flush()
    except IntegrityError:
        raise _taken(code) from None
    _only_main(s, made)
    _say(s, "warehouse.created", made, who, {"name": name, "code": code})
    return made


def edit_warehouse(
    s: Session, warehouse_id: int, *, seen: int | None = None, who: Who | None, **fields: Any
) -> Warehouse:
    """Change what `fields` name; there is always one main warehouse. Changed when `seen` is not the last version."""
    row = s.get(Warehouse, warehouse_id, with_for_update=True)
    if row is None:
        raise NotFound()
    _check_code(s, fields.get("code", row.code), warehouse_id)
    if row.is_main and fields.get("is_main") is False:
        raise Wrong({"is_main": T("总要有一个主仓：到另一个仓库上勾选主仓")})
    changes = {key: [getattr(row, key), new] for key, new in fields.items() if getattr(row, key) != new}
    if not changes:
        return row
    check_version(
        row, seen,
        theirs={FIELDS[key]: before for key, (before, _new) in changes.items()},
        yours={FIELDS[key]: new for key, (_before, new) in changes.items()},
    )  # fmt: skip
    for key, (_before, new) in changes.items():
        setattr(row, key, new)
    _only_main(s, row)
    _say(s, "warehouse.edited", row, who, {"name": row.name, "changes": changes})
    return row


def _only_main(s: Session, row: Warehouse) -> None:
    if row.is_main:
        s.flush()
        s.execute(update(Warehouse).where(Warehouse.id != row.id, Warehouse.is_main).values(is_main=False))


def _check_code(s: Session, code: str, own_id: int | None) -> None:
    taken = s.scalar(select(Warehouse.id).where(Warehouse.code == code))
    if taken is not None and taken != own_id:
        raise _taken(code)


def _taken(code: str) -> Wrong:
    return Wrong({"code": T("{name} 已经有了，换一个", name=code)})


def _say(s: Session, verb: str, row: Warehouse, who: Who | None, facts: dict[str, Any]) -> None:
    history.record(s, verb, chain="stock", subject=("warehouse", row.id), who=who, facts=facts)
