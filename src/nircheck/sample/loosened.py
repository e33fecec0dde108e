"""Rules with one condition taken away, judged where each rule's own defects are planted.

A condition that can go without any planted defect or near miss coming or going is not tried, unless
it is told why it cannot be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
from sqlglot import exp

from nircheck.examples import NearMisses, near_misses
from nircheck.register import Register
from nircheck.rulebook import CompiledRule, RuleBook, grammar
from nircheck.rulebook.compile import compile_rule
from nircheck.rulebook.model import Plant, Rule
from nircheck.sample.clean import Order
from nircheck.sample.truth import plantable, spoilt
from nircheck.sample.unmissed import unmissed
from nircheck.sql import bind

JUDGED = "nothing else is found in any row here: it says which rows are judged"
_NOT_PLANTED = Plant(cannot="a rule without one of its conditions is only judged")
_Finding = tuple[bool, str]
"""Whether it is among planted defects, and its row key."""


@dataclass(frozen=True)
class Loosened:
    """What a rule finds without one condition, against what it finds with them all."""

    rule_id: str
    condition: str
    right: int
    found: int
    kept: int
    """How many of the right findings are still found."""
    why: str | None = None
    """Why nobody would notice, where that is known."""

    @property
    def recall(self) -> float:
        """The share of the right findings that is left."""
        return self.kept / self.right if self.right else 1.0

    @property
    def precision(self) -> float:
        """The share of what is found that is right."""
        if not self.found:
            return 0.0 if self.right else 1.0
        return self.kept / self.found

    @property
    def falls(self) -> bool:
        """Whether anybody would notice that the condition is gone."""
        return self.recall < 1 or self.precision < 1

    @property
    def untried(self) -> bool:
        """Whether nobody would notice, and nothing says why."""
        return not self.falls and self.why is None


def loosened(
    book: RuleBook, order: Order, per_rule: int, rule_ids: Iterable[str] | None = None
) -> list[Loosened]:
    """Every rule that is planted, without each of its conditions in turn."""
    wanted = plantable(book, per_rule, set(rule_ids or ()))
    with spoilt(book, order, wanted) as (planted, _), near_misses(book, wanted) as nearby:
        return [
            one
            for rule_id in sorted(wanted)
            for one in _of(book.by_id[rule_id], book, _Ground(planted, nearby[rule_id]))
        ]


@dataclass(frozen=True)
class _Ground:
    """Where a rule is tried: among planted defects, and among its own and others' near misses."""

    planted: Register
    nearby: NearMisses

    def findings(self, compiled: CompiledRule) -> set[_Finding]:
        """All that the rule finds in both."""
        return {
            (register is self.planted, key)
            for register in (self.planted, self.nearby.register)
            for (key,) in _rows(f"SELECT noekkel FROM ({compiled.findings}) AS funn", register)
        }

    def known(self, findings: set[_Finding]) -> set[_Finding]:
        """Those that are known to be right or wrong; not those on what other rules state."""
        return {(planted, key) for planted, key in findings if planted or key in self.nearby.keys}

    def judged(self, compiled: CompiledRule) -> list[tuple[int]]:
        """How many rows the rule judges in each."""
        table, applies = compiled.rule.table, compiled.predicates.applies
        count = f"SELECT count(*) FROM {table} WHERE {applies}"
        return [*_rows(count, self.planted), *_rows(count, self.nearby.register)]


def _rows(sql: str, register: Register) -> list[Any]:
    bound = bind(sql, register.uttrekksdato, register.miljoe)
    return register.connection.execute(bound).fetchall()


def _of(compiled: CompiledRule, book: RuleBook, ground: _Ground) -> Iterator[Loosened]:
    findings = ground.findings(compiled)
    right = ground.known(findings)
    for key, part, rest in _each_condition(compiled.rule):
        without = " AND ".join(f"({each})" for each in rest[key]) or "TRUE"
        rule = compiled.rule.model_copy(update={key: without, "plant": _NOT_PLANTED})
        try:
            made = compile_rule(rule, compiled.chapter, book.views, book.contract, book.policy)
            all_found = ground.findings(made)
        except (ValueError, duckdb.Error):
            continue
        found = ground.known(all_found)
        why = None
        if all_found == findings:
            others = [*rest["applies"], *rest["fails"]]
            why = unmissed(part, others, rule, book.contract, book.views.functions)
            if why is None and ground.judged(made) != ground.judged(compiled):
                why = JUDGED
        kept = len(found & right)
        yield Loosened(rule.id, f"{key}: {part}", len(right), len(found), kept, why)


def _each_condition(rule: Rule) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    """Where each condition stands, the condition, and the others by where they stand."""
    stated = {key: _conditions(getattr(rule, key)) for key in ("applies", "fails")}
    for key, parts in stated.items():
        for nth, part in enumerate(parts):
            yield key, part, stated | {key: parts[:nth] + parts[nth + 1 :]}


def _conditions(sql: str) -> list[str]:
    tree: exp.Expr = grammar.parse_free(sql).unnest()
    parts = tree.flatten() if isinstance(tree, exp.And) else [tree]
    return [part.sql("duckdb") for part in parts]
