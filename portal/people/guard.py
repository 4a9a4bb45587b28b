"""Who is asking, and may they: the only place where routes meet permissions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, flash, g, redirect, session, url_for
from flask import request as web
from flask_login import LoginManager, current_user
from sqlalchemy import bindparam, select
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.db import db
from portal.core.language import gettext
from portal.core.pages import is_fragment, jump
from portal.core.refusal import Forbidden, NotFound
from portal.people.models import WHO_COLUMNS, Person, SignIn, Who, make_who, token_digest
from portal.people.rules import Permission

Args = ParamSpec("Args")
Answer = TypeVar("Answer")

FIRST = ("people.edit_password", "people.change_password")
"""All that a person with a temporary password may open."""

SEEN_EVERY = 60
"""Seconds between two notes of when a person was here last."""

_FIND = (
    select(*WHO_COLUMNS, SignIn.id.label("sign_in_id"), SignIn.created_at, SignIn.expires_at, SignIn.idle_seconds)
    .join(SignIn, SignIn.person_id == Person.id)
    .where(SignIn.token_digest == bindparam("digest"), SignIn.ended_at.is_(None), Person.disabled_at.is_(None))
)


def load_who(token: str) -> Who | None:
    """The person behind the token while the sign-in lives; last seen travels in the cookie (GET writes nothing)."""
    row = db.session.execute(_FIND, {"digest": token_digest(token)}).first()
    if row is None or row.expires_at <= clock.now():
        return None
    now = int(clock.now().timestamp())
    quiet = now - session.get("seen", int(row.created_at.timestamp()))
    if quiet > row.idle_seconds:
        return None
    if quiet >= SEEN_EVERY:
        session["seen"] = now
    return make_who(row, row.sign_in_id, token)


def who() -> Who:
    """The signed-in person of this request."""
    return cast(Who, current_user._get_current_object())


def who_or_none() -> Who | None:
    return who() if current_user.is_authenticated else None


def allowed(permission: Permission) -> Callable[[Callable[Args, Answer]], Callable[Args, Answer | Response]]:
    """This view is for signed-in people whose role has `permission`.

    Staff without it get 403; a customer's person gets 404, so that what exists for others is not told.
    """

    def guard(view: Callable[Args, Answer]) -> Callable[Args, Answer | Response]:
        @wraps(view)
        def checked(*args: Args.args, **kwargs: Args.kwargs) -> Answer | Response:
            if not current_user.is_authenticated:
                return to_sign_in()
            me = who()
            if me.must_change_password and web.endpoint not in FIRST:
                return jump(url_for("people.edit_password"))
            if not me.may(permission):
                raise NotFound() if me.is_portal else Forbidden()
            return view(*args, **kwargs)

        cast(Any, checked).permission = permission
        return checked

    return guard


def public(view: Callable[Args, Answer]) -> Callable[Args, Answer]:
    """This view is for everybody, signed in or not."""
    cast(Any, view).permission = "public"
    return view


def to_sign_in() -> Response:
    """To the sign-in page and back afterwards; inside a fragment the browser is told to go there (401)."""
    back = web.full_path.rstrip("?") if web.method == "GET" and not is_fragment() else _referrer_path()
    url = url_for("people.sign_in", next=None if back == "/" else back)
    if web.method == "POST" or "_user_id" in session:
        flash(gettext("登录已过期，登录后接着做。"), "info")
    return Response("", 401, {"HX-Redirect": url}) if is_fragment() else redirect(url, 303)


def install(app: Flask) -> None:
    """Connect Flask-Login: our sign-in rows behind its cookie handling."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(load_who)
    manager.unauthorized_handler(to_sign_in)
    app.before_request(_remember_who)


def _remember_who() -> None:
    g.who = None if web.endpoint == "static" else who_or_none()


def _referrer_path() -> str:
    """Where the person was: path and query of the page that sent this request, never another site."""
    parts = urlsplit(web.headers.get("HX-Current-URL") or web.referrer or "/")
    return parts.path + (f"?{parts.query}" if parts.query else "")
