"""Document numbers: prefix + Shanghai date + daily serial, `SO20261123-0018`; the last four digits find it.

The counter row is taken last before the commit, so that it is locked for the shortest time; a number that was given
never goes to another document.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import Table, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.db import Base, before_commit


class Counter(Base):
    __tablename__ = "counter"
    prefix: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class Numbered:
    """A document with a number; `tail`, its last four digits, wants an index in the table."""

    number: Mapped[str | None] = mapped_column(unique=True)
    tail: Mapped[str | None]


def ask(s: Session, prefix: str, table: Table, row_id: int) -> None:
    """Let the document `row_id` of `table` get its number when this transaction commits."""
    s.info.setdefault("numbers", []).append((prefix, table, row_id))


@before_commit
def _give(s: Session) -> None:
    asked: list[tuple[str, Table, int]] = s.info.pop("numbers", [])
    groups: dict[str, list[tuple[Table, int]]] = defaultdict(list)
    for prefix, table, row_id in asked:
        groups[prefix].append((table, row_id))
    day = clock.today()
    for prefix in sorted(groups):
        last = _take(s, prefix, day, len(groups[prefix]))
        for serial, (table, row_id) in enumerate(groups[prefix], last - len(groups[prefix]) + 1):
            number = f"{prefix}{day:%Y%m%d}-{serial:04d}"
            s.connection().execute(_statement(table), {"row": row_id, "number": number, "tail": number[-4:]})


def _take(s: Session, prefix: str, day: date, count: int) -> int:
    values = {"prefix": prefix, "day": day, "last": count}
    return int(s.execute(_TAKE[s.get_bind().dialect.name], values).scalar_one())


def _take_statement(insert: Any) -> Any:
    last = Counter.__table__.c.last
    return insert.on_conflict_do_update(
        index_elements=["prefix", "day"], set_={"last": last + insert.excluded.last}
    ).returning(last)


_TAKE = {
    "sqlite": _take_statement(sqlite.insert(Counter.__table__)),  # type: ignore[arg-type]
    "postgresql": _take_statement(postgresql.insert(Counter.__table__)),  # type: ignore[arg-type]
}
_STATEMENTS: dict[str, Any] = {}


def _statement(table: Table) -> Any:
    if table.name not in _STATEMENTS:
        _STATEMENTS[table.name] = (
            update(table)
            .where(table.c.id == bindparam("row"))
            .values(number=bindparam("number"), tail=bindparam("tail"))
        )
    return _STATEMENTS[table.name]
