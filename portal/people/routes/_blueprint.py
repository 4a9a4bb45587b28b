"""The room's blueprint, and what several of its pages need."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, current_app, url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.pages import act, go, page
from portal.people import passwords
from portal.people.guard import who
from portal.people.models import Person

blueprint = Blueprint("people", __name__)


def home() -> str:
    return url_for("home.show") if "home.show" in current_app.view_functions else url_for("people.profile")


def hand_over(do: Callable[[Session, str], Person], back: Callable[[int], str]) -> Response:
    """Give somebody a temporary password: `do` gets its hash, the page shows it, once.

    It stands in this answer and nowhere else; a repeated request gets the record without it.
    """
    password = passwords.temporary()
    kept = passwords.hash_password(password)
    shown: list[tuple[str, str]] = []

    def run(s: Session) -> str:
        person = do(s, kept)
        shown.append((person.name, person.login))
        return back(person.id)

    url = act(run, who().id)
    if not shown:
        return go(url)
    name, login = shown[0]
    return page("people/handed_over.html", name=name, login=login, password=password, url=url)
