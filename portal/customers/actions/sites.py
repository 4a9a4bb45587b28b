"""Places where a customer's goods go."""

from __future__ import annotations

from datetime import time
from typing import Any

from sqlalchemy.orm import Session

from portal.core import clock, history
from portal.core.db import check_version
from portal.core.refusal import Wrong
from portal.core.text import T
from portal.customers import regions
from portal.customers.actions.file import locked
from portal.customers.actions.single import is_first, locked_part, pass_on, unmark_others, values
from portal.customers.models import Site
from portal.customers.rules import sites as rules
from portal.people.models import Who

PERSONAL = ("contact_name", "phone")
OPEN = (
    "name", "region_code", "address", "longitude", "latitude", "receives_from", "receives_until", "unloading",
    "is_default",
)  # fmt: skip
FIELDS = (*OPEN, *PERSONAL)


def add_site(
    s: Session,
    customer_id: int,
    *,
    name: str,
    address: str,
    region_code: str | None = None,
    longitude: float | None = None,
    latitude: float | None = None,
    contact_name: str | None = None,
    phone: str | None = None,
    receives_from: time | None = None,
    receives_until: time | None = None,
    unloading: str | None = None,
    is_default: bool = False,
    who: Who,
) -> Site:
    """A place where goods go; the first one becomes the default. Raises Wrong at the field that cannot be taken."""
    locked(s, customer_id)
    site = Site(
        customer_id=customer_id, name=name, address=address, region_code=region_code or None, longitude=longitude,
        latitude=latitude, contact_name=contact_name or None, phone=phone or None, receives_from=receives_from,
        receives_until=receives_until, unloading=unloading or None, created_at=clock.now(),
        is_default=is_default or is_first(s, Site, customer_id),
    )  # fmt: skip
    _check(site)
    s.add(site)
    s.flush()
    if site.is_default:
        unmark_others(s, site)
    _tell(s, "site.added", site, who)
    return site


def edit_site(s: Session, site_id: int, version: int | None, who: Who, **given: Any) -> Site:
    """Change FIELDS to what is given; raises Changed when somebody else was first, Wrong as `add_site`."""
    _customer, site = locked_part(s, Site, site_id)
    check_version(site, version, theirs=values(site, FIELDS), yours=given)
    was_default = site.is_default
    for name in FIELDS:
        setattr(site, name, given.get(name, getattr(site, name)))
    site.is_default = bool(site.is_default) or was_default
    _check(site)
    if site.is_default:
        unmark_others(s, site)
    _tell(s, "site.edited", site, who)
    return site


def remove_site(s: Session, site_id: int, who: Who) -> None:
    """Goods no longer go there; the next site becomes the default. A second time changes nothing."""
    _customer, site = locked_part(s, Site, site_id)
    if site.removed_at is not None:
        return
    site.removed_at = clock.now()
    pass_on(s, site)
    _tell(s, "site.removed", site, who)


def _check(site: Site) -> None:
    wrong = rules.faults(site.longitude, site.latitude, site.receives_from, site.receives_until)
    if site.region_code and not regions.exists(site.region_code):
        wrong["region_code"] = T("没有这个地区，从列表里选")
    if wrong:
        raise Wrong(wrong)


def _tell(s: Session, verb: str, site: Site, who: Who) -> None:
    history.record(
        s, verb, chain=f"customer:{site.customer_id}", subject=("site", site.id), who=who, facts=values(site, OPEN),
        personal=values(site, PERSONAL),
    )  # fmt: skip
