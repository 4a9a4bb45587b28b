"""What the header of a customer's file says of its deliveries: the empties it holds."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core.text import T
from portal.customers.frame import Fact
from portal.people.models import Who
from portal.people.rules import Permission
from portal.stock.models import drum_balance


def empties(s: Session, customer_id: int, who: Who) -> list[Fact]:
    """空桶: returnable drums that the customer holds, of all kinds together."""
    if not who.may(Permission.DELIVERY_VIEW):
        return []
    held = sum(drum_balance(s, customer_id).values())
    return [Fact(T("空桶"), T("{n} 个", n=held), url=f"/customers/{customer_id}/deliveries")]
