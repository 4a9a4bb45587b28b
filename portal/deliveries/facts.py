"""What pages of lower rooms say of deliveries: empties in the customer's file, shipments on the order's page."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core.text import T, Text
from portal.customers.frame import Fact
from portal.deliveries.models.shipments import of_order
from portal.deliveries.rules import shipment_word
from portal.people.models import Who
from portal.people.rules import Permission
from portal.stock.models import drum_balance


def empties(s: Session, customer_id: int, who: Who) -> list[Fact]:
    """空桶: returnable drums that the customer holds, of all kinds together."""
    if not who.may(Permission.DELIVERY_VIEW):
        return []
    held = sum(drum_balance(s, customer_id).values())
    return [Fact(T("空桶"), T("{n} 个", n=held), url=f"/customers/{customer_id}/deliveries")]


def documents(s: Session, who: Who, order_id: int) -> list[tuple[Text, str]]:
    """(what it says, URL) of every shipment of an order, and the page that shows them line by line."""
    if not who.may(Permission.DELIVERY_VIEW):
        return []
    found = of_order(s, who, order_id)
    entries = [
        (
            T("送货单 {number}，{state}", number=row.number, state=shipment_word(row).label),
            f"/deliveries/shipments/{row.id}",
        )
        for row in found
    ]
    return [*entries, (T("送货明细"), f"/orders/{order_id}/deliveries")] if found else []
