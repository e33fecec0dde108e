"""A register whose margins are those of the AID working group, as of 1 July 2023."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nircheck.sample.calendar import plus_days, plus_months
from nircheck.sample.chance import Chance
from nircheck.sample.columns import NO_DAY, NOTHING, Coded, Columns, Days, Flags, Keys, Numbers

from nircheck.sample.columns import fixed, joined, taken  # isort: skip
from nircheck.sample.fitting import dealt, some
from nircheck.sample.roster import ASYLUM, COLLECTIVE, LEVELS, RIGHTS, Roster, Towns

_DAY = np.datetime64("2023-07-01")
_YEAR = np.datetime64("2023-01-01")
_FIRST = np.datetime64("2022-06-20")
_GOALS = ("ARBEID_HAR_VGO", "HOEYERE_HAR_VGO", "FULLFOERE_VGO", "ARBEID_UTEN_VGO")
_RUNNING, _UNREGISTERED, _ENDED, _NEVER = range(4)
_PLIKT, _RETT, _TILBUD = range(3)
_REASONS = ("ARBEID", "UTDANNING", "ARBEID_OG_UTDANNING", "GRUNNSKOLE", "KVALIFISERENDE_TILTAK",
            "FLYTTET", "ANDRE", "IKKE_REGISTRERT")  # fmt: skip
_UNKNOWN = LEVELS.index("UOPPGITT")


@dataclass(frozen=True)
class Group:
    """Everyone: the ground and right of each, and how the programme stands."""

    ground: Numbers
    right: Numbers
    state: Numbers
    reason: Numbers
    compared: Flags

    @property
    def count(self) -> int:
        """How many."""
        return len(self.state)

    @property
    def taking_part(self) -> Flags:
        """Those with collective protection whose programme has not ended with a reason."""
        return np.asarray((self.ground == COLLECTIVE) & (self.state <= _UNREGISTERED))


def group(margins: Any, seed: int) -> Group:
    """The groups of the report, one after the other."""
    chance = Chance(seed, "aid grupper")
    parts: list[tuple[int, int, int, Numbers, bool]] = []

    def put(ground: int, right: int, state: int, reasons: Numbers, compared: bool = False) -> None:
        parts.append((ground, right, state, reasons, compared))

    auto = _REASONS.index("IKKE_REGISTRERT")
    for name, right in (("rett", _RETT), ("kan_tilbys", _TILBUD)):
        of = margins[name]
        ended = dealt(chance, of["ended"])
        never = of["persons"] - of["running"] - of["unregistered"] - len(ended)
        put(COLLECTIVE, right, _RUNNING, np.full(of["running"], NOTHING))
        put(COLLECTIVE, right, _UNREGISTERED, np.full(of["unregistered"], auto))
        put(COLLECTIVE, right, _ENDED, ended)
        put(COLLECTIVE, right, _NEVER, np.full(never, NOTHING))
    put(ASYLUM, _PLIKT, _RUNNING, np.full(margins["ordinary"]["rett_og_plikt"], NOTHING))
    put(ASYLUM, _TILBUD, _RUNNING, np.full(margins["ordinary"]["kan_tilbys"], NOTHING))
    of = margins["compared"]
    rest = of["persons"] - of["in_goal"] - of["unregistered"]
    reasons = np.repeat(
        [0, auto, _REASONS.index("ANDRE")], [of["in_goal"], of["unregistered"], rest]
    )
    put(ASYLUM, _PLIKT, _ENDED, reasons, True)
    counts = [len(reasons) for *_, reasons, _ in parts]
    ground, right_, state, compared = (
        np.repeat([part[at] for part in parts], counts) for at in (0, 1, 2, 4)
    )
    return Group(ground, right_, state, np.concatenate([p[3] for p in parts]), compared)


def roster(margins: Any, these: Group, towns: Towns, seed: int) -> tuple[Roster, Flags]:
    """Everyone of the extract, and whose programme is extended."""
    chance = Chance(seed, "aid personer")
    count = these.count
    goal, level, early, extended = _goals(margins, these, chance)
    start = _starts(these, early, chance)
    stop = _stops(these, start, chance)
    ordinary = np.where(goal >= 2, 24, 6)
    older = _older(margins, these, chance)
    years = np.where(older, chance.whole(56, 66, count), chance.whole(18, 55, count))
    lived = np.floor((years + 0.03 + 0.94 * chance.shares(count)) * 365.25).astype(np.int64)
    kommune = chance.places(towns.sizes, count)
    since = np.where(np.isnat(start), chance.later(np.full(count, _FIRST), 0, 360), start)
    collective = these.ground == COLLECTIVE
    return Roster(
        nation=Coded(
            np.where(collective, 0, chance.whole(1, 3, count)), ("UKR", "SYR", "AFG", "ERI")
        ),
        ground=these.ground,
        right=these.right,
        woman=chance.happens(np.where(collective, 0.66, 0.45), count),
        born=plus_days(_DAY, -lived),
        granted=np.maximum(
            chance.later(since, -90, -20),
            np.where(collective, np.datetime64("2022-03-12"), np.datetime64("2021-01-05")),
        ),
        level=level,
        kommune=towns.of(kommune),
        bydel=towns.bydel(chance, kommune),
        start=start,
        stop=stop,
        frist=plus_months(start, ordinary + np.where(extended, 6, 0)),
        goal=Coded(np.where(np.isnat(start), NOTHING, goal), _GOALS),
        reason=Coded(these.reason, _REASONS),
        leave=np.zeros(count, dtype=np.int64),
    ), extended


def _goals(margins: Any, these: Group, chance: Chance) -> tuple[Numbers, Numbers, Flags, Flags]:
    """Sluttmål, education, whether the start was in 2022, and whether extended: all exact."""
    count, part = these.count, these.taking_part
    of, then, now = margins["taking_part"], margins["started_2022"], margins["started_2023"]
    vgo = some(chance, part, of["vgo"])
    missing = some(chance, part & ~vgo & (these.state == _RUNNING), of["missing"])
    other = part & ~vgo & ~missing
    auto = part & (these.state == _UNREGISTERED)
    first = some(chance, vgo & ~auto, then["vgo"] - int((vgo & auto).sum())) | (vgo & auto)
    long_gone = some(chance, missing, then["missing"])
    early = first | long_gone | (auto & other) | some(chance, other & ~auto, int(other.sum()) // 3)
    extended = some(chance, first & ~auto, then["vgo_extended"])
    extended |= some(chance, long_gone, then["missing_extended"])
    extended |= some(chance, vgo & ~first, now["vgo_extended"])
    ended = (these.ground == COLLECTIVE) & (these.state == _ENDED)
    ended_vgo = some(chance, ended, then["ended_vgo"])
    extended |= some(chance, ended_vgo, then["ended_vgo_extended"])
    has = vgo | ended_vgo | these.compared
    goal = np.where(has, chance.whole(0, 1, count), chance.whole(2, 3, count))
    goal = np.where(missing, NOTHING, goal)
    level = np.where(has | long_gone, chance.whole(1, 2, count), 0)
    level = np.where(missing & ~long_gone, _UNKNOWN, level)
    return goal, level, early | ended, extended


def _starts(these: Group, early: Flags, chance: Chance) -> Days:
    count = these.count
    start = np.where(
        early,
        chance.later(np.full(count, _FIRST), 0, 150),
        chance.later(np.full(count, _YEAR), 1, 170),
    )
    ordinary = chance.later(np.full(count, np.datetime64("2021-06-01")), 0, 720)
    start = np.where(these.ground == ASYLUM, ordinary, start)
    before = chance.later(np.full(count, np.datetime64("2021-03-01")), 0, 280)
    start = np.where(these.compared, before, start)
    return np.where(these.state == _NEVER, NO_DAY, start)


def _stops(these: Group, start: Days, chance: Chance) -> Days:
    last = np.minimum(chance.later(start, 75, 340), _DAY - np.timedelta64(2, "D"))
    last = np.where(these.state == _UNREGISTERED, np.minimum(plus_months(start, 6), last), last)
    in_2022 = chance.later(np.full(these.count, np.datetime64("2022-01-05")), 0, 350)
    last = np.where(these.compared, in_2022, last)
    return np.where(np.isin(these.state, (_UNREGISTERED, _ENDED)), last, NO_DAY)


def _older(margins: Any, these: Group, chance: Chance) -> Flags:
    """Those from 56 to 66, who have no right; so many of them take part."""
    offered = (these.ground == COLLECTIVE) & (these.right == _TILBUD)
    active = some(chance, offered & these.taking_part, margins["older"]["running"])
    rest = margins["older"]["persons"] - int(active.sum())
    return active | some(chance, offered & (these.state == _NEVER), rest)


def tables(
    margins: Any, these: Group, everyone: Roster, extended: Flags, seed: int
) -> dict[str, Columns]:
    """Tiltak, the decisions to extend, and norskopplæring."""
    chance = Chance(seed, "aid innhold")
    return {
        "tiltak": _tiltak(margins, these, everyone, chance),
        "vedtak": _extensions(everyone, extended),
        "norsk": _norsk(margins, these, everyone, chance),
    }


def _tiltak(margins: Any, these: Group, everyone: Roster, chance: Chance) -> Columns:
    begun = ~np.isnat(everyone.start)
    language = begun & chance.happens(margins["norsk_share"], these.count)
    work = begun & chance.happens(0.25, these.count)
    fast = np.zeros(these.count, dtype=bool)
    running = (these.state == _RUNNING) & (everyone.start < np.datetime64("2023-05-20"))
    for name, ground, right in (
        ("rett", COLLECTIVE, _RETT), ("kan_tilbys", COLLECTIVE, _TILBUD),
        ("ordinary", ASYLUM, _PLIKT), ("ordinary_kan_tilbys", ASYLUM, _TILBUD),
    ):  # fmt: skip
        among = running & (these.ground == ground) & (these.right == right)
        fast |= some(chance, among, margins["hurtigspor"][name])
    parts = [
        _of(everyone, language, "NORSK", "NORSK_SAMF", 20.0),
        _of(everyone, work, "PRAKSIS_ARBEID", "ARBEID", 12.0),
        _of(everyone, fast, "HURTIGSPOR", "ANDRE", 2.0),
    ]
    made = joined(parts)
    rows = next(iter(made.values()))
    count = len(rows) if isinstance(rows, np.ndarray) else 0
    return {"tiltak_id": Keys("T", 8, np.arange(1, count + 1)), **made}


def _of(everyone: Roster, who: Flags, kind: str, of_group: str, hours: float) -> Columns:
    rows = np.flatnonzero(who)
    start, stop = everyone.start[rows], everyone.stop[rows]
    last = np.where(np.isnat(stop), np.maximum(everyone.frist[rows], _DAY), stop)
    return {
        "startdato": start,
        "stoppdato": last,
        "program_id": Keys("PR", 7, rows + 1),
        "person_id": Keys("P", 7, rows + 1),
        "kommunenummer": everyone.kommune.taken(rows),
        "tiltakstype": fixed(kind, len(rows)),
        "tiltaksgruppe": fixed(of_group, len(rows)),
        "timer_per_uke": np.full(len(rows), hours),
        "registrert_dato": start,
    }


def _extensions(everyone: Roster, extended: Flags) -> Columns:
    rows = np.flatnonzero(extended)
    first = plus_months(everyone.start[rows], np.full(len(rows), 6))
    decided = np.minimum(plus_days(first, -20), _DAY)
    return {
        "vedtak_id": Keys("V", 7, np.arange(1, len(rows) + 1)),
        "person_id": Keys("P", 7, rows + 1),
        "program_id": Keys("PR", 7, rows + 1),
        "kommunenummer": everyone.kommune.taken(rows),
        "vedtakstype": fixed("FORLENGELSE", len(rows)),
        "vedtaksdato": decided,
        "gjelder_fra": first,
        "gjelder_til": taken(everyone.frist, rows),
        "registrert_dato": decided,
    }


def _norsk(margins: Any, these: Group, everyone: Roster, chance: Chance) -> Columns:
    collective = these.ground == COLLECTIVE
    right = collective & (these.right == RIGHTS.index("RETT"))
    more = some(chance, collective & ~right, margins["norsk"]["right"] - int(right.sum()))
    rows = np.flatnonzero(right | more)
    active = some(chance, right | more, margins["norsk"]["taking_part"])[rows]
    granted = everyone.granted[rows]
    start = np.minimum(chance.later(granted, 10, 80), _DAY - np.timedelta64(1, "D"))
    return {
        "norsk_id": Keys("N", 7, rows + 1),
        "person_id": Keys("P", 7, rows + 1),
        "kommunenummer": everyone.kommune.taken(rows),
        "ordning": fixed("RETT", len(rows)),
        "tildelt_dato": granted,
        "startdato": np.where(active, start, NO_DAY),
        "registrert_dato": granted,
    }
