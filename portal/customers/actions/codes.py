"""Codes of customers: K00001 onward."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import Table, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.core.numbers import Counter
from portal.customers.models import Customer

_ONE_DAY = date(2000, 1, 1)
"""These codes run on for ever: their counter has one row, whatever the day."""

_counter: Any = Counter.__table__


def next_code(s: Session) -> str:
    """A code that no customer has.

    Taken from the counter at once, not before the commit as document numbers are: the search column holds it. The
    counter and not the highest code there is, because reading a maximum locks nothing: on PostgreSQL two people
    would get the same one. Its row stays locked until the commit; customers are made one at a time.
    """
    while True:
        code = f"K{_take(s):05}"
        if not s.scalar(select(exists().where(Customer.code == code))):
            return code


def keep_ahead(s: Session, code: str) -> None:
    """A code that came from outside and looks like ours moves the counter past it."""
    found = re.fullmatch(r"K(\d{5,6})", code)
    if found is None:
        return
    insert = _insert(s).values(prefix="K", day=_ONE_DAY, last=int(found[1]))
    higher = _counter.c.last < insert.excluded.last
    s.execute(
        insert.on_conflict_do_update(
            index_elements=["prefix", "day"], set_={"last": insert.excluded.last}, where=higher
        )
    )


def _take(s: Session) -> int:
    insert = _insert(s).values(prefix="K", day=_ONE_DAY, last=1)
    taken = insert.on_conflict_do_update(index_elements=["prefix", "day"], set_={"last": _counter.c.last + 1})
    return int(s.execute(taken.returning(_counter.c.last)).scalar_one())


def _insert(s: Session) -> Any:
    table: Table = _counter
    return sqlite.insert(table) if s.get_bind().dialect.name == "sqlite" else postgresql.insert(table)
