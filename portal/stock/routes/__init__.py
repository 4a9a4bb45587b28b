"""The pages of this room."""

from portal.stock.routes import levels, receipts, warehouses  # noqa: F401
from portal.stock.routes._blueprint import blueprint

__all__ = ["blueprint"]
