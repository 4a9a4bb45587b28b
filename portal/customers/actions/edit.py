"""Changing a customer's file, one group of fields at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.core.db import check_version
from portal.core.refusal import Wrong
from portal.core.search import initials
from portal.core.text import T
from portal.customers.actions.file import check_free, check_region, flush, locked, refresh_search, tell
from portal.customers.models import Customer, DealerProfile, EndProfile
from portal.customers.rules import Kind, check_kind_change
from portal.customers.rules import uscc as codes
from portal.customers.rules.groups import Group, differences, groups
from portal.people.models import Who

Profile = DealerProfile | EndProfile
PROFILES: dict[Kind, type[Profile]] = {Kind.DEALER: DealerProfile, Kind.END: EndProfile}


def edit(s: Session, customer_id: int, group_key: str, version: int | None, who: Who, **given: Any) -> list[str]:
    """Set the fields of one group (rules.groups) to what is given; the names of those that changed.

    Raises Changed when somebody else was first, KindFixed after the first collection, Wrong at the field that cannot
    be taken. Nothing changed: nothing is written.
    """
    customer = locked(s, customer_id)
    group = groups(Kind(customer.kind))[group_key]
    return change(s, customer, group, version, who, given)


def change(
    s: Session, customer: Customer, group: Group, version: int | None, who: Who, given: dict[str, Any]
) -> list[str]:
    """`edit` on a customer that is locked already."""
    row = profile(s, customer) if group.key == "profile" else customer
    before = {field.name: getattr(row, field.name) for field in group.fields}
    after = _tidied(given)
    changed = differences(group, before, after)
    if version is not None and version != customer.version and changed:
        check_version(customer, version, theirs=before, yours=after)
    if not changed:
        return []
    customer.version += 1
    dropped = _change_kind(s, customer, Kind(after["kind"])) if "kind" in changed else {}
    if "region_code" in changed:
        check_region(after["region_code"], who)
    for name in changed:
        setattr(row, name, after[name])
    if row is customer:
        check_free(s, customer)
        flush(s)
        refresh_search(s, customer)
    _record(s, customer, group, before, {name: after[name] for name in changed}, who, dropped)
    return changed


def profile(s: Session, customer: Customer) -> Profile:
    """The row with what only this kind has; made when an older file lacks it."""
    table: Any = PROFILES[Kind(customer.kind)]
    row: Profile | None = s.get(table, customer.id)
    if row is None:
        row = table(customer_id=customer.id)
        s.add(row)
        s.flush()
    return row


def _tidied(given: dict[str, Any]) -> dict[str, Any]:
    """Empty text is nothing; the code is checked; a name without initials gets them proposed."""
    after: dict[str, Any] = {name: None if value == "" else value for name, value in given.items()}
    if "name" in after and not after["name"]:
        raise Wrong({"name": T("客户名称要填")})
    if "uscc" in after:
        after["uscc"] = codes.read(after["uscc"])
    if "pinyin" in after and not after["pinyin"]:
        after["pinyin"] = initials(after.get("name") or "")
    return after


def _change_kind(s: Session, customer: Customer, wanted: Kind) -> dict[str, Any]:
    """Another kind, other fields: the profile of the old kind goes (given back), that of the new one is made."""
    now = Kind(customer.kind)
    check_kind_change(now, wanted, customer.kind_confirmed_on)
    old = profile(s, customer)
    dropped = {field.name: getattr(old, field.name) for field in groups(now)["profile"].fields}
    s.delete(old)
    s.add(PROFILES[wanted](customer_id=customer.id))
    return {"dropped": {name: value for name, value in dropped.items() if value}}


def _record(
    s: Session,
    customer: Customer,
    group: Group,
    before: dict[str, Any],
    after: dict[str, Any],
    who: Who,
    more: dict[str, Any],
) -> None:
    """Old and new values of what changed; personal ones go to the journal's side table."""
    aside = {field.name for field in group.fields if field.personal}
    facts = {
        "old": {name: before[name] for name in after if name not in aside},
        "new": {name: value for name, value in after.items() if name not in aside},
        **more,
    }
    personal = {name: [before[name], after[name]] for name in after if name in aside}
    tell(s, group.verb, customer.id, who, facts, personal=personal or None)
