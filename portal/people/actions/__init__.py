"""What is done with people, their sign-ins and the settings."""

from portal.people.actions.people import (
    LABELS,
    Details,
    create_person,
    disable,
    edit_person,
    enable,
    reset_password,
    shown,
)
from portal.people.actions.settings import change_settings
from portal.people.actions.signing import (
    Proof,
    change_password,
    choose_language,
    end_sign_in,
    forget_tries,
    knock,
    prove,
    refuse,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from portal.people.passwords import hash_password

__all__ = [
    "LABELS", "Details", "Proof", "change_password", "change_settings", "choose_language", "create_person", "disable",
    "edit_person", "enable", "end_sign_in", "forget_tries", "hash_password", "knock", "prove", "refuse",
    "reset_password", "shown", "sign_in", "sign_out", "sign_out_everywhere",
]  # fmt: skip
