"""How a rule's defect is put into a clean register: the `plant` of a rule file as statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from nircheck.contract import Contract
from nircheck.rulebook import grammar
from nircheck.rulebook.model import Plant, Rule, Value
from nircheck.rulebook.policy import Policy
from nircheck.sql import Views, literal, quoted

CHOSEN = "valgt"
"""The table with the keys of the rows that were chosen, in the database where it is done."""
_CODE = re.compile(r"[A-Z][A-Z0-9_]+")
_LINKED = ("person_id", "program_id", "kommunenummer")


@dataclass(frozen=True)
class Edit:
    """Changes to the rows of one table: a query for their keys and, by column, the new values."""

    table: str
    columns: tuple[str, ...]
    query: str


@dataclass(frozen=True)
class CompiledPlant:
    """Which rows can be made wrong, and the statements that do it."""

    rule: Rule
    candidates: str
    population: str
    changes: tuple[Edit, ...]
    new_rows: tuple[Edit, ...]
    removals: tuple[Edit, ...]
    also: tuple[str, ...]

    @property
    def changed(self) -> set[str]:
        """The tables in which it changes something."""
        return {edit.table for edit in self._edits}

    @property
    def texts(self) -> tuple[str, ...]:
        """All its SQL."""
        return (self.candidates, self.population, *(edit.query for edit in self._edits))

    @property
    def _edits(self) -> tuple[Edit, ...]:
        return (*self.changes, *self.new_rows, *self.removals)


def compile_plant(
    rule: Rule, law: str, applies: str, fails: str, views: Views, contract: Contract, policy: Policy
) -> CompiledPlant | None:
    """The planter of a rule, its own or the one that its predicate gives; ValueError if wrong."""
    stated = rule.plant or Plant()
    if stated.cannot is not None:
        return None
    changes = stated.set_ or stated.insert or stated.delete
    plant = stated if changes else _obvious(rule, stated, contract)
    if plant is None:
        return None
    maker = _Maker(rule, views, contract, policy)
    where = maker.own(plant.where) if plant.where else applies
    candidates = (
        "SELECT noekkel, person_id, kommunenummer_gjeldende AS kommunenummer "
        f"FROM {rule.table} WHERE ({law}) AND ({where}) "
        f"AND NOT COALESCE({applies} AND ({fails}), FALSE)"
    )
    return CompiledPlant(
        rule,
        candidates,
        f"SELECT count(*) FROM {rule.table} WHERE ({law}) AND ({applies})",
        tuple(maker.changes(plant)),
        tuple(maker.new_rows(plant)),
        tuple(maker.removals(plant)),
        tuple(plant.also),
    )


@dataclass(frozen=True)
class _Maker:
    """Turns the values of a planter into SQL over the rule's table and the rows that hang on it."""

    rule: Rule
    views: Views
    contract: Contract
    policy: Policy

    def changes(self, plant: Plant) -> Iterator[Edit]:
        """Values of the chosen row, and of the rows that hang on it."""
        by_table: dict[str, dict[str, Value]] = {}
        for name, value in plant.set_.items():
            table, _, column = name.rpartition(".")
            by_table.setdefault(table or self.rule.table, {})[column] = value
        for table, values in by_table.items():
            self._known(table, values)
            made = {
                column: self.own(value) if table == self.rule.table else self.other(value, table)
                for column, value in values.items()
            }
            yield Edit(table, tuple(made), self._over(table, made))

    def removals(self, plant: Plant) -> Iterator[Edit]:
        """The rows that go: the chosen one, or those that hang on it."""
        for table, condition in plant.delete.items():
            self._known(table, ())
            own = table == self.rule.table
            holds = self.own(condition) if own else self.other(condition, table)
            yield Edit(table, (), f"{self._over(table, {})} AND ({holds})")

    def new_rows(self, plant: Plant) -> Iterator[Edit]:
        """A copy of the chosen row with changes; in another table, what is stated and the links."""
        for table, values in plant.insert.items():
            columns = self.contract.tables[table].by_name if self._known(table, values) else {}
            made = {column: self.own(value) for column, value in values.items()}
            own = table == self.rule.table
            for column in columns:
                has = own or (column in _LINKED and column in self._own_columns())
                if column not in made and has:
                    made[column] = quoted(column)
            yield Edit(table, tuple(made), self._over(self.rule.table, made))

    def own(self, value: Value) -> str:
        """An expression over the chosen row."""
        written = self._written(value)
        return self._checked(written, f"({written}) IS NULL")

    def other(self, value: Value, table: str) -> str:
        """An expression over the chosen row and one that hangs on it, each column named in full."""
        written = self._written(value)
        return self._checked(written, f"(SELECT {written} FROM {table}) IS NULL")

    def _checked(self, written: str, wrapped: str) -> str:
        """The expression in plain SQL; the words are looked at in the condition that wraps it."""
        grammar.parse(wrapped, self.rule.table, self.views, self.policy)
        filled = self.policy.filled(grammar.parse_free(written), self.rule.table)
        return "(" + self.views.functions.expand(filled).sql("duckdb") + ")"

    def _over(self, table: str, values: dict[str, str]) -> str:
        own = self.rule.table
        listed = "".join(
            f", CAST({sql} AS VARCHAR) AS {quoted(column)}" for column, sql in values.items()
        )
        chosen = f"{own}.noekkel IN (SELECT noekkel FROM {CHOSEN})"
        if table == own:
            return f"SELECT {own}.noekkel{listed} FROM {own} WHERE {chosen}"
        return (
            f"SELECT {table}.noekkel{listed} FROM {own} "
            f"JOIN {table} ON {self._link(table)} WHERE {chosen}"
        )

    def _link(self, table: str) -> str:
        own = self.rule.table
        if own == "kommune":
            return f"{table}.kommunenummer_gjeldende = kommune.kommunenummer"
        both = self.contract.tables[own].by_name.keys() & self.contract.tables[table].by_name.keys()
        by = "program_id" if "program_id" in both else "person_id"
        return f"{table}.{by} = {own}.{by}"

    def _own_columns(self) -> set[str]:
        return set(self.views.for_rules[self.rule.table].columns)

    def _known(self, table: str, columns: object) -> bool:
        if table not in self.contract.tables:
            raise ValueError(f"unknown table '{table}'; a planter changes tables of the contract")
        known = self.contract.tables[table].by_name
        for column in columns if isinstance(columns, dict) else ():
            if column not in known:
                raise ValueError(f"table '{table}' has no column '{column}' in the contract")
        return True

    def _written(self, value: Value) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, date):
            return f"DATE '{value.isoformat()}'"
        if isinstance(value, int | float):
            return str(value)
        return literal(value) if _CODE.fullmatch(value) and value != "NULL" else value


def _obvious(rule: Rule, plant: Plant, contract: Contract) -> Plant | None:
    """What the predicate itself says: the column that must not be empty is emptied, and so on."""
    if rule.table not in contract.tables:
        return None
    tree: exp.Expr = grammar.parse_free(rule.fails)
    while isinstance(tree, exp.Or | exp.Paren):
        tree = tree.this
    column = tree.this if isinstance(tree, exp.Is | exp.EQ | exp.In | exp.LT | exp.GT) else None
    if not isinstance(column, exp.Column) or column.table:
        return None
    if column.name not in contract.tables[rule.table].by_name:
        return None
    value = _value_that_fails(tree)
    return None if value is None else plant.model_copy(update={"set_": {column.name: value}})


def _value_that_fails(tree: exp.Expr) -> str | None:
    if isinstance(tree, exp.Is):
        return "NULL" if isinstance(tree.expression, exp.Null) else None
    if isinstance(tree, exp.In):
        return str(tree.expressions[0].sql("duckdb")) if tree.expressions else None
    other = str(tree.expression.sql("duckdb"))
    if isinstance(tree, exp.EQ):
        return other
    return f"{other} {'-' if isinstance(tree, exp.LT) else '+'} 1"
