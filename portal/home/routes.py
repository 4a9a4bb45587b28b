"""Where everybody begins."""

from __future__ import annotations

from flask import Blueprint
from flask.wrappers import Response

from portal.core import clock
from portal.core.db import db
from portal.core.pages import page
from portal.home.first import first_page
from portal.people.guard import allowed, who
from portal.people.rules import Permission

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@allowed(Permission.HOME_VIEW)
def show() -> Response:
    name, context = first_page(db.session(), who(), clock.today())
    return page(name, **context)
