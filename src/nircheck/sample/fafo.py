"""A register whose margins are those of Fafo-rapport 2024:09: who they are, when and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nircheck.sample.calendar import plus_days, plus_months
from nircheck.sample.chance import Chance
from nircheck.sample.columns import NO_DAY, NOTHING, Coded, Days, Flags, Numbers
from nircheck.sample.fitting import dealt, fitted, mean_of, shuffled, some, whole_with_sum
from nircheck.sample.roster import ASYLUM, COLLECTIVE, LEVELS, Roster, Towns

GROUPS = ("uten", "med", "ingen")
COURSES = ("LIVSMESTRING", "FORELDREVEILEDNING", "DIGITAL_KOMPETANSE")
ORIGINS = ("ukrainere", "oevrige")
NONE = 2
_DAY = np.datetime64("2023-06-30")
_INVASION = np.datetime64("2022-03-11")
_GOALS = ("ARBEID_HAR_VGO", "HOEYERE_HAR_VGO", "FULLFOERE_VGO", "ARBEID_UTEN_VGO", "GRUNNSKOLE")
_REASONS = {
    "ARBEID": 0.33, "UTDANNING": 0.03, "KVALIFISERENDE_TILTAK": 0.14, "FLYTTET": 0.06,
    "ANDRE": 0.09, "IKKE_REGISTRERT": 0.35,
}  # fmt: skip
_MONTHS = {"2021-01": 12}
_SHORTEST = 45
_YOUNGEST, _OLDEST = 18, 72
_ACTIVE = -1
_MOSTLY = 0.97
_LARGE = 20
_FURTHER = ("ERI", "COD", "SDN", "IRQ", "SOM")


@dataclass(frozen=True)
class Ended:
    """Those who have ended: what is registered of them, and the course they took."""

    group: Numbers
    ukrainian: Flags
    start: Days
    stop: Days
    courses: dict[str, Flags]

    @property
    def days(self) -> Numbers:
        """The days of the programme, both ends counted."""
        return (self.stop - self.start).astype(np.int64) + 1


def ended(margins: Any, seed: int) -> Ended:
    """When each began and ended, so that every mean of days is as published."""
    chance = Chance(seed, "fafo avsluttet")
    group, ukrainian, start = _starts(margins, chance)
    year = _exit_years(margins, chance, group, start)
    earliest = np.maximum(plus_days(start, _SHORTEST), _year(year, "01-01"))
    latest = np.minimum(_year(year, "12-31"), _DAY)
    courses = _courses(margins, chance, group, ukrainian)
    low = (earliest - start).astype(np.float64) + 1
    high = (latest - start).astype(np.float64) + 1
    demands = [
        mean_of(group == at, margins["groups"][name]["days"], 0.2) for at, name in enumerate(GROUPS)
    ] + [
        mean_of(members & (ukrainian == (origin == "ukrainere")), of[origin]["days"], 0.2)
        for course, members in courses.items()
        for of in [margins["courses"][course]]
        for origin in ORIGINS
    ]
    wanted = fitted(low + chance.shares(len(low)) * (high - low), low, high, demands)
    stop = plus_days(start, np.round(wanted).astype(np.int64) - 1)
    return Ended(group, ukrainian, start, stop, courses)


def _year(years: Numbers, rest: str) -> Days:
    return np.array([f"{year}-{rest}" for year in years], dtype="M8[D]")


def _starts(margins: Any, chance: Chance) -> tuple[Numbers, Flags, Days]:
    group: list[int] = []
    ukrainian: list[bool] = []
    first: list[str] = []
    for at, name in enumerate(GROUPS):
        for origin in ORIGINS:
            for month, number in margins["groups"][name][f"start_{origin}"].items():
                group += [at] * number
                ukrainian += [origin == "ukrainere"] * number
                first += [month] * number
    months = np.array(first, dtype="M8[M]")
    long = np.array([_MONTHS.get(month, 3) for month in first])
    begin = months.astype("M8[D]")
    begin = np.where(begin == np.datetime64("2021-01-01"), np.datetime64("2021-02-01"), begin)
    over = (months + long.astype("m8[M]")).astype("M8[D]")
    limit = np.minimum(over, _DAY - np.timedelta64(_SHORTEST + 15, "D"))
    days = (limit - begin).astype(np.int64)
    start = plus_days(begin, np.floor(chance.shares(len(days)) * days).astype(np.int64))
    return np.array(group), np.array(ukrainian), start


def _exit_years(margins: Any, chance: Chance, group: Numbers, start: Days) -> Numbers:
    """The years of ending, exact in each group; who began first has ended first, mostly."""
    years = np.full(len(group), 2023)
    for at, name in enumerate(GROUPS):
        counts = margins["groups"][name]["exit"]
        here = np.flatnonzero(group == at)
        at_random = plus_days(start[here], chance.whole(0, 240, len(here)))
        order = here[np.argsort(at_random, kind="stable")]
        years[order[: counts["2021"]]] = 2021
        can = plus_days(start, _SHORTEST) <= np.datetime64("2022-12-20")
        rest = order[counts["2021"] :]
        years[rest[can[rest]][: counts["2022"]]] = 2022
    early = (years == 2021) & (plus_days(start, _SHORTEST) > np.datetime64("2021-12-20"))
    start[early] = np.datetime64("2021-03-01")
    return years


def _courses(margins: Any, chance: Chance, group: Numbers, ukrainian: Flags) -> dict[str, Flags]:
    """Mostly those without arbeidsrettede tiltak; none takes both the first and the last."""
    found: dict[str, Flags] = {}
    for course in COURSES:
        chosen = np.zeros(len(group), dtype=bool)
        for origin in ORIGINS:
            here = ukrainian == (origin == "ukrainere")
            if course == COURSES[-1]:
                here &= ~found[COURSES[0]]
            persons = margins["courses"][course][origin]["persons"]
            few = persons // 5
            chosen |= some(chance, here & (group == 1), few)
            chosen |= some(chance, here & (group == 0), persons - few)
        found[course] = chosen
    return found


def roster(margins: Any, these: Ended, towns: Towns, seed: int) -> Roster:
    """Everyone of the extract, those who have ended first."""
    chance = Chance(seed, "fafo personer")
    many = len(these.group)
    ukrainian, start, long = _with_active(margins, these, chance)
    count = len(start)
    group = np.concatenate([these.group, np.full(count - many, _ACTIVE)])
    kommune = _kommuner(margins, group, ukrainian, start, towns, chance)
    woman, level, years, leave = _traits(margins, group, these, chance)
    lived = np.floor((years + 0.02 + 0.95 * chance.shares(count)) * 365.25).astype(np.int64)
    stop = np.concatenate([these.stop, np.full(count - many, NO_DAY)])
    months = np.where(long, np.where(chance.happens(0.5, count), 24, 36), 12)
    reason = chance.choice(_REASONS, count)
    return Roster(
        nation=_nations(margins, chance, ukrainian, many),
        ground=np.where(ukrainian, COLLECTIVE, ASYLUM),
        right=np.where(ukrainian, 1, 0),
        woman=woman,
        born=plus_days(start, -lived),
        granted=np.where(
            ukrainian,
            np.maximum(chance.later(start, -90, -20), _INVASION),
            np.maximum(chance.later(start, -120, -20), np.datetime64("2021-01-05")),
        ),
        level=level,
        kommune=towns.of(kommune),
        bydel=towns.bydel(chance, kommune),
        start=start,
        stop=stop,
        frist=plus_months(start, months),
        goal=Coded(np.where(long, chance.whole(2, 4, count), chance.whole(0, 1, count)), _GOALS),
        reason=Coded(np.where(np.isnat(stop), NOTHING, reason.codes), reason.names),
        leave=leave,
    )


def _traits(
    margins: Any, group: Numbers, these: Ended, chance: Chance
) -> tuple[Flags, Numbers, Numbers, Numbers]:
    """Sex, education, age and days of permisjon: exact for the ended, at random for the rest."""
    count = len(group)
    days = np.concatenate([these.days, np.zeros(count - len(these.group), dtype=np.int64)])
    woman = chance.happens(0.6, count) & (group == _ACTIVE)
    level = chance.places(np.array([0.12, 0.2, 0.4, 0.28]), count)
    years = chance.whole(19, 54, count)
    leave = np.zeros(count, dtype=np.int64)
    for at, name in enumerate(GROUPS):
        of, here = margins["groups"][name], np.flatnonzero(group == at)
        woman |= some(chance, group == at, of["women"])
        names = [LEVELS.index(level) for level in of["education"]]
        level[here] = np.array(names)[dealt(chance, of["education"])]
        drawn = 18 + 37 * chance.shares(len(here))
        drawn = np.where(chance.happens(0.05, len(here)), drawn + 14, drawn)
        drawn[-2:] = _YOUNGEST, _OLDEST
        years[here] = whole_with_sum(drawn, round(of["age"] * len(here)), _YOUNGEST, _OLDEST)
        away = some(chance, (group == at) & (days > 150), of["leave"]["persons"])
        lengths = chance.whole(30, 90, int(away.sum())).astype(np.float64)
        lengths *= of["leave"]["days"] / lengths.sum()
        leave[away] = whole_with_sum(lengths, of["leave"]["days"], 5, 130)
    return woman, level, years, leave


def _with_active(margins: Any, these: Ended, chance: Chance) -> tuple[Flags, Days, Flags]:
    """Origin, start and whether the programme is long, also of those who have not ended."""
    started = these.start.astype("M8[Y]").astype(str)
    ukrainian, start, long = [these.ukrainian], [these.start], [np.zeros(len(started), dtype=bool)]
    for year, of in margins["active"].items():
        long[0] |= some(chance, started == year, of["ended_long"])
        count = of["ukrainere"] + of["oevrige"]
        from_ukraine = np.arange(count) < of["ukrainere"]
        first = np.where(from_ukraine, np.maximum(_year(np.full(count, int(year)), "01-02"),
                                                  np.datetime64("2022-04-01")),
                         _year(np.full(count, int(year)), "01-15"))  # fmt: skip
        last = np.minimum(_year(np.full(count, int(year)), "12-30"), _DAY - np.timedelta64(1, "D"))
        start.append(chance.later(first, 0, (last - first).astype(np.int64)))
        ukrainian.append(from_ukraine)
        others = np.arange(count) >= count - of["oevrige"]
        of_others = some(chance, others, min(of["long"], int(of["oevrige"] * _MOSTLY)))
        rest = of["long"] - int(of_others.sum())
        long.append(of_others | some(chance, ~of_others, rest))
    return np.concatenate(ukrainian), np.concatenate(start), np.concatenate(long)


def _nations(margins: Any, chance: Chance, ukrainian: Flags, many: int) -> Coded:
    """Exact among the ended, at random among the rest."""
    named = margins["others"]
    names = ("UKR", *named, *_FURTHER)
    codes = np.where(ukrainian, 0, chance.whole(1, len(names) - 1, len(ukrainian)))
    others = np.flatnonzero(~ukrainian[:many])
    rest = len(others) - sum(named.values())
    listed = np.repeat(np.arange(len(named)) + 1, list(named.values()))
    further = len(named) + 1 + np.arange(rest) % len(_FURTHER)
    codes[others] = np.concatenate([listed, further])[shuffled(chance, len(others))]
    return Coded(codes, names)


def _kommuner(
    margins: Any, group: Numbers, never: Flags, start: Days, towns: Towns, chance: Chance
) -> Numbers:
    """Where each is followed up; a few of the small kommuner have nobody ended, some no tiltak."""
    wanted, many = margins["kommuner"], len(towns.names)
    small = np.arange(many) >= many // 3
    absent = some(chance, small & (np.arange(many) >= many // 2), many - wanted["ended"])
    none = some(chance, small & ~absent, wanted["none"])
    some_tiltak = ~absent & ~none
    kommune = chance.places(towns.sizes, len(group))
    with_tiltak = np.flatnonzero((group >= 0) & (group != NONE))
    kommune[with_tiltak] = _spread(chance, some_tiltak, towns, len(with_tiltak))
    without = np.flatnonzero(group == NONE)
    here = without[shuffled(chance, len(without))]
    few, rest = here[: wanted["persons_in_none"]], here[wanted["persons_in_none"] :]
    kommune[few] = _spread(chance, none, towns, len(few))
    kommune[rest] = chance.places(towns.sizes * some_tiltak, len(rest))
    large = kommune < _LARGE
    year = start.astype("M8[Y]") == np.datetime64("2022")
    for at, name in enumerate(GROUPS):
        nowhere = (group == at) & large & year & ~never
        kommune[some(chance, nowhere, margins["groups"][name]["without_kommune"])] = NOTHING
    return kommune


def _spread(chance: Chance, among: Flags, towns: Towns, count: int) -> Numbers:
    """One in each of these kommuner, the others by size."""
    each = np.flatnonzero(among)
    rest = chance.places(towns.sizes * among, count - len(each))
    return np.concatenate([each, rest])[shuffled(chance, count)]
