# data
"""The pages of customers: what each person finds there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.conftest import Person, only_sqlite

SignIn = Callable[..., Person]


@only_sqlite
@pytest.mark.parametrize(
    ("login", "status"),
    [
        ("amy", 200), ("bai", 404), ("qu", 200), ("zong", 200), ("tang", 200), ("sun", 200), ("guan", 403),
        ("si", 403), ("wu", 403), ("lin", 404), ("gao", 404),
    ],
)  # fmt: skip
def test_a_file_opens_for_those_who_see_the_customer(sign_in: SignIn, the: Cast, login: str, status: int) -> None:
    assert sign_in(login).get(f"/customers/{the.customers['dealer']}").status_code == status


@only_sqlite
def test_the_manager_of_another_region_finds_nothing(sign_in: SignIn, the: Cast) -> None:
    assert sign_in("qu").get(f"/customers/{the.customers['stranger']}").status_code == 404


@only_sqlite
@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999", "x"])
def test_numbers_that_nobody_has_are_not_found(sign_in: SignIn, number: str) -> None:
    assert sign_in("zong").get(f"/customers/{number}").status_code == 404
