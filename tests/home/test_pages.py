"""Everybody's first page opens, in both languages, with few questions to the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask_sqlalchemy.record_queries import get_recorded_queries

from tests.cast import PEOPLE
from tests.conftest import Person, only_sqlite

SignIn = Callable[..., Person]
QUESTIONS = 9
"""The sign-in and what the page asks; none per row."""


@pytest.mark.parametrize("login", PEOPLE)
def test_every_first_page_opens(sign_in: SignIn, login: str) -> None:
    page = sign_in(login).see("/")
    assert page.count("<h1") == 1


@only_sqlite
@pytest.mark.parametrize("login", ["lin", "amy", "cai", "fan", "diao", "si", "guan"])
def test_a_first_page_asks_little(app: Flask, sign_in: SignIn, login: str) -> None:
    person = sign_in(login)
    person.see("/")
    with person.client:
        person.get("/")
        assert len(get_recorded_queries()) <= QUESTIONS


@only_sqlite
def test_a_visitor_is_led_to_the_sign_in(visitor: Person) -> None:
    answer = visitor.get("/")
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


@only_sqlite
def test_the_lines_of_available_credit_add_up(sign_in: SignIn) -> None:
    page = sign_in("lin").see("/")
    assert "¥100,000.00" in page and "可用额度" in page
