"""Passwords: kept as argon2id, checked slowly on purpose (some 30 ms); never inside `write_tx()`."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.core.text import Text
from portal.people.rules import password_fault

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's argon2id setting for servers: 19 MiB, so that a crowd at the door does not fill the memory."""


def hash_password(password: str) -> str:
    """What the database keeps of a password. Slow: before `write_tx()`."""
    return HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Is it the password? With nothing kept (no such person) the same work is done, and the answer is no."""
    try:
        return HASHER.verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_dated(kept: str) -> bool:
    """Was it hashed with other settings than today's? Then it is hashed again while the password is at hand."""
    return HASHER.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return HASHER.hash("the password of nobody")


@cache
def words() -> frozenset[str]:
    """What guessers try first (`common.txt`)."""
    lines = (Path(__file__).parent / "common.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def fault(password: str, *own: str | None) -> Text | None:
    """What is wrong with a new password of a person about whom `own` is known (login, name, phone), or None."""
    return password_fault(password, own=[name for name in own if name], words=words())


_EASY = "abcdefghjkmnpqrstuvwxyz23456789"


def temporary() -> str:
    """A password to be told over the phone and changed at the first sign-in: no two signs look alike; 59 bits."""
    return "-".join("".join(secrets.choice(_EASY) for _ in range(4)) for _ in range(3))
