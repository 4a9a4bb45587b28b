"""What people do with deliveries: plan, load, depart, prove."""

from __future__ import annotations

from portal.deliveries.actions.departing import depart, load, release_stop, unload
from portal.deliveries.actions.ordering import move_stop, order_stops
from portal.deliveries.actions.planning import assign, cancel, make_way, take_off
from portal.deliveries.actions.proof import Confirmed, confirm
from portal.deliveries.actions.runs import change_run, create_run, hand_over
from portal.deliveries.actions.vehicles import add_vehicle, edit_vehicle
from portal.deliveries.models import Shipment

__all__ = [
    "Confirmed", "Shipment", "add_vehicle", "assign", "cancel", "change_run", "confirm", "create_run", "depart",
    "edit_vehicle", "hand_over", "load", "make_way", "move_stop", "order_stops", "release_stop", "take_off", "unload",
]  # fmt: skip
