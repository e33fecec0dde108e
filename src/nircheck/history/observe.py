"""What a run and its extract say, in the form that following findings needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from nircheck.contract.kommuner import Kommuner
from nircheck.history.model import Before, Cell, Found, Look, Now, Track
from nircheck.history.schema import rows, to_rows, to_tracks
from nircheck.history.store import Entry
from nircheck.history.tracks import ends, named, present, renamed
from nircheck.register import Register
from nircheck.rulebook import RuleBook
from nircheck.run import Run, active_rules
from nircheck.sql import bind, literal


def population(facts: Mapping[str, object], kommuner: Kommuner) -> str:
    """Whom a run is about; only runs about the same are compared."""
    number = facts["kommunenummer"]
    whole = "nasjonal" if facts["populasjon"] != "kommune" else "kommune"
    whose = f"-{present(str(number), kommuner)}" if whole == "kommune" and number else ""
    asked = facts["asked"]
    assert isinstance(asked, list)
    return whole + whose + "".join(f"+{number}" for number in asked)


def now(run: Run, book: RuleBook, kommuner: Kommuner) -> Now:
    """This run; drafts are left out, as they are everywhere."""
    active = active_rules(run.facts)
    chosen = pc.is_in(run.findings.column("rule_id"), pa.array(sorted(active), pa.string()))
    listed = (Found(*row) for row in rows(run.findings.filter(chosen).select(list(Found._fields))))
    return Now(
        day=str(run.facts["uttrekksdato"]),
        found=dict(named(listed, kommuner)),
        shown_by_others=frozenset(run.linked.column("finding_id").to_pylist()),
        meanings={rule_id: book.by_id[rule_id].meaning for rule_id in active},
        rows={number: told["rader"] for number, told in run.facts["kommuner"].items()},
    )


def before(entry: Entry | None, kommuner: Kommuner) -> Before | None:
    """The run before, told by the numbers kommuner have now."""
    if entry is None:
        return None
    held = to_rows(entry.table("rader"))
    judged: dict[Cell, str] = {}
    for rule_id, number, day in rows(entry.table("celler")):
        for end in ends(number, kommuner):
            cell = Cell(rule_id, end)
            judged[cell] = max(day, judged.get(cell, day))
    return Before(
        day=entry.day,
        run_id=entry.run_id,
        tracks=renamed(to_tracks(entry.table("funn")), kommuner),
        meanings=dict(rows(entry.table("regler"))),
        judged=judged,
        rows=held,
        places=frozenset(end for number in held for end in ends(number, kommuner)),
    )


def needs(book: RuleBook) -> dict[str, frozenset[str]]:
    """The tables of this extract that each rule reads."""
    return {
        compiled.rule.id: frozenset(
            name.partition(".")[0] for name in compiled.needs if not name.startswith("forrige.")
        )
        for compiled in book.running()
    }


def look(register: Register, book: RuleBook, gone: Iterable[Track]) -> Look:
    """Look up the rows of findings that were open and are not found now."""
    followed = [(t.spor, t.found.rule_id, t.found.tabell, t.found.noekkel) for t in gone]
    if not followed:
        return Look(frozenset(), {})
    names = ("spor", "rule_id", "tabell", "noekkel")
    columns = dict(zip(names, zip(*followed, strict=True), strict=True))
    register.connection.register("fulgt", pa.table({n: list(v) for n, v in columns.items()}))
    try:
        places = _kommune(register, set(columns["tabell"]))
        return Look(_unjudged(register, book, set(columns["rule_id"])), places)
    finally:
        register.connection.unregister("fulgt")


def _unjudged(register: Register, book: RuleBook, rule_ids: set[str]) -> frozenset[str]:
    found: set[str] = set()
    for rule_id in sorted(rule_ids & book.by_id.keys()):
        compiled = book.by_id[rule_id]
        if compiled.unjudged is None or any(register.missing(need) for need in compiled.needs):
            continue
        passed_over = bind(compiled.unjudged, register.uttrekksdato, register.miljoe)
        query = (
            f"SELECT spor FROM fulgt WHERE rule_id = {literal(rule_id)} "
            f"AND noekkel IN ({passed_over})"
        )
        found.update(spor for (spor,) in register.connection.execute(query).fetchall())
    return frozenset(found)


def _kommune(register: Register, tables: set[str]) -> dict[str, str]:
    places: dict[str, str] = {}
    sources = {name: f"basis.{name}" for name in register.delivered} | {"kommune": "kommune"}
    for name in sorted(tables & sources.keys()):
        source = sources[name]
        query = (
            "SELECT f.spor, t.kommunenummer_gjeldende FROM fulgt AS f "
            f"JOIN {source} AS t ON t.noekkel = f.noekkel WHERE f.tabell = {literal(name)}"
        )
        places |= dict(register.connection.execute(query).fetchall())
    return places
