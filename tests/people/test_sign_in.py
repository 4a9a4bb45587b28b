"""Signing in and out: who gets in, who does not, and what ends it."""

from __future__ import annotations

from flask import Flask

from tests.cast import PASSWORD
from tests.conftest import Person


def enter(somebody: Person, login: str = "lin", password: str = PASSWORD, **more: str) -> object:
    return somebody.post("/sign-in", {"login": login, "password": password, **more})


def test_a_person_signs_in_and_out(visitor: Person) -> None:
    assert visitor.get("/profile").status_code in (303, 404)
    answer = visitor.post("/sign-in", {"login": "LIN ", "password": PASSWORD, "next": "/orders"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/orders")
    assert visitor.get("/sign-in").status_code == 303
    out = visitor.post("/sign-out")
    assert out.headers["Clear-Site-Data"] == '"cache"'
    assert visitor.get("/sign-in").status_code == 200


def test_a_wrong_password_is_refused(visitor: Person) -> None:
    answer = visitor.post("/sign-in", {"login": "lin", "password": "wrong"})
    assert answer.status_code == 422
    assert "账号或密码不对" in answer.text


def test_the_language_is_kept(visitor: Person, app: Flask) -> None:
    answer = visitor.post("/language", {"language": "en", "next": "/sign-in"})
    assert answer.headers["Location"] == "/sign-in"
    assert "Sign in" in visitor.see("/sign-in")
