"""The customer's file: what is kept, and what this person may see of it."""

from portal.customers.models.file import file_of, how_complete, ownership_of
from portal.customers.models.find import (
    contacts_of,
    find,
    find_contact,
    find_site,
    matches,
    pick,
    sites_of,
    visible,
)
from portal.customers.models.lists import Double, Filter, doubles, exported, listed, owners
from portal.customers.models.tables import (
    Contact,
    Customer,
    DealerProfile,
    EndProfile,
    Ownership,
    Site,
)

__all__ = [
    "Contact",
    "Customer",
    "DealerProfile",
    "Double",
    "EndProfile",
    "Filter",
    "Ownership",
    "Site",
    "contacts_of",
    "doubles",
    "exported",
    "file_of",
    "find",
    "find_contact",
    "find_site",
    "how_complete",
    "listed",
    "matches",
    "owners",
    "ownership_of",
    "pick",
    "sites_of",
    "visible",
]
