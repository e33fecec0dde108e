"""From a run to its place in the history: what is compared, told, and taken in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from nircheck.contract.kommuner import Kommuner
from nircheck.history import comparable, exceptions, follow, observe, told
from nircheck.history.model import Before, Look, Now, Status
from nircheck.history.schema import KOMMUNER, REGLER, of_cells, of_rows, of_tracks, rows, table
from nircheck.history.store import Store, begin
from nircheck.register import Register
from nircheck.rulebook import RuleBook
from nircheck.run import HISTORY, Run

_KOMMUNE_FACTS = ("programmer", "deltakere", "med_feil", "feil", "advarsel", "info")


@dataclass(frozen=True)
class Compared:
    """A run with what the history says of it, and what the history is to keep."""

    run: Run
    population: str
    tables: Mapping[str, pa.Table]


def compare(
    store: Store, run: Run, register: Register, book: RuleBook, accepted: Collection[str] = ()
) -> Compared:
    """Compare a run with the one before it; nothing is written."""
    begin(store, register.miljoe)
    kommuner = register.kommuner
    population = observe.population(run.facts, kommuner)
    before = observe.before(store.before(population, str(run.facts["uttrekksdato"])), kommuner)
    now = observe.now(run, book, kommuner)
    missing = [
        track
        for name, track in (before.tracks if before else {}).items()
        if track.open and name not in now.found
    ]
    look = observe.look(register, book, missing)
    needs = observe.needs(book)
    return compared(store, run, population, (before, now, look), kommuner, needs, accepted)


def compared(
    store: Store,
    run: Run,
    population: str,
    seen: tuple[Before | None, Now, Look],
    kommuner: Kommuner,
    needs: Mapping[str, frozenset[str]],
    accepted: Collection[str] = (),
) -> Compared:
    """The same when everything has been looked up."""
    before, now, look = seen
    ground = comparable.ground(
        rows(run.accounting.select(["rule_id", "kommunenummer", "outcome", "reason"])),
        now.rows,
        before.rows if before else {},
        needs,
        kommuner,
        accepted,
    )
    tracks = follow.follow(before, now, look, ground, kommuner)
    listed = {name: tracks[name] for name in now.found}
    quiet = exceptions.quiet(exceptions.held(store), listed, now.day, kommuner)
    status = told.status(listed.values(), quiet, now.day)
    gone = told.gone(before, tracks, now)
    known = before.places if before else frozenset()
    reasons = {place: why for place, why in ground.kommuner.items() if place in known}
    facts = told.facts(before, status, gone, reasons, now.rows)
    places = _kommuner(run, facts, ground.kommuner)
    earlier = [entry for entry in store.valid(population) if entry.day < now.day]
    extra = {
        "status": status,
        "gone": gone,
        "development": told.development(earlier, places, now.day, kommuner),
    }
    return Compared(
        run=replace(run, facts=run.facts | {HISTORY: facts}, followed=extra),
        population=population,
        tables={
            "funn": of_tracks(tracks.values()),
            "regler": table(sorted(now.meanings.items()), REGLER),
            "celler": of_cells(follow.judged(before, now, ground)),
            "rader": of_rows(follow.rows_compared(before, now, ground, kommuner)),
            "kommuner": places,
        },
    )


def keep(store: Store, compared: Compared) -> None:
    """Take the run into the history."""
    facts = compared.run.facts
    kept = {
        "nircheck": facts["nircheck"],
        "regelbok": facts["rulebook"]["sha256"],
        "avsender": facts["avsender"],
        "forrige": facts[HISTORY]["forrige"],
        "sum": facts[HISTORY]["sum"],
    }
    store.append(
        compared.population, facts["uttrekksdato"], compared.run.run_id, kept, compared.tables
    )


def _kommuner(run: Run, facts: Mapping[str, Any], reasons: Mapping[str, str]) -> pa.Table:
    lines = []
    for number, told_of in sorted(run.facts["kommuner"].items()):
        came: Mapping[str, int] = Counter(facts["kommuner"].get(number, {}))
        lines.append((
            number, told_of["navn"], reasons.get(number), told_of["rader"].get("person", 0),
            *(told_of[name] for name in _KOMMUNE_FACTS),
            came[Status.NY], came[Status.RETTET], came[Status.GJENAAPNET], came["stille"],
        ))  # fmt: skip
    return table(lines, KOMMUNER)
