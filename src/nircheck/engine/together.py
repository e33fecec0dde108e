"""Rules over the same rows, in one statement.

What follows from the contract is asked of every column of a table as delivered, whose kommune is
found by three joins: there the joins, and planning them, cost more than what is asked. Rules over
derived tables are not cheaper together, measured at 500 and at 25 000 persons (ADR 0030).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import duckdb

from nircheck.rulebook import CompiledRule
from nircheck.rulebook.compile import COUNT_COLUMNS, counts_together
from nircheck.sql import bind

_MOST = 16


def batches(rules: Iterable[CompiledRule], most: int) -> Iterator[list[CompiledRule]]:
    """Rules over the same rows, so many at a time."""
    by_source: dict[str, list[CompiledRule]] = {}
    for compiled in rules:
        by_source.setdefault(compiled.source, []).append(compiled)
    for members in by_source.values():
        for start in range(0, len(members), most):
            yield members[start : start + most]


def statement(batch: list[CompiledRule]) -> str:
    """The counts of all rules of a batch, beside each other."""
    predicates = {_before(at): compiled.predicates for at, compiled in enumerate(batch)}
    return counts_together(batch[0].source, predicates)


def columns(batch: list[CompiledRule]) -> dict[str, list[str]]:
    """By rule, the columns of the statement that hold its counts."""
    return {
        compiled.rule.id: [COUNT_COLUMNS[0], *(_before(at) + name for name in COUNT_COLUMNS[1:])]
        for at, compiled in enumerate(batch)
    }


def _before(at: int) -> str:
    return f"r{at}_"


@dataclass
class CountedTogether:
    """Where the counts of each rule over a delivered table are, made when the first is asked for.

    Where a batch cannot be counted, its rules are told of no such place: each is then to be counted
    alone, so that the one that raises fails alone.
    """

    connection: duckdb.DuckDBPyConnection
    rules: Iterable[CompiledRule]
    uttrekksdato: date
    miljoe: str
    _beside: dict[str, list[CompiledRule]] = field(default_factory=dict)
    _made: dict[str, str] = field(default_factory=dict)
    _tables: int = 0

    def __post_init__(self) -> None:
        """Remember which rules are to be counted together."""
        over_delivered = [c for c in self.rules if c.source != c.rule.table]
        self._beside = {c.rule.id: batch for batch in batches(over_delivered, _MOST) for c in batch}

    def query(self, rule_id: str) -> str | None:
        """A query for the counts of a rule, as its own statement would give them."""
        batch = self._beside.get(rule_id, [])
        if rule_id not in self._made and len(batch) > 1:
            self._make(batch)
        return self._made.get(rule_id)

    def _make(self, batch: list[CompiledRule]) -> None:
        table = f"dom.sammen_{self._tables}"
        self._tables += 1
        bound = bind(statement(batch), self.uttrekksdato, self.miljoe)
        try:
            self.connection.execute(f"CREATE TABLE {table} AS {bound}")
        except duckdb.Error:
            for compiled in batch:
                self._beside[compiled.rule.id] = [compiled]
            return
        for rule_id, named in columns(batch).items():
            self._made[rule_id] = f"SELECT {', '.join(named)} FROM {table}"
