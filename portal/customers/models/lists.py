"""The list of customers, its filters, and who could be meant by what is being typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, literal, or_, select
from sqlalchemy.orm import Session, aliased

from portal.core.db import Rows
from portal.core.paging import Page, paged
from portal.customers import regions
from portal.customers.models.find import matches, visible
from portal.customers.models.tables import Contact, Customer, DealerProfile, EndProfile, Ownership
from portal.customers.rules import Kind, State, names
from portal.people.models import Person, Who
from portal.people.rules import Role

COMMON = (
    Customer.id, Customer.code, Customer.name, Customer.pinyin, Customer.kind, Customer.state, Customer.price_class,
    Customer.region_code, Person.name.label("owner"),
)  # fmt: skip
OWN: dict[str, tuple[Any, ...]] = {
    Kind.DEALER: (
        DealerProfile.territory, DealerProfile.is_exclusive, DealerProfile.agreement_until_on,
        DealerProfile.yearly_task_ml,
    ),
    Kind.END: (EndProfile.industry, EndProfile.purchase_mode, EndProfile.yearly_use_ml),
}  # fmt: skip
"""The columns that only a list of this kind has."""

PROFILE: dict[str, Any] = {Kind.DEALER: DealerProfile, Kind.END: EndProfile}


_care = aliased(Ownership)


class Filter(NamedTuple):
    """What a list is narrowed to; unknown values of a URL narrow nothing."""

    q: str = ""
    kind: str = ""
    state: str = ""
    province: str = ""
    owner: int | None = None

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Filter:
        owner = args.get("owner", "")
        return cls(
            q=args.get("q", "").strip()[:100],
            kind=_one_of(args.get("kind"), [kind.value for kind in Kind]),
            state=_one_of(args.get("state"), [state.value for state in State]),
            province=_one_of(args.get("province"), [code for code, _ in regions.children(None)]),
            owner=int(owner) if owner.isascii() and owner.isdigit() and len(owner) < 10 else None,
        )

    def conditions(self, who: Who) -> list[ColumnElement[bool]]:
        """What a customer must fulfil to stand in the list of `who`."""
        wanted = [visible(who, Customer.id), *matches(self.q)]
        if self.kind:
            wanted.append(Customer.kind == self.kind)
        if self.state:
            wanted.append(Customer.state == self.state)
        if self.province:
            wanted.append(Customer.region_code.startswith(self.province[:2]))
        if self.owner is not None:
            cared = exists().where(_care.customer_id == Customer.id, _care.until_on.is_(None))
            wanted.append(cared.where(_care.person_id == self.owner) if self.owner else ~cared)
        return wanted


def _one_of(value: str | None, known: list[str]) -> str:
    return value if value in known else ""


def listed(s: Session, who: Who, narrow: Filter, args: Mapping[str, str]) -> Page:
    """One page of the customers that `who` may see, by pinyin: COMMON columns and those of the kind asked for."""
    rows = _rows(narrow).where(*narrow.conditions(who))
    counted = select(Customer.id).where(*narrow.conditions(who))
    order = (Customer.pinyin, Customer.id)
    return paged(s, rows, order, args, counted=counted, descending=False)


def _rows(narrow: Filter) -> Select[*tuple[Any, ...]]:
    rows = (
        select(*COMMON, *OWN.get(narrow.kind, ()))
        .outerjoin(Ownership, (Ownership.customer_id == Customer.id) & Ownership.until_on.is_(None))
        .outerjoin(Person, Person.id == Ownership.person_id)
    )
    if narrow.kind:
        profile = PROFILE[narrow.kind]
        rows = rows.outerjoin(profile, profile.customer_id == Customer.id)
    return rows


def owners(s: Session) -> Rows:
    """Account managers at work: id, name; whom a customer can be given to."""
    rows = select(Person.id, Person.name).where(Person.role == Role.ACCOUNT_MANAGER.value, Person.disabled_at.is_(None))
    return s.execute(rows.order_by(Person.name, Person.id)).all()


def exported(s: Session, who: Who, narrow: Filter) -> Rows:
    """All customers of the filter with what an import file holds, by pinyin."""
    rows = (
        select(
            Customer.code, Customer.name, Customer.kind, Customer.uscc, Customer.region_code, Customer.address,
            Customer.phone, Customer.price_class, Customer.sales_mode, Customer.pinyin, Customer.state,
            Contact.name.label("contact_name"), Contact.phone.label("contact_phone"), Person.name.label("owner"),
        )
        .outerjoin(
            Contact,
            (Contact.customer_id == Customer.id) & Contact.is_main.is_(True) & Contact.removed_at.is_(None),
        )
        .outerjoin(Ownership, (Ownership.customer_id == Customer.id) & Ownership.until_on.is_(None))
        .outerjoin(Person, Person.id == Ownership.person_id)
        .where(*narrow.conditions(who))
        .order_by(Customer.pinyin, Customer.id)
    )  # fmt: skip
    return s.execute(rows).all()


class Double(NamedTuple):
    """A customer that could be the same; of one that the person may not see only the owner is told."""

    why: str
    """uscc, name or phone."""
    id: int | None
    code: str
    name: str
    owner: str | None


def doubles(s: Session, who: Who, *, name: str = "", uscc: str = "", phone: str = "", most: int = 5) -> list[Double]:
    """Customers with this USCC, an alike name or this phone number; the surest first."""
    core = names.plain(name)
    wanted: list[ColumnElement[bool]] = []
    if uscc:
        wanted.append(Customer.uscc == uscc)
    if len(core) >= 2:
        wanted.append(or_(*(Customer.search.contains(part, autoescape=True) for part in {core, name.lower()})))
    if len(phone) >= 7:
        wanted.append(Customer.search.contains(phone, autoescape=True))
    if not wanted:
        return []
    rows = s.execute(
        select(
            Customer.id, Customer.code, Customer.name, Customer.uscc, Customer.search, Person.name.label("owner"),
            (visible(who, Customer.id) & literal(True)).label("seen"),
        )
        .outerjoin(Ownership, (Ownership.customer_id == Customer.id) & Ownership.until_on.is_(None))
        .outerjoin(Person, Person.id == Ownership.person_id)
        .where(or_(*wanted))
        .order_by(Customer.id)
        .limit(50)
    )  # fmt: skip
    found = [(_why(row, name, uscc, phone), row) for row in rows]
    told = [
        Double(why, row.id, row.code, row.name, row.owner) if row.seen else Double(why, None, "", "", row.owner)
        for why, row in found
        if why
    ]
    return sorted(told, key=lambda one: ("uscc", "name", "phone").index(one.why))[:most]


def _why(row: Any, name: str, uscc: str, phone: str) -> str:
    if uscc and row.uscc == uscc:
        return "uscc"
    if name and names.alike(row.name, name):
        return "name"
    return "phone" if len(phone) >= 7 and phone in row.search.split(" ") else ""
