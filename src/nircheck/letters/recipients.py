"""The kommuner that letters go to: their whole names, numbers and size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from nircheck.contract import Maalform
from nircheck.letters import maalform
from nircheck.letters.reference import in_force, rows

SIZES = (5_000, 10_000, 20_000, 50_000)
"""Where one group of kommuner of the same size ends and the next begins."""


@dataclass(frozen=True)
class Recipient:
    """One kommune, as a letter must name it."""

    number: str
    name: str
    official_name: str
    fylke: str
    organisasjonsnummer: str | None
    maalform: Maalform | None
    population: int | None
    bydeler: dict[str, str]

    @cached_property
    def size(self) -> int | None:
        """Which group by population it is in, from 0 for the smallest."""
        if self.population is None:
            return None
        return sum(self.population >= limit for limit in SIZES)


def load(expectations: Path, day: date, neutral: Maalform) -> dict[str, Recipient]:
    """Every kommune of the day by its number."""
    folder = expectations / "_referanse"
    organisations = {r["kommunenummer"]: r for r in rows(folder / "organisasjonsnummer.csv")}
    people = {r["kommunenummer"]: int(r["folketall"]) for r in rows(folder / "folketall.csv")}
    forms = maalform.load(folder / "malform.csv", day, neutral)
    bydeler: dict[str, dict[str, str]] = {}
    for row in rows(folder / "bydeler.csv"):
        bydeler.setdefault(row["kommunenummer"], {})[row["bydelsnummer"]] = row["navn"]
    return {
        number: Recipient(
            number=number,
            name=row["navn"],
            official_name=row["navn_offisielt"],
            fylke=row["fylkesnavn"],
            organisasjonsnummer=organisations.get(number, {}).get("organisasjonsnummer") or None,
            maalform=forms.get(number),
            population=people.get(number),
            bydeler=bydeler.get(number, {}),
        )
        for row in rows(folder / "kommuner.csv")
        if in_force(row, day)
        for number in (row["kommunenummer"],)
    }
