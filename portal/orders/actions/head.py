"""The head of a draft: where, when and how to deliver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from portal.core.refusal import Changed, NotFound
from portal.core.text import T
from portal.customers.models import Site
from portal.orders.actions.basket import draft, order_table
from portal.orders.rules import Shortage
from portal.people.models import Who
from portal.stock.models import warehouse_for


@dataclass(frozen=True, slots=True)
class Keep:
    """Leaves a field of the head as it is."""

    name: str = field(default="keep")


KEEP: Final = Keep()
_SITE = select(Site.id, Site.region_code).where(
    Site.id == bindparam("site_id"), Site.customer_id == bindparam("customer_id"), Site.removed_at.is_(None)
)


def warehouse_of(s: Session, customer_id: int, site_id: int) -> int:
    """The warehouse that serves this site; NotFound unless the site is the customer's."""
    site = s.execute(_SITE, {"site_id": site_id, "customer_id": customer_id}).first()
    if site is None:
        raise NotFound()
    return warehouse_for(s, site.region_code)


_HEAD = update(order_table).where(order_table.c.id == bindparam("row"))


def edit_head(
    s: Session,
    order_id: int,
    who: Who,
    *,
    site_id: int | Keep = KEEP,
    shortage: str | Keep = KEEP,
    wanted_on: date | Keep | None = KEEP,
    reference: str | Keep | None = KEEP,
    note: str | Keep | None = KEEP,
    asked_by: str | Keep | None = KEEP,
    version: int | None = None,
) -> None:
    """Say where, when and how the draft shall be delivered; what is not named stays.

    The site decides which warehouse delivers. `version` is what the person saw: Changed when the head moved on since.
    """
    order = draft(s, order_id, who)
    fields = {
        "site_id": site_id, "shortage": shortage, "wanted_on": wanted_on, "reference": reference, "note": note,
        "asked_by": asked_by,
    }  # fmt: skip
    news: dict[str, Any] = {name: value for name, value in fields.items() if not isinstance(value, Keep)}
    _check_seen(order, version, news)
    if "shortage" in news:
        news["shortage"] = Shortage(news["shortage"]).value
    if "site_id" in news and news["site_id"] != order.site_id:
        news["warehouse_id"] = warehouse_of(s, order.customer_id, news["site_id"])
    s.execute(_HEAD.values(**news, version=order.version + 1), {"row": order_id})


_LABELS = {
    "site_id": T("收货地点"), "shortage": T("缺货时"), "wanted_on": T("希望送达"), "reference": T("客户单号"),
    "note": T("备注"), "asked_by": T("代谁下单"),
}  # fmt: skip


def _check_seen(order: Any, seen: int | None, news: Mapping[str, Any]) -> None:
    if seen is None or seen == order.version:
        return
    moved = {name: getattr(order, name) for name in news if getattr(order, name) != news[name]}
    raise Changed(
        theirs={str(_LABELS[name]): value for name, value in moved.items()},
        yours={str(_LABELS[name]): news[name] for name in moved},
        version=order.version,
        seen=seen,
    )
