"""What time it is: the only source of now and today.

Instants are aware UTC; business days are dates in Asia/Shanghai. Seeds and tests set the clock, nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_read: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731


def use(read: Callable[[], datetime] | None) -> None:
    """Let `read` say what time it is (aware UTC); None goes back to the machine's clock."""
    global _read  # noqa: PLW0603
    _read = read or (lambda: datetime.now(UTC))


def now() -> datetime:
    return _read()


def today() -> date:
    return now().astimezone(SHANGHAI).date()


def shanghai(instant: datetime) -> datetime:
    """The instant as clocks in Shanghai show it."""
    return instant.astimezone(SHANGHAI)
