"""The database: base class, column types, and `write_tx()`, the only way to write."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, ColumnElement, DateTime, Dialect, Engine, ForeignKey, MetaData, Row, event, func
from sqlalchemy import cast as cast_to
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from portal.core.refusal import Changed

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """Aware UTC in Python, naive UTC in the database (SQLite drops zones)."""

    impl = DateTime
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else cast(datetime, value).replace(tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Instant}  # noqa: RUF012


db = SQLAlchemy(metadata=Base.metadata)

AnyRow = Row[*tuple[Any, ...]]
Rows = Sequence[AnyRow]
"""What a list page gets: Core rows, never objects."""

Id = Annotated[int, mapped_column(primary_key=True)]


def total(what: Any) -> ColumnElement[int]:
    """The sum of `what` as a whole number, 0 of nothing (PostgreSQL's own sum of big integers is a decimal)."""
    return cast_to(func.coalesce(func.sum(what), 0), BigInteger)


def ref(target: str, *, index: bool = True, **options: Any) -> Any:
    """A foreign key column to `target` ("customer.id"), indexed unless told."""
    return mapped_column(ForeignKey(target), index=index, **options)


class Versioned:
    """A record that people edit: the second of two writers is told (`check_version`)."""

    version: Mapped[int] = mapped_column(default=1)


def check_version(row: Versioned, seen: int | None, **shown: Any) -> None:
    """Raise Changed when the row is no longer what the person saw; else count the version up.

    `shown` may carry `theirs` and `yours`, label -> value, for the page that shows both.
    """
    if seen is not None and row.version != seen:
        raise Changed(version=row.version, seen=seen, **shown)
    row.version += 1


def connect(engine: Engine) -> None:
    """Teach an SQLite engine to sync each commit, to keep foreign keys and to begin as we say."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # BEGIN is ours, below
        cursor = dbapi.cursor()
        for pragma in ("busy_timeout=15000", "journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        how = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {how}")


_threads = threading.Lock()


@contextmanager
def _writers_turn(session: Session) -> Iterator[None]:
    """One writer at a time on SQLite: threads take turns by a lock, processes by a file lock, fair to all."""
    engine = cast(Engine, session.get_bind())
    if engine.dialect.name != "sqlite":
        yield
        return
    path = engine.url.database
    with _threads:
        if not path or path == ":memory:":
            yield
            return
        with Path(path + ".writer").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield


Last = Callable[[Session], None]
_before_commit: list[Last] = []


def before_commit(work: Last) -> Last:
    """Register what every write does just before its commit, in order: journal, then numbers."""
    _before_commit.append(work)
    return work


@contextmanager
def write_tx() -> Iterator[Session]:
    """The only way to write: one short, serialised, durable transaction; no slow work inside (≤ 100 ms).

    On SQLite writers queue and BEGIN IMMEDIATE; on PostgreSQL actions take row locks in the order of the README.
    Entries of the journal and document numbers are given just before the commit.
    """
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("open write_tx() before changing objects")
    session.rollback()  # ends the read snapshot that finding the person began
    session.info.clear()
    with _writers_turn(session):
        try:
            if session.get_bind().dialect.name == "sqlite":
                session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
            yield session
            session.flush()
            for work in _before_commit:
                work(session)
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.clear()
