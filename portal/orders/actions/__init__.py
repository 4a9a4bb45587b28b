"""Verbs on orders."""

from portal.orders.actions.basket import KEEP, basket, edit_head, set_line, set_lines
from portal.orders.actions.submit import submit

__all__ = ["KEEP", "basket", "edit_head", "set_line", "set_lines", "submit"]
