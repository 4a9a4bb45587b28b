"""What `portal verify` finds: a stored figure that does not follow from the rows."""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    """One figure: which room keeps it, of what, as stored, as computed."""

    room: str
    what: str
    stored: object
    computed: object
