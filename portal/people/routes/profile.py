"""One's own page: name and phone, password, and where one is signed in."""

from __future__ import annotations

from flask import request as web
from flask import session, url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session

from portal.core.db import db, write_tx
from portal.core.pages import act, go, page
from portal.core.text import T
from portal.people import actions, passwords, rules
from portal.people.forms import PasswordForm, ProfileForm
from portal.people.guard import allowed, who
from portal.people.models import Person, firms, live_sign_ins
from portal.people.routes._blueprint import blueprint, home
from portal.people.routes.signing import carry
from portal.people.rules import Permission


@blueprint.get("/profile")
@allowed(Permission.PROFILE_EDIT)
def profile() -> Response:
    me = db.session.get_one(Person, who().id)
    return _profile(ProfileForm(obj=me), 200)


def _profile(form: ProfileForm, status: int) -> Response:
    me = db.session.get_one(Person, who().id)
    firm = firms.by_ids(db.session(), [me.customer_id]).get(me.customer_id) if me.customer_id else None
    return page(
        "people/profile.html", status=status, form=form, errors=status != 200, me=me, firm=firm,
        sign_ins=live_sign_ins(db.session(), me.id),
    )  # fmt: skip


@blueprint.post("/profile")
@allowed(Permission.PROFILE_EDIT)
def save_profile() -> Response:
    form = ProfileForm()
    if not form.validate():
        return _profile(form, 422)
    details = actions.Details(name=form.name.data, phone=form.phone.data)

    def save(s: Session) -> str:
        actions.edit_person(s, s.get_one(Person, who().id), details, version=_seen(form), who=who())
        return url_for("people.profile")

    return go(act(save, who().id), T("已保存。"))


def _seen(form: ProfileForm) -> int:
    """The version that the person saw; what cannot be read is older than any."""
    text = form.version.data or ""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@blueprint.get("/profile/password")
@allowed(Permission.PROFILE_EDIT)
def edit_password() -> Response:
    return page("people/password.html", form=PasswordForm(), forced=who().must_change_password, login=_login())


def _login() -> str:
    return db.session.get_one(Person, who().id).login


@blueprint.post("/profile/password")
@allowed(Permission.PROFILE_EDIT)
def change_password() -> Response:
    form, status = PasswordForm(), 422
    if form.validate():
        try:
            if _change(str(form.old.data), str(form.new.data), form):
                return go(home(), T("密码已更换，其他设备都已退出。"))
        except (rules.SignInRefused, rules.TooManyTries) as refused:
            wrong = isinstance(refused, rules.SignInRefused)
            form.old.errors = [T("现在的密码不对") if wrong else refused.said]
            status = refused.status
    return page(
        "people/password.html", status=status, form=form, errors=True, forced=who().must_change_password,
        login=_login(),
    )  # fmt: skip


def _change(old: str, new: str, form: PasswordForm) -> bool:
    """Change the password; False when the new one is too weak. The old one may not be guessed here either."""
    me, person = who(), db.session.get_one(Person, who().id)
    login, address = person.login, web.remote_addr or ""
    if fault := passwords.fault(new, login, person.name, person.phone):
        form.new.errors = [fault]
        return False
    with write_tx() as s:
        attempt = actions.knock(s, login, address)
    proof = actions.prove(db.session(), login, old)
    if proof.person_id is None:
        with write_tx() as s:
            actions.refuse(s, login, address)
        raise rules.SignInRefused()
    hashed = actions.hash_password(new)
    with write_tx() as s:
        actions.forget_tries(s, attempt)
        token = actions.change_password(s, proof, hashed, me)
    carry(token, remember=session.permanent)
    return True


@blueprint.post("/profile/sign-ins/<int:sign_in_id>/end")
@allowed(Permission.PROFILE_EDIT)
def end_sign_in(sign_in_id: int) -> Response:
    def end(s: Session) -> str:
        actions.end_sign_in(s, sign_in_id, who())
        return url_for("people.profile")

    return go(act(end, who().id), T("那台设备已退出。"))


@blueprint.post("/profile/sign-out-everywhere")
@allowed(Permission.PROFILE_EDIT)
def sign_out_everywhere() -> Response:
    """Also here: then the sign-in page."""
    with write_tx() as s:
        actions.sign_out_everywhere(s, who().id, who())
    session.clear()
    response = go(url_for("people.sign_in"), T("所有设备都已退出登录。"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
