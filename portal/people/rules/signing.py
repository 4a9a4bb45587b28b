"""How long a sign-in lasts, how many tries there are, and how names and devices are told apart."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from ipaddress import ip_address, ip_network

from portal.core.refusal import Refusal
from portal.core.text import T, Text

IDLE, ABSOLUTE = timedelta(hours=12), timedelta(days=7)
"""A sign-in ends after so long without a request, and at the latest after so long."""
REMEMBERED_IDLE, REMEMBERED = timedelta(days=14), timedelta(days=30)
"""The same on a device of one's own."""
SIGN_INS_KEPT = timedelta(days=90)
"""How long a sign-in that is over can still be seen."""


def limits(remember: bool) -> tuple[timedelta, timedelta]:
    """(idle, absolute) limit of a new sign-in."""
    return (REMEMBERED_IDLE, REMEMBERED) if remember else (IDLE, ABSOLUTE)


NAME_TRIES, ADDRESS_TRIES, TRIES_WITHIN = 5, 30, timedelta(minutes=15)
"""Wrong passwords per name and per address within the window before the next is not even looked at (ASVS 6.3.1)."""


def login_of(typed: str) -> str:
    """A login as it is kept and compared: full-width made half-width, lower case, no blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", typed)).lower()


def login_fault(login: str) -> Text | None:
    """What is wrong with a new login, or None."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,39}", login):
        return T("账号用 2 到 40 个小写字母、数字或 . _ -，以字母或数字开头")
    return None


def network_of(address: str) -> str:
    """Whom an address belongs to, as far as one can tell: an IPv6 customer has a whole /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return str(found) if found.version == 4 else str(ip_network(f"{found}/64", strict=False))


_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_of(user_agent: str) -> str:
    """What a person recognises the device by: "Chrome · Windows"."""
    found = (next((word for sign, word in words if sign in user_agent), "?") for words in (_BROWSERS, _SYSTEMS))
    return " · ".join(found)


class SignInRefused(Refusal):
    """Wrong name or password, disabled or unknown: one answer for all."""

    status = 422
    title = T("账号或密码不对")
    next = T("核对后再试；忘记密码找系统管理员重设。")


class TooManyTries(Refusal):
    status = 429
    title = T("试的次数太多了")
    next = T("等一会儿再登录；忘记密码找系统管理员重设。")
