"""Persons and programmes whose every value was decided beforehand, as the tables of an extract."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nircheck.sample import numbers, places
from nircheck.sample.calendar import plus_days
from nircheck.sample.chance import Chance
from nircheck.sample.clean import UTTREKKSDATO
from nircheck.sample.columns import NO_DAY, NOTHING, Coded, Columns, Days, Flags, Keys, Numbers

from nircheck.sample.columns import Shares, fixed, flagged, picked  # isort: skip

LEVELS = ("GRUNNSKOLE", "VIDEREGAAENDE", "HOEYERE", "UOPPGITT")
RIGHTS = ("RETT_OG_PLIKT", "RETT", "KAN_TILBYS")
COLLECTIVE, ASYLUM = 0, 1
_GROUNDS = ("KOLLEKTIV_34", "BESKYTTELSE_28")
_LAWS = ("KAP6A", "INTEGRERING")


@dataclass(frozen=True)
class Roster:
    """One row per person, with at most one programme; an empty start is none."""

    nation: Coded
    ground: Numbers
    right: Numbers
    woman: Flags
    born: Days
    granted: Days
    level: Numbers
    kommune: Coded
    bydel: Coded
    start: Days
    stop: Days
    frist: Days
    goal: Coded
    reason: Coded
    leave: Numbers

    @property
    def count(self) -> int:
        """How many persons."""
        return len(self.woman)


@dataclass(frozen=True)
class Towns:
    """The kommuner of a day, the largest first, with their sizes."""

    names: tuple[str, ...]
    sizes: Shares
    bydeler: tuple[str, ...]

    def of(self, codes: Numbers) -> Coded:
        """The numbers, empty where there is none."""
        return Coded(codes, self.names)

    def bydel(self, chance: Chance, codes: Numbers) -> Coded:
        """A bydel for those in Oslo."""
        drawn = chance.whole(0, len(self.bydeler) - 1, len(codes))
        oslo = codes == self.names.index("0301")
        return Coded(np.where(oslo, drawn, NOTHING), self.bydeler)


def towns(expectations: Path, day: np.datetime64) -> Towns:
    """The kommuner as they were numbered on the day, by the people who live there today."""
    known = places.load(expectations, UTTREKKSDATO)
    every = np.arange(len(known.current))
    lot = np.zeros(len(every))
    listed = known.number(every, lot, np.full(len(every), day))
    then = np.array([listed.names[code] for code in listed.codes])
    names, place = np.unique(then, return_inverse=True)
    sizes = np.bincount(place, weights=known.people).astype(np.float64)
    order = np.lexsort((names, -sizes))
    oslo = tuple(bydel for bydel in known.bydeler if bydel.startswith("0301"))
    return Towns(tuple(str(name) for name in names[order]), sizes[order], oslo)


def tables(roster: Roster, chance: Chance, day: np.datetime64) -> dict[str, Columns]:
    """The tables person, program and permisjon."""
    count = roster.count
    rows = np.flatnonzero(~np.isnat(roster.start))
    return {
        "person": _persons(roster, chance, day),
        "program": picked(_programmes(roster, np.arange(1, count + 1)), rows),
        "permisjon": _leaves(roster),
    }


def _persons(roster: Roster, chance: Chance, day: np.datetime64) -> Columns:
    count = roster.count
    arrived = chance.later(roster.granted, -40, -6)
    year = arrived.astype("M8[Y]").astype(np.int64) + 1970
    settled = np.where(np.isnat(roster.start), chance.later(roster.granted, 10, 60), roster.start)
    settled = np.minimum(chance.later(settled, -9, -2), day)
    settled = np.maximum(settled, roster.granted)
    known = roster.level != LEVELS.index("UOPPGITT")
    vgo = np.where(known, np.isin(roster.level, (1, 2)), NOTHING).astype(np.int64)
    own = numbers.foedselsnummer(roster.born, roster.woman, np.zeros(count, dtype=bool))
    return {
        "person_id": Keys("P", 7, np.arange(1, count + 1)),
        "foedselsnummer": Keys("", 11, own),
        "dufnummer": Keys("", 12, numbers.dufnummer(year)),
        "foedselsdato": roster.born,
        "kjoenn": flagged(roster.woman, ("M", "K")),
        "statsborgerskap": roster.nation,
        "oppholdsgrunnlag": Coded(roster.ground, _GROUNDS),
        "innvilget_dato": roster.granted,
        "ankomst_dato": arrived,
        "bosatt_dato": settled,
        "bosettingskommune": roster.kommune,
        "bydel": roster.bydel,
        "rettighetskategori": Coded(roster.right, RIGHTS),
        "utdanning_vgo": Coded(vgo, ("NEI", "JA")),
        "utdanningsnivaa": Coded(roster.level, LEVELS),
        "registrert_dato": np.minimum(chance.later(roster.granted, 0, 20), day),
    }


def _programmes(roster: Roster, key: Numbers) -> Columns:
    return {
        "program_id": Keys("PR", 7, key),
        "person_id": Keys("P", 7, key),
        "kommunenummer": roster.kommune,
        "bydel": roster.bydel,
        "lov": Coded(roster.ground, _LAWS),
        "startdato": roster.start,
        "gjennomfoeringsfrist": roster.frist,
        "sluttdato": roster.stop,
        "sluttmaal": roster.goal,
        "sluttmaal_dato": np.where(roster.goal.codes < 0, NO_DAY, roster.start),
        "avslutningsaarsak": roster.reason,
        "registrert_dato": roster.start,
    }


def _leaves(roster: Roster) -> Columns:
    rows = np.flatnonzero(roster.leave > 0)
    first = plus_days(roster.start[rows], np.full(len(rows), 10))
    return {
        "permisjon_id": Keys("PM", 7, np.arange(1, len(rows) + 1)),
        "person_id": Keys("P", 7, rows + 1),
        "program_id": Keys("PR", 7, rows + 1),
        "kommunenummer": roster.kommune.taken(rows),
        "aarsak": fixed("SYKDOM_LANGVARIG", len(rows)),
        "vedtaksdato": first,
        "fra_dato": first,
        "til_dato": plus_days(first, roster.leave[rows] - 1),
        "registrert_dato": first,
    }
