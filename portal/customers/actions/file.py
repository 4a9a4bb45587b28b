"""Opening a customer's file, and its life from candidate to stopped."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import clock, history
from portal.core.db import check_version
from portal.core.refusal import NotFound, Wrong
from portal.core.search import haystack, initials
from portal.core.text import T
from portal.customers import regions
from portal.customers.actions.announce import customer_created
from portal.customers.actions.codes import keep_ahead, next_code
from portal.customers.actions.owner import give_to
from portal.customers.models import Contact, Customer, DealerProfile, EndProfile
from portal.customers.rules import LIFE, Kind, PriceClass, SalesMode, State, after_resume, names
from portal.customers.rules import uscc as codes
from portal.people.models import Who
from portal.people.rules import Role


def create(
    s: Session,
    *,
    name: str,
    kind: str,
    code: str | None = None,
    pinyin: str | None = None,
    uscc: str | None = None,
    sales_mode: str = "industrial",
    price_class: str = "standard",
    region_code: str | None = None,
    address: str | None = None,
    phone: str | None = None,
    owner_id: int | None = None,
    who: Who,
) -> Customer:
    """Open the file of a candidate; raises Wrong at the field that cannot be taken.

    Without `code` it gets the next K code; without `pinyin` its initials are proposed; an account manager who names
    nobody looks after it. Tells `customer_created`.
    """
    customer = Customer(
        code=code or next_code(s), name=name.strip(), pinyin=pinyin or initials(name), search="", uscc=codes.read(uscc),
        kind=Kind(kind).value, state=State.CANDIDATE.value, sales_mode=SalesMode(sales_mode).value,
        price_class=PriceClass(price_class).value, region_code=region_code or None, address=address or None,
        phone=phone or None, created_at=clock.now(),
    )  # fmt: skip
    if code:
        keep_ahead(s, code)
    check_region(customer.region_code, who)
    check_free(s, customer)
    customer.search = haystack(*_searched(customer, []))
    s.add(customer)
    flush(s)
    s.add(DealerProfile(customer_id=customer.id) if kind == Kind.DEALER else EndProfile(customer_id=customer.id))
    facts = {"code": customer.code, "name": customer.name, "kind": customer.kind, "price_class": customer.price_class}
    tell(s, "customer.created", customer.id, who, facts)
    owner = owner_id or (who.id if who.role is Role.ACCOUNT_MANAGER else None)
    if owner is not None:
        give_to(s, customer.id, owner, who)
    s.flush()
    customer_created.send(s, customer_id=customer.id, who=who)
    return customer


def activate(s: Session, customer_id: int, on: date, who: Who) -> None:
    """The first money came: a candidate becomes active and its kind is fixed; later money changes nothing."""
    customer = locked(s, customer_id)
    if customer.kind_confirmed_on is not None:
        return
    customer.kind_confirmed_on = on
    if LIFE.allows(State(customer.state), "activate"):
        customer.state = State.ACTIVE.value
    customer.version += 1
    tell(s, "customer.activated", customer_id, who, {"on": on, "kind": customer.kind})


def stop(s: Session, customer_id: int, reason: str, version: int | None, who: Who) -> None:
    """No more business with this customer; a reason must be given."""
    customer = locked(s, customer_id)
    LIFE.check(State(customer.state), "stop")
    check_version(customer, version)
    if not reason.strip():
        raise Wrong({"reason": T("写明为什么停止往来")})
    customer.state = State.STOPPED.value
    tell(s, "customer.stopped", customer_id, who, {"reason": reason.strip()})


def resume(s: Session, customer_id: int, version: int | None, who: Who) -> None:
    """Business goes on: as candidate when nothing was ever collected, else as active."""
    customer = locked(s, customer_id)
    LIFE.check(State(customer.state), "resume")
    check_version(customer, version)
    customer.state = after_resume(customer.kind_confirmed_on).value
    tell(s, "customer.resumed", customer_id, who, {"state": customer.state})


def verify(s: Session, customer_id: int, version: int | None, who: Who) -> None:
    """Somebody looked through the file today and found it right."""
    customer = locked(s, customer_id)
    check_version(customer, version)
    customer.verified_on = clock.today()
    tell(s, "customer.verified", customer_id, who)


def locked(s: Session, customer_id: int) -> Customer:
    """The row as it is now, locked; the route has found it through the person before."""
    found = s.get(Customer, customer_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound()
    return found


def tell(
    s: Session, verb: str, customer_id: int, who: Who | None, facts: dict[str, Any] | None = None, **more: Any
) -> None:
    """Into the journal of this customer's file."""
    chain = f"customer:{customer_id}"
    history.record(s, verb, chain=chain, subject=("customer", customer_id), who=who, facts=facts, **more)


def check_region(region_code: str | None, who: Who) -> None:
    """The region exists, and a regional manager keeps the customer in the own one."""
    if region_code and not regions.exists(region_code):
        raise Wrong({"region_code": T("没有这个地区，从列表里选")})
    if who.role is Role.MANAGER and not (region_code or "").startswith(who.region_code or "-"):
        place = regions.name((who.region_code or "").ljust(6, "0"))
        raise Wrong({"region_code": T("您负责 {place}，客户所在地区要在这里面", place=place)})


def check_free(s: Session, customer: Customer) -> None:
    """Neither code nor USCC may belong to another customer."""
    wrong = {}
    other = Customer.id != (customer.id or 0)
    with s.no_autoflush:
        if s.scalar(select(exists().where(Customer.code == customer.code, other))):
            wrong["code"] = T("编码 {code} 已经用过", code=customer.code)
        if customer.uscc and s.scalar(select(exists().where(Customer.uscc == customer.uscc, other))):
            wrong["uscc"] = T("这个统一社会信用代码已经建过档案，在客户里搜它，或找同事核对")
    if wrong:
        raise Wrong(wrong)


def flush(s: Session) -> None:
    """Write; of two people who take the same code or USCC in the same moment, the second is told."""
    try:
        s.flush()
    except IntegrityError:
        raise Wrong({"uscc": T("刚才有人用同样的编码或统一社会信用代码建了档案，先搜一下")}) from None


def refresh_search(s: Session, customer: Customer) -> None:
    """Write the search column anew, after names, codes or phones have changed."""
    s.flush()
    contacts = s.execute(
        select(Contact.name, Contact.phone).where(Contact.customer_id == customer.id, Contact.removed_at.is_(None))
    )
    customer.search = haystack(*_searched(customer, [part for row in contacts for part in row]))


def _searched(customer: Customer, more: list[str | None]) -> list[str | None]:
    core = names.plain(customer.name)
    return [
        customer.code, customer.name, None if core in customer.name.lower() else core, customer.pinyin, customer.uscc,
        customer.phone, *more,
    ]  # fmt: skip
