"""The customer's file: what is kept, and what this person may see of it."""

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
    "EndProfile",
    "Ownership",
    "Site",
    "contacts_of",
    "find",
    "find_contact",
    "find_site",
    "matches",
    "pick",
    "sites_of",
    "visible",
]
