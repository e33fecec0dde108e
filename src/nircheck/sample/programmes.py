"""The programmes: how long they were to last, how long they lasted, and why they ended."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nircheck.sample.calendar import length, plus_days, plus_months
from nircheck.sample.chance import Chance
from nircheck.sample.columns import NO_DAY, NOTHING, Coded, Days, Flags, Numbers
from nircheck.sample.people import IL, KAP6A, People, years_old

GOALS = (
    "ARBEID_HAR_VGO", "HOEYERE_HAR_VGO", "FULLFOERE_VGO", "ARBEID_UTEN_VGO", "GRUNNSKOLE",
    "DELER_AV_VGO",
)  # fmt: skip
WORK_VGO, HIGHER_VGO, FULL_VGO, WORK, SCHOOL, PART_VGO = range(6)
LEAVES = {
    "FOEDSEL_OMSORG": 0.5, "SYKDOM_LANGVARIG": 0.3, "SYKDOM_BARN": 0.08, "VELFERD": 0.08,
    "ADOPSJON": 0.04,
}  # fmt: skip
_ORDINARY = {WORK_VGO: 6, HIGHER_VGO: 6, FULL_VGO: 36}
_EXTRA = {WORK_VGO: 6, HIGHER_VGO: 6}
_KAP6A_STARTS = np.datetime64("2022-06-20")
_ONE_YEAR_FROM = np.datetime64("2023-06-01")
_COHORT_2022 = (np.datetime64("2022-06-15"), np.datetime64("2022-12-31"))
_SHORTEST = 130
_HIGHER = 3
_MOVES, _RETURNS = 20, 45
"""One in so many of a kommune's participants moves, or comes back for a second programme."""


@dataclass(frozen=True)
class Programmes:
    """One row per programme; `person` is the place of its person."""

    person: Numbers
    place: Numbers
    first: Flags
    goal: Numbers
    goal_day: Days
    start: Days
    stop: Days
    planned: Days
    frist: Days
    ordinary_frist: Days
    extended: Flags
    extension_day: Days
    leave: Numbers
    leave_from: Days
    leave_to: Days
    moved: Flags
    reopened: Days

    @property
    def count(self) -> int:
        """How many."""
        return len(self.person)

    @property
    def last_day(self) -> Days:
        """The end, or for those that run the day that is planned."""
        return np.where(np.isnat(self.stop), self.planned, self.stop)

    @property
    def has_leave(self) -> Flags:
        """Whether there is a permisjon."""
        return ~np.isnat(self.leave_from)


def programmes(persons: People, seed: int, day: np.datetime64) -> Programmes:
    """A programme for whoever has begun one, and a second for some of them."""
    chance = Chance(seed, "program")
    start = chance.later(persons.settled, 10, 80)
    start = np.where(persons.law == KAP6A, np.maximum(start, _KAP6A_STARTS), start)
    begins = (start < day - np.timedelta64(3, "D")) & (
        (persons.right < 2) & ~chance.happens(0.03, persons.count)
        | (persons.right == 2) & chance.happens(0.6, persons.count)
    )
    person = np.flatnonzero(begins)
    nth = _rank_in(persons.place[person])
    moves, returns = nth % _MOVES == 7, nth % _RETURNS == 11
    first = _lasting(persons, person, persons.place[person], start[person], moves | returns,
                     Chance(seed, "varighet"), day)  # fmt: skip
    first = replace(first, moved=moves & ~np.isnat(first.stop))
    return _with_second(first, persons, returns, seed, day)


def _with_second(
    first: Programmes, persons: People, returns: Flags, seed: int, day: np.datetime64
) -> Programmes:
    """Those who moved and began anew, and those who came back."""
    chance = Chance(seed, "andre program")
    stays = chance.happens(0.6, first.count)
    again = np.where(first.moved, chance.later(first.stop, 20, 60), NO_DAY)
    back = chance.later(first.stop, 200, 500)
    again = np.where(returns & ~first.moved, back, again)
    rows = np.flatnonzero((again < day - np.timedelta64(5, "D")) & (stays | ~first.moved))
    elsewhere = first.place[Chance(seed, "flyttet til").whole(0, first.count - 1, len(rows))]
    place = np.where(first.moved[rows], elsewhere, first.place[rows])
    rows, place, again = _not_home_again(first, rows, place, again[rows])
    same = (first.goal[rows], first.goal_day[rows])
    second = _lasting(persons, first.person[rows], place, again, np.ones(len(rows), dtype=bool),
                      Chance(seed, "andre varighet"), day, same)  # fmt: skip
    second = replace(second, first=np.zeros(len(rows), dtype=bool))
    return Programmes(
        **{
            name: np.concatenate([getattr(first, name), getattr(second, name)])
            for name in Programmes.__dataclass_fields__
        }
    )


def _not_home_again(
    first: Programmes, rows: Numbers, place: Numbers, again: Days
) -> tuple[Numbers, Numbers, Days]:
    real = ~first.moved[rows] | (place != first.place[rows])
    return rows[real], place[real], again[real]


def _lasting(
    persons: People, person: Numbers, place: Numbers, start: Days, short: Flags,
    chance: Chance, day: np.datetime64, same: tuple[Numbers, Days] | None = None,
) -> Programmes:  # fmt: skip
    """Goal (or the same as before), length, leave and extension of programmes from a day on."""
    count, law = len(person), persons.law[person]
    start = _not_new_year(start, 2)
    goal_day = np.minimum(chance.later(start, 0, 30), day)
    goal = _goals(persons, person, start, goal_day, chance)
    goal, goal_day = same or (goal, goal_day)
    ordinary = np.where(law == IL, 24, np.array([_ORDINARY.get(g, 24) for g in range(6)])[goal])
    extra = np.where(law == IL, 12, np.array([_EXTRA.get(g, 12) for g in range(6)])[goal])
    one_year = (law == KAP6A) & (goal == HIGHER_VGO) & (persons.level[person] != _HIGHER)
    ordinary = np.where(one_year, 12, ordinary)
    leave, leave_from, leave_days = _leaves(chance, start, short, day)
    full = plus_months(start, ordinary)
    ordinary_frist = plus_days(full, leave_days)
    share = np.where(chance.happens(0.55, count), 1.0, 0.2 + 0.75 * chance.shares(count))
    span = np.maximum(np.floor(length(start, full) * share) - chance.whole(0, 5, count), _SHORTEST)
    span = np.where(short, np.minimum(span, chance.whole(_SHORTEST, 174, count)), span)
    vgo = np.isin(goal, (WORK_VGO, HIGHER_VGO)) & (law != IL)
    cohort = (law == KAP6A) & (start >= _COHORT_2022[0]) & (start <= _COHORT_2022[1])
    often = np.where(vgo, np.where(cohort, 0.95, 0.55), 0.15)
    due = ordinary_frist <= day + np.timedelta64(60, "D")
    extended = chance.happens(often, count) & due & ~one_year & ~short
    months = ordinary + np.where(extended, chance.whole(1, extra, count), 0)
    frist = plus_days(plus_months(start, months), leave_days)
    longer = length(start, plus_months(start, months)) - chance.whole(0, 20, count)
    span = np.where(extended, longer, span)
    planned = plus_days(start, span.astype(np.int64) + leave_days)
    soon = ~extended & due & (planned >= day)
    planned = np.where(soon & (leave_days == 0), chance.later(np.full(count, day), -25, -1),
                       planned)  # fmt: skip
    planned = _not_new_year(planned, -2)
    frist = np.where(soon & (leave_days > 0), NO_DAY, frist)
    stop = np.where(planned < day, planned, NO_DAY)
    asked = np.minimum(chance.later(ordinary_frist, -40, -10), chance.later(
        np.full(count, day), -12, -1))  # fmt: skip
    reopened = chance.happens(0.015, count) & (law != IL) & (leave_days == 0) & (span > 200)
    return Programmes(
        person=person, place=place, first=np.ones(count, dtype=bool),
        goal=np.where(law == IL, NOTHING, goal), goal_day=np.where(law == IL, NO_DAY, goal_day),
        start=start, stop=stop, planned=planned, frist=frist, ordinary_frist=ordinary_frist,
        extended=extended, extension_day=np.where(extended, asked, NO_DAY), leave=leave,
        leave_from=leave_from, leave_to=plus_days(leave_from, leave_days - 1),
        moved=np.zeros(count, dtype=bool),
        reopened=np.where(reopened & (planned < day + np.timedelta64(60, "D")),
                          plus_days(start, np.floor(span * 0.5).astype(np.int64)), NO_DAY),
    )  # fmt: skip


def _not_new_year(days: Days, move: int) -> Days:
    """1 January and 31 December look as if nobody knew the day."""
    year = days.astype("M8[Y]")
    suspect = (days == year.astype("M8[D]")) | (plus_days(days, 1) == (year + 1).astype("M8[D]"))
    return np.where(suspect, plus_days(days, move), days)


def _leaves(
    chance: Chance, start: Days, short: Flags, day: np.datetime64
) -> tuple[Numbers, Days, Numbers]:
    """Which permisjon, from when and for how many days; it begins when the courses are over."""
    count = len(start)
    leave = chance.choice(LEAVES, count).codes
    days = np.where(leave < 2, chance.whole(20, 110, count), chance.whole(5, 30, count))
    first = chance.later(start, 50, 85)
    has = chance.happens(0.18, count) & ~short & (first < day - np.timedelta64(10, "D"))
    return np.where(has, leave, NOTHING), np.where(has, first, NO_DAY), np.where(has, days, 0)


def _goals(
    persons: People, person: Numbers, start: Days, goal_day: Days, chance: Chance
) -> Numbers:
    """What goes with the education: VGO for the young who lack it."""
    count, vgo = len(person), persons.vgo[person]
    higher = chance.happens(0.3, count)
    one_year = (persons.law[person] == KAP6A) & (persons.level[person] != _HIGHER)
    higher &= ~(one_year & (start < _ONE_YEAR_FROM))
    without = chance.places(np.array([0.15, 0.5, 0.25, 0.1]), count) + FULL_VGO
    without = np.where(years_old(persons, person, goal_day) < 25, FULL_VGO, without)
    return np.where(vgo, np.where(higher, HIGHER_VGO, WORK_VGO), without)


def _rank_in(group: Numbers) -> Numbers:
    """Which of its group each row is."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = np.r_[0, np.flatnonzero(np.diff(ordered)) + 1]
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - np.repeat(starts, np.diff(np.r_[starts, len(group)]))
    return rank


def reasons(these: Programmes, persons: People) -> tuple[Coded, Coded]:
    """Main group and reason of every ended programme; they take turns within a kommune."""
    law = persons.law[these.person]
    turn = _rank_in(these.place * 3 + law)
    told = (*_REASONS_NOW, *_REASONS_KAP6A, *(reason for _, reason in _REASONS_THEN))
    names = tuple(dict.fromkeys(told))
    now = np.array([names.index(reason) for reason in _REASONS_NOW])[turn % len(_REASONS_NOW)]
    collective = np.array([names.index(reason) for reason in _REASONS_KAP6A])
    now = np.where(law == KAP6A, collective[turn % len(_REASONS_KAP6A)], now)
    now = np.where(these.moved, names.index("FLYTTET"), now)
    goes_on = np.isin(these.goal, (WORK_VGO, HIGHER_VGO)) & (now == names.index("GRUNNSKOLE"))
    now = np.where(goes_on, names.index("ARBEID"), now)
    then = turn % len(_REASONS_THEN)
    reason = np.where(law == IL, np.array([names.index(r) for _, r in _REASONS_THEN])[then], now)
    groups = ("STANS", "AVSLUTTET", "AVBRUTT")
    group = np.array([groups.index(group) for group, _ in _REASONS_THEN])[then]
    ended = ~np.isnat(these.stop)
    left = (law == IL) & these.moved
    reason = np.where(left, names.index("FLYTTET"), reason)
    group = np.where(left, groups.index("AVBRUTT"), group)
    return (
        Coded(np.where(ended & (law == IL), group, NOTHING), groups),
        Coded(np.where(ended, reason, NOTHING), names),
    )


_REASONS_NOW = (
    "ARBEID", "UTDANNING", "KVALIFISERENDE_TILTAK", "ARBEID", "GRUNNSKOLE", "ANDRE",
    "UTDANNING", "ARBEID", "KVALIFISERENDE_TILTAK", "ARBEID_OG_UTDANNING",
)  # fmt: skip
_REASONS_KAP6A = (
    "ARBEID", "KVALIFISERENDE_TILTAK", "ANDRE", "ARBEID", "ARBEID", "KVALIFISERENDE_TILTAK",
    "ARBEID", "ARBEID", "ANDRE", "ARBEID", "UTDANNING", "ARBEID", "KVALIFISERENDE_TILTAK",
    "ARBEID", "FLYTTET", "ARBEID", "KVALIFISERENDE_TILTAK", "ARBEID", "ANDRE", "ARBEID",
)  # fmt: skip
_REASONS_THEN = (
    ("AVSLUTTET", "ARBEID_OVER_29"), ("AVSLUTTET", "VGS"), ("STANS", "ARBEID_OVER_29"),
    ("AVSLUTTET", "NAV_TILTAK"), ("AVSLUTTET", "ARBEID_UNDER_30"), ("STANS", "VGS"),
    ("AVSLUTTET", "ANDRE_TILTAK"), ("AVSLUTTET", "IKKE_ARBEIDSSOEKER"), ("STANS", "HELSE"),
    ("AVBRUTT", "UKJENT"),
)  # fmt: skip
