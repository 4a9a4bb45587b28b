"""Is the server up, and can it work? For whoever starts it, watches it, or sends it people."""

from __future__ import annotations

from functools import cache

from alembic.script import ScriptDirectory
from flask import Blueprint
from flask.wrappers import Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.config import ROOT
from portal.core.db import db
from portal.people.guard import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """The process answers."""
    return _say("ok", 200)


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """The database answers, and its tables are those of this code."""
    try:
        at = set(db.session.execute(text("select version_num from alembic_version")).scalars())
    except SQLAlchemyError:
        db.session.rollback()
        return _say("no database", 503)
    return _say("ok", 200) if at == _heads() else _say("migrations are missing", 503)


@cache
def _heads() -> set[str]:
    return set(ScriptDirectory(str(ROOT / "migrations")).get_heads())


def _say(word: str, status: int) -> Response:
    return Response(word + "\n", status, mimetype="text/plain")
