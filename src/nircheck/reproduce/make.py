"""From a finding to an invented extract with the same fault, or a line that says why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from nircheck.engine import judge
from nircheck.errors import UsageError
from nircheck.register import Register
from nircheck.reproduce.neutral import neutral_rows
from nircheck.reproduce.rows import Row, rows_of
from nircheck.reproduce.trial import Trial, as_tables, smallest
from nircheck.rulebook import CompiledRule, RuleBook
from nircheck.sample.built import built
from nircheck.sample.clean import UTTREKKSDATO, Order, clean
from nircheck.sample.files import require_free, write
from nircheck.sample.planting import plant_all

Way = Literal["moenster", "planter"]
_KEPT = ("person", "program", "tiltak")
_CLEAN = Order(persons=1000, seed=1)


@dataclass(frozen=True)
class Reproduced:
    """What was made: where, how, and what the finding is called there."""

    rule_id: str
    way: Way
    rows: int
    finding_id: str
    folder: Path


def reproduce(
    finding: Mapping[str, Any], register: Register, book: RuleBook, out: Path
) -> Reproduced:
    """Write the smallest invented extract with the fault of a finding."""
    compiled = book.by_id[finding["rule_id"]]
    _refuse(compiled)
    require_free(out)
    rows = rows_of(register, compiled.rule.table, finding["noekkel"])
    trial = Trial(book, compiled, register.uttrekksdato)
    way: Way = "moenster"
    variants = list(neutral_rows(rows, book.contract))
    worked = trial.fires(variants) if variants else []
    made = next((v for v, fires in zip(variants, worked, strict=True) if fires), None)
    if made is None:
        way, trial = "planter", Trial(book, compiled, UTTREKKSDATO)
        made = _planted(compiled, book)
        if made is None or trial.fires([made]) != [True]:
            raise UsageError(
                f"{compiled.rule.id}: the fault does not show once the values are other ones, and "
                "no planter makes it either; nothing is written"
            )
    least = smallest(trial, made)
    return _written(compiled, book, least, trial.day, way, out)


def _refuse(compiled: CompiledRule) -> None:
    rule = compiled.rule
    if rule.table == "kommune":
        raise UsageError(f"{rule.id}: is about a whole kommune, not about a row; nothing to make")
    if any(need.startswith("forrige.") for need in compiled.needs):
        raise UsageError(f"{rule.id}: compares with the month before; two extracts are not made")


def _planted(compiled: CompiledRule, book: RuleBook) -> list[Row] | None:
    """One invented person in whom the rule's own planter has put the fault."""
    if compiled.plant is None:
        return None
    with built(clean(_CLEAN, book.contract, book.folder), book, _CLEAN.day) as register:
        planting = plant_all(register, book, {compiled.rule.id: 1.0}, _CLEAN.seed)
        if not planting.truth or not (person := planting.truth[0]["person_id"]):
            return None
        key = planting.truth[0]["ny_noekkel"] or planting.truth[0]["noekkel"]
        tables = dict(planting.tables())
    own = book.contract.tables[compiled.rule.table].key.name
    return [
        Row(
            name,
            {
                c: text
                for c, text in row.items()
                if text and c not in ("foedselsnummer", "dufnummer")
            },
            name == compiled.rule.table and row[own] == key,
        )
        for name, table in tables.items()
        for row in table.to_pylist()
        if row["person_id"] == person
    ]


def _written(
    compiled: CompiledRule, book: RuleBook, rows: list[Row], day: date, way: Way, out: Path
) -> Reproduced:
    """Judged once more as an audit would, and put on disk if the fault is there."""
    needed = {need.partition(".")[0] for need in compiled.needs} | {row.table for row in rows}
    tables = {
        name: table
        for name, table in as_tables(rows, book.contract).items()
        if name in needed or name in _KEPT
    }
    with built(tables.items(), book, day) as register:
        found = judge(register, [compiled]).findings.to_pylist()
    if not found:
        raise UsageError(f"{compiled.rule.id}: the fault did not survive; nothing is written")
    write(tables.items(), out, book.contract, day)
    return Reproduced(compiled.rule.id, way, len(rows), found[0]["finding_id"], out)
