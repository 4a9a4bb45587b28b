"""What customers tell the rooms above them."""

from blinker import Signal

customer_created = Signal("A customer's file was opened: (s, customer_id=, who=), in the same transaction.")
