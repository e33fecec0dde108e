"""Kommuner of the right sizes, each with the number it had on a day."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from nircheck.contract import kommuner
from nircheck.sample.chance import Chance
from nircheck.sample.columns import NOTHING, Coded, Days, Numbers, Shares

_TODAY = date(2026, 1, 1)
"""The numbers that folketall.csv has are in use this day."""
_EVERYWHERE = 3
"""There is someone in every kommune when there are at least so many persons per kommune."""


@dataclass(frozen=True)
class Places:
    """The kommuner of the extract date and every number each has had."""

    current: tuple[str, ...]
    people: Shares
    changes: Days
    numbers: tuple[str, ...]
    first: Numbers
    count: Numbers
    listed: Numbers
    bydeler: tuple[str, ...]
    bydel_first: Numbers
    bydel_count: Numbers

    def drawn(self, chance: Chance, rows: int) -> Numbers:
        """A kommune for each row, by size; in a large register each has someone."""
        places = chance.places(self.people, rows)
        if rows >= _EVERYWHERE * len(self.current):
            places[: len(self.current)] = np.arange(len(self.current))
        return places

    def number(self, place: Numbers, lot: Shares, days: Days) -> Coded:
        """The number the kommune had on the day; `lot` says which, where several became one."""
        period = np.searchsorted(self.changes, days, side="right")
        first, count = self.first[period, place], self.count[period, place]
        return Coded(self.listed[first + np.floor(lot * count).astype(np.int64)], self.numbers)

    def bydel(self, place: Numbers, lot: Shares) -> Coded:
        """A bydel, where the kommune has them."""
        first, count = self.bydel_first[place], self.bydel_count[place]
        own = first + np.floor(lot * np.maximum(count, 1)).astype(np.int64)
        return Coded(np.where(count > 0, own, NOTHING), self.bydeler)


def load(expectations: Path, day: date) -> Places:
    """What the reference data say."""
    known = kommuner.load(expectations, day)
    current = tuple(sorted(known.names))
    place_of = {number: place for place, number in enumerate(current)}
    people = _people(expectations, known)
    changes = sorted({first for _, first, _ in known.valid if first and first <= day})
    numbers = tuple(sorted({number for number, _, _ in known.valid}))
    listed: list[int] = []
    first = np.zeros((len(changes) + 1, len(current)), dtype=np.int64)
    count = np.zeros_like(first)
    for period in range(len(changes) + 1):
        starts = changes[period - 1] if period else changes[0].replace(year=changes[0].year - 1)
        of = _numbers_of(known, starts, place_of)
        for place, found in enumerate(of):
            first[period, place], count[period, place] = len(listed), len(found)
            listed += [numbers.index(number) for number in found]
    bydeler, bydel_first, bydel_count = _bydeler(expectations, place_of)
    return Places(
        current,
        np.array([people.get(number, 0.0) for number in current]),
        np.array(changes, dtype="M8[D]"),
        numbers,
        first,
        count,
        np.array(listed, dtype=np.int64),
        bydeler,
        bydel_first,
        bydel_count,
    )


def _people(expectations: Path, then: kommuner.Kommuner) -> dict[str, float]:
    """Those of today, shared by the kommuner that each kommune of today was made from."""
    people: dict[str, float] = {}
    today = {row["kommunenummer"]: row["folketall"] for row in _rows(expectations, "folketall")}
    now = kommuner.load(expectations, _TODAY)
    for number, count in today.items():
        parts = [old for old in then.names if number in now.split.get(old, (now.current.get(old),))]
        for old in parts:
            people[old] = people.get(old, 0.0) + float(count) / len(parts)
    return people


def _numbers_of(known: kommuner.Kommuner, day: date, place_of: dict[str, int]) -> list[list[str]]:
    """The numbers in use on a day, by the kommune of today they belong to, whole or in part."""
    found: list[list[str]] = [[] for _ in place_of]
    for number, first, last in known.valid:
        if (first is None or first <= day) and (last is None or day <= last):
            parts = known.split.get(number, (known.current.get(number, ""),))
            for part in parts:
                if part in place_of:
                    found[place_of[part]].append(number)
    return found


def _bydeler(
    expectations: Path, place_of: dict[str, int]
) -> tuple[tuple[str, ...], Numbers, Numbers]:
    rows = [row for row in _rows(expectations, "bydeler") if row["type"] == "bydel"]
    numbers = sorted(row["bydelsnummer"] for row in rows)
    names = tuple(number for number in numbers if number[:4] in place_of)
    first = np.zeros(len(place_of), dtype=np.int64)
    count = np.zeros_like(first)
    for at, name in reversed(list(enumerate(names))):
        place = place_of[name[:4]]
        first[place] = at
        count[place] += 1
    return names, first, count


def _rows(expectations: Path, name: str) -> list[dict[str, str]]:
    path = expectations / "_referanse" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
