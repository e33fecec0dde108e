"""What the gaps could do: how low and how high each key figure could be, and what would tell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from nircheck.figures.headline import ANSWERED, UNREADABLE, Headline
from nircheck.register import JudgedRegister
from nircheck.sql import bind

ALL = "alle"
"""Where a row is of all kommuner in the run together."""

_GAP = pa.struct([("rule_id", pa.string()), ("antall", pa.int64())])
SCHEMA = pa.schema(
    [
        ("kommunenummer", pa.string()),
        ("tall", pa.string()),
        ("gjelder", pa.int64()),
        ("ja", pa.int64()),
        ("mangler", pa.int64()),
        ("andel_kjente", pa.float64()),
        ("laveste", pa.float64()),
        ("hoeyeste", pa.float64()),
        ("hull", pa.list_(_GAP)),
        ("reason", pa.string()),
    ]
)
"""One row per kommune and figure that is about someone there, and one per figure for all.

Shares are in per cent: of those whose answer is known, and the lowest and highest that it could be.
The lowest is also the share of all. `hull` are the gaps, the one that would narrow most first.
"""


@dataclass(frozen=True)
class Range:
    """One key figure in one place."""

    kommunenummer: str
    figure: str
    of: int
    yes: int
    gaps: tuple[tuple[str, int], ...]
    reason: str | None = None

    @property
    def open(self) -> int:
        """How many have no answer."""
        return sum(number for _, number in self.gaps)

    @property
    def known(self) -> float | None:
        """The share of those with an answer."""
        return _percent(self.yes, self.of - self.open)

    @property
    def lowest(self) -> float | None:
        """The share if every open answer is no; the share of all."""
        return _percent(self.yes, self.of)

    @property
    def highest(self) -> float | None:
        """The share if every open answer is yes."""
        return _percent(self.yes + self.open, self.of)

    @property
    def narrows_most(self) -> tuple[str, int] | None:
        """The rule whose gaps are the most, and how many they are."""
        found = [gap for gap in self.gaps if gap[0] != UNREADABLE]
        return found[0] if found else None


def count(register: JudgedRegister, headlines: Iterable[Headline], kommuner: list[str]) -> pa.Table:
    """Every key figure in each of these kommuner that it is about, and in all of them."""
    made: list[Range] = []
    for headline in headlines:
        reason = next((why for need in headline.needs if (why := register.missing(need))), None)
        answers = {} if reason else _answers(register, headline, set(kommuner))
        together = sum(answers.values(), Counter[str]())
        made.append(_range(ALL, headline, together, reason))
        made += [_range(place, headline, found, None) for place, found in answers.items()]
    order = {headline.id: place for place, headline in enumerate(headlines)}
    made.sort(key=lambda r: (r.kommunenummer != ALL, r.kommunenummer, order[r.figure]))
    return pa.Table.from_pylist([_row(r) for r in made], schema=SCHEMA)


def read_ranges(table: pa.Table) -> dict[str, dict[str, Range]]:
    """The figures of each place, by figure, in the order they were written."""
    found: dict[str, dict[str, Range]] = defaultdict(dict)
    for row in table.to_pylist():
        gaps = tuple((gap["rule_id"], gap["antall"]) for gap in row["hull"])
        place, figure = row["kommunenummer"], row["tall"]
        found[place][figure] = Range(place, figure, row["gjelder"], row["ja"], gaps, row["reason"])
    return dict(found)


def _answers(
    register: JudgedRegister, headline: Headline, kommuner: set[str]
) -> dict[str, Counter[str]]:
    sql = bind(headline.counts, register.uttrekksdato, register.miljoe)
    found: dict[str, Counter[str]] = {}
    for kommune, answer, number in register.connection.execute(sql).fetchall():
        if kommune in kommuner:
            found.setdefault(kommune, Counter())[answer] += number
    return found


def _range(place: str, headline: Headline, answers: Counter[str], reason: str | None) -> Range:
    gaps = [(gap, answers[gap]) for gap in (*headline.gaps, UNREADABLE) if answers[gap]]
    gaps.sort(key=lambda gap: -gap[1])
    of = answers["ja"] + answers[ANSWERED] + sum(number for _, number in gaps)
    return Range(place, headline.id, of, answers["ja"], tuple(gaps), reason)


def _row(made: Range) -> dict[str, Any]:
    return {
        "kommunenummer": made.kommunenummer,
        "tall": made.figure,
        "gjelder": made.of,
        "ja": made.yes,
        "mangler": made.open,
        "andel_kjente": made.known,
        "laveste": made.lowest,
        "hoeyeste": made.highest,
        "hull": [{"rule_id": rule_id, "antall": number} for rule_id, number in made.gaps],
        "reason": made.reason,
    }


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None
