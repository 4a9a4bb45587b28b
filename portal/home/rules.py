"""Ages of receivables: the bands that every Chinese ageing report has."""

from __future__ import annotations

from portal.core.choice import Choice


class Age(Choice):
    NOT_DUE = "not_due", "未到期"
    TO_30 = "to_30", "1-30 天"
    TO_60 = "to_60", "31-60 天"
    TO_90 = "to_90", "61-90 天"
    OLDER = "older", "90 天以上"


AGES: dict[Age, tuple[int | None, int | None]] = {
    Age.NOT_DUE: (None, 0),
    Age.TO_30: (1, 30),
    Age.TO_60: (31, 60),
    Age.TO_90: (61, 90),
    Age.OLDER: (91, None),
}
"""Days past the due date, from and to, both included; None is open."""
