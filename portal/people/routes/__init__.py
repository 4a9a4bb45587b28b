"""The pages of this room."""

from portal.people.routes import colleagues, people, profile, settings, signing
from portal.people.routes._blueprint import blueprint

__all__ = ["blueprint", "colleagues", "people", "profile", "settings", "signing"]
