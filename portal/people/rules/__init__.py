"""Who may do what, what a password must be, how long a sign-in lasts."""

from portal.people.rules.passwords import password_fault, weight
from portal.people.rules.roles import (
    NO_MONEY,
    OWNERS_ONLY,
    PORTAL_ROLES,
    ROLE_TABLE,
    CustomerSeat,
    LastAdmin,
    NotYourself,
    Permission,
    Role,
    fit,
    may,
)
from portal.people.rules.signing import (
    ABSOLUTE,
    ADDRESS_TRIES,
    IDLE,
    NAME_TRIES,
    REMEMBERED,
    REMEMBERED_IDLE,
    SIGN_INS_KEPT,
    TRIES_WITHIN,
    SignInRefused,
    TooManyTries,
    device_of,
    limits,
    login_fault,
    login_of,
    network_of,
)
from portal.people.rules.told import SENTENCES

__all__ = [
    "ABSOLUTE", "ADDRESS_TRIES", "IDLE", "NAME_TRIES", "NO_MONEY", "OWNERS_ONLY", "PORTAL_ROLES", "REMEMBERED",
    "REMEMBERED_IDLE", "ROLE_TABLE", "SENTENCES", "SIGN_INS_KEPT", "TRIES_WITHIN", "CustomerSeat", "LastAdmin",
    "NotYourself", "Permission", "Role", "SignInRefused", "TooManyTries", "device_of", "fit", "limits",
    "login_fault", "login_of", "may", "network_of", "password_fault", "weight",
]  # fmt: skip
