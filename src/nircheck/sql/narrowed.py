"""The derived tables with only those columns that are asked for, joined to no more than it takes.

Rows come out as before: each is joined to at most one row of a table that is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp

from nircheck.sql.views import View, Views

_BASE = "basis"
_UNREAD = "ulest"
Needed = dict[str, set[str]]


@dataclass(frozen=True)
class Narrowed:
    """The views, and by table of the extract the columns that they rest on."""

    views: Views
    base: Mapping[str, frozenset[str]]


def narrowed(views: Views, wanted: Mapping[str, frozenset[str]]) -> Narrowed:
    """What gives these columns by derived table, where every value of the extract can be read."""
    needed: Needed = defaultdict(set)
    for name, columns in wanted.items():
        needed[name] |= columns
    kept: list[View] = []
    for view in reversed(views.ordered):
        if view.name in needed:
            query = sqlglot.parse_one(view.sql, dialect="duckdb")
            assert isinstance(query, exp.Select)
            _narrow(query, needed[view.name], needed)
            reads = view.reads & {table.name for table in query.find_all(exp.Table)}
            origins = {name: view.origins[name] for name in query.named_selects}
            kept.append(
                replace(view, sql=query.sql("duckdb"), reads=frozenset(reads), origins=origins)
            )
    base = {
        name.removeprefix(f"{_BASE}."): frozenset(columns)
        for name, columns in needed.items()
        if name.startswith(f"{_BASE}.")
    }
    return Narrowed(Views(tuple(reversed(kept)), views.functions), base)


def _narrow(query: exp.Select, columns: set[str], needed: Needed) -> None:
    """Cut a query down to these columns, and note what it needs of the tables it reads."""
    listed = query.args.pop("with_", None)
    _cut(query, columns)
    own: Needed = {cte.alias: set() for cte in listed.expressions} if listed else {}
    _note(query, own, needed)
    for cte in reversed(listed.expressions if listed else []):
        _cut(cte.this, own[cte.alias])
        _note(cte.this, own, needed)
    if listed:
        query.set("with_", listed)


def _cut(query: exp.Select, columns: set[str]) -> None:
    if not query.args.get("distinct"):
        kept = [p for p in query.selects if p.alias_or_name in columns or p.find(exp.Explode)]
        query.set("expressions", [_readable(p) for p in kept or query.selects[:1]])
    if query.args.get("group") or query.find(exp.AggFunc):
        return
    for join in reversed(query.args.get("joins") or []):
        alias = join.this.alias_or_name
        own = {id(column) for column in join.find_all(exp.Column)}
        others = (c for c in query.find_all(exp.Column) if id(c) not in own)
        leaves_rows = join.side == "LEFT" or _row_by_row(join)
        if leaves_rows and not any(column.table == alias for column in others):
            join.pop()


def _row_by_row(join: exp.Join) -> bool:
    """Whether the table has one row for each row of the other."""
    on = join.args.get("on")
    return isinstance(on, exp.EQ) and {side.name for side in on.unnest_operands()} == {"rad"}


def _readable(projection: exp.Expr) -> exp.Expr:
    """Nothing is unreadable, so nothing need be gathered that says so."""
    if projection.alias_or_name != _UNREAD:
        return projection
    return exp.alias_(exp.cast(exp.null(), "VARCHAR", dialect="duckdb"), _UNREAD)


def _note(query: exp.Select, own: Needed, needed: Needed) -> None:
    """Which columns are named, by the table behind their alias; each table at least by name."""
    tables: dict[str, list[set[str]]] = defaultdict(list)
    for table in query.find_all(exp.Table):
        name = f"{table.db}.{table.name}" if table.db else table.name
        found = own[name] if name in own else needed[name]
        tables[table.alias_or_name].append(found)
    for column in query.find_all(exp.Column):
        for found in tables[column.table]:
            found.add(column.name)
