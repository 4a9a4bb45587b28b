"""Signing in and out: who gets in, who does not, and what ends it."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.core.db import db, write_tx
from portal.people import actions, passwords, rules
from portal.people.actions.signing import mark as mark_of
from portal.people.models import LoginAttempt, Person, SignIn
from tests import conftest
from tests.cast import NOW, PASSWORD, Cast
from tests.conftest import Watch, only_sqlite

Visitor = conftest.Person


def knock(somebody: Visitor, login: str = "lin", password: str = PASSWORD, **more: Any) -> TestResponse:
    return somebody.post("/sign-in", {"login": login, "password": password, **more})


def enter(app: Flask, login: str = "lin", password: str = PASSWORD, **more: Any) -> Visitor:
    """Somebody who came in by the door."""
    somebody = Visitor(app.test_client())
    assert knock(somebody, login, password, **more).status_code == 303
    return somebody


def is_in(somebody: Visitor) -> bool:
    return somebody.get("/profile").status_code == 200


def test_a_person_signs_in_and_out(app: Flask, visitor: Visitor) -> None:
    assert visitor.get("/profile").headers["Location"] == "/sign-in?next=/profile"
    answer = knock(visitor, "LIN ", next="/profile")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/profile")
    assert visitor.get("/sign-in").status_code == 303
    stolen = visitor.client.get_cookie("portal")
    assert stolen is not None
    out = visitor.post("/sign-out")
    assert out.headers["Clear-Site-Data"] == '"cache"'
    assert not is_in(visitor)
    thief = app.test_client()
    thief.set_cookie("portal", stolen.value)
    assert not is_in(Visitor(thief))


def test_a_phone_number_is_as_good_as_a_login_unless_two_have_it(app: Flask, visitor: Visitor, the: Cast) -> None:
    def phone(login: str) -> None:
        with app.app_context(), write_tx() as s:
            s.execute(update(Person).where(Person.login == login).values(phone="13900001111"))

    phone("lin")
    assert knock(visitor, "139 0000 1111").status_code == 303
    phone("lu")
    assert knock(Visitor(app.test_client()), "13900001111").status_code == 422


def text_of(answer: TestResponse) -> str:
    """The page without what differs from one to the next, and without the name that was typed."""
    import re

    return re.sub(r'value="[^"]*"|content="[^"]*"|请求号 \w+', "", answer.text)


def test_unknown_names_disabled_people_and_wrong_passwords_get_one_answer(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), write_tx() as s:
        s.execute(update(Person).where(Person.login == "wu").values(disabled_at=update_time()))
    work: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str, password: str) -> bool:
        work.append(kept)
        return verify(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    answers = [knock(visitor, name, word) for name, word in (("lin", "wrong"), ("nobody", PASSWORD), ("wu", PASSWORD))]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert len(set(map(text_of, answers))) == 1
    assert "账号或密码不对" in answers[0].text
    assert len(work) == 3
    assert work[1].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def update_time() -> Any:
    from portal.core import clock

    return clock.now()


def test_after_five_wrong_passwords_the_sixth_is_not_looked_at_until_the_time_named(
    app: Flask, visitor: Visitor, watch: Watch
) -> None:
    for _ in range(rules.NAME_TRIES):
        assert knock(visitor, "lin", "wrong").status_code == 422
    closed = knock(visitor)
    assert closed.status_code == 429
    assert "2026-11-23 09:45 以后再登录" in closed.text
    assert knock(visitor, "lu").status_code == 303  # others go in
    watch.forward(minutes=15, seconds=1)
    assert knock(Visitor(app.test_client())).status_code == 303


def test_the_throttle_survives_a_restart_and_holds_for_unknown_names(app: Flask, visitor: Visitor) -> None:
    for _ in range(rules.NAME_TRIES):
        knock(visitor, "nobody", "wrong")
    again = conftest._make(app.config["SQLALCHEMY_DATABASE_URI"], __import__("pathlib").Path(app.config["FILES"]))
    from portal.core import clock

    clock.use(lambda: NOW)
    assert knock(Visitor(again.test_client()), "nobody", "wrong").status_code == 429
    with again.app_context():
        db.session.remove()
        db.engine.dispose()


@only_sqlite
def test_one_address_has_thirty_tries_whatever_the_names(app: Flask, visitor: Visitor) -> None:
    with app.app_context():
        for n in range(rules.ADDRESS_TRIES):
            with write_tx() as s:
                actions.knock(s, f"name {n}", "127.0.0.1")
        db.session.remove()
    assert knock(visitor).status_code == 429
    elsewhere = visitor.client.post(
        "/sign-in", data={"login": "lin", "password": PASSWORD}, environ_base={"REMOTE_ADDR": "10.0.0.9"}
    )
    assert elsewhere.status_code == 303


def test_guesses_at_the_same_moment_count_too(s: Session, the: Cast) -> None:
    """Six who knocked before any was answered: the last of them is refused though its password is right."""
    knocks = []
    for n in range(rules.NAME_TRIES + 1):
        with write_tx() as tx:
            if n == rules.NAME_TRIES:
                with pytest.raises(rules.TooManyTries):
                    actions.knock(tx, "lin", "10.0.0.1")
                tx.add(LoginAttempt(login=mark_of("lin"), address="10.0.0.1", at=update_time()))
                tx.flush()
            else:
                knocks.append(actions.knock(tx, "lin", "10.0.0.1"))
    last = s.scalars(select(LoginAttempt.id).order_by(LoginAttempt.id.desc())).first()
    assert last is not None
    proof = actions.prove(s, "lin", PASSWORD)
    with pytest.raises(rules.TooManyTries), write_tx() as tx:
        actions.sign_in(tx, proof, last, device="test")
    with write_tx() as tx:
        assert actions.sign_in(tx, proof, knocks[-1], device="test")


def test_a_password_hashed_with_older_settings_is_hashed_again(app: Flask, the: Cast) -> None:
    enter(app)
    with app.app_context():
        kept = db.session.get_one(Person, the.people["lin"]).password_hash
        assert not passwords.is_dated(kept)
        assert passwords.matches(kept, PASSWORD)
    assert is_in(enter(app))


def test_idle_and_absolute_limits(app: Flask, watch: Watch) -> None:
    somebody = enter(app)
    watch.forward(hours=11)
    assert is_in(somebody)
    watch.forward(hours=11)
    assert is_in(somebody)
    watch.forward(hours=12, seconds=1)
    assert not is_in(somebody)
    busy = enter(app)
    for _ in range(20):
        watch.forward(hours=8)
        assert is_in(busy)
    watch.forward(hours=8)
    assert not is_in(busy)


def test_a_remembered_device_stays_longer_and_keeps_its_cookie(app: Flask, watch: Watch) -> None:
    somebody = enter(app, remember="y")
    cookie = somebody.client.get_cookie("portal")
    assert cookie is not None
    assert cookie.expires is not None
    assert somebody.client.get_cookie("remember_token") is None
    for _ in range(2):
        watch.forward(days=13)
        assert is_in(somebody)
    watch.forward(days=5)
    assert not is_in(somebody)


def test_an_old_copy_of_the_cookie_does_not_outlive_the_idle_limit(app: Flask, watch: Watch) -> None:
    somebody = enter(app)
    copy = somebody.client.get_cookie("portal")
    assert copy is not None
    for _ in range(2):
        watch.forward(hours=7)
        assert is_in(somebody)
    thief = app.test_client()
    thief.set_cookie("portal", copy.value)
    assert not is_in(Visitor(thief))


@pytest.mark.parametrize("event", ["disable", "move", "role", "reset", "everywhere", "lost"])
def test_a_sign_in_is_dead_at_once_after(app: Flask, the: Cast, event: str) -> None:
    somebody, other = enter(app, "lu"), enter(app, "lin")
    with app.app_context():
        who, kept = the.who(db.session(), "guan"), passwords.hash_password("some other password")
        with write_tx() as s:
            lu = s.get_one(Person, the.people["lu"])
            moved = actions.Details(lu.name, lu.phone, "dealer", the.customers["stranger"], "buyer")
            staff = actions.Details(lu.name, lu.phone, "finance")
            {
                "disable": lambda: actions.disable(s, lu, who),
                "move": lambda: actions.edit_person(s, lu, moved, version=lu.version, who=who),
                "role": lambda: actions.edit_person(s, lu, staff, version=lu.version, who=who),
                "reset": lambda: actions.reset_password(s, lu, kept, who),
                "everywhere": lambda: actions.sign_out_everywhere(s, lu.id, the.who(s, "lu")),
                "lost": lambda: actions.sign_out_everywhere(s, lu.id, who),
            }[event]()
        db.session.remove()
    assert not is_in(somebody)
    assert is_in(other)


def test_a_new_password_ends_the_other_devices_and_goes_on_here(app: Flask) -> None:
    here, there = enter(app), enter(app)
    old = here.client.get_cookie("portal")
    assert old is not None
    new = "雨后的山城有雾 2 号桥"
    answer = here.post("/profile/password", {"old": PASSWORD, "new": new, "again": new})
    assert answer.status_code == 303
    assert is_in(here)
    assert not is_in(there)
    copy = app.test_client()
    copy.set_cookie("portal", old.value)
    assert not is_in(Visitor(copy))
    assert knock(Visitor(app.test_client())).status_code == 422
    assert is_in(enter(app, "lin", new))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"old": "wrong"}, "现在的密码不对"),
        ({"new": "short", "again": "short"}, "至少 12 个字符"),
        ({"new": "Password1234!", "again": "Password1234!"}, "太容易猜到"),
        ({"again": "something else"}, "两次填的新密码不一样"),
        ({"new": PASSWORD, "again": PASSWORD}, "新密码要和现在的不同"),
    ],
)
@only_sqlite
def test_a_new_password_is_refused_with_the_reason(app: Flask, typed: dict[str, str], said: str) -> None:
    new = {"old": PASSWORD, "new": "rain on the old bridge", "again": "rain on the old bridge"} | typed
    answer = enter(app).post("/profile/password", new)
    assert answer.status_code == 422
    assert said in answer.text
    assert "rain on the old bridge" not in answer.text


@only_sqlite
def test_the_old_password_cannot_be_guessed_from_within(app: Flask) -> None:
    somebody = enter(app)
    typed = {"old": "wrong", "new": "rain on the old bridge", "again": "rain on the old bridge"}
    for _ in range(rules.NAME_TRIES):
        assert somebody.post("/profile/password", typed).status_code == 422
    assert somebody.post("/profile/password", typed | {"old": PASSWORD}).status_code == 429


def test_a_temporary_password_opens_nothing_but_its_change(app: Flask, the: Cast) -> None:
    with app.app_context(), write_tx() as s:
        s.execute(update(Person).where(Person.login == "lin").values(must_change_password=True))
    somebody = enter(app)
    for url in ("/", "/profile", "/orders", "/people/colleagues"):
        assert somebody.get(url).headers.get("Location") == "/profile/password", url
    assert somebody.get("/orders", htmx=True).headers["HX-Redirect"] == "/profile/password"
    assert somebody.post("/profile", {"name": "x"}).headers["Location"] == "/profile/password"
    assert "先换一个自己的密码" in somebody.see("/profile/password")
    new = "rain on the old bridge"
    assert somebody.post("/profile/password", {"old": PASSWORD, "new": new, "again": new}).status_code == 303
    assert is_in(somebody)


@only_sqlite
def test_nothing_of_a_planted_session_survives_the_sign_in(app: Flask) -> None:
    client: FlaskClient = app.test_client()
    with client.session_transaction() as planted:
        planted["csrf_token"] = planted["evil"] = "planted"
    somebody = Visitor(client)
    assert knock(somebody).status_code == 303
    with client.session_transaction() as now:
        assert "evil" not in now
        assert now.get("csrf_token") != "planted"


@only_sqlite
def test_signing_in_again_ends_the_sign_in_before_it(app: Flask, the: Cast) -> None:
    somebody = enter(app)
    assert knock(somebody, "lu").status_code == 303
    with app.app_context():
        rows = db.session.execute(select(SignIn.person_id, SignIn.ended_why)).all()
    assert [tuple(row) for row in rows] == [(the.people["lin"], "signed_out"), (the.people["lu"], None)]


@pytest.mark.parametrize(
    "trap",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "evil",
     "javascript:alert(1)", "/\n//evil.example", "http:evil.example"],
)  # fmt: skip
@only_sqlite
def test_the_way_on_stays_inside(app: Flask, visitor: Visitor, trap: str) -> None:
    where = knock(visitor, next=trap).headers["Location"]
    assert where.startswith("/")
    assert "evil" not in where
    assert "evil" not in visitor.get("/sign-in", query_string={"next": trap}).headers["Location"]
    assert "evil" not in visitor.post("/language", {"language": "en", "next": trap}).headers["Location"]


@only_sqlite
def test_a_fragment_never_holds_the_sign_in_page(visitor: Visitor) -> None:
    answer = visitor.client.get(
        "/people", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/people?q=a"}
    )
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/people?q%3Da"
    assert answer.text == ""


def enter_with_token(app: Flask) -> Visitor:
    """Somebody who came in while tokens are asked for."""
    somebody = Visitor(app.test_client())
    token = somebody.see("/sign-in").split('name="csrf_token" value="')[1].split('"')[0]
    assert knock(somebody, csrf_token=token).status_code == 303
    return somebody


@only_sqlite
def test_a_form_sent_after_the_cookie_is_gone_leads_to_the_sign_in(app: Flask, visitor: Visitor) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = visitor.client.post("/profile", headers={"Referer": "http://localhost/profile"})
        assert answer.headers["Location"] == "/sign-in?next=/profile"
        assert "这个页面放得太久了" in enter_with_token(app).post("/profile", {"name": "x"}).text
        at_the_door = visitor.post("/sign-in", {"login": "lin", "password": PASSWORD})
        assert at_the_door.status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_the_language_is_kept_in_the_browser_and_with_the_person(app: Flask, visitor: Visitor, the: Cast) -> None:
    answer = visitor.post("/language", {"language": "en", "next": "/sign-in"})
    assert answer.headers["Location"] == "/sign-in"
    assert "Sign in" in visitor.see("/sign-in")
    knock(visitor)
    visitor.post("/language", {"language": "en", "next": "/profile"})
    visitor.post("/language", {"language": "xx"})
    elsewhere = enter(app)
    assert "My details" in elsewhere.see("/profile")


@only_sqlite
def test_who_came_and_who_was_refused_is_written_down_without_what_was_typed(app: Flask, the: Cast) -> None:
    visitor = Visitor(app.test_client())
    knock(visitor, "my secret password", "lin")
    knock(visitor, "lin", "wrong")
    knock(visitor)
    visitor.post("/sign-out")
    with app.app_context():
        from portal.core.history import Entry, Personal

        rows = db.session.execute(select(Entry.verb, Entry.subject_id).where(Entry.chain == "people")).all()
        said = " ".join(db.session.scalars(select(Personal.values)))
        tried = " ".join(db.session.scalars(select(LoginAttempt.login)))
    lin = the.people["lin"]
    assert [tuple(row) for row in rows] == [
        ("person.sign_in_refused", None), ("person.sign_in_refused", lin), ("person.signed_in", lin),
        ("person.signed_out", lin),
    ]  # fmt: skip
    assert "secret" not in said + tried
