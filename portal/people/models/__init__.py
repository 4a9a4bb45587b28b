"""People, their sign-ins, `Who` they are to every other room, and the lists of them."""

from portal.people.models.lists import (
    Firm,
    Firms,
    colleagues,
    find,
    find_colleague,
    firms,
    last_sign_ins,
    live_sign_ins,
    people,
)
from portal.people.models.tables import LoginAttempt, Person, SignIn, token_digest
from portal.people.models.who import WHO_COLUMNS, Who, make_who, who_of

__all__ = [
    "WHO_COLUMNS", "Firm", "Firms", "LoginAttempt", "Person", "SignIn", "Who", "colleagues", "find", "find_colleague",
    "firms", "last_sign_ins", "live_sign_ins", "make_who", "people", "token_digest", "who_of",
]  # fmt: skip
