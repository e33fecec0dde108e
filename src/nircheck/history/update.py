"""From a run to its place in the history: what is compared, told, and taken in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from nircheck.contract.kommuner import Kommuner
from nircheck.history import between, comparable, exceptions, follow, observe, told
from nircheck.history.comparable import Ground
from nircheck.history.model import Before, Look, Now, Status
from nircheck.history.schema import (
    CHANGES,
    KOMMUNER,
    REGLER,
    REKKER,
    of_cells,
    of_rows,
    of_tracks,
    rows,
    table,
)
from nircheck.history.store import Store, begin
from nircheck.register import Register
from nircheck.rulebook import RuleBook
from nircheck.run import HISTORY, Run

_KOMMUNE_FACTS = ("programmer", "deltakere", "med_feil", "feil", "advarsel", "info")


Between = Callable[[Ground], tuple[pa.Table, pa.Table]]
"""What has happened to rows since the run before, and the rows to compare with next time."""


def _nothing_between(_: Ground) -> tuple[pa.Table, pa.Table]:
    return CHANGES.empty_table(), REKKER.empty_table()


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
    entry = store.before(population, now.day)
    held = between.held(register)

    def rows_between(ground: Ground) -> tuple[pa.Table, pa.Table]:
        if before is None or entry is None:
            return CHANGES.empty_table(), held
        found = {(t.found.tabell, t.found.noekkel) for t in before.tracks.values() if t.open}
        earlier = entry.table("rekker")
        return between.changes(register, earlier, held, before.day, found, ground, kommuner)

    seen, needs = (before, now, look), observe.needs(book)
    return compared(store, run, population, seen, kommuner, needs, accepted, rows_between)


def compared(
    store: Store,
    run: Run,
    population: str,
    seen: tuple[Before | None, Now, Look],
    kommuner: Kommuner,
    needs: Mapping[str, frozenset[str]],
    accepted: Collection[str] = (),
    rows_between: Between = _nothing_between,
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
    changes, held = rows_between(ground)
    facts = told.facts(before, status, gone, changes, reasons, now.rows)
    places = _kommuner(run, facts, ground.kommuner)
    earlier = [entry for entry in store.valid(population) if entry.day < now.day]
    extra = {
        "status": status,
        "gone": gone,
        "changes": changes,
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
            "rekker": held,
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
