"""The tiltak of a register whose margins are those of Fafo-rapport 2024:09."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nircheck.sample.calendar import plus_days
from nircheck.sample.chance import Chance
from nircheck.sample.columns import Coded, Columns, Days, Flags, Keys, Numbers, Shares

from nircheck.sample.columns import joined, sorted_by  # isort: skip
from nircheck.sample.fafo import NONE, ORIGINS, Ended
from nircheck.sample.fitting import Demand, fitted, mean_of, shuffled, some
from nircheck.sample.roster import Roster

PRAKSIS, JOBB, WORK = "PRAKSIS_ARBEID", "JOBBSOEKERKURS", "med"
_FULL = 36.0
_ROOM = 0.31
_GROUPS = {"NORSK": "NORSK_SAMF", "LIVSMESTRING": "ANDRE", "FORELDREVEILEDNING": "ANDRE",
           "DIGITAL_KOMPETANSE": "ANDRE"}  # fmt: skip
_A_WEEK = {"NORSK": _FULL, "LIVSMESTRING": 9.0, "FORELDREVEILEDNING": 5.0,
           "DIGITAL_KOMPETANSE": 5.0}  # fmt: skip


@dataclass(frozen=True)
class _Hours:
    """Hours of one kind of tiltak for each of the ended; 0 is none."""

    kind: str
    hours: Shares


def content(margins: Any, these: Ended, everyone: Roster, seed: int) -> Columns:
    """Every tiltak: for the ended so that hours and shares are as published."""
    chance = Chance(seed, "fafo tiltak")
    weeks = np.maximum(these.days // 7, 1)
    work = _work_shares(margins, these, chance)
    total = _totals(margins, these, work, weeks, chance)
    kinds = [_Hours(kind, shares * total) for kind, shares in work.items()]
    used = sum(work.values(), np.zeros(len(total)))
    kinds += _courses(margins, these, total, used, chance)
    left = total - sum((kind.hours for kind in kinds), np.zeros(len(total)))
    kinds.append(_Hours("NORSK", np.where(left > 1, left, 0.0)))
    rows = [_rows(kind, weeks, these.start) for kind in kinds]
    rows.append(_running(everyone, len(these.group), chance))
    made = joined(rows)
    person = made.pop("of")
    assert isinstance(person, np.ndarray)
    ordered = sorted_by({**made, "of": person}, person)
    of = ordered.pop("of")
    assert isinstance(of, np.ndarray)
    return {
        "tiltak_id": Keys("T", 8, np.arange(1, len(of) + 1)),
        "program_id": Keys("PR", 7, of + 1),
        "person_id": Keys("P", 7, of + 1),
        "kommunenummer": everyone.kommune.taken(of),
        **ordered,
    }


def _work_shares(margins: Any, these: Ended, chance: Chance) -> dict[str, Shares]:
    """What share of each person's hours each arbeidsrettet tiltak is; bands and means exact."""
    working = these.group == 1
    types = {kind: np.zeros(len(working), dtype=bool) for kind in margins["arbeid"][ORIGINS[0]]}
    for origin in ORIGINS:
        here = working & (these.ukrainian == (origin == ORIGINS[0]))
        _deal_types(margins["arbeid"][origin], here, types, chance)
    band = _banded(margins["bands"], working, types[PRAKSIS], these, margins, chance)
    return _split(band, types, these, margins)


def _deal_types(
    wanted: dict[str, int], here: Flags, types: dict[str, Flags], chance: Chance
) -> None:
    """Praksis for some, then each other type; everyone gets one."""
    types[PRAKSIS] |= some(chance, here, wanted[PRAKSIS])
    lacking = here & ~types[PRAKSIS]
    for kind, count in wanted.items():
        if kind != PRAKSIS:
            first = some(chance, lacking, min(count, int(lacking.sum())))
            more = some(chance, here & ~lacking & ~types[kind], count - int(first.sum()))
            types[kind] |= first | more
            lacking &= ~first


def _banded(
    bands: list[int], working: Flags, praksis: Flags, these: Ended, margins: Any, chance: Chance
) -> Shares:
    """The whole share of each, higher for praksis until its mean is right with some to spare."""
    rows = np.flatnonzero(working)
    inside = 0.004 + 0.092 * chance.shares(len(rows))
    listed = np.sort(np.repeat(np.arange(len(bands)) / 10, bands) + inside)
    lot, tilt = chance.shares(len(rows)), np.zeros(len(rows))
    shares = np.zeros(len(working))
    for origin, ukrainian in zip(ORIGINS, (True, False), strict=True):
        own = these.ukrainian[rows] == ukrainian
        low, high = -3.0, 3.0
        for _ in range(40):
            tilt[own] = (low + high) / 2
            order = np.argsort(lot + tilt * praksis[rows], kind="stable")
            shares[rows[order]] = listed
            mean = shares[rows[own & praksis[rows]]].mean()
            wanted = margins["praksis_andel"][origin] * 1.07
            low, high = ((low + high) / 2, high) if mean < wanted else (low, (low + high) / 2)
    return shares


def _split(whole: Shares, types: dict[str, Flags], these: Ended, margins: Any) -> dict[str, Shares]:
    """Each person's share dealt out on the types, so that praksis and jobbsøkerkurs are right."""
    others = sum((flags.astype(np.float64) for kind, flags in types.items()
                  if kind not in (PRAKSIS, JOBB)), np.zeros(len(whole)))  # fmt: skip
    alone = others == 0
    praksis, jobb = np.zeros(len(whole)), np.zeros(len(whole))
    for origin, ukrainian in zip(ORIGINS, (True, False), strict=True):
        own = these.ukrainian == ukrainian
        both = own & types[PRAKSIS]
        fixed = both & alone & ~types[JOBB]
        high = np.where(fixed, whole, whole * 0.96)
        low = np.where(fixed, whole, whole * 0.05)
        wanted = mean_of(both, margins["praksis_andel"][origin], 0.002)
        praksis = np.where(both, fitted(whole * 0.9, low, high, [wanted]), praksis)
        rest = whole - np.where(types[PRAKSIS], praksis, 0.0)
        seeking = own & types[JOBB]
        only = seeking & alone
        low, high = np.where(only, rest, rest * 0.02), np.where(only, rest, rest * 0.96)
        wanted = mean_of(seeking, margins["jobbsoeker_andel"][origin], 0.002)
        jobb = np.where(seeking, fitted(np.maximum(rest * 0.5, 1e-6), low, high, [wanted]), jobb)
    left = np.maximum(whole - praksis - jobb, 0.0)
    made = {PRAKSIS: praksis, JOBB: jobb}
    for kind, flags in types.items():
        if kind not in made:
            made[kind] = np.where(flags, left / np.maximum(others, 1), 0.0)
    return made


def _totals(
    margins: Any, these: Ended, work: dict[str, Shares], weeks: Numbers, chance: Chance
) -> Shares:
    """All hours of each, so that the mean hours of arbeidsrettede tiltak and praksis are right."""
    share = sum(work.values(), np.zeros(len(weeks)))
    start = weeks * (8 + 16 * chance.shares(len(weeks)))
    low, high = np.asarray(weeks * 1.5), np.asarray(weeks * _FULL)
    for course, members in these.courses.items():
        for origin, ukrainian in zip(ORIGINS, (True, False), strict=True):
            of, own = margins["courses"][course][origin], members & (these.ukrainian == ukrainian)
            usual = np.minimum(of["hours"] / of["share"], weeks * _FULL)
            start = np.where(own, usual * (0.5 + chance.shares(len(weeks))), start)
            low, high = (
                np.where(own, np.minimum(bound, weeks * _FULL), other)
                for bound, other in ((usual * 0.3, low), (usual * 1.7, high))
            )
    demands: list[Demand] = []
    for origin, ukrainian in zip(ORIGINS, (True, False), strict=True):
        own = these.ukrainian == ukrainian
        demands.append(mean_of(own & (share > 0), margins["arbeid_timer"][origin], 0.05, share))
        had = own & (work[PRAKSIS] > 0)
        demands.append(mean_of(had, margins["praksis_timer"][origin], 0.05, work[PRAKSIS]))
    made = fitted(start, low, high, demands)
    return np.where(these.group == NONE, 0.0, made)


def _courses(
    margins: Any, these: Ended, total: Shares, used: Shares, chance: Chance
) -> list[_Hours]:
    """Hours of the three courses: the mean of hours and the mean of shares at once."""
    made = []
    for course, members in these.courses.items():
        hours = np.zeros(len(total))
        for origin, ukrainian in zip(ORIGINS, (True, False), strict=True):
            own = members & (these.ukrainian == ukrainian)
            of = margins["courses"][course][origin]
            room = np.maximum(1 - used, 0.0) * _ROOM * total
            low = np.minimum(1.0, room)
            inverse = 1 / np.maximum(total, 1.0)
            demands = [
                mean_of(own, of["hours"], 0.0015),
                mean_of(own, of["share"], 0.002, inverse),
            ]
            start = of["share"] * total * (0.5 + chance.shares(len(total)))
            hours = np.where(own, fitted(np.maximum(start, 1.0), low, room, demands), hours)
        made.append(_Hours(course, hours))
    return made


def _rows(kind: _Hours, weeks: Numbers, start: Days) -> Columns:
    """One tiltak for each who has it: whole weeks from the start, and what they make a week."""
    of = np.flatnonzero(kind.hours > 0)
    hours, longest = kind.hours[of], weeks[of]
    a_week = _A_WEEK.get(kind.kind, 20.0)
    lasting = np.clip(np.ceil(hours / a_week), 1, longest).astype(np.int64)
    lasting = longest if kind.kind == "NORSK" else lasting
    return {
        "of": of,
        "tiltakstype": Coded(np.zeros(len(of), dtype=np.int64), (kind.kind,)),
        "tiltaksgruppe": Coded(
            np.zeros(len(of), dtype=np.int64), (_GROUPS.get(kind.kind, "ARBEID"),)
        ),
        "startdato": start[of],
        "stoppdato": plus_days(start[of], lasting * 7 - 1),
        "timer_per_uke": np.round(hours / lasting, 3),
        "registrert_dato": start[of],
    }


def _running(everyone: Roster, ended: int, chance: Chance) -> Columns:
    """Norsk for most of those still in programme."""
    rows = np.arange(ended, everyone.count)
    of = rows[shuffled(chance, len(rows))[: int(0.85 * len(rows))]]
    start = everyone.start[of]
    return {
        "of": np.sort(of),
        "tiltakstype": Coded(np.zeros(len(of), dtype=np.int64), ("NORSK",)),
        "tiltaksgruppe": Coded(np.zeros(len(of), dtype=np.int64), ("NORSK_SAMF",)),
        "startdato": everyone.start[np.sort(of)],
        "stoppdato": plus_days(everyone.start[np.sort(of)], np.full(len(of), 167)),
        "timer_per_uke": np.full(len(start), 22.5),
        "registrert_dato": everyone.start[np.sort(of)],
    }
