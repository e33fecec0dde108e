"""The small register around the examples of a rule: what they say, and clean rows for the rest."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from nircheck import yamlfile
from nircheck.contract import Contract, Table
from nircheck.examples.text_table import Example, ExampleError
from nircheck.suggest import did_you_mean

Row = dict[str, str | None]
Rows = dict[str, list[Row]]
"""By table."""
DEFAULT_REGIME = "INT"
_COMMON = "felles"
_TIMES = "ganger"


@dataclass(frozen=True)
class Defaults:
    """Clean rows per law and table, and the extract date of examples."""

    uttrekksdato: date
    rows: dict[str, dict[str, dict[str, str]]]

    @property
    def laws(self) -> list[str]:
        """The laws there are clean rows for, the undecided one among them."""
        return [name for name in self.rows if name != _COMMON]

    def row(self, regime: str, table: str) -> Row:
        """A clean row of a table under a law."""
        return {**self.rows[_COMMON].get(table, {}), **self.rows[regime].get(table, {})}


def load_defaults(expectations: Path) -> Defaults:
    """The clean rows of a rule book."""
    document = yamlfile.load(expectations / "_eksempel.yaml")
    day = document.pop("uttrekksdato")
    rows: dict[str, dict[str, dict[str, str]]] = {
        regime: {table: _texts(row) for table, row in tables.items()}
        for regime, tables in document.items()
    }
    return Defaults(day, rows)


def _texts(row: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items()}


@dataclass
class World:
    """Tables that grow as examples are placed in them.

    Rows that state no law are under `regime`, and so are those that state one that is `swapped`.
    A row that only surrounds the judged ones may say how many `ganger` it is there.
    """

    contract: Contract
    defaults: Defaults
    regime: str = DEFAULT_REGIME
    swapped: frozenset[str] = frozenset()
    tables: dict[str, dict[str, Row]] = field(default_factory=dict)
    keys: dict[tuple[str, int], str] = field(default_factory=dict)
    _placed: set[tuple[str, str]] = field(default_factory=set)

    def place(self, examples: list[Example]) -> None:
        """Put every example in its table, with the clean rows it hangs on."""
        for example in examples:
            self._refuse_what_would_be_lost(example)
        order = list(self.contract.tables)
        known = [example for example in examples if example.table in self.contract.tables]
        for example in examples:
            if example.table not in self.contract.tables:
                key = next(value for value in example.cells.values() if value)
                self.keys[(example.table, example.number)] = key
        for example in sorted(known, key=lambda e: (order.index(e.table), e.number)):
            for copy in self._copies(example):
                self._place(copy)

    @property
    def rows(self) -> Rows:
        """The rows of each table."""
        return {name: list(rows.values()) for name, rows in self.tables.items()}

    def _copies(self, example: Example) -> list[Example]:
        """The example as many times as it says, each with a key of its own."""
        cells = dict(example.cells)
        stated = cells.pop(_TIMES, None)
        if stated is None:
            return [replace(example, cells=cells)]
        if not stated.isdecimal() or stated == "0":
            where = f"row {example.number} of '{example.table}'"
            raise ExampleError(f"{where}: '{_TIMES}' is a whole number from 1 on")
        column = self.contract.tables[example.table].key.name
        key = cells.get(column) or f"{example.table}-{example.number}"
        return [
            replace(example, cells=cells | {column: f"{key}-{number}"})
            for number in range(1, int(stated) + 1)
        ]

    def _place(self, example: Example) -> None:
        cells = dict(example.cells)
        stated = cells.pop("regime", None) or self.regime
        regime = self.regime if stated in self.swapped else stated
        table = self.contract.tables[example.table]
        own = {name: value for name, value in cells.items() if "." not in name}
        key = own.get(table.key.name) or f"{example.table}-{example.number}"
        if (example.table, key) in self._placed:
            raise ExampleError(f"row {example.number} of '{example.table}' repeats the key '{key}'")
        own[table.key.name] = key
        linked = self._linked(example.table, own, cells, regime, key)
        self._table(example.table)[key] = self.defaults.row(regime, example.table) | linked | own
        self.keys[(example.table, example.number)] = key
        self._placed.add((example.table, key))

    def _refuse_what_would_be_lost(self, example: Example) -> None:
        """A misspelt name must not make an example say less than it seems to."""
        where, tables = f"row {example.number} of '{example.table}'", self.contract.tables
        law = example.cells.get("regime") or self.regime
        if law not in self.defaults.laws:
            raise ExampleError(
                f"{where}: unknown law '{law}'{did_you_mean(law, self.defaults.laws)}"
            )
        if example.table in tables:
            known = self._may_state(tables[example.table])
            known += [] if example.expected else [_TIMES]
        elif example.expected is not None:
            known = list(example.cells)[:1]
        else:
            hint = did_you_mean(example.table, tables)
            raise ExampleError(f"unknown table '{example.table}'{hint}")
        for name in example.cells:
            if name not in known:
                raise ExampleError(f"{where} cannot state '{name}'{did_you_mean(name, known)}")

    def _may_state(self, table: Table) -> list[str]:
        linked = [
            f"{other}.{column}"
            for other in ("person", "program")
            if other != table.name and f"{other}_id" in table.by_name
            for column in self.contract.tables[other].by_name
        ]
        return ["regime", *table.by_name, *linked]

    def _linked(self, table: str, own: Row, cells: Row, regime: str, key: str) -> Row:
        """The person and programme a row hangs on; made clean where no example states them."""
        columns = self.contract.tables[table].by_name
        if table == "person" or "person_id" not in columns:
            return {}
        program_id = own.get("program_id")
        hangs_on_program = (
            table in ("tiltak", "fravaer") or program_id or _stated("program.", cells)
        )
        if table != "program" and hangs_on_program and "program_id" in columns:
            program_id = program_id or f"program-{key}"
            person_id = self._program(program_id, own.get("person_id"), cells, regime)
            return {"program_id": program_id, "person_id": own.get("person_id") or person_id}
        return {"person_id": self._person(own.get("person_id") or f"person-{key}", cells, regime)}

    def _program(self, key: str, person_id: str | None, cells: Row, regime: str) -> str:
        programs = self._table("program")
        stated = _stated("program.", cells)
        if key not in programs:
            person = self._person(person_id or f"person-{key}", cells, regime)
            programs[key] = (
                self.defaults.row(regime, "program")
                | {"program_id": key, "person_id": person}
                | stated
            )
        if programs[key] != programs[key] | stated:
            raise ExampleError(f"two rows state the program '{key}' differently")
        return str(programs[key]["person_id"])

    def _person(self, key: str, cells: Row, regime: str) -> str:
        persons = self._table("person")
        if key not in persons:
            persons[key] = self.defaults.row(regime, "person") | {"person_id": key}
        persons[key] |= _stated("person.", cells)
        return key

    def _table(self, name: str) -> dict[str, Row]:
        return self.tables.setdefault(name, {})


def _stated(prefix: str, cells: Row) -> Row:
    return {n.removeprefix(prefix): v for n, v in cells.items() if n.startswith(prefix)}
