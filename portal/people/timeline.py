"""The journal as people read it: sentences with names, for one record or one customer's file."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.history import Entry
from portal.core.text import T, Text
from portal.people.models import Person

SENTENCES: dict[str, Text] = {}
"""verb -> sentence; the facts of the entry fill its {names}. `app.py` gathers every room's own."""

Documents = Callable[[Session, list[int]], dict[int, tuple[str, str]]]
DOCUMENTS: dict[str, Documents] = {}
"""kind of record -> (ids -> id: (number, URL)): how a lower room's page names a higher room's record."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a timeline."""

    at: datetime
    who: str
    sentence: Text
    detail: Text | None
    verb: str
    kind: str
    subject_id: int | None
    facts: dict[str, Any]
    number: str = ""
    url: str = ""
    position: int = 0
    """Where it stands in its chain: what `of_chain` goes on from."""


def of_record(s: Session, kind: str, record_id: int, *, most: int = 50, without: Collection[str] = ()) -> list[Told]:
    """What happened to one record, newest first; verbs in `without` are left out."""
    which = (Entry.kind == kind) & (Entry.subject_id == record_id)
    return _tell(s, which & Entry.verb.not_in(without) if without else which, most, None)


def of_chain(s: Session, chain: str, *, most: int = 50, before: int | None = None) -> list[Told]:
    """What happened in one chain (a customer's file), newest first; `before` is a position to go on from."""
    return _tell(s, Entry.chain == chain, most, before)


def _tell(s: Session, which: Any, most: int, before: int | None) -> list[Told]:
    rows = select(
        Entry.at, Entry.verb, Entry.kind, Entry.subject_id, Entry.facts, Entry.position, Person.name
    ).outerjoin(Person, Person.id == Entry.person_id)
    rows = rows.where(which).order_by(Entry.id.desc()).limit(most)
    if before is not None:
        rows = rows.where(Entry.position < before)
    told = [_line(row) for row in s.execute(rows)]
    return _named(s, told)


def _line(row: Any) -> Told:
    facts = json.loads(row.facts)
    known = SENTENCES.get(row.verb)
    sentence = _filled(known, facts) if known else T("{verb}", verb=row.verb)
    reason = facts.get("reason")
    detail = T("{reason}", reason=reason) if reason and known and "{reason}" not in known.source else None
    return Told(
        row.at, row.name or "", sentence, detail, row.verb, row.kind, row.subject_id, facts, position=row.position
    )


def _filled(sentence: Text, facts: dict[str, Any]) -> Text:
    """The sentence with what it names; a fact that an old entry lacks shows as a dash."""
    names = [part.split("}")[0] for part in sentence.source.split("{")[1:]]
    return Text(sentence.source, tuple((name, facts.get(name, "—")) for name in names))


def _named(s: Session, told: list[Told]) -> list[Told]:
    """Give each line the number and URL of its document, one question per kind."""
    wanted: dict[str, set[int]] = {}
    for line in told:
        if line.kind in DOCUMENTS and line.subject_id is not None:
            wanted.setdefault(line.kind, set()).add(line.subject_id)
    found = {kind: DOCUMENTS[kind](s, sorted(ids)) for kind, ids in wanted.items()}
    for line in told:
        number, url = found.get(line.kind, {}).get(line.subject_id or 0, ("", ""))
        object.__setattr__(line, "number", number)
        object.__setattr__(line, "url", url)
    return told
