"""The journal: who did what to which record, when, from what to what; append-only and hash-chained.

One chain per customer file ("customer:7") and one per room for what belongs to no customer ("stock"). A digest
covers the previous digest and the entry exactly as stored, so altering, removing or reordering an entry is found.
What may have to be erased (a phone number, a name) goes to `personal`: the chain keeps only a salted digest of it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Index, LargeBinary, UniqueConstraint, bindparam, insert, inspect, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.db import Base, Id, before_commit

if TYPE_CHECKING:
    from portal.people.models import Who

SCHEMA = 1
EMPTY = bytes(32)
APPEND_ONLY = {"append_only": True}
"""Put into a table's `info`: the database itself then refuses update and delete (`install_triggers`)."""


def fixed(*columns: str) -> dict[str, Any]:
    """Put into a table's `info`: the database itself refuses to delete its rows and to change these columns."""
    return {"fixed": columns}


class Entry(Base):
    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("chain", "position"),
        Index("ix_journal_subject", "kind", "subject_id", "id"),
        {"info": APPEND_ONLY},
    )
    id: Mapped[Id]
    chain: Mapped[str]
    position: Mapped[int]
    at: Mapped[datetime]
    person_id: Mapped[int | None]
    verb: Mapped[str]
    kind: Mapped[str]
    subject_id: Mapped[int | None]
    facts: Mapped[str]
    schema: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class Head(Base):
    """Where a chain ends: what the next entry stands on."""

    __tablename__ = "journal_head"
    chain: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class Personal(Base):
    """Personal values of an entry; may be erased, the chain holds their salted digest."""

    __tablename__ = "journal_personal"
    salt: Mapped[str] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(index=True)
    subject_id: Mapped[int | None]
    values: Mapped[str]


@dataclass(slots=True)
class _Said:
    chain: str
    verb: str
    kind: str
    subject_id: int | None
    person_id: int | None
    facts: str


def record(
    s: Session,
    verb: str,
    *,
    chain: str,
    subject: tuple[str, int | None],
    who: Who | None,
    facts: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
) -> None:
    """Say that `verb` ("order.submitted") happened to `subject` ("order", 7); written with the change, or not at all.

    `facts` are JSON values (dates and Texts become strings): row ids instead of document numbers, old and new values.
    """
    said = dict(facts or {})
    if personal:
        salt, values = secrets.token_hex(8), canonical(personal)
        said["personal"] = hashlib.sha256((salt + values).encode()).hexdigest()
        said["salt"] = salt
        s.add(Personal(salt=salt, subject_kind=subject[0], subject_id=subject[1], values=values))
    entry = _Said(chain, verb, subject[0], subject[1], who.id if who else None, canonical(said))
    s.info.setdefault("journal", []).append(entry)


def canonical(facts: Mapping[str, Any]) -> str:
    """The one way a set of facts is written down."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


class Link(NamedTuple):
    """What a digest covers, exactly as stored."""

    chain: str
    position: int
    at: datetime
    person_id: int | None
    verb: str
    kind: str
    subject_id: int | None
    facts: str
    schema: int


def digest(previous: bytes, link: Link) -> bytes:
    stamp = link.at.replace(tzinfo=None).isoformat()
    parts = (link.schema, link.chain, link.position, stamp, link.person_id, link.verb, link.kind, link.subject_id)
    return hashlib.sha256(previous + ("|".join(map(str, parts)) + "|" + link.facts).encode()).digest()


_INSERT = insert(Entry.__table__)  # type: ignore[arg-type]
_HEADS = (
    select(Head.chain, Head.position, Head.digest)
    .where(Head.chain.in_(bindparam("chains", expanding=True)))
    .order_by(Head.chain)
    .with_for_update()
)


@before_commit
def _append(s: Session) -> None:
    said: list[_Said] = s.info.pop("journal", [])
    if not said:
        return
    chains = sorted({entry.chain for entry in said})
    heads = {row.chain: (row.position, row.digest) for row in _lock_heads(s, chains)}
    at, rows = clock.now(), []
    for entry in said:
        position, previous = heads[entry.chain]
        link = Link(
            entry.chain,
            position + 1,
            at,
            entry.person_id,
            entry.verb,
            entry.kind,
            entry.subject_id,
            entry.facts,
            SCHEMA,
        )
        heads[entry.chain] = (position + 1, digest(previous, link))
        rows.append({**link._asdict(), "digest": heads[entry.chain][1]})
    s.execute(_INSERT, rows)
    s.connection().execute(_MOVE_HEAD, [{"at_chain": c, "to": heads[c][0], "digest": heads[c][1]} for c in chains])


def _lock_heads(s: Session, chains: list[str]) -> list[Any]:
    """The heads in sorted order, locked; chains that begin now get theirs first."""
    found = list(s.connection().execute(_HEADS, {"chains": chains}))
    missing = set(chains) - {row.chain for row in found}
    if not missing:
        return found
    dialect = sqlite if s.get_bind().dialect.name == "sqlite" else postgresql
    s.execute(
        dialect.insert(Head.__table__).on_conflict_do_nothing(),
        [{"chain": c, "position": 0, "digest": EMPTY} for c in sorted(missing)],
    )
    return list(s.connection().execute(_HEADS, {"chains": chains}))


_MOVE_HEAD = (
    update(Head.__table__)  # type: ignore[arg-type]
    .where(Head.__table__.c.chain == bindparam("at_chain"))
    .values(position=bindparam("to"), digest=bindparam("digest"))
)


class Break(NamedTuple):
    """The first bad entry of a chain: where, and what is wrong with it."""

    chain: str
    position: int
    what: str


def verify(connection: Connection) -> Iterator[Break | int]:
    """Walk every chain; yields a Break for the first bad entry of each, and last the number of entries read."""
    heads = {row.chain: row for row in connection.execute(select(Head.chain, Head.position, Head.digest))}
    columns = [getattr(Entry, name) for name in Link._fields]
    rows = connection.execute(
        select(*columns, Entry.digest).order_by(Entry.chain, Entry.position), execution_options={"yield_per": 5000}
    )
    count, chain, position, previous, bad = 0, "", 0, EMPTY, set[str]()
    ends: dict[str, tuple[int, bytes]] = {}
    for row in rows:
        count += 1
        if row.chain != chain:
            chain, position, previous = row.chain, 0, EMPTY
        if chain in bad:
            continue
        link = Link(*row[:-1])
        if link.position != position + 1:
            bad.add(chain)
            yield Break(chain, position + 1, "missing")
            continue
        if digest(previous, link) != row.digest:
            bad.add(chain)
            yield Break(chain, link.position, "altered")
            continue
        position, previous = link.position, row.digest
        ends[chain] = (position, previous)
    for name, head in heads.items():
        if name not in bad and ends.get(name, (0, EMPTY)) != (head.position, head.digest):
            yield Break(name, ends.get(name, (0, EMPTY))[0] + 1, "cut off")
    yield count


def install_triggers(connection: Connection) -> None:
    """Let the database refuse what `info` of the tables forbids; again after each migration, harmlessly."""
    present = set(inspect(connection).get_table_names())
    for table in Base.metadata.sorted_tables:
        columns = table.info.get("fixed", ())
        if (table.info.get("append_only") or columns) and table.name in present:
            for statement in _triggers(table.name, connection.dialect.name, columns):
                connection.execute(text(statement))


def _triggers(table: str, dialect: str, columns: Sequence[str] = ()) -> list[str]:
    """What creates the triggers that refuse to delete and to change: anything, or these `columns`."""
    change = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{name} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for name, verb in (("update", change), ("delete", "DELETE"))
        ]
    return [
        "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE {change} OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION append_only()",
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only()",
    ]
