"""Norsk, tests in it, and what was taught in mottak before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nircheck.sample.calendar import length, plus_days, plus_months
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
    fixed,
    flagged,
)
from nircheck.sample.measures import Measures
from nircheck.sample.people import IL, INT, KAP6A, People
from nircheck.sample.places import Places
from nircheck.sample.programmes import FULL_VGO, Programmes

_LEVELS = ("UNDER_A1", "A1", "A2", "B1", "B2", "C1")
_A2, _B1, _B2 = 2, 3, 4
_SKILLS = ("lytte", "lese", "skriftlig", "muntlig")
_NEW_FRIST = np.datetime64("2023-08-01")
_UTVIDET_FROM = np.datetime64("2023-07-01")
_GROUNDS_FOR_EXEMPTION = ("Tilstrekkelige ferdigheter i norsk", "Særlige helsemessige årsaker")
_PARTLY, _WHOLLY = 1, 2


@dataclass(frozen=True)
class Norsk:
    """One row for each first programme that has begun, and the decisions on utvidet norsk."""

    of: Numbers
    exemption: Numbers
    exemption_day: Days
    start: Days
    stop: Days
    goals: tuple[Numbers, ...]
    extra_of: Numbers
    extra_day: Days
    extra_from: Days
    extra_to: Days
    columns: Columns


def exemptions(persons: People, seed: int) -> Numbers:
    """Who is exempt from norsk, under integreringsloven: 1 in part, 2 in full."""
    drawn = Chance(seed, "fritak").places(np.array([0.97, 0.02, 0.01]), persons.count)
    return np.where(persons.law == INT, drawn, 0)


def norsk(
    these: Programmes, persons: People, exempt: Numbers, tiltak: Measures, places: Places,
    seed: int, day: np.datetime64,
) -> Norsk:  # fmt: skip
    """Within the frist, unless there is a decision that it may last longer."""
    chance = Chance(seed, "norsk")
    start = chance.later(these.start, 0, 14)
    of = np.flatnonzero(these.first & (start <= day))
    person, start = these.person[of], start[of]
    law, vgo, count = persons.law[person], persons.vgo[person], len(of)
    given = np.minimum(chance.later(start, -20, -1), start)
    since = np.maximum(persons.granted[person], persons.arrived[person])
    anew = (law == KAP6A) | (persons.granted[person] >= _NEW_FRIST) | (start >= _NEW_FRIST)
    since = np.where(anew, start, since)
    frist = plus_months(since, np.where(law == KAP6A, 12, np.where(vgo & (law != IL), 18, 36)))
    extra = _extra(these, of, law, vgo, frist, tiltak, chance, day)
    wanted = chance.later(start, 200, 700)
    last = np.minimum(wanted, chance.later(frist, -10, 0))
    last = np.maximum(np.where(law == IL, wanted, last), extra[4])
    stop = np.where(last < day, last, NO_DAY)
    wholly = exempt[person] == _WHOLLY
    full_time = (law == INT) & (these.goal[of] == FULL_VGO) & chance.happens(0.1, count) & ~wholly
    goals = _goals(law, vgo, persons.level[person])
    weeks = np.maximum(length(start, np.minimum(last, day)), 7) / 7
    hours = np.floor(weeks * chance.whole(10, 16, count))
    hours = np.where(law == IL, chance.whole(600, 2400, count), np.maximum(hours, 20))
    done = (length(start, last) > 150) & ~np.isnat(stop)
    columns: Columns = {
        "norsk_id": Keys("N", 7, np.arange(1, count + 1)),
        "person_id": Keys("P", 7, person + 1),
        "kommunenummer": places.number(these.place[of], persons.lot[person], start),
        "ordning": Coded(np.where(law == KAP6A, 1, 0), ("RETT_OG_PLIKT", "RETT")),
        "tildelt_dato": given,
        "startdato": start,
        "frist": frist,
        "sluttdato": stop,
        "morsmaal": persons.language.taken(person),
        "opplaeringsspraak": chance.choice({"norsk": 0.8, "engelsk": 0.2}, count),
        **{
            f"norskmaal_{skill}": Coded(goal, _LEVELS)
            for skill, goal in zip(_SKILLS, goals, strict=True)
        },
        "fritak": Coded(exempt[person], ("INGEN", "DELVIS", "FULLT")),
        "fritak_rettsgrunnlag": _ground(exempt[person] > 0, chance),
        "fritak_dato": np.where(exempt[person] > 0, start, NO_DAY),
        "timer_norsk": np.where(wholly, np.nan, hours),
        "timer_samfunnskunnskap": np.where(done & ~wholly, np.where(law == IL, 50.0, 75.0), np.nan),
        "samfunnskunnskap_gjennomfoert": flagged(done & ~wholly),
        "fulltid_vgo": flagged(full_time),
        "registrert_dato": np.minimum(chance.later(start, 0, 40), day),
    }  # fmt: skip
    return Norsk(of, exempt[person], np.where(exempt[person] > 0, start, NO_DAY), start, stop,
                 goals, *extra[:4], columns)  # fmt: skip


def _extra(
    these: Programmes, of: Numbers, law: Numbers, vgo: Flags, frist: Days, tiltak: Measures,
    chance: Chance, day: np.datetime64,
) -> tuple[Numbers, Days, Days, Days, Days]:  # fmt: skip
    """Decisions of six months each for those who have norsk beyond the frist; the last day."""
    latest = np.full(these.person.max(initial=0) + 1, np.datetime64("1900-01-01"))
    np.maximum.at(latest, these.person[tiltak.of], np.minimum(tiltak.stop, day))
    beyond = length(frist, latest[these.person[of]])
    most = np.where(vgo, 1, 4)
    many = np.where((law == KAP6A) & (beyond > 7), np.minimum(most, 1 + beyond // 183), 0)
    rows = np.repeat(np.arange(len(of)), many)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
    first = plus_days(plus_months(frist[rows], 6 * nth), 1)
    last = plus_days(plus_months(frist[rows], 6 * (nth + 1)), 0)
    decided = np.maximum(chance.later(first, -40, -6), _UTVIDET_FROM)
    end = np.where(many > 0, plus_months(frist, 6 * many), np.datetime64("1900-01-01"))
    made = decided < day
    return rows[made], decided[made], first[made], last[made], end


def _goals(law: Numbers, vgo: Flags, level: Numbers) -> tuple[Numbers, ...]:
    """The lowest that is advised, and nothing under introduksjonsloven."""
    written = np.where(vgo | (level == 1), _B1, _A2)
    spoken = np.where(vgo, _B2, _B1)
    return tuple(np.where(law == IL, NOTHING, goal) for goal in (written, written, written, spoken))


def _ground(exempt: Flags, chance: Chance) -> Coded:
    which = chance.whole(0, len(_GROUNDS_FOR_EXEMPTION) - 1, len(exempt))
    return Coded(np.where(exempt, which, NOTHING), _GROUNDS_FOR_EXEMPTION)


def tests(rows: Norsk, these: Programmes, seed: int, day: np.datetime64) -> Columns:
    """All four parts near the end; for some an earlier attempt, for those who go on A2."""
    chance = Chance(seed, "norskprøve")
    count = len(rows.of)
    ended = ~np.isnat(rows.stop)
    last = np.where(ended, chance.later(rows.stop, -40, 0), chance.later(rows.start, 180, 260))
    sits = chance.happens(0.6, count) & (last < day) & (length(rows.start, last) > 120)
    sits &= rows.exemption == 0
    reached = ended & chance.happens(0.65, count)
    again = sits & chance.happens(0.25, count)
    parts = []
    for skill in range(len(_SKILLS)):
        goal = np.where(rows.goals[skill] == NOTHING, _B1, rows.goals[skill])
        level = np.where(reached, goal, _A2)
        parts.append((np.flatnonzero(sits), last, level, skill))
        early = np.minimum(plus_days(last, -90), last)
        parts.append((np.flatnonzero(again), early, np.full(count, 1), skill))
    at = np.concatenate([own for own, *_ in parts])
    days = np.concatenate([when[own] for own, when, *_ in parts])
    levels = np.concatenate([level[own] for own, _, level, _ in parts])
    skills = np.concatenate([np.full(len(own), skill) for own, _, _, skill in parts])
    order = np.lexsort((skills, days, at))
    at, days, levels, skills = at[order], days[order], levels[order], skills[order]
    return {
        "proeve_id": Keys("X", 8, np.arange(1, len(at) + 1)),
        "person_id": Keys("P", 7, these.person[rows.of[at]] + 1),
        "proevedato": days,
        "delproeve": Coded(skills, tuple(name.upper() for name in _SKILLS)),
        "nivaa": Coded(levels, _LEVELS),
    }


def mottak(persons: People, places: Places, seed: int, day: np.datetime64) -> Columns:
    """Teaching between the arrival and bosetting, of those who sought asylum."""
    chance = Chance(seed, "mottak")
    start = chance.later(persons.arrived, 8, 40)
    stop = np.minimum(chance.later(start, 30, 120), plus_days(persons.settled, -1))
    takes = persons.asylum & chance.happens(0.4, persons.count) & (stop > start) & (stop < day)
    rows = np.flatnonzero(takes)
    count = len(rows)
    exempt = chance.happens(0.03, count)
    nearby = Chance(seed, "mottaksted").whole(0, len(places.current) - 1, count)
    hours: Shares = np.floor(np.minimum(175, length(start, stop)[rows] * 1.5))
    return {
        "mottak_id": Keys("M", 7, np.arange(1, count + 1)),
        "person_id": Keys("P", 7, rows + 1),
        "kommunenummer": places.number(nearby, persons.lot[rows], start[rows]),
        "tildelt_dato": chance.later(start[rows], -7, 0),
        "startdato": start[rows],
        "sluttdato": stop[rows],
        "morsmaal": persons.language.taken(rows),
        "opplaeringsspraak": fixed("norsk", count),
        "timer_norsk": np.where(exempt, np.nan, hours),
        "timer_samfunnskunnskap": np.where(exempt, np.nan, 25.0),
        "fritak": flagged(exempt, ("INGEN", "FULLT")),
        "fritak_rettsgrunnlag": _ground(exempt, chance),
        "registrert_dato": chance.later(start[rows], 0, 20),
    }
