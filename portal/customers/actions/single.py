"""One main contact, one default site: the mark that only one of a customer's rows bears."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import exists, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.core.refusal import NotFound
from portal.customers.actions.file import locked
from portal.customers.models import Contact, Customer, Site

MARK: dict[type, InstrumentedAttribute[bool]] = {Contact: Contact.is_main, Site: Site.is_default}


Part = TypeVar("Part", Contact, Site)


def locked_part(s: Session, table: type[Part], part_id: int) -> tuple[Customer, Part]:
    """The customer and its contact or site, locked in this order, whichever is changed; NotFound when there is none."""
    customer_id = s.scalar(select(table.customer_id).where(table.id == part_id))
    if customer_id is None:
        raise NotFound()
    customer = locked(s, customer_id)
    return customer, s.get_one(table, part_id, with_for_update=True, populate_existing=True)


def is_first(s: Session, table: type[Contact | Site], customer_id: int) -> bool:
    return not s.scalar(select(exists().where(table.customer_id == customer_id, table.removed_at.is_(None))))


def unmark_others(s: Session, row: Contact | Site) -> None:
    """`row` bears the mark now: the customer's others lose it."""
    table, mark = type(row), MARK[type(row)]
    s.execute(update(table).where(table.customer_id == row.customer_id, table.id != row.id, mark).values({mark: False}))


def pass_on(s: Session, row: Contact | Site) -> None:
    """`row` was removed: when it bore the mark, the oldest of the others gets it."""
    table, mark = type(row), MARK[type(row)]
    if not getattr(row, mark.key):
        return
    setattr(row, mark.key, False)
    heir: Any = s.scalar(
        select(table)
        .where(table.customer_id == row.customer_id, table.removed_at.is_(None), table.id != row.id)
        .order_by(table.id)
        .limit(1)
    )
    if heir is not None:
        setattr(heir, mark.key, True)


def values(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
