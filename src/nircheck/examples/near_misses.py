"""Rows that are almost a defect: the examples that must not be found, of many rules together.

Every rule's examples get keys of their own, and a rule about kommuner gets kommuner of its own, so
that one register holds them all. A rule that others' rows disturb all the same is judged alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from nircheck.contract import Column, Contract, kommuner
from nircheck.examples.verdicts import OK, example_day, judged, laws, opened, worlds
from nircheck.examples.world import Defaults, Rows, World, load_defaults
from nircheck.register import Register
from nircheck.rulebook import CompiledRule, RuleBook
from nircheck.sql import bind


@dataclass(frozen=True)
class NearMisses:
    """The near misses of one rule: the register they are in, their keys, and which it finds."""

    register: Register
    keys: frozenset[str]
    mistaken: frozenset[str]


@dataclass(frozen=True)
class _Stated:
    """The examples of one rule as rows."""

    compiled: CompiledRule
    day: date
    now: World
    before: World


@contextmanager
def near_misses(book: RuleBook, rule_ids: Iterable[str]) -> Iterator[dict[str, NearMisses]]:
    """The near misses of these rules, each rule's in one register."""
    defaults = load_defaults(book.folder)
    stated = [_stated(book.by_id[rule_id], book, defaults) for rule_id in rule_ids]
    with ExitStack() as stack:
        found: dict[str, NearMisses] = {}
        for _, group in groupby(sorted(stated, key=lambda each: each.day), lambda each: each.day):
            together = list(group)
            found |= stack.enter_context(_together(together, book))
            disturbed = [each for each in together if found[each.compiled.rule.id].mistaken]
            for each in disturbed if len(together) > 1 else ():
                found |= stack.enter_context(_together([each], book))
        yield found


def _stated(compiled: CompiledRule, book: RuleBook, defaults: Defaults) -> _Stated:
    rule = compiled.rule
    now, before = worlds(rule, book, defaults, laws(rule, defaults)[0])
    return _Stated(compiled, example_day(rule, defaults), now, before)


@contextmanager
def _together(group: list[_Stated], book: RuleBook) -> Iterator[dict[str, NearMisses]]:
    """The examples of these rules in one register, which each of them judges."""
    now: Rows = {}
    before: Rows = {}
    keys: dict[str, frozenset[str]] = {}
    free = _kommuner_nobody_states(group, book)
    for each in group:
        rule = each.compiled.rule
        own = judged(rule, each.now)
        about_kommuner = rule.table not in book.contract.tables
        moved = {key: next(free) for _, key in own} if about_kommuner else {}
        names = _Names(f"{rule.id}-", moved, book.contract)
        names.add(each.now.rows, to=now)
        names.add(each.before.rows, to=before)
        keys[rule.id] = frozenset(names.key(key) for example, key in own if example.expected == OK)
    needs = {need for each in group for need in each.compiled.needs}
    with opened(now, before, needs, group[0].day, book) as register:
        yield {
            each.compiled.rule.id: _judged(each.compiled, keys[each.compiled.rule.id], register)
            for each in group
        }


def _judged(compiled: CompiledRule, keys: frozenset[str], register: Register) -> NearMisses:
    sql = bind(compiled.findings, register.uttrekksdato)
    rows = register.connection.execute(f"SELECT noekkel FROM ({sql}) AS funn").fetchall()
    return NearMisses(register, keys, keys & {key for (key,) in rows})


def _kommuner_nobody_states(group: list[_Stated], book: RuleBook) -> Iterator[str]:
    stated = {
        value
        for each in group
        for world in (each.now, each.before)
        for rows in world.rows.values()
        for row in rows
        for value in row.values()
    }
    numbers = kommuner.load(book.folder, group[0].day).names
    return (number for number in numbers if number not in stated)


@dataclass(frozen=True)
class _Names:
    """What the keys and the judged kommuner of one rule's examples are called among all others."""

    prefix: str
    kommuner: dict[str, str]
    contract: Contract

    def key(self, key: str) -> str:
        """The key of a judged row."""
        return self.kommuner.get(key) or self.prefix + key

    def add(self, tables: Rows, to: Rows) -> None:
        """Put the rows among the others."""
        for table, rows in tables.items():
            columns = self.contract.tables[table].by_name
            to.setdefault(table, []).extend(
                {name: self._changed(columns[name], value) for name, value in row.items()}
                for row in rows
            )

    def _changed(self, column: Column, value: str | None) -> str | None:
        if value is None:
            return None
        if column.is_identifier:
            return self.prefix + value
        return self.kommuner.get(value, value) if column.kind == "text" else value
