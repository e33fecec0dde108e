"""Follows each column of a view back to the columns of the extract it is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from nircheck.errors import RuleBookError
from nircheck.suggest import did_you_mean


@dataclass(frozen=True)
class Origin:
    """The `tabell.kolonne` behind a column, and whether it shows one of them unchanged."""

    columns: frozenset[str]
    unchanged: bool = False


Origins = dict[str, Origin]


def base_columns(query: exp.Query, views: Mapping[str, Origins], path: Path) -> Origins:
    """For each output column what it is made from, seen through CTEs and other views."""
    known = dict(views)
    for cte in query.ctes:
        known[cte.alias] = base_columns(cte.this, known, path)
    body = without_ctes(query)
    sources = sources_of(body, known, path)
    for column in body.find_all(exp.Column):
        columns = sources.get(column.table, {})
        if column.name not in columns:
            hint = did_you_mean(column.name, columns)
            raise RuleBookError(f"{_at(column, path)}: there is no column '{column.sql()}'{hint}")
    return {
        projection.alias_or_name: _origin(projection.unalias(), sources)
        for projection in body.selects
    }


def sources_of(body: exp.Query, known: Mapping[str, Origins], path: Path) -> dict[str, Origins]:
    """The columns of each table that a SELECT without its CTEs reads, by the table's alias."""
    sources = {}
    for table in body.find_all(exp.Table):
        name = f"{table.db}.{table.name}" if table.db else table.name
        if name not in known:
            hint = did_you_mean(name, known)
            raise RuleBookError(f"{_at(table, path)}: unknown table '{name}'{hint}")
        sources[table.alias_or_name] = known[name]
    return sources


def without_ctes(query: exp.Query) -> exp.Query:
    """A SELECT by itself: an alias used in a CTE may stand for another table outside it."""
    ctes = query.args.get("with_")
    query.args["with_"] = None  # not copied only to be thrown away
    body = query.copy()
    query.args["with_"] = ctes
    return body


def _at(node: exp.Expr, path: Path) -> str:
    return f"{path}:{node.this.meta.get('line', 1)}"


def _origin(expression: exp.Expr, sources: dict[str, Origins]) -> Origin:
    if isinstance(expression, exp.Column):
        return sources[expression.table][expression.name]
    inner = [_origin(column, sources) for column in expression.find_all(exp.Column)]
    return Origin(frozenset().union(*(origin.columns for origin in inner)))
