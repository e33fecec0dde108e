"""Puts defects into a clean register, at most one on each person, and tells which."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from nircheck.errors import UsageError
from nircheck.register import Register
from nircheck.rulebook import CompiledRule, RuleBook
from nircheck.rulebook.plants import CHOSEN, Edit
from nircheck.sample.columns import Columns, arrow
from nircheck.sql import bind, literal, quoted

TRUTH = pa.schema(
    [
        (name, pa.string())
        for name in ("rule_id", "tabell", "noekkel", "ny_noekkel", "person_id", "kommunenummer")
    ]
    + [("ogsaa", pa.list_(pa.string()))]
)
"""The columns of fasit.parquet."""
Chosen = tuple[str, str | None, str]
"""A row to spoil: its key, its person, and the kommune that answers for it."""
_PLACES = {"person", "program", "tiltak"}
_ALWAYS = {"noekkel", "person_id", "kommunenummer_gjeldende"}
_WORD = re.compile(r"\w+")
_AT_A_TIME = 2000
_SPREAD = 12
"""Of so many persons in a kommune one may be spoilt when a number of defects is asked for."""


@dataclass
class Planting:
    """The tables as they are being spoilt, and what has been done to them."""

    register: Register
    seed: int
    clean_too: bool = False
    """Whether the clean rows are still needed when all is planted."""
    truth: list[dict[str, object]] = field(default_factory=list)
    restored: set[str] = field(default_factory=set)
    whole: dict[str, str] = field(default_factory=dict)
    """Who is in a kommune that is spoilt as a whole."""
    members: dict[str, set[str]] = field(default_factory=dict)
    """Who has rows in which kommune."""
    _used: set[str] = field(default_factory=set)
    _in_kommune: Counter[str] = field(default_factory=Counter)
    _closed: set[str] = field(default_factory=set)
    _sizes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Note who is in which kommune; where clean rows are still needed, spoil copies."""
        self._schema = "ut" if self.clean_too else "raa"
        if self.clean_too:
            self._run("CREATE SCHEMA ut")
            for name, table in self.register.contract.tables.items():
                listed = ", ".join(quoted(column) for column in table.by_name)
                self._run(f"CREATE TABLE ut.{name} AS SELECT {listed} FROM raa.{name}")
        self._run(f"CREATE TABLE {CHOSEN} (noekkel VARCHAR, nummer BIGINT)")
        places = (
            "SELECT DISTINCT kommunenummer_gjeldende, person_id FROM program "
            "UNION SELECT DISTINCT kommunenummer_gjeldende, person_id FROM tiltak "
            "UNION SELECT DISTINCT kommunenummer_gjeldende, person_id FROM person"
        )
        for kommune, person in self._run(places).fetchall():
            self.members.setdefault(kommune, set()).add(person)
        self._sizes.update({kommune: len(found) for kommune, found in self.members.items()})

    def plant(self, compiled: CompiledRule, wanted: float, among: str | None = None) -> int:
        """So many defects, or below 1 this share of the rows the rule is about; how many it was.

        With a condition, the share is of the rows for which it holds, and others are left alone.
        """
        made = compiled.plant
        if made is None:
            raise UsageError(f"{compiled.rule.id} has no planter")
        only = f" AND ({among})" if among else ""
        chosen = list(
            self._chosen(compiled, made.candidates + only, made.population + only, wanted)
        )
        self.spoil(compiled, chosen)
        return len(chosen)

    def choose(self, compiled: CompiledRule, wanted: float) -> list[Chosen]:
        """The rows for so many defects, few of them in each kommune; nobody is chosen twice."""
        made = compiled.plant
        if made is None:
            raise UsageError(f"{compiled.rule.id} has no planter")
        if wanted < 1:
            wanted = max(1, round(wanted * self._count(made.population)))
        return list(self._chosen(compiled, made.candidates, made.population, wanted))

    def leave_out(self, persons: set[str]) -> None:
        """Put no defect with these."""
        self._used |= persons

    def fit(self, compiled: CompiledRule) -> dict[str, Chosen]:
        """Every row that the rule's defect can be put into, by key."""
        made = compiled.plant
        rows = self._run(made.candidates).fetchall() if made else []
        return {key: (key, person, kommune) for key, person, kommune in rows}

    def spoil(self, compiled: CompiledRule, chosen: list[Chosen]) -> None:
        """Put the rule's defect into these rows, and remember it."""
        made = compiled.plant
        if not chosen or made is None:
            return
        self._run(f"DELETE FROM {CHOSEN}")
        keys = pa.table(
            {
                "noekkel": pa.array([key for key, _, _ in chosen], pa.string()),
                "nummer": pa.array(range(1, len(chosen) + 1), pa.int64()),
            }
        )
        self.register.connection.register("frame", keys)
        self._run(f"INSERT INTO {CHOSEN} SELECT * FROM frame")
        self.register.connection.unregister("frame")
        new = self._add(compiled, made.new_rows)
        for edit in made.changes:
            self._change(edit)
        for edit in made.removals:
            self._remove(edit)
        self._remember(compiled, chosen, new, made.also)

    def most(self, compiled: CompiledRule) -> int:
        """How many rows the rule's defect can be put into, when nothing else has been."""
        made = compiled.plant
        return self._count(f"SELECT count(*) FROM ({made.candidates})") if made else 0

    def tables(
        self, *, before: bool = False, aside: Mapping[str, Columns] | None = None
    ) -> Iterator[tuple[str, pa.Table]]:
        """The register as it is now; or as the month before, where rules compare the two.

        Tables that were laid aside are given as they are.
        """
        for name, table in self.register.contract.tables.items():
            if aside and name in aside:
                yield name, arrow(aside[name], tuple(table.by_name))
                continue
            listed = ", ".join(quoted(column) for column in table.by_name)
            query = f"SELECT {listed} FROM {self._schema}.{name}"
            if before and self.restored:
                persons = ", ".join(literal(person) for person in sorted(self.restored))
                query += (
                    f" WHERE person_id NOT IN ({persons}) "
                    f"UNION ALL SELECT {listed} FROM raa.{name} WHERE person_id IN ({persons})"
                )
            ordered = f"{query} ORDER BY {quoted(table.key.name)}"
            yield name, self.register.connection.sql(ordered).to_arrow_table()

    def fasit(self) -> pa.Table:
        """What was planted, one row each."""
        return pa.Table.from_pylist(self.truth, schema=TRUTH)

    def _chosen(
        self, compiled: CompiledRule, candidates: str, population: str, wanted: float
    ) -> Iterator[Chosen]:
        mark = literal(f"{self.seed}/{compiled.rule.id}/")
        most = round(wanted)
        if wanted < 1:
            about = self._count(population) or self._count(f"SELECT count(*) FROM ({candidates})")
            most = round(wanted * about)
        spread, compares = wanted >= 1, _compares(compiled)
        drawn = self._run(f"{candidates} ORDER BY md5({mark} || noekkel), noekkel")
        for key, person, kommune in _few_at_a_time(drawn):
            if not most:
                return
            members = {person} if person else self.members.get(key, set())
            full = spread and self._in_kommune[kommune] >= max(1, self._sizes[kommune] // _SPREAD)
            if kommune in self._closed or members & self._used or (person and full):
                continue
            self._used |= members
            self._in_kommune[kommune] += 1
            if person is None:
                self._closed.add(key)
                self.whole |= dict.fromkeys(members, key)
            if compares:
                self.restored |= members
            most -= 1
            yield key, person, kommune

    def _count(self, query: str) -> int:
        ((number,),) = self._run(query).fetchall()
        return int(number)

    def _change(self, edit: Edit) -> None:
        key = quoted(self.register.contract.tables[edit.table].key.name)
        values = ", ".join(f"{quoted(name)} = e.{quoted(name)}" for name in edit.columns)
        self._run(
            f"UPDATE {self._schema}.{edit.table} AS u SET {values} FROM ({edit.query}) AS e "
            f"WHERE u.{key} = e.noekkel"
        )

    def _remove(self, edit: Edit) -> None:
        key = quoted(self.register.contract.tables[edit.table].key.name)
        gone = f"SELECT noekkel FROM ({edit.query})"
        self._run(f"DELETE FROM {self._schema}.{edit.table} WHERE {key} IN ({gone})")

    def _add(self, compiled: CompiledRule, new_rows: tuple[Edit, ...]) -> dict[str, str]:
        """The new rows, numbered after the chosen one; the new keys of the rule's own table."""
        own: dict[str, str] = {}
        for edit in new_rows:
            key = self.register.contract.tables[edit.table].key.name
            columns = [column for column in edit.columns if column != key]
            listed = ", ".join(quoted(column) for column in columns)
            name = f"{literal(compiled.rule.id + '-')} || v.nummer"
            values = ", ".join(f"e.{quoted(column)}" for column in columns)
            self._run(
                f"INSERT INTO {self._schema}.{edit.table} ({quoted(key)}, {listed}) "
                f"SELECT {name}, {values} "
                f"FROM ({edit.query}) AS e JOIN {CHOSEN} AS v ON v.noekkel = e.noekkel"
            )
            if edit.table == compiled.rule.table:
                found = self._run(f"SELECT v.noekkel, {name} FROM {CHOSEN} AS v").fetchall()
                own = dict(found)
        return own

    def _remember(
        self,
        compiled: CompiledRule,
        chosen: list[Chosen],
        new: Mapping[str, str],
        also: tuple[str, ...],
    ) -> None:
        for key, person, kommune in chosen:
            self.truth.append(
                {
                    "rule_id": compiled.rule.id, "tabell": compiled.rule.table, "noekkel": key,
                    "ny_noekkel": new.get(key), "person_id": person, "kommunenummer": kommune,
                    "ogsaa": list(also),
                }
            )  # fmt: skip

    def _run(self, sql: str) -> Any:
        return self.register.connection.execute(self._bound(sql))

    def _bound(self, sql: str) -> str:
        return bind(sql, self.register.uttrekksdato, self.register.miljoe)


def plant_all(
    register: Register, book: RuleBook, wanted: Mapping[str, float], seed: int,
    among: Mapping[str, str] | None = None,
) -> Planting:  # fmt: skip
    """Every defect asked for: whole kommuner first, and of these what few are fit for."""
    rules = [book.by_id[rule_id] for rule_id in wanted]
    compares = any(_compares(compiled) for compiled in rules)
    if compares:
        register.attach_previous(register)
    planting = Planting(register, seed, clean_too=compares)
    rare = {c.rule.id: planting.most(c) for c in rules if c.rule.table == "kommune"}
    for compiled in sorted(rules, key=lambda c: (rare.get(c.rule.id, len(book.rules)), c.rule.id)):
        planting.plant(compiled, wanted[compiled.rule.id], (among or {}).get(compiled.rule.id))
    return planting


def untouched(book: RuleBook, wanted: Mapping[str, float]) -> set[str]:
    """The tables in which planting these changes nothing; none when two months are compared."""
    rules = [book.by_id[rule_id] for rule_id in wanted]
    if any(_compares(compiled) for compiled in rules):
        return set()
    changed = {table for compiled in rules if compiled.plant for table in compiled.plant.changed}
    return book.contract.tables.keys() - changed


def _few_at_a_time(found: Any) -> Iterator[Chosen]:
    """The rows of a result, without room for those that nobody comes to."""
    while rows := found.fetchmany(_AT_A_TIME):
        yield from rows


def _compares(compiled: CompiledRule) -> bool:
    """Whether the rule looks at the month before."""
    return any(needed.startswith("forrige.") for needed in compiled.needs)


def looked_at(
    book: RuleBook, wanted: Mapping[str, float], among: Mapping[str, str] | None = None
) -> dict[str, frozenset[str]]:
    """The columns that planting these needs, by derived table: all that have a name in it."""
    known = book.views.for_rules
    texts = [*(among or {}).values()]
    for rule_id in wanted:
        plant = book.by_id[rule_id].plant
        texts += plant.texts if plant else ()
    words = {word for text in texts for word in _WORD.findall(text)}
    tables = _PLACES | (words & known.keys())
    return {
        name: frozenset(_ALWAYS | words & set(known[name].columns))
        for name in known
        if name in tables
    }
