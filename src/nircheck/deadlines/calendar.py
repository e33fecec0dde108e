"""The two deadlines of the register, as days."""

from __future__ import annotations

import calendar
from datetime import date

MONTHS = 2
"""What is known is to be registered within so many calendar months."""


def two_months_after(event: date) -> date:
    """The last day for registering what happened on a day; the last of the month if it has none."""
    months = event.month - 1 + MONTHS
    year, month = event.year + months // 12, months % 12 + 1
    return date(year, month, min(event.day, calendar.monthrange(year, month)[1]))


def annual_deadline(today: date) -> date:
    """The next last day of February, today included: the statistics of the year before are made."""
    last = _last_of_february(today.year)
    return last if today <= last else _last_of_february(today.year + 1)


def _last_of_february(year: int) -> date:
    return date(year, 2, calendar.monthrange(year, 2)[1])
