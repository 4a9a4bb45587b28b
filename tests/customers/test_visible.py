"""Who sees which customers, asked of the customers themselves and of what belongs to them."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.customers.models import Customer, Site, visible
from tests.cast import Cast
from tests.conftest import only_sqlite

ALL = {"dealer", "stranger", "plant"}


@only_sqlite
@pytest.mark.parametrize(
    ("login", "seen"),
    [
        ("lin", {"dealer"}), ("gao", {"plant"}), ("amy", {"dealer", "plant"}), ("bai", set()),
        ("qu", {"dealer", "plant"}), ("zong", ALL), ("cai", ALL), ("si", set()), ("guan", set()),
    ],
)  # fmt: skip
def test_each_sees_the_customers_of_the_role(app: Flask, s: Session, the: Cast, login: str, seen: set[str]) -> None:
    who, names = the.who(s, login), {n: key for key, n in the.customers.items()}
    customers = s.scalars(select(Customer.id).where(visible(who, Customer.id)))
    assert {names[n] for n in customers} == seen
    sites = s.scalars(select(Site.customer_id).where(visible(who, Site.customer_id)))
    assert {names[n] for n in sites} == seen
