"""What several pages of this room need."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import request as web
from sqlalchemy.orm import Session

from portal.core import clock, language
from portal.core.db import db
from portal.core.refusal import Wrong
from portal.core.search import fold
from portal.core.text import T
from portal.customers.models import pick
from portal.people import timeline
from portal.people.models import Who
from portal.people.rules import Permission
from portal.products import models
from portal.products.rules import FIELDS, told

NEAR = 5
"""So many candidates are named when what was typed fits several."""


def session() -> Session:
    """The session to look with."""
    return db.session()


def seen_version() -> int | None:
    """The version of the record that the form was made from."""
    return web.form.get("version", type=int)


def history(s: Session, who: Who, kind: str, record_id: int) -> list[timeline.Told]:
    """What happened to the record, each edit with its fields from what to what; prices only for who may see them."""
    entries = [_with_changes(entry) for entry in timeline.of_record(s, kind, record_id, most=30)]
    return entries if who.may(Permission.PRICE_VIEW) else [e for e in entries if e.verb != "sku.repriced"]


def _with_changes(entry: timeline.Told) -> timeline.Told:
    changes = entry.facts.get("changes")
    if not isinstance(changes, dict):
        return entry
    lines = [
        language.tr(T("{field}：{before} → {after}", field=FIELDS[name], before=told(name, was), after=told(name, now)))
        for name, (was, now) in changes.items()
        if name in FIELDS
    ]
    return replace(entry, detail=T("{changes}", changes=" · ".join(lines)))


def customer_named(s: Session, who: Who, typed: str, field: str = "customer") -> Any:
    """The customer (id, code, name) that `typed` surely means, if `who` may see it; Wrong names the near ones."""
    found = pick(s, who, typed, limit=NEAR + 1)
    exact = [row for row in found if fold(typed) in (fold(row.code), fold(row.name))]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if not found:
        raise Wrong({field: T("没有找到客户“{typed}”，核对编码或名称", typed=typed)})
    names = "、".join(f"{row.code} {row.name}" for row in found[:NEAR])  # data
    raise Wrong({field: T("“{typed}”有几个可能，写编码：{names}", typed=typed, names=names)})


def sku_named(s: Session, typed: str, field: str = "sku") -> Any:
    """The package that `typed` surely means; Wrong names the near ones."""
    found = models.sku_named(s, typed)
    if found is not None:
        return found
    near = models.search_skus(s, typed, limit=NEAR)
    if not near:
        raise Wrong({field: T("没有找到规格“{typed}”，核对编码或名称", typed=typed)})
    names = "、".join(f"{row.code} {row.label}" for row in near)  # data
    raise Wrong({field: T("“{typed}”有几个可能，写编码：{names}", typed=typed, names=names)})


def today() -> Any:
    return clock.today()
