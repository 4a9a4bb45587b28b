"""What people do with customers; every verb writes its change into the journal of that customer's file."""

from portal.customers.actions.announce import customer_created
from portal.customers.actions.contacts import add_contact, edit_contact, remove_contact
from portal.customers.actions.edit import edit
from portal.customers.actions.file import activate, create, resume, stop, verify
from portal.customers.actions.imports import upsert_from_import
from portal.customers.actions.owner import assign
from portal.customers.actions.sites import add_site, edit_site, remove_site

__all__ = [
    "activate",
    "add_contact",
    "add_site",
    "assign",
    "create",
    "customer_created",
    "edit",
    "edit_contact",
    "edit_site",
    "remove_contact",
    "remove_site",
    "resume",
    "stop",
    "upsert_from_import",
    "verify",
]
