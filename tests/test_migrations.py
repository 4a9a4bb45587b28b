"""Migrations go up and down on both databases, with data in them, and leave the journal's triggers standing."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, text

from portal.core.db import Base, db

FOLDER = str(Path(__file__).parent.parent / "migrations")


def _triggered(table: str) -> bool:
    """Does the database refuse to change this table?"""
    if db.engine.dialect.name == "sqlite":
        found = "select count(*) from sqlite_master where type = 'trigger' and tbl_name = :t"
    else:
        found = "select count(*) from pg_trigger where tgrelid = cast(:t as regclass) and not tgisinternal"
    with db.engine.connect() as connection:
        return bool(connection.execute(text(found), {"t": table}).scalar_one())


def _rows() -> dict[str, int]:
    with db.engine.connect() as connection:
        names = [t.name for t in Base.metadata.sorted_tables if t.name in inspect(connection).get_table_names()]
        return {name: connection.execute(text(f"select count(*) from {name}")).scalar_one() for name in names}


def test_the_models_and_the_migrations_say_the_same(app: Flask) -> None:
    with app.app_context():
        check(directory=FOLDER)


def test_up_with_data_keeps_every_row_and_every_trigger(app: Flask) -> None:
    with app.app_context():
        before = _rows()
        assert sum(before.values()) > 50
        upgrade(directory=FOLDER)
        assert _rows() == before
        for table in Base.metadata.sorted_tables:
            if table.info.get("append_only"):
                assert _triggered(table.name), table.name


def test_down_to_nothing_and_up_again(app: Flask) -> None:
    with app.app_context():
        downgrade(directory=FOLDER, revision="base")
        with db.engine.connect() as connection:
            assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        upgrade(directory=FOLDER)
        assert _triggered("journal")
        check(directory=FOLDER)
