"""What is known of a finding from month to month."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """What has become of a finding since the run before."""

    NY = "ny"
    FORTSATT_AAPEN = "fortsatt_aapen"
    GJENAAPNET = "gjenaapnet"
    RETTET = "rettet"
    REGEL_UTGAATT = "regel_utgaatt"
    REGEL_ENDRET = "regel_endret"
    VIST_AV_ANNEN = "vist_av_annen"
    IKKE_SAMMENLIGNBART = "ikke_sammenlignbart"


CLOSED = frozenset({Status.RETTET, Status.REGEL_UTGAATT, Status.REGEL_ENDRET})
"""The ways a finding ends; every other status leaves it open."""


class Found(NamedTuple):
    """A finding of this run, or one that was open in the run before."""

    finding_id: str
    values_hash: str
    rule_id: str
    severity: str
    kommunenummer: str
    bydel: str | None
    tabell: str
    noekkel: str
    person_id: str | None


class Track(NamedTuple):
    """A finding followed from run to run, under the name that stays the same: `spor`.

    `foerst_sett` and `sist_sett` are the extract dates it was first and last listed on; `endret` is
    the date of the run that gave it its status. `grunn` says why, when the status does not, and
    `mening` what the rule meant when the finding was last listed.
    """

    spor: str
    found: Found
    status: Status
    grunn: str | None
    foerst_sett: str
    sist_sett: str
    endret: str
    mening: str

    @property
    def open(self) -> bool:
        """Whether it may still be there."""
        return self.status not in CLOSED


class Cell(NamedTuple):
    """One rule in one kommune."""

    rule_id: str
    kommunenummer: str


@dataclass(frozen=True)
class Before:
    """What the run before left behind; its kommuner are written as they are numbered now.

    `judged` has the date each cell was last judged on and could be compared. `rows` has how many
    rows of each table a kommune had when it could last be compared, by the number it had then.
    """

    day: str
    run_id: str
    tracks: dict[str, Track]
    meanings: dict[str, str]
    judged: dict[Cell, str]
    rows: dict[str, dict[str, int]]
    places: frozenset[str]
    """The kommuner that have had rows, by the numbers of now."""


@dataclass(frozen=True)
class Now:
    """What this run says, as far as following findings needs it."""

    day: str
    found: dict[str, Found]
    shown_by_others: frozenset[str]
    meanings: dict[str, str]
    rows: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Look:
    """What the extract says of the rows of findings that were open before and are not found now.

    `unjudged` are those of them, by `spor`, that the rule passes over this time. `kommune` is where
    a row that is still there belongs now.
    """

    unjudged: frozenset[str]
    kommune: dict[str, str]
