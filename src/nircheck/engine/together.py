"""Rules over the same rows, in one statement.

What follows from the contract is asked of every column of a table as delivered, whose kommune is
found by three joins: there the joins, and planning them, cost more than what is asked. Rules over
derived tables are not cheaper together, measured at 500 and at 25 000 persons (ADR 0030).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from nircheck.rulebook import CompiledRule
from nircheck.rulebook.compile import COUNT_COLUMNS, counts_together

_MOST = 16


def batches(rules: Iterable[CompiledRule], most: int) -> Iterator[list[CompiledRule]]:
    """Rules over the same rows, so many at a time."""
    by_source: dict[str, list[CompiledRule]] = {}
    for compiled in rules:
        by_source.setdefault(compiled.source, []).append(compiled)
    for members in by_source.values():
        for start in range(0, len(members), most):
            yield members[start : start + most]


def worth_while(rules: Iterable[CompiledRule]) -> Iterator[list[CompiledRule]]:
    """All the rules, those beside each other that are cheaper to count together than alone."""
    rules = list(rules)
    yield from batches((c for c in rules if _is_over_delivered(c)), _MOST)
    yield from ([c] for c in rules if not _is_over_delivered(c))


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


def rows_of_each(rows: list[tuple[Any, ...]], rules: int) -> list[list[tuple[Any, ...]]]:
    """What the statement gave, rule by rule, as the statement of each alone would give it."""
    width = len(COUNT_COLUMNS) - 1
    firsts = range(1, 1 + rules * width, width)
    return [[(row[0], *row[first : first + width]) for row in rows] for first in firsts]


def _before(at: int) -> str:
    return f"r{at}_"


def _is_over_delivered(compiled: CompiledRule) -> bool:
    return compiled.source != compiled.rule.table
