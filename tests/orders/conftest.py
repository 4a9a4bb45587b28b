"""The shop, for every test of orders."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.orders.shop import Shop


@pytest.fixture
def shop(s: Session, the: Cast) -> Shop:
    return Shop(the)
