"""What goes wrong with whole deliveries in a series: a kommune is missing, a transfer fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nircheck.contract import kommuner
from nircheck.sample.chance import Chance

KOMMUNE, TRANSFER, TABLE, NUMBER = (
    "kommune_mangler", "overfoering_feilet", "tabell_mangler", "kommune_endret",
)  # fmt: skip
EVENTS = pa.schema(
    [("maaned", pa.date32())]
    + [(name, pa.string()) for name in ("hendelse", "kommunenummer", "nytt_nummer", "tabell")]
)
"""The columns of hendelser.parquet."""
_LEFT = 0.3
"""The share of its persons that a failed transfer brings."""
_SHARED = 0.1
"""The share of its persons that may have rows in another kommune as well."""
_MANY = 3
_TABLE = "norsk"
_FEWEST = 4
"""Months there must be before anything goes wrong."""


@dataclass(frozen=True)
class Mishap:
    """What is not delivered in one month: persons of a kommune, or a table."""

    month: int
    kind: str
    kommune: str | None = None
    """As the kommune was numbered in that month."""
    table: str | None = None
    gone: frozenset[str] = frozenset()
    stay: frozenset[str] = frozenset()
    """Persons of the kommune that are delivered all the same."""

    def in_its_month(self, members: dict[str, set[str]]) -> Mishap:
        """With those only who belonged to the kommune then."""
        if self.kommune is None:
            return self
        then = frozenset(members.get(self.kommune, ()))
        return replace(self, gone=self.gone & then, stay=self.stay & then)

    def without(self, tables: Iterable[tuple[str, pa.Table]]) -> Iterator[tuple[str, pa.Table]]:
        """The tables as they were delivered."""
        gone = pa.array(sorted(self.gone), pa.string())
        for name, table in tables:
            if name != self.table:
                yield (
                    name,
                    table.filter(pc.invert(pc.is_in(table["person_id"], gone))) if gone else table,
                )


def mishaps(
    members: dict[str, set[str]], planted: Iterable[str], seed: int, days: tuple[date, ...],
    expectations: Path,
) -> list[Mishap]:  # fmt: skip
    """A table, some transfers and some kommuner, of those where most is planted."""
    many = len(days)
    if many < _FEWEST:
        return []
    found = [Mishap(many // 4, TABLE, table=_TABLE)]
    numbers = _followed(members, days, expectations)
    lives = set(planted)
    shared = _shared(members)
    by_lives = sorted(numbers, key=lambda kommune: (-len(members[kommune] & lives), kommune))
    for kommune in by_lives[:_MANY]:
        persons = sorted(members[kommune] - shared)
        order = np.argsort(Chance(seed, f"overføring {kommune}").shares(len(persons)))
        gone = {persons[nth] for nth in order[int(_LEFT * len(persons)) :]}
        month = many // 3
        found.append(
            Mishap(
                month,
                TRANSFER,
                numbers[kommune][month],
                gone=frozenset(gone),
                stay=frozenset(members[kommune] - gone),
            )
        )
    alone = [kommune for kommune in by_lives[_MANY:] if not members[kommune] & shared]
    alone.sort(key=lambda kommune: numbers[kommune][0] == numbers[kommune][-1])
    for kommune in alone[:_MANY]:
        gone = members[kommune]
        month = many // 2
        found.append(Mishap(month, KOMMUNE, numbers[kommune][month], gone=frozenset(gone)))
    return found


def _followed(
    members: dict[str, set[str]], days: tuple[date, ...], expectations: Path
) -> dict[str, list[str]]:
    """Kommuner with almost only persons of their own, and one number each month: these numbers."""
    last = kommuner.load(expectations, days[-1])
    shared = _shared(members)
    parts = {kommune for several in last.split.values() for kommune in several}
    followed = {}
    for kommune, persons in members.items():
        too_many = len(persons & shared) > _SHARED * len(persons)
        if kommune not in last.names or kommune in parts or too_many:
            continue
        own = [_before(kommune, last, kommuner.load(expectations, day)) for day in days]
        if all(len(numbers) == 1 for numbers in own):
            followed[kommune] = [numbers[0] for numbers in own]
    return followed


def _shared(members: dict[str, set[str]]) -> set[str]:
    times = Counter(person for persons in members.values() for person in persons)
    return {person for person, kommuner_of in times.items() if kommuner_of > 1}


def _before(kommune: str, last: kommuner.Kommuner, then: kommuner.Kommuner) -> list[str]:
    return [number for number in then.names if last.current.get(number) == kommune]


def events(found: Iterable[Mishap], days: tuple[date, ...], expectations: Path) -> pa.Table:
    """Every mishap, and every number that was changed between two of the months."""
    rows = [
        {
            "maaned": days[mishap.month], "hendelse": mishap.kind, "kommunenummer": mishap.kommune,
            "nytt_nummer": None, "tabell": mishap.table,
        }
        for mishap in found
    ]  # fmt: skip
    for before, day in pairwise(days):
        then, now = kommuner.load(expectations, before), kommuner.load(expectations, day)
        for number in sorted(then.names.keys() - now.names.keys()):
            for new in now.split.get(number, (now.current.get(number),)):
                rows.append(
                    {
                        "maaned": day, "hendelse": NUMBER, "kommunenummer": number,
                        "nytt_nummer": new, "tabell": None,
                    }
                )  # fmt: skip
    rows.sort(key=lambda row: (row["maaned"], row["hendelse"], row["kommunenummer"] or ""))
    return pa.Table.from_pylist(rows, schema=EVENTS)
