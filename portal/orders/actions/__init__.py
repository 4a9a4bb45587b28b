"""Verbs on orders."""

from portal.orders.actions.basket import basket
from portal.orders.actions.cancel import cancel, cancelling
from portal.orders.actions.goods import record_delivery, record_shipped
from portal.orders.actions.head import KEEP, edit_head
from portal.orders.actions.lines import set_line, set_lines
from portal.orders.actions.past import record_past
from portal.orders.actions.progress import record_planned, record_unplanned
from portal.orders.actions.repeat import repeat
from portal.orders.actions.review import refuse, release, take_back
from portal.orders.actions.submit import place, submit
from portal.orders.actions.waiting import look_again

__all__ = [
    "KEEP",
    "basket",
    "cancel",
    "cancelling",
    "edit_head",
    "look_again",
    "place",
    "record_delivery",
    "record_past",
    "record_planned",
    "record_shipped",
    "record_unplanned",
    "refuse",
    "release",
    "repeat",
    "set_line",
    "set_lines",
    "submit",
    "take_back",
]
