"""Vedtak, permisjon and fravær."""

from __future__ import annotations

import numpy as np

from nircheck.sample.calendar import length, plus_days
from nircheck.sample.chance import Chance
from nircheck.sample.columns import (
    Coded,
    Columns,
    Days,
    Keys,
    Numbers,
    fixed,
    joined,
    sorted_by,
)
from nircheck.sample.language import Norsk
from nircheck.sample.people import People
from nircheck.sample.places import Places
from nircheck.sample.programmes import LEAVES, Programmes

_ABSENCES = {"SYKDOM": 0.55, "BARNS_SYKDOM": 0.25, "VELFERD": 0.15, "ANNET": 0.05}
_REFUSED = 0.4


def decisions(
    these: Programmes, persons: People, rows: Norsk, group: Coded, places: Places, seed: int,
    day: np.datetime64,
) -> Columns:  # fmt: skip
    """Tildeling of every programme, and whatever else was decided."""
    chance = Chance(seed, "vedtak")
    everyone = np.arange(these.count)
    complains = np.flatnonzero(chance.happens(0.01, these.count))
    extended = np.flatnonzero(these.extended)
    stopped = np.flatnonzero(group.equals("STANS"))
    own = [
        _of(these, everyone, "TILDELING", chance.later(these.start, -20, -1), {
            "gjelder_fra": these.start}),
        _of(these, complains, "KLAGE", chance.later(these.start, 5, 20)[complains], {
            "utfall": Coded(chance.whole(0, 1, len(complains)), ("MEDHOLD", "OPPRETTHOLDT"))}),
        _of(these, extended, "FORLENGELSE", these.extension_day[extended], {
            "gjelder_fra": plus_days(these.ordinary_frist, 1)[extended],
            "gjelder_til": these.frist[extended],
            "begrunnelse": fixed("Behov for mer kvalifisering", len(extended))}),
        _of(these, stopped, "STANS", these.stop[stopped], {
            "begrunnelse": fixed("Vedtak om permanent stans", len(stopped))}),
        _of_norsk(these, rows, rows.extra_of, "UTVIDET_NORSK", rows.extra_day, {
            "gjelder_fra": rows.extra_from, "gjelder_til": rows.extra_to}),
        _of_norsk(these, rows, np.flatnonzero(rows.exemption > 0), "FRITAK",
                  rows.exemption_day[rows.exemption > 0], {}),
        _refusals(these, persons, chance, day),
    ]  # fmt: skip
    all_rows = joined([part for part in own if len(np.asarray(part["person"]))])
    all_rows = sorted_by(
        all_rows, np.asarray(all_rows["vedtaksdato"]), np.asarray(all_rows["person"])
    )
    person = np.asarray(all_rows.pop("person"))
    decided = np.asarray(all_rows["vedtaksdato"])
    place = np.asarray(all_rows.pop("place"))
    return all_rows | {
        "vedtak_id": Keys("V", 8, np.arange(1, len(person) + 1)),
        "person_id": Keys("P", 7, person + 1),
        "kommunenummer": places.number(place, persons.lot[person], decided),
        "registrert_dato": np.minimum(chance.later(decided, 0, 30), day),
    }


def _of(these: Programmes, rows: Numbers, kind: str, decided: Days, more: Columns) -> Columns:
    return {
        "person": these.person[rows],
        "place": these.place[rows],
        "program_id": Keys("PR", 7, rows + 1),
        "vedtakstype": fixed(kind, len(rows)),
        "vedtaksdato": decided,
        **more,
    }


def _of_norsk(
    these: Programmes, rows: Norsk, which: Numbers, kind: str, decided: Days, more: Columns
) -> Columns:
    of = rows.of[which]
    return {
        "person": these.person[of],
        "place": these.place[of],
        "norsk_id": Keys("N", 7, which + 1),
        "vedtakstype": fixed(kind, len(which)),
        "vedtaksdato": decided,
        **more,
    }


def _refusals(these: Programmes, persons: People, chance: Chance, day: np.datetime64) -> Columns:
    """For those who have settled and have no programme; whoever had a right has one in time."""
    without = np.ones(persons.count, dtype=bool)
    without[these.person] = False
    decided = chance.later(persons.settled, 20, 70)
    wants = (persons.right < 2) | chance.happens(_REFUSED, persons.count)
    rows = np.flatnonzero(without & wants & (decided < day))
    return {
        "person": rows,
        "place": persons.place[rows],
        "vedtakstype": fixed("AVSLAG", len(rows)),
        "vedtaksdato": decided[rows],
        "begrunnelse": fixed("Utenfor målgruppen", len(rows)),
    }


def leaves(
    these: Programmes, persons: People, places: Places, seed: int, day: np.datetime64
) -> Columns:
    """The permisjon of those who had one."""
    chance = Chance(seed, "permisjon")
    rows = np.flatnonzero(these.has_leave)
    first = these.leave_from[rows]
    return {
        "permisjon_id": Keys("L", 7, np.arange(1, len(rows) + 1)),
        "person_id": Keys("P", 7, these.person[rows] + 1),
        "program_id": Keys("PR", 7, rows + 1),
        "kommunenummer": places.number(these.place[rows], persons.lot[these.person[rows]], first),
        "aarsak": Coded(these.leave[rows], tuple(LEAVES)),
        "vedtaksdato": chance.later(first, -30, 0),
        "fra_dato": first,
        "til_dato": these.leave_to[rows],
        "registrert_dato": np.minimum(chance.later(first, 0, 30), day),
    }


def absences(
    these: Programmes, persons: People, places: Places, seed: int, day: np.datetime64
) -> Columns:
    """Days away, never while there is a permisjon."""
    chance = Chance(seed, "fravær")
    last = np.where(these.has_leave, these.leave_from, np.minimum(these.last_day, day))
    times = np.where(chance.happens(0.3, these.count), chance.whole(1, 4, these.count), 0)
    of = np.repeat(np.arange(these.count), times)
    room = np.maximum(length(these.start, last)[of] - 5, 1)
    first = plus_days(these.start[of], np.floor(chance.shares(len(of)) * room).astype(np.int64))
    days = chance.whole(0, 3, len(of))
    kept = plus_days(first, days) < last[of]
    of, first, days = of[kept], first[kept], days[kept]
    order = np.lexsort((first, of))
    of, first, days = of[order], first[order], days[order]
    count = len(of)
    return {
        "fravaer_id": Keys("F", 8, np.arange(1, count + 1)),
        "person_id": Keys("P", 7, these.person[of] + 1),
        "program_id": Keys("PR", 7, of + 1),
        "kommunenummer": places.number(these.place[of], persons.lot[these.person[of]], first),
        "fra_dato": first,
        "til_dato": plus_days(first, days),
        "antall_timer": (days + 1) * 6.0,
        "aarsak": chance.choice(_ABSENCES, count),
        "registrert_dato": np.minimum(chance.later(first, 1, 20), day),
    }
