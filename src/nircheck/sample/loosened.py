"""Rules with one condition taken away, judged where each rule's own defects are planted.

A condition that can go without any finding coming or going is not tried by the invented register.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb
from sqlglot import exp

from nircheck.register import Register
from nircheck.rulebook import CompiledRule, RuleBook, grammar
from nircheck.rulebook.compile import compile_rule
from nircheck.rulebook.model import Plant
from nircheck.sample.clean import Order
from nircheck.sample.truth import plantable, spoilt
from nircheck.sql import bind

_NOT_PLANTED = Plant(cannot="a rule without one of its conditions is only judged")


@dataclass(frozen=True)
class Loosened:
    """What a rule finds without one condition, against what it finds with them all."""

    rule_id: str
    condition: str
    right: int
    found: int
    kept: int
    """How many of the right findings are still found."""

    @property
    def recall(self) -> float:
        """The share of the right findings that is left."""
        return self.kept / self.right if self.right else 1.0

    @property
    def precision(self) -> float:
        """The share of what is found that is right."""
        return self.kept / self.found if self.found else 0.0

    @property
    def falls(self) -> bool:
        """Whether anybody would notice that the condition is gone."""
        return self.recall < 1 or self.precision < 1


def loosened(
    book: RuleBook, order: Order, per_rule: int, rule_ids: Iterable[str] | None = None
) -> list[Loosened]:
    """Every rule that is planted, without each of its conditions in turn."""
    wanted = plantable(book, per_rule, set(rule_ids or ()))
    with spoilt(book, order, wanted) as (register, _):
        return [
            one for rule_id in sorted(wanted) for one in _of(book.by_id[rule_id], book, register)
        ]


def _of(compiled: CompiledRule, book: RuleBook, register: Register) -> Iterator[Loosened]:
    right = _found(compiled, register)
    for key in ("applies", "fails"):
        parts = _conditions(getattr(compiled.rule, key))
        for nth, part in enumerate(parts):
            rest = parts[:nth] + parts[nth + 1 :]
            without = " AND ".join(f"({each})" for each in rest) or "TRUE"
            rule = compiled.rule.model_copy(update={key: without, "plant": _NOT_PLANTED})
            try:
                made = compile_rule(rule, compiled.chapter, book.views, book.contract, book.policy)
                found = _found(made, register)
            except (ValueError, duckdb.Error):
                continue
            kept = len(found & right)
            yield Loosened(rule.id, f"{key}: {part}", len(right), len(found), kept)


def _conditions(sql: str) -> list[str]:
    tree: exp.Expr = grammar.parse_free(sql).unnest()
    parts = tree.flatten() if isinstance(tree, exp.And) else [tree]
    return [part.sql("duckdb") for part in parts]


def _found(compiled: CompiledRule, register: Register) -> set[str]:
    sql = bind(compiled.findings, register.uttrekksdato, register.miljoe)
    rows = register.connection.execute(f"SELECT noekkel FROM ({sql}) AS funn").fetchall()
    return {key for (key,) in rows}
