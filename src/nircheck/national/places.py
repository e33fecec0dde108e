"""The kommuner as the report needs them: whole name, fylke, people, and the outline on the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nircheck.letters import recipients
from nircheck.letters.recipients import Recipient
from nircheck.letters.reference import rows

WIDTH, HEIGHT = 802, 1000
"""The frame that the outlines are drawn in."""

NOWHERE = "ingen"
"""In place of a fylke, for rows of no kommune or of a divided one."""


@dataclass(frozen=True)
class Places:
    """The kommuner in force on a day, their fylker by number, and the outlines of the map."""

    kommuner: dict[str, Recipient]
    fylker: dict[str, str]
    outlines: dict[str, str]

    def fylke(self, kommune: str) -> str:
        """The number of the fylke, or that there is none."""
        return kommune[:2] if kommune in self.kommuner else NOWHERE

    def name(self, kommune: str) -> str:
        """The whole name; the two that share a name also have their fylke in it."""
        return self.kommuner[kommune].official_name


def load(expectations: Path, day: date) -> Places:
    """The places in force on the day."""
    kommuner = recipients.load(expectations, day, "nb")
    outlines = rows(expectations / "_referanse" / "kart_kommuner.csv")
    return Places(
        kommuner=kommuner,
        fylker={number[:2]: kommune.fylke for number, kommune in kommuner.items()},
        outlines={row["kommunenummer"]: row["svg_path"] for row in outlines},
    )
