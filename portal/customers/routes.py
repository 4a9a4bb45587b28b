"""Pages of customers and their files."""

from __future__ import annotations

from flask import Blueprint
from flask.wrappers import Response

from portal.core.db import db
from portal.core.pages import page
from portal.customers import frame
from portal.people.guard import allowed, who
from portal.people.rules import Permission

blueprint = Blueprint("customers", __name__, url_prefix="/customers")


@blueprint.get("/<int:customer_id>")
@allowed(Permission.CUSTOMER_VIEW)
def show(customer_id: int) -> Response:
    return page("customers/show.html", **frame.context(db.session(), who(), customer_id, current="file"))
