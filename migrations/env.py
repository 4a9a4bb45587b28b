"""Migrations inside the app (`flask db …`), in one transaction, on either database."""

import sqlite3
from typing import Any, Literal, cast

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Engine, TypeDecorator

from portal.core import history

_UNENFORCED = "PRAGMA foreign_keys=OFF"  # on the driver: SQLAlchemy would begin first, and then it does nothing
_migrate = current_app.extensions["migrate"]


def _no_empty_revision(_context: Any, _revision: Any, directives: list[Any]) -> None:
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def _plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration names database types, not ours: it must still run when ours have changed."""
    return f"sa.{item.impl_instance!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


def _run(connection: Connection) -> None:
    steps: list[Any] = []
    context.configure(
        connection=connection,
        target_metadata=_migrate.db.metadata,
        transactional_ddl=True,
        process_revision_directives=_no_empty_revision,
        render_item=_plain_type,
        on_version_apply=lambda step, **_: steps.append(step),
        **_migrate.configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()
        if steps:  # batch mode makes tables anew and drops their triggers without a word
            history.install_triggers(connection)
        if connection.dialect.name == "sqlite":
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if orphans:
                raise RuntimeError(f"rows point to nothing after the migration: {orphans[:10]}")


def _online(engine: Engine) -> None:
    # Off, because batch mode drops the old table: enforced, ON DELETE CASCADE would empty its children.
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection:
        if connection.dialect.name == "sqlite":
            cast(sqlite3.Connection, connection.connection.driver_connection).execute(_UNENFORCED)
        _run(connection)
    engine.dispose()  # the pool must not hand out a connection without enforcement


_online(_migrate.db.engine)
