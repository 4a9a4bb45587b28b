# data
"""A year of a lubricant supplier, day by day, a day per transaction, by the verbs that people use."""

from __future__ import annotations

DEALERS, ENDS, DAYS = 40, 60, 365
