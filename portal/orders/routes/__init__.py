"""Pages of orders: the desk, lists, one order, reviews."""

from portal.orders.routes import catalogue, desk, reviews, show
from portal.orders.routes._blueprint import blueprint

__all__ = ["blueprint", "catalogue", "desk", "reviews", "show"]
