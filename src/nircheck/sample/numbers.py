"""Synthetic numbers with right control digits: fødselsnummer with month + 80, D-numbers, DUF."""

from __future__ import annotations

import numpy as np

from nircheck.sample.columns import NOTHING, Days, Flags, Numbers

_FIRST = np.array([3, 7, 6, 1, 8, 9, 4, 5, 2])
_SECOND = np.array([5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
_DUF = np.array([4, 6, 3, 2, 4, 6, 3, 2, 7, 5])
_SYNTHETIC_MONTH = 80
_D_NUMBER_DAY = 40


def foedselsnummer(born: Days, woman: Flags, d_number: Flags) -> Numbers:
    """A number of its own for each; none where a day has more people than numbers."""
    six = _six_digits(born, d_number)
    century = born >= np.datetime64("2000-01-01")
    kind = six * 4 + century * 2 + woman
    kinds, of = np.unique(kind, return_inverse=True)
    rank = _rank(of)
    result = np.full(len(born), NOTHING, dtype=np.int64)
    for start in range(0, len(kinds), 2000):
        part = kinds[start : start + 2000]
        table = _valid(part)
        rows = (of >= start) & (of < start + len(part))
        place, nth = of[rows] - start, rank[rows]
        inside = nth < table.shape[1]
        found = np.where(inside, table[place, np.minimum(nth, table.shape[1] - 1)], NOTHING)
        result[rows] = found
    return result


def dufnummer(year: Numbers) -> Numbers:
    """Running numbers within the year of the case."""
    serial = 100 + _rank(np.unique(year, return_inverse=True)[1])
    ten = year * 1_000_000 + serial
    return np.asarray(ten * 100 + (_digits(ten, 10) @ _DUF) % 11)


def _six_digits(born: Days, d_number: Flags) -> Numbers:
    year = born.astype("M8[Y]").astype(np.int64) + 1970
    month = born.astype("M8[M]").astype(np.int64) % 12 + 1 + _SYNTHETIC_MONTH
    day = (born - born.astype("M8[M]").astype("M8[D]")).astype(np.int64) + 1
    day = day + d_number * _D_NUMBER_DAY
    return np.asarray(day * 10_000 + month * 100 + year % 100)


def _rank(group: Numbers) -> Numbers:
    """Which of its group each row is."""
    order = np.argsort(group, kind="stable")
    sorted_group = group[order]
    starts = np.r_[0, np.flatnonzero(np.diff(sorted_group)) + 1]
    first = np.repeat(starts, np.diff(np.r_[starts, len(group)]))
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - first
    return rank


def _valid(kinds: Numbers) -> Numbers:
    """Every number that is possible for a day, century and sex, one row each; -1 fills up."""
    six, of = kinds // 4, kinds % 4
    century, woman = np.arange(4) // 2, np.arange(4) % 2
    individual = np.arange(0, 500, 2) + (century * 500 + 1 - woman)[:, None]
    digits, six_digits = _digits(individual, 3), _digits(six, 6)
    # The six digits of the day and the three of the person count apart, and are few each.
    first = (six_digits @ _FIRST[:6])[:, None] + (digits @ _FIRST[6:])[of]
    k1 = (11 - first % 11) % 11
    second = (six_digits @ _SECOND[:6])[:, None] + (digits @ _SECOND[6:9])[of]
    k2 = (11 - (second + k1 * _SECOND[9]) % 11) % 11
    ten = (six[:, None] * 1000 + individual[of]) * 10 + k1
    numbers = np.where((k1 < 10) & (k2 < 10), ten * 10 + k2, NOTHING)
    numbers = np.where(six[:, None] >= _D_NUMBER_DAY * 10_000, numbers[:, ::-1], numbers)
    order = np.argsort(numbers == NOTHING, axis=1, kind="stable")
    return np.asarray(np.take_along_axis(numbers, order, axis=1))


def _digits(numbers: Numbers, count: int) -> Numbers:
    powers = 10 ** np.arange(count - 1, -1, -1)
    return numbers[..., None] // powers % 10
