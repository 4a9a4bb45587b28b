"""The pages of this room."""

from portal.deliveries.routes import board, driver, runs, shipments, vehicles, words  # noqa: F401
from portal.deliveries.routes._blueprint import blueprint

__all__ = ["blueprint"]
