"""The pages of this room."""

from portal.customers.routes import file, life, listing, parts, start, story  # noqa: F401
from portal.customers.routes._blueprint import blueprint

__all__ = ["blueprint"]
