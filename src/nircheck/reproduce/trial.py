"""Many made-up persons in one register: on which of them does the rule find its fault?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from nircheck.contract import Contract
from nircheck.reproduce.rows import Row
from nircheck.rulebook import CompiledRule, RuleBook
from nircheck.sample.built import SYNTHETIC, built
from nircheck.sql import bind

_MARK = "/"


@dataclass(frozen=True)
class Trial:
    """A rule, and how to try it."""

    book: RuleBook
    rule: CompiledRule
    day: date

    def fires(self, variants: Sequence[list[Row]]) -> list[bool]:
        """For each variant whether the rule finds something in it; all are tried at once."""
        together = [row for at, rows in enumerate(variants) for row in self._marked(rows, at)]
        needed = {need.partition(".")[0] for need in self.rule.needs} | {self.rule.rule.table}
        tables = as_tables(together, self.book.contract)
        views = needed & self.book.views.for_rules.keys()
        with built(tables.items(), self.book, self.day, derived=views) as register:
            found = register.connection.execute(
                f"SELECT noekkel, person_id FROM ({bind(self.rule.findings, self.day, SYNTHETIC)})"
            ).fetchall()
        hit = {name.partition(_MARK)[0] for row in found for name in row if name}
        return [str(at) in hit for at in range(len(variants))]

    def _marked(self, rows: list[Row], at: int) -> list[Row]:
        """The rows with the number of their variant before every name."""
        columns = {t.name: t.by_name for t in self.book.contract.tables.values()}
        return [
            Row(
                row.table,
                {
                    name: f"{at}{_MARK}{text}" if columns[row.table][name].is_identifier else text
                    for name, text in row.cells.items()
                },
            )
            for row in rows
        ]


def as_tables(rows: Sequence[Row], contract: Contract) -> dict[str, pa.Table]:
    """The rows as the tables of an extract, every column there."""
    tables = {}
    for table in contract.tables.values():
        mine = [row.cells for row in rows if row.table == table.name]
        columns = {
            c: pa.array([cells.get(c) for cells in mine], pa.string()) for c in table.by_name
        }
        tables[table.name] = pa.table(columns)
    return tables


def smallest(trial: Trial, rows: list[Row]) -> list[Row]:
    """The rows without whatever the fault does not need: other rows, and cells column by column.

    In each round everything is taken away by itself to see what can be spared, and then more and
    more of it together.
    """
    keys = {(t.name, t.key.name) for t in trial.book.contract.tables.values()}
    while parts := _parts(rows, keys):
        alone = trial.fires([_without(rows, [part]) for part in parts])
        spared = [part for part, fires in zip(parts, alone, strict=True) if fires]
        together = [_without(rows, spared[: at + 1]) for at in range(len(spared))]
        worked = [at for at, fires in enumerate(trial.fires(together)) if fires] if spared else []
        if not worked:
            return rows
        rows = together[worked[-1]]
    return rows


_Part = tuple[str, str] | int


def _parts(rows: list[Row], keys: set[tuple[str, str]]) -> list[_Part]:
    """What can be taken away: rows but the defect one, then columns of a table but for its key."""
    others: list[_Part] = [at for at, row in enumerate(rows) if not row.defect]
    columns = dict.fromkeys((row.table, name) for row in rows for name in row.cells)
    return others + [column for column in columns if column not in keys]


def _without(rows: list[Row], parts: Sequence[_Part]) -> list[Row]:
    gone = set(parts)
    return [
        Row(
            row.table,
            {name: text for name, text in row.cells.items() if (row.table, name) not in gone},
            row.defect,
        )
        for at, row in enumerate(rows)
        if at not in gone
    ]
