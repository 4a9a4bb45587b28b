"""The pages of this room."""

from portal.products.routes import goods, price_lists, skus, why  # noqa: F401
from portal.products.routes._blueprint import blueprint

__all__ = ["blueprint"]
