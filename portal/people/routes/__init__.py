"""The pages of this room."""

from portal.people.routes import signing  # noqa: F401
from portal.people.routes._blueprint import blueprint

__all__ = ["blueprint"]
