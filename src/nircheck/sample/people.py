"""The persons: who they are, when they came, and what they have a right to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nircheck.sample import numbers
from nircheck.sample.calendar import age, plus_days
from nircheck.sample.chance import Chance
from nircheck.sample.columns import (
    NO_DAY,
    NOTHING,
    Coded,
    Columns,
    Days,
    Flags,
    Keys,
    Numbers,
    Shares,
    flagged,
)
from nircheck.sample.places import Places

IL, INT, KAP6A = 0, 1, 2
_LAWS = {"IL": 0.3, "INT": 0.34, "KAP6A": 0.36}
_ARRIVALS = {
    IL: ("2014-06-01", "2019-12-31", 1.0),
    INT: ("2021-01-05", "2026-03-31", 1.0),
    KAP6A: ("2022-03-05", "2026-06-30", 1.6),
}
"""First and last day of arrival, and how much the early days weigh."""
_KAP6A_FROM = np.datetime64("2022-03-11")
_GROUNDS = {
    IL: {"BESKYTTELSE_28": 0.55, "OVERFOERING": 0.2, "HUMANITAERT_38": 0.08, "FAMILIE": 0.17},
    INT: {"BESKYTTELSE_28": 0.35, "OVERFOERING": 0.4, "HUMANITAERT_38": 0.05, "FAMILIE": 0.2},
    KAP6A: {"KOLLEKTIV_34": 1.0},
}
_ORIGINS = {
    IL: {"SYR": 0.45, "ERI": 0.25, "AFG": 0.1, "SOM": 0.08, "IRQ": 0.05, "XXX": 0.04, "COD": 0.03},
    INT: {"SYR": 0.4, "AFG": 0.15, "COD": 0.12, "ERI": 0.12, "SDN": 0.1, "TUR": 0.11},
    KAP6A: {"UKR": 0.97, "XXX": 0.01, "GEO": 0.02},
}
_LANGUAGES = {
    "SYR": "arabisk", "ERI": "tigrinja", "AFG": "dari", "SOM": "somali", "IRQ": "arabisk",
    "XXX": "arabisk", "COD": "swahili", "SDN": "arabisk", "UKR": "ukrainsk", "TUR": "tyrkisk",
    "GEO": "georgisk",
}  # fmt: skip
_RIGHTS = ("RETT_OG_PLIKT", "RETT", "KAN_TILBYS", "INGEN")
_WITHOUT_RIGHT = 0.07
_LEVELS = ("INGEN_GRUNNSKOLE", "GRUNNSKOLE", "VIDEREGAAENDE", "HOEYERE", "UOPPGITT")
_UNTOLD = _LEVELS.index("UOPPGITT")
_WOMEN = np.array([0.47, 0.47, 0.74])
_VGO = np.array([0.3, 0.36, 0.88])
_HIGHER = np.array([0.5, 0.5, 0.785])
"""By law: the share of women, of those with vgo, and of these with higher education."""
_LEVEL_UNTOLD = 0.324


@dataclass(frozen=True)
class People:
    """What the rest of the register needs to know of each person."""

    law: Numbers
    place: Numbers
    lot: Shares
    born: Days
    granted: Days
    arrived: Days
    settled: Days
    right: Numbers
    vgo: Flags
    level: Numbers
    children: Flags
    asylum: Flags
    language: Coded
    bydel: Coded
    columns: Columns

    @property
    def count(self) -> int:
        """How many."""
        return len(self.law)


def people(count: int, seed: int, places: Places, day: np.datetime64) -> People:
    """So many persons, spread over kommuner, laws and years."""
    chance = Chance(seed, "person")
    law = chance.choice(_LAWS, count).codes
    place = places.drawn(Chance(seed, "kommune"), count)
    lot = chance.shares(count)
    grounds = _of_law(chance, law, _GROUNDS)
    origins = _of_law(chance, law, _ORIGINS)
    arrived = _arrived(chance, law)
    granted = _granted(chance, law, arrived, grounds)
    settled = chance.later(np.maximum(granted, arrived), 15, 170)
    settled = np.where(settled < day, settled, NO_DAY)
    without = chance.happens(_WITHOUT_RIGHT, count)
    right = np.where(law == KAP6A, 1, 0)
    right = np.where(without, chance.whole(2, 3, count), right)
    born = _born(chance, granted, without)
    woman = chance.happens(_WOMEN[law], count)
    vgo = chance.happens(_VGO[law], count)
    higher = 2 + chance.happens(_HIGHER[law], count)
    level = np.where(vgo, higher, chance.places(np.array([0.3, 0.7]), count))
    level = np.where(chance.happens(_LEVEL_UNTOLD, count), _UNTOLD, level)
    children = chance.happens(0.45, count)
    bydel = places.bydel(place, lot)
    languages = tuple(dict.fromkeys(_LANGUAGES.values()))
    spoken = np.array([languages.index(_LANGUAGES[name]) for name in origins.names])
    columns: Columns = {
        "person_id": Keys("P", 7, np.arange(1, count + 1)),
        **_identity(chance, law, arrived, settled, born, woman, day),
        "foedselsdato": born,
        "kjoenn": flagged(woman, ("M", "K")),
        "statsborgerskap": origins,
        "oppholdsgrunnlag": grounds,
        "innvilget_dato": granted,
        "ankomst_dato": arrived,
        "bosatt_dato": settled,
        "bosettingskommune": _where(places.number(place, lot, settled), ~np.isnat(settled)),
        "bydel": _where(bydel, ~np.isnat(settled)),
        "rettighetskategori": Coded(right, _RIGHTS),
        "utdanning_vgo": _where(flagged(vgo), law != IL),
        "utdanningsnivaa": Coded(level, _LEVELS),
        "har_barn_under_18": flagged(children),
        "reservert_forskning": flagged(chance.happens(0.03, count)),
        "registrert_dato": np.minimum(chance.later(granted, 0, 20), day),
    }
    return People(
        law, place, lot, born, granted, arrived, settled, right, vgo, level, children,
        ~grounds.equals("OVERFOERING", "FAMILIE"), Coded(spoken[origins.codes], languages),
        bydel, columns,
    )  # fmt: skip


def _of_law(chance: Chance, law: Numbers, weights: dict[int, dict[str, float]]) -> Coded:
    names = tuple(dict.fromkeys(name for of in weights.values() for name in of))
    codes = np.zeros(len(law), dtype=np.int64)
    for which, of in weights.items():
        rows = law == which
        drawn = chance.choice(of, len(law))
        codes[rows] = np.array([names.index(name) for name in drawn.names])[drawn.codes[rows]]
    return Coded(codes, names)


def _arrived(chance: Chance, law: Numbers) -> Days:
    days = np.full(len(law), NO_DAY)
    for which, (first, last, early) in _ARRIVALS.items():
        span = (np.datetime64(last) - np.datetime64(first)).astype(np.int64)
        share = chance.shares(len(law)) ** early
        drawn = plus_days(np.datetime64(first), np.floor(share * span).astype(np.int64))
        days = np.where(law == which, drawn, days)
    return days


def _granted(chance: Chance, law: Numbers, arrived: Days, grounds: Coded) -> Days:
    """Before the arrival for those who were chosen abroad, after it for asylum."""
    days = chance.later(arrived, 30, 320)
    abroad = grounds.equals("OVERFOERING", "FAMILIE")
    days = np.where(abroad, chance.later(arrived, -150, -20), days)
    quick = np.maximum(chance.later(arrived, 6, 50), _KAP6A_FROM)
    return np.where(law == KAP6A, quick, days)


def _born(chance: Chance, granted: Days, without_right: Flags) -> Days:
    """From 18 to 55 years on the day of the permit; older for some who have no right."""
    years = 18.1 + 37.5 * chance.shares(len(granted)) ** 1.12
    years = np.where(without_right & chance.happens(0.5, len(granted)), years + 6, years)
    return plus_days(granted, -np.floor(years * 365.25).astype(np.int64))


def _identity(
    chance: Chance, law: Numbers, arrived: Days, settled: Days, born: Days, woman: Flags,
    day: np.datetime64,
) -> Columns:  # fmt: skip
    """Both numbers for most, one of them for some; a D-number while it is still new."""
    count = len(law)
    lately = np.isnat(settled) | (settled > day - np.timedelta64(150, "D"))
    d_number = chance.happens(0.5, count) & (lately | ((law == IL) & chance.happens(0.04, count)))
    own = numbers.foedselsnummer(born, woman, d_number)
    duf = numbers.dufnummer(arrived.astype("M8[Y]").astype(np.int64) + 1970)
    lacks_own = chance.happens(0.02, count)
    lacks_duf = ~lacks_own & (own != NOTHING) & chance.happens(0.02, count)
    return {
        "foedselsnummer": Keys("", 11, np.where(lacks_own, NOTHING, own)),
        "dufnummer": Keys("", 12, np.where(lacks_duf, NOTHING, duf)),
    }


def _where(column: Coded, holds: Flags) -> Coded:
    return Coded(np.where(holds, column.codes, NOTHING), column.names)


def years_old(persons: People, rows: Numbers, days: Days) -> Numbers:
    """Whole years of some persons on a day of each."""
    return age(persons.born[rows], days)
