"""The kommuner as the report needs them: whole name, fylke, people, and the outline on the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nircheck.contract.kommuner import rows

WIDTH, HEIGHT = 802, 1000
"""The frame that the outlines are drawn in."""

NOWHERE = "ingen"
"""In place of a fylke, for rows of no kommune or of a divided one."""


@dataclass(frozen=True)
class Kommune:
    """A kommune."""

    number: str
    name: str
    short_name: str
    fylke: str
    people: int
    outline: str


@dataclass(frozen=True)
class Places:
    """The kommuner in force on a day, the fylker they are in, and the bydeler of Oslo."""

    kommuner: dict[str, Kommune]
    fylker: dict[str, str]
    bydeler: dict[str, str]

    def fylke(self, kommune: str) -> str:
        """The number of the fylke, or that there is none."""
        return self.kommuner[kommune].fylke if kommune in self.kommuner else NOWHERE


def load(expectations: Path, day: date) -> Places:
    """The places in force on the day."""
    folder = expectations / "_referanse"
    people = {row["kommunenummer"]: int(row["folketall"]) for row in rows(folder / "folketall.csv")}
    outlines = {row["kommunenummer"]: row["svg_path"] for row in rows(folder / "kart_kommuner.csv")}
    listed = [row for row in rows(folder / "kommuner.csv") if in_force(row, day)]
    short = [row["navn"] for row in listed]
    kommuner = {
        row["kommunenummer"]: Kommune(
            number=row["kommunenummer"],
            name=row["navn_offisielt"],
            short_name=row["navn"]
            if short.count(row["navn"]) == 1
            else f"{row['navn']} ({row['fylkesnavn']})",
            fylke=row["fylkesnummer"],
            people=people.get(row["kommunenummer"], 0),
            outline=outlines.get(row["kommunenummer"], ""),
        )
        for row in listed
    }
    return Places(
        kommuner=kommuner,
        fylker={row["fylkesnummer"]: row["fylkesnavn"] for row in listed},
        bydeler={
            row["bydelsnummer"]: row["navn"]
            for row in rows(folder / "bydeler.csv")
            if row["kommunenummer"] == OSLO and in_force(row, day)
        },
    )
