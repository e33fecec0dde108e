"""The derived tables rules are written over, read from `_views/*.sql` and put in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types

from nircheck.contract import REFERENCE_COLUMNS, ROW_COLUMNS, Contract
from nircheck.errors import RuleBookError
from nircheck.sql.functions import Functions
from nircheck.sql.lineage import Origin, Origins, base_columns, sources_of, without_ctes
from nircheck.sql.text import parsed

_FUNCTIONS = "_funksjoner.sql"
_EVERY_VIEW = {
    "noekkel", "person_id", "kommunenummer_gjeldende", "bydel_gjeldende", "fil", "linje", "ulest",
}  # fmt: skip


@dataclass(frozen=True)
class View:
    """One derived table: its query in plain SQL, its columns' types, and where they come from."""

    name: str
    sql: str
    types: dict[str, str]
    origins: Origins

    @property
    def helper(self) -> bool:
        """Whether it only serves other views."""
        return self.name.startswith("_")

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns a rule over this table may name."""
        return tuple(self.origins)

    def shows(self, column: str) -> str | None:
        """The one `tabell.kolonne` whose value this column shows unchanged, if it does."""
        origin = self.origins[column]
        return next(iter(origin.columns)) if origin.unchanged else None

    def unread_marks(self, column: str, contract: Contract) -> frozenset[str]:
        """The marks in `ulest` that tell that this column rests on an unreadable value."""
        readable_from = {name.split(".")[0] for name in self.origins["ulest"].columns}
        marks = set()
        for origin in self.origins[column].columns:
            source = contract.column(origin)
            if source and source.table in readable_from:
                marks.add(source.unread_mark)
        return frozenset(marks)


@dataclass(frozen=True)
class Views:
    """All derived tables, each after those it reads."""

    ordered: tuple[View, ...]
    functions: Functions

    @cached_property
    def by_name(self) -> dict[str, View]:
        """The derived tables by name."""
        return {view.name: view for view in self.ordered}

    @cached_property
    def for_rules(self) -> dict[str, View]:
        """Those that rules may be written over."""
        return {view.name: view for view in self.ordered if not view.helper}


def load_views(expectations: Path, contract: Contract) -> Views:
    """The views of a rule book, expanded to plain SQL."""
    folder = expectations / "_views"
    functions = Functions.load(folder / _FUNCTIONS)
    queries = {
        path.stem: _parsed(path) for path in sorted(folder.glob("*.sql")) if path.name != _FUNCTIONS
    }
    done: dict[str, View] = {}
    known: dict[str, Origins] = {f"basis.{name}": _base(contract, name) for name in contract.tables}
    known |= {
        f"referanse.{name}": dict.fromkeys(columns, Origin(frozenset()))
        for name, columns in REFERENCE_COLUMNS.items()
    }
    schema: dict[str, Any] = {
        "basis": {name: _base_types(contract, name) for name in contract.tables},
        "referanse": REFERENCE_COLUMNS,
    }
    for name in _in_order(queries, folder):
        path = folder / f"{name}.sql"
        query = _expanded(_without_stars(queries[name], known, path), functions, path)
        origins = base_columns(query, known, path)
        lacking = () if name.startswith("_") else _EVERY_VIEW - origins.keys()
        if lacking:
            raise RuleBookError(f"{path}:1: a rule needs the columns {', '.join(sorted(lacking))}")
        known[name] = origins
        types = _types(query, schema)
        schema["main"] = schema.get("main", {}) | {name: types}
        done[name] = View(name, query.sql("duckdb"), types, origins)
    return Views(tuple(done.values()), functions)


def _parsed(path: Path) -> exp.Query:
    statements = parsed(path)
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise RuleBookError(f"{path}:1: a view is one SELECT")
    if statements[0].find(exp.SetOperation):
        raise RuleBookError(f"{path}:1: a view is one SELECT, without UNION")
    return statements[0]


def _expanded(query: exp.Query, functions: Functions, path: Path) -> exp.Query:
    try:
        expanded = functions.expand(query)
    except ValueError as error:
        raise RuleBookError(f"{path}:1: {error}") from None
    assert isinstance(expanded, exp.Query)
    return expanded


def _base(contract: Contract, table: str) -> Origins:
    delivered = contract.tables[table].by_name
    return {
        name: Origin(frozenset({f"{table}.{name}"}), unchanged=name in delivered)
        for name in (*delivered, *ROW_COLUMNS)
    }


def _base_types(contract: Contract, table: str) -> dict[str, str]:
    own = {column.name: column.sql_type for column in contract.tables[table].columns}
    return own | ROW_COLUMNS


def _types(query: exp.Query, schema: dict[str, Any]) -> dict[str, str]:
    """The type of each output column, as far as the syntax tells it."""
    placed = query.copy()
    for table in placed.find_all(exp.Table):
        if not table.db and table.name in schema.get("main", {}):
            table.set("db", exp.to_identifier("main"))
    typed = annotate_types(placed, schema=schema, dialect="duckdb")
    return {p.alias_or_name: p.type.sql("duckdb") if p.type else "" for p in typed.selects}


def _in_order(queries: Mapping[str, exp.Query], folder: Path) -> list[str]:
    """Every view after the views it reads; a circle is refused."""
    ordered: list[str] = []
    visiting: list[str] = []

    def visit(name: str) -> None:
        if name in ordered:
            return
        if name in visiting:
            circle = " → ".join([*visiting, name])
            raise RuleBookError(
                f"{folder / name}.sql:1: views read each other in a circle: {circle}"
            )
        visiting.append(name)
        for table in queries[name].find_all(exp.Table):
            if not table.db and table.name in queries:
                visit(table.name)
        visiting.pop()
        ordered.append(name)

    for name in queries:
        visit(name)
    return ordered


def _without_stars(query: exp.Query, known: Mapping[str, Origins], path: Path) -> exp.Query:
    """`b.*` spelt out, except columns that the same SELECT makes anew."""
    query = query.copy()
    local = dict(known)
    for cte in query.ctes:
        cte.set("this", _without_stars(cte.this, local, path))
        local[cte.alias] = {p.alias_or_name: Origin(frozenset()) for p in cte.this.selects}
    query.set("expressions", _spelt_out(query, sources_of(without_ctes(query), local, path), path))
    return query


def _spelt_out(query: exp.Query, sources: dict[str, Origins], path: Path) -> list[exp.Expr]:
    made = {p.alias_or_name for p in query.selects if not _is_star(p)}
    result: list[exp.Expr] = []
    for projection in query.selects:
        if _is_star(projection):
            alias = projection.text("table")
            if alias not in sources:
                raise RuleBookError(f"{path}:1: say which table `{projection.sql()}` is of")
            result += [exp.column(name, table=alias) for name in sources[alias] if name not in made]
        else:
            result.append(projection)
    return result


def _is_star(projection: exp.Expr) -> bool:
    return isinstance(projection, exp.Star) or (
        isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star)
    )
