"""The tiltak: language and work or school all through the programme, short courses at its start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nircheck.sample.calendar import length, plus_days
from nircheck.sample.chance import Chance
from nircheck.sample.columns import NOTHING, Coded, Columns, Days, Flags, Keys, Numbers, Shares
from nircheck.sample.columns import sorted_by as ordered
from nircheck.sample.people import IL, INT, KAP6A, People
from nircheck.sample.places import Places
from nircheck.sample.programmes import FULL_VGO, HIGHER_VGO, PART_VGO, SCHOOL, WORK_VGO, Programmes

_GROUPS = ("NORSK_SAMF", "UTDANNING", "ARBEID", "ANDRE")
_KINDS = {
    "NORSK": 0, "SAMFUNNSKUNNSKAP": 0, "GRUNNSKOLE": 1, "VGO": 1, "FORBEREDENDE": 1,
    "LOENNSTILSKUDD": 2, "ARBEID_I_PROGRAM": 2, "JOBBSOEKERKURS": 2, "BRANSJEKURS": 2,
    "ENTREPRENOERSKAP": 2, "ARBEIDSLIV_OG_SIKKERHET": 2, "PRAKSIS_ARBEID": 2, "AMO_KURS": 2,
    "NAV_TILTAK": 2, "LIVSMESTRING": 3, "FORELDREVEILEDNING": 3, "DIGITAL_KOMPETANSE": 3,
    "PERSONLIG_OEKONOMI": 3, "HURTIGSPOR": 3, "SPRAAKTILBUD_ENGELSK": 3, "SAMFUNNSLIV": 3,
    "PRAKSIS_SPRAAK": 3,
}  # fmt: skip
_NAMES = tuple(_KINDS)
_WORK = {
    "PRAKSIS_ARBEID": 0.44, "ARBEID_I_PROGRAM": 0.14, "LOENNSTILSKUDD": 0.02,
    "JOBBSOEKERKURS": 0.17, "BRANSJEKURS": 0.11, "ENTREPRENOERSKAP": 0.01,
    "ARBEIDSLIV_OG_SIKKERHET": 0.11,
}  # fmt: skip
_SPRAAK_INSTEAD = {IL: 0.0, INT: 0.44, KAP6A: 0.45}
"""By law, how often praksis is for the language and not for work."""
_PREPARES = 0.9
"""Of those who aim at higher education."""
_THEN = {"PRAKSIS_ARBEID": 0.5, "AMO_KURS": 0.2, "NAV_TILTAK": 0.2, "GRUNNSKOLE": 0.1}
_TEXTS = (
    "Norskkurs dagtid", "Norskkurs kveld", "Praksis i barnehage", "Praksis i butikk",
    "Kurs hos voksenopplæringen", "Praksis på sykehjem", "Helsefagkurs", "Truckførerkurs",
)  # fmt: skip
_HURTIGSPOR_FROM = np.datetime64("2022-12-01")
_PIECE = 200
_COURSES = (
    ("LIVSMESTRING", 5.0, {INT: 0.59, KAP6A: 0.21}),
    ("SAMFUNNSKUNNSKAP", 4.0, {IL: 0.5, INT: 0.8, KAP6A: 0.2}),
    ("FORELDREVEILEDNING", 2.0, {INT: 0.52, KAP6A: 0.52}),
    ("DIGITAL_KOMPETANSE", 2.0, {INT: 0.2, KAP6A: 0.2}),
    ("PERSONLIG_OEKONOMI", 1.5, {IL: 0.1, INT: 0.1, KAP6A: 0.1}),
    ("HURTIGSPOR", 2.0, {KAP6A: 0.06}),
    ("SPRAAKTILBUD_ENGELSK", 3.0, {KAP6A: 0.05}),
    ("SAMFUNNSLIV", 2.0, {IL: 0.2}),
)
"""Short courses: hours per week, and who gets them."""


@dataclass(frozen=True)
class Measures:
    """The rows, and the programme each belongs to."""

    of: Numbers
    kind: Numbers
    start: Days
    stop: Days
    columns: Columns


def measures(
    these: Programmes, persons: People, exempt: Flags, places: Places, seed: int,
    day: np.datetime64,
) -> Measures:  # fmt: skip
    """All tiltak that have begun; whoever is exempt from norsk has school instead."""
    chance = Chance(seed, "tiltak")
    law = persons.law[these.person]
    language = np.where(exempt[these.person], _NAMES.index("FORBEREDENDE"), _NAMES.index("NORSK"))
    hours = chance.whole(np.where(law == KAP6A, 24, 30), np.where(law == KAP6A, 30, 36), len(law))
    parts = [_through(these, chance, language, hours / 2)]
    main = _main(these, law, chance)
    hours = chance.whole(np.where(law == KAP6A, 31, 20), np.where(law == KAP6A, 36, 30), len(law))
    parts.append(_through(these, chance, main, hours / 2))
    for name, weekly, shares in _COURSES:
        share = np.array([shares.get(which, 0.0) for which in (IL, INT, KAP6A)])[law]
        gets = chance.happens(share, len(law))
        if name == "FORELDREVEILEDNING":
            gets &= persons.children[these.person]
        if name == "HURTIGSPOR":
            gets &= (these.goal == WORK_VGO) & (these.start >= _HURTIGSPOR_FROM)
        parts.append(_course(these, np.flatnonzero(gets), _NAMES.index(name), weekly))
    of, kind, start, stop, weekly_hours = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    begun = start <= day
    of, kind, start = of[begun], kind[begun], start[begun]
    stop, weekly_hours = stop[begun], weekly_hours[begun]
    return _rows(these, persons, places, chance, day, (of, kind, start, stop, weekly_hours))


def _rows(
    these: Programmes, persons: People, places: Places, chance: Chance, day: np.datetime64,
    made: tuple[Numbers, Numbers, Days, Days, Shares],
) -> Measures:  # fmt: skip
    of, kind, start, stop, hours = made
    count = len(of)
    columns = ordered(
        {"of": of, "kind": kind, "start": start, "stop": stop, "hours": hours}, kind, start, of
    )
    of, kind, start, stop, hours = (np.asarray(column) for column in columns.values())
    group = np.array([_KINDS[name] for name in _NAMES])[kind]
    told = np.where(chance.happens(0.06, count), chance.whole(0, len(_TEXTS) - 1, count), NOTHING)
    person = these.person[of]
    return Measures(of, kind, start, stop, {
        "tiltak_id": Keys("T", 8, np.arange(1, count + 1)),
        "program_id": Keys("PR", 7, of + 1),
        "person_id": Keys("P", 7, person + 1),
        "kommunenummer": places.number(these.place[of], persons.lot[person], start),
        "tiltakstype": Coded(kind, _NAMES),
        "tiltaksgruppe": Coded(group, _GROUPS),
        "startdato": start,
        "stoppdato": stop,
        "timer_per_uke": hours,
        "beskrivelse": Coded(told, _TEXTS),
        "registrert_dato": np.minimum(chance.later(start, 0, 45), day),
    })  # fmt: skip


def _main(these: Programmes, law: Numbers, chance: Chance) -> Numbers:
    """Work, or the school that the goal asks for."""
    count = len(law)
    work = _placed(chance.choice(_WORK, count))
    instead = np.array([_SPRAAK_INSTEAD[which] for which in (IL, INT, KAP6A)])[law]
    work = np.where(chance.happens(instead, count), _NAMES.index("PRAKSIS_SPRAAK"), work)
    school = np.where(chance.happens(0.5, count), _NAMES.index("VGO"), _NAMES.index("GRUNNSKOLE"))
    main = np.where(these.goal == FULL_VGO, school, work)
    main = np.where(these.goal == SCHOOL, _NAMES.index("GRUNNSKOLE"), main)
    main = np.where(these.goal == PART_VGO, _NAMES.index("VGO"), main)
    prepares = (these.goal == HIGHER_VGO) & chance.happens(_PREPARES, count)
    main = np.where(prepares, _NAMES.index("FORBEREDENDE"), main)
    return np.where(law == IL, _placed(chance.choice(_THEN, count)), main)


def _placed(drawn: Coded) -> Numbers:
    return np.array([_NAMES.index(name) for name in drawn.names])[drawn.codes]


def _through(
    these: Programmes, chance: Chance, kind: Numbers, hours: Shares
) -> tuple[Numbers, Numbers, Days, Days, Shares]:
    """From the first day to the last: in pieces that follow on one another, a leave left out."""
    begin, end = these.start, these.last_day
    span = length(begin, end) + 1
    pieces = np.where(these.has_leave, 2, np.maximum(1, span // _PIECE))
    of = np.repeat(np.arange(these.count), pieces)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    start = plus_days(begin[of], nth * span[of] // pieces[of])
    stop = plus_days(begin[of], (nth + 1) * span[of] // pieces[of] - 1)
    leave = these.has_leave[of]
    start = np.where(leave & (nth == 0), begin[of], start)
    start = np.where(leave & (nth == 1), plus_days(these.leave_to, 1)[of], start)
    stop = np.where(leave & (nth == 0), plus_days(these.leave_from, -1)[of], stop)
    stop = np.where(leave & (nth == 1), end[of], stop)
    return of, kind[of], start, stop, hours[of]


def _course(
    these: Programmes, of: Numbers, kind: int, hours: float
) -> tuple[Numbers, Numbers, Days, Days, Shares]:
    """Six weeks soon after the start."""
    start = plus_days(these.start[of], 3)
    return of, np.full(len(of), kind), start, plus_days(start, 41), np.full(len(of), hours)
