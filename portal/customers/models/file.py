"""What the first page of a customer's file shows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.core.db import AnyRow, Rows
from portal.customers.models.tables import Contact, Customer, DealerProfile, EndProfile, Ownership, Site
from portal.customers.rules import Completeness, Kind, completeness
from portal.people.models import Person

_RECEIVER = exists().where(
    Contact.customer_id == Customer.id, Contact.may_receive.is_(True), Contact.removed_at.is_(None)
)
_main, _default = Contact.__table__.alias(), Site.__table__.alias()

FILE_COLUMNS = (
    *(column for column in Customer.__table__.c if column.key != "search"),
    *(column for column in DealerProfile.__table__.c if column.key != "customer_id"),
    *(column for column in EndProfile.__table__.c if column.key != "customer_id"),
    _main.c.name.label("contact"), _main.c.position.label("contact_position"), _main.c.phone.label("contact_phone"),
    _default.c.name.label("site"), _default.c.region_code.label("site_region"),
    _default.c.address.label("site_address"), _default.c.receives_from.label("site_window"),
    _RECEIVER.correlate(Customer).label("receiver"),
)  # fmt: skip


def file_of(s: Session, customer_id: int) -> AnyRow:
    """The customer with its profile, main contact and default site: one row, one statement (found before)."""
    return s.execute(
        select(*FILE_COLUMNS)
        .select_from(Customer)
        .outerjoin(DealerProfile, DealerProfile.customer_id == Customer.id)
        .outerjoin(EndProfile, EndProfile.customer_id == Customer.id)
        .outerjoin(
            _main, (_main.c.customer_id == Customer.id) & _main.c.is_main.is_(True) & _main.c.removed_at.is_(None)
        )
        .outerjoin(
            _default,
            (_default.c.customer_id == Customer.id) & _default.c.is_default.is_(True) & _default.c.removed_at.is_(None),
        )
        .where(Customer.id == customer_id)
        .limit(1)
    ).one()


def how_complete(file: AnyRow, owner_id: int | None) -> Completeness:
    """What the file lacks by the rules of its kind."""
    held: dict[str, Any] = {**file._mapping, "owner": owner_id, "receiver": file.receiver or None}
    return completeness(Kind(file.kind), held)


def ownership_of(s: Session, customer_id: int) -> Rows:
    """Who looked after the customer: name, since_on, until_on (None: now); the newest first."""
    rows = select(Person.name, Ownership.since_on, Ownership.until_on).join(Person, Person.id == Ownership.person_id)
    return s.execute(rows.where(Ownership.customer_id == customer_id).order_by(Ownership.id.desc()).limit(20)).all()
