"""What payments, a room above, lets credit say of what is overdue; `app.py` connects the two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

OverdueOf = Callable[[Session, int, date], int]
"""(customer id, day) -> what the customer owes past its due dates, in fen."""

_overdue_of: OverdueOf = lambda _s, _customer, _day: 0  # noqa: E731


def tell_overdue(question: OverdueOf) -> None:
    """Let `question` say what is overdue."""
    global _overdue_of  # noqa: PLW0603
    _overdue_of = question


def overdue_of(s: Session, customer_id: int, day: date) -> int:
    """What the customer owes past its due dates on `day`, in fen."""
    return _overdue_of(s, customer_id, day)
