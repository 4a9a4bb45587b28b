"""Orders, their lines and reviews, and what is asked of them."""

from portal.orders.models.lists import UNDER_WAY, Listed, listed, waiting_for_review
from portal.orders.models.questions import (
    basket_of,
    check_customer,
    find,
    lines_of,
    recent,
    reviews_of,
    seen_by,
    sums,
)
from portal.orders.models.tables import MINIMUM_FEN, UNFINISHED, Order, OrderLine, Review

__all__ = [
    "MINIMUM_FEN",
    "UNDER_WAY",
    "UNFINISHED",
    "Listed",
    "Order",
    "OrderLine",
    "Review",
    "basket_of",
    "check_customer",
    "find",
    "lines_of",
    "listed",
    "recent",
    "reviews_of",
    "seen_by",
    "sums",
    "waiting_for_review",
]
