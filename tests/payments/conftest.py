"""The till, for tests of money and credit."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.payments.till import Till


@pytest.fixture
def till(s: Session, the: Cast) -> Till:
    return Till(the)
