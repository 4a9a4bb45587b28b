"""In and out, and which language."""

from __future__ import annotations

from flask import current_app, make_response, session, url_for
from flask import request as web
from flask.wrappers import Response
from flask_login import login_user

from portal.core import clock, language
from portal.core.db import db, write_tx
from portal.core.pages import go, jump, page, safe_next
from portal.core.refusal import Refusal
from portal.core.text import T
from portal.people import actions, rules
from portal.people.forms import SignInForm
from portal.people.guard import load_who, public, who, who_or_none
from portal.people.routes._blueprint import blueprint, home

YEAR = 365 * 24 * 3600


@blueprint.get("/sign-in")
@public
def sign_in() -> Response:
    if who_or_none():
        return jump(safe_next(web.args.get("next"), home()))
    return page("people/sign_in.html", form=SignInForm(), next=web.args.get("next", ""))


@blueprint.post("/sign-in")
@public
def let_in() -> Response:
    form = SignInForm()
    if not form.validate():
        return _again(form, 422)
    try:
        return _let_in(form)
    except (rules.SignInRefused, rules.TooManyTries) as refused:
        form.form_errors.append(refused.said)
        return _again(form, refused.status, refused)


def _let_in(form: SignInForm) -> Response:
    name, address = str(form.login.data), web.remote_addr or ""
    with write_tx() as s:
        attempt = actions.knock(s, name, address)
    proof = actions.prove(db.session(), name, str(form.password.data))
    if proof.person_id is None:
        with write_tx() as s:
            actions.refuse(s, name, address)
        raise rules.SignInRefused()
    device = rules.device_of(web.user_agent.string)
    with write_tx() as s:
        if old := who_or_none():
            actions.sign_out(s, old)
        token = actions.sign_in(s, proof, attempt, device=device, remember=bool(form.remember.data))
    carry(token, remember=bool(form.remember.data))
    response = jump(safe_next(web.form.get("next"), home()))
    return response if web.cookies.get("language") else speak(response, who().language)


def _again(form: SignInForm, status: int, refused: Refusal | None = None) -> Response:
    return page(
        "people/sign_in.html", status=status, form=form, errors=True, refused=refused, next=web.form.get("next", "")
    )


def carry(token: str, *, remember: bool) -> None:
    """A new session around the token: nothing of the old one, which somebody else may have planted, stays."""
    session.clear()
    session.permanent = remember
    session["seen"] = int(clock.now().timestamp())
    login_user(load_who(token))


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    if me := who_or_none():
        with write_tx() as s:
            actions.sign_out(s, me)
    session.clear()
    response = go(url_for("people.sign_in"), T("已退出登录。"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.post("/language")
@public
def choose_language() -> Response:
    """Keep the language in this browser, and with the person."""
    chosen = web.form.get("language", "")
    response = jump(safe_next(web.form.get("next"), home()))
    if chosen not in language.LANGUAGES:
        return response
    if me := who_or_none():
        with write_tx() as s:
            actions.choose_language(s, chosen, me)
    return speak(response, chosen)


def speak(response: Response, chosen: str) -> Response:
    """Let this browser remember the language."""
    response = make_response(response)
    secure = current_app.config["TLS"]
    response.set_cookie("language", chosen, max_age=YEAR, samesite="Lax", secure=secure, httponly=True)
    return response
