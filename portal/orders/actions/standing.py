"""What orders ask of credit and payments: the customer's standing under its lock, and the counter of open orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.credit import actions as credit
from portal.credit.models import CreditAccount
from portal.credit.models import standing as credit_standing
from portal.credit.rules import CreditForbidden, Part, Standing, check
from portal.orders.rules import Held, Reason
from portal.payments.models import overdue

_LOCK = (
    select(CreditAccount.customer_id).where(CreditAccount.customer_id == bindparam("customer")).with_for_update()
)  # fmt: skip


def lock(s: Session, customer_id: int) -> None:
    """Let every other change of this customer's orders and money wait for this one."""
    s.connection().execute(_LOCK, {"customer": customer_id})


class Account:
    """A customer's standing on a day, the account locked, and what is overdue beyond its grace days."""

    def __init__(self, s: Session, customer_id: int, amount_fen: int, day: date) -> None:
        self.standing: Standing = credit_standing(s, customer_id, day, lock=True, amount_fen=amount_fen)
        late = overdue(s, [customer_id], day).get(customer_id)
        self.overdue_fen = late.beyond_grace_fen if late else 0

    def against(self, amount_fen: int) -> list[Held]:
        """Why credit holds up an order of `amount_fen`; CreditForbidden when its policy is to say no."""
        over = amount_fen - self.standing.available_fen
        return [
            Held(Reason(kind), {**figures, "over_fen": over} if kind == Reason.CREDIT else figures)
            for kind, figures in check(self.standing, amount_fen, self.overdue_fen)
        ]

    def is_against(self, amount_fen: int) -> bool:
        """Does credit still hold up an order of `amount_fen`? A policy that forbids does."""
        try:
            return bool(self.against(amount_fen))
        except CreditForbidden:
            return True


def move(s: Session, changes: Mapping[int, int]) -> None:
    """Let each customer's open orders rise (or fall) by so many fen."""
    credit.move_exposure(s, {customer_id: {Part.OPEN_ORDERS: fen} for customer_id, fen in changes.items()})
