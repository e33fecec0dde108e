"""How many slips in a rule its examples would notice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import duckdb

from nircheck.examples.mutants import Mutant, mutants
from nircheck.examples.verdicts import Judged, example_day, under_each_law
from nircheck.examples.world import Defaults
from nircheck.register import Register
from nircheck.rulebook import CompiledRule, Rule, RuleBook
from nircheck.rulebook.compile import compile_rule
from nircheck.rulebook.grammar import PredicateError
from nircheck.rulebook.model import Plant
from nircheck.sql import bind

LEAST_PERCENT = 95
_NOT_PLANTED = Plant(cannot="a slip is only judged")

_Said = dict[str, str]


@dataclass
class Score:
    """The mutants of a rule by what became of them.

    One that gives no other verdict, but counts other rows as judged, cannot be seen by examples.
    """

    rule_id: str
    killed: int = 0
    unseen: int = 0
    excused: list[str] = field(default_factory=list)
    survivors: list[str] = field(default_factory=list)

    @property
    def percent(self) -> float:
        """The share of the mutants that the examples kill, those with a reason to live left out."""
        judged = self.killed + len(self.survivors)
        return 100 * self.killed / judged if judged else 100.0

    @property
    def enough(self) -> bool:
        """Whether the examples notice as many slips as they must."""
        return self.percent >= LEAST_PERCENT


def score(rule_id: str, book: RuleBook, defaults: Defaults, *, limits_only: bool = False) -> Score:
    """Every mutant of a rule, or those that move a limit, judged under each of its laws."""
    compiled = book.by_id[rule_id]
    with under_each_law(compiled, book, defaults) as registers:
        return score_in(registers.values(), compiled, book, defaults, limits_only=limits_only)


def score_in(
    registers: Iterable[Judged],
    compiled: CompiledRule,
    book: RuleBook,
    defaults: Defaults,
    *,
    limits_only: bool = False,
) -> Score:
    """Every mutant of a rule, judged in the registers of its laws, which are open."""
    rule, day = compiled.rule, example_day(compiled.rule, defaults)
    excused = {survivor.mutant for survivor in rule.survivors}
    result = Score(rule.id)
    worlds = [_World(register, {key for _, key in keys}, day) for register, keys in registers]
    truth = [world.said(compiled) for world in worlds]
    judged = [world.judged(compiled, book) for world in worlds]
    for mutant in mutants(rule):
        if limits_only and not mutant.limit:
            continue
        changed = _compiled(mutant, compiled, book)
        if changed is None:
            continue
        if any(world.said(changed) != said for world, said in zip(worlds, truth, strict=True)):
            result.killed += 1
        elif any(
            world.judged(changed, book) != rows for world, rows in zip(worlds, judged, strict=True)
        ):
            result.unseen += 1
        elif mutant.what in excused:
            result.excused.append(mutant.what)
        else:
            result.survivors.append(mutant.what)
    return result


@dataclass(frozen=True)
class _World:
    """The examples of a rule under one law."""

    register: Register
    keys: set[str]
    day: date

    def said(self, compiled: CompiledRule) -> _Said | None:
        """The defects among the examples and their severity; nothing if the statement fails."""
        sql = bind(compiled.findings, self.day)
        try:
            found = self.register.connection.execute(
                f"SELECT noekkel, severity FROM ({sql}) AS funn"
            ).fetchall()
        except duckdb.Error:
            return None
        return {key: severity for key, severity in found if key in self.keys}

    def judged(self, compiled: CompiledRule, book: RuleBook) -> set[str]:
        """The examples that the rule is about."""
        return set(self.said(_rule(compiled, {"fails": "TRUE"}, book)) or {})


def _compiled(mutant: Mutant, compiled: CompiledRule, book: RuleBook) -> CompiledRule | None:
    try:
        return _recompiled(mutant.rule, compiled, book)
    except PredicateError:
        return None


def _rule(compiled: CompiledRule, changed: dict[str, object], book: RuleBook) -> CompiledRule:
    return _recompiled(compiled.rule.model_copy(update=changed), compiled, book)


def _recompiled(rule: Rule, compiled: CompiledRule, book: RuleBook) -> CompiledRule:
    rule = rule.model_copy(update={"plant": _NOT_PLANTED})
    return compile_rule(rule, compiled.chapter, book.views, book.contract, book.policy)
