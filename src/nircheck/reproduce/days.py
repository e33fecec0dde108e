"""Other days in the place of those of a person: the order is kept, the days are not."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

Days = dict[date, date]

_SHIFTS = (28, -28, 17, -17, 9, -9, 5, -5, 3, -3)


def neutral_days(days: Iterable[date]) -> Iterator[Days]:
    """Ways to replace the days, the one that says least first.

    First only the year of each and the order within it, then the month, and in the end the
    distances; no day may be one of those that are replaced.
    """
    given = sorted(set(days))
    for offset in (0, 2, 5, 11):
        yield from _if_new(_spread(given, _year, offset), given)
    for offset in (0, 1, 2, 3):
        yield from _if_new(_spread(given, _month, offset), given)
    for shift in _SHIFTS:
        moved = {day: day + timedelta(days=shift) for day in given if _can_move(day)}
        yield from _if_new(moved, given)


def _spread(given: list[date], period: Callable[[date], tuple[date, date]], offset: int) -> Days:
    """The days of each period at even distances in it, in the same order."""
    replaced: Days = {}
    taken = set(given)
    for first, last in sorted({period(day) for day in given}):
        inside = [day for day in given if first <= day <= last]
        length = (last - first).days + 1
        free = first
        for place, day in enumerate(inside, start=1):
            even = first + timedelta(days=place * length // (len(inside) + 1) + offset)
            free = max(free, even)
            while free in taken:
                free += timedelta(days=1)
            replaced[day] = free
            free += timedelta(days=1)
        if free > last + timedelta(days=1):
            return {}
    return replaced


def _if_new(replaced: Days, given: list[date]) -> Iterator[Days]:
    """Only when every day is replaced, and by one that was not there."""
    if set(replaced) == set(given) and not set(given) & set(replaced.values()):
        yield replaced


def _year(day: date) -> tuple[date, date]:
    return date(day.year, 1, 1), date(day.year, 12, 31)


def _month(day: date) -> tuple[date, date]:
    last = calendar.monthrange(day.year, day.month)[1]
    return day.replace(day=1), day.replace(day=last)


def _can_move(day: date) -> bool:
    return date.min.year < day.year < date.max.year
