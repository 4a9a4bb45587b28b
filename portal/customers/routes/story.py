"""What happened to a customer: the journal of its file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import request as web
from flask.wrappers import Response

from portal.core.db import db
from portal.core.pages import page
from portal.core.text import Text
from portal.customers import frame
from portal.customers.routes._blueprint import blueprint
from portal.customers.rules.groups import told
from portal.people import timeline as journal
from portal.people.guard import allowed, who
from portal.people.rules import Permission

MOST = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the journal with what it changed, old and new."""

    said: journal.Told
    changes: list[Text]


@blueprint.get("/<int:customer_id>/timeline")
@allowed(Permission.CUSTOMER_VIEW)
def timeline(customer_id: int) -> Response:
    me, s = who(), db.session()
    before = web.args.get("before", type=int)
    before = before if before is not None and 0 <= before < 2**31 else None
    around = frame.context(s, me, customer_id, current="timeline")
    found = journal.of_chain(s, f"customer:{customer_id}", most=MOST + 1, before=before)
    lines = [_line(said, money=me.sees_money) for said in found[:MOST]]
    more = found[MOST - 1].position if len(found) > MOST else None
    return page(
        "customers/timeline.html", "customers/_timeline.html" if before else None, **around, lines=lines, more=more,
        before=before,
    )  # fmt: skip


def _line(said: journal.Told, *, money: bool) -> Line:
    """Amounts are left out for those who see none."""
    changes = told(said.verb, said.facts)
    if money:
        return Line(said, changes)
    return Line(replace(said, sentence=_masked(said.sentence)), [_masked(line) for line in changes])


def _masked(text: Text) -> Text:
    """The text with its amounts, however deep, as ***."""
    facts = tuple(
        (name, "***" if name.endswith("_fen") else _masked(fact) if isinstance(fact, Text) else fact)
        for name, fact in text.facts
    )
    return Text(text.source, facts)
