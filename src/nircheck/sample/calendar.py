"""Days moved by whole calendar months, whole columns at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from nircheck.sample.columns import Days, Numbers


def plus_months(days: Days, months: Any) -> Days:
    """A day moved by calendar months; 31 January plus one is the last day of February."""
    first = days.astype("M8[M]")
    moved = first + np.asarray(months).astype("m8[M]")
    last = (moved + np.timedelta64(1, "M")).astype("M8[D]") - np.timedelta64(1, "D")
    return np.asarray(np.minimum(moved.astype("M8[D]") + (days - first.astype("M8[D]")), last))


def plus_days(days: Any, count: Any) -> Days:
    """A day moved by days."""
    return np.asarray(days + np.asarray(count).astype("m8[D]"))


def length(first: Days, last: Days) -> Numbers:
    """Days from one to the other, the first not counted; -1 when one of them is empty."""
    missing = np.isnat(first) | np.isnat(last)
    return np.where(missing, -1, (last - first).astype(np.int64))


def age(born: Days, days: Days) -> Numbers:
    """Whole years on the day."""
    years = days.astype("M8[Y]").astype(np.int64) - born.astype("M8[Y]").astype(np.int64)
    return years - (_in_year(days) < _in_year(born))


def _in_year(days: Days) -> Numbers:
    month = days.astype("M8[M]").astype(np.int64) % 12
    day = (days - days.astype("M8[M]").astype("M8[D]")).astype(np.int64)
    return np.asarray(month * 100 + day)
