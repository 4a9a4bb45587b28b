"""Customers by name only, for those who let people in: `people` looks them up here without seeing their files."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.search import fold, words
from portal.customers.models import Customer
from portal.people.models import Firm

_COLUMNS = (Customer.id, Customer.code, Customer.name, Customer.kind)


def by_ids(s: Session, ids: Collection[int]) -> dict[int, Firm]:
    if not ids:
        return {}
    return {row.id: Firm(*row) for row in s.execute(select(*_COLUMNS).where(Customer.id.in_(ids)))}


def by_text(s: Session, text: str) -> list[Firm]:
    """The one with this code, else at most 10 whose names contain what was typed."""
    exact = s.execute(select(*_COLUMNS).where(Customer.code == fold(text).upper())).first()
    if exact:
        return [Firm(*exact)]
    rows = select(*_COLUMNS)
    for word in words(text):
        rows = rows.where(Customer.search.contains(word))
    return [Firm(*row) for row in s.execute(rows.order_by(Customer.code).limit(10))]
