"""What is done with people and their sign-ins."""

from portal.people.actions.people import create_person
from portal.people.actions.signing import choose_language, knock, prove, refuse, sign_in, sign_out
from portal.people.passwords import hash_password

__all__ = [
    "choose_language",
    "create_person",
    "hash_password",
    "knock",
    "prove",
    "refuse",
    "sign_in",
    "sign_out",
]  # fmt: skip
