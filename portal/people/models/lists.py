"""Who there is, as far as the one who asks may know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import Rows
from portal.core.paging import Page, paged
from portal.core.refusal import NotFound
from portal.core.search import words
from portal.people.models.tables import Person, SignIn
from portal.people.models.who import Who
from portal.people.rules import PORTAL_ROLES, CustomerSeat, Permission, Role


@dataclass(frozen=True, slots=True)
class Firm:
    """What this room has to know of a customer."""

    id: int
    code: str
    name: str
    kind: str
    """ "dealer" or "end"."""

    @property
    def role(self) -> Role:
        """The role of its people."""
        return Role.DEALER if self.kind == "dealer" else Role.END_CUSTOMER


@dataclass(slots=True)
class Firms:
    """How customers, who live further up the flow, are looked up; `app.py` fills it in."""

    by_ids: Callable[[Session, Collection[int]], dict[int, Firm]] = lambda s, ids: {}
    by_text: Callable[[Session, str], list[Firm]] = lambda s, text: []
    """At most 10 whose code is, or whose names contain, what was typed; an exact code alone."""


firms = Firms()

_COLUMNS = (
    Person.id, Person.login, Person.name, Person.phone, Person.role, Person.seat, Person.customer_id,
    Person.must_change_password, Person.disabled_at,
)  # fmt: skip


def people(s: Session, args: Mapping[str, str], who: Who) -> Page:
    """The people that `args` (q, role, side, state, customer and the paging's own) ask for, by login."""
    if not who.may(Permission.PEOPLE_MANAGE):
        raise NotFound()
    rows = select(*_COLUMNS)
    for word in words(args.get("q", "")):
        like = f"%{word}%"
        rows = rows.where(or_(Person.login.like(like), func.lower(Person.name).like(like), Person.phone.like(like)))
    if args.get("role") in set(Role):
        rows = rows.where(Person.role == args["role"])
    if (side := args.get("side")) in ("staff", "portal"):
        rows = rows.where(Person.role.in_(PORTAL_ROLES) if side == "portal" else Person.role.not_in(PORTAL_ROLES))
    if (state := args.get("state", "on")) in ("on", "off"):
        rows = rows.where(Person.disabled_at.is_(None) if state == "on" else Person.disabled_at.is_not(None))
    if args.get("customer", "").isdecimal():
        rows = rows.where(Person.customer_id == int(args["customer"][:9]))
    return paged(s, rows, [Person.login], args, counted=rows, descending=False)


def find(s: Session, person_id: int, who: Who, *, lock: bool = False) -> Person:
    """The person, for those who administer people; for all others there is none."""
    person = s.get(Person, person_id, with_for_update=lock) if who.may(Permission.PEOPLE_MANAGE) else None
    if person is None:
        raise NotFound()
    return person


def find_colleague(s: Session, person_id: int, who: Who, *, lock: bool = False) -> Person:
    """A buyer of the owner's own customer; anybody else is not found."""
    person = s.get(Person, person_id, with_for_update=lock) if who.may(Permission.COLLEAGUES_MANAGE) else None
    if person is None or person.customer_id != who.customer_id or person.seat != CustomerSeat.BUYER:
        raise NotFound()
    return person


def colleagues(s: Session, who: Who) -> Rows:
    """The people of the owner's own customer."""
    if not who.may(Permission.COLLEAGUES_MANAGE):
        raise NotFound()
    rows = select(*_COLUMNS).where(Person.customer_id == who.customer_id)
    return s.execute(rows.order_by(Person.disabled_at.is_not(None), Person.login).limit(200)).all()


def live_sign_ins(s: Session, person_id: int) -> Rows:
    """The sign-ins of a person that have neither ended nor run out, newest first."""
    rows = select(SignIn.id, SignIn.device, SignIn.created_at, SignIn.expires_at).where(
        SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > clock.now()
    )
    return s.execute(rows.order_by(SignIn.id.desc()).limit(100)).all()


def last_sign_ins(s: Session, person_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these people signed in last."""
    rows = select(SignIn.person_id, func.max(SignIn.created_at).label("at")).where(SignIn.person_id.in_(person_ids))
    return {row.person_id: row.at for row in s.execute(rows.group_by(SignIn.person_id))}
