"""Follows each column of a view back to the columns of the extract it is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp


@dataclass(frozen=True)
class Origin:
    """The `tabell.kolonne` behind a column, and whether it shows one of them unchanged."""

    columns: frozenset[str]
    unchanged: bool = False


Origins = dict[str, Origin]
_NOWHERE = Origin(frozenset())


def base_columns(query: exp.Query, views: Mapping[str, Origins]) -> Origins:
    """For each output column what it is made from, seen through CTEs and other views."""
    known = dict(views)
    for cte in query.ctes:
        known[cte.alias] = base_columns(cte.this, known)
    sources = {
        table.alias_or_name: known.get(f"{table.db}.{table.name}" if table.db else table.name, {})
        for table in query.find_all(exp.Table)
    }
    return {
        projection.alias_or_name: _origin(projection.unalias(), sources)
        for projection in query.selects
    }


def _origin(expression: exp.Expr, sources: dict[str, Origins]) -> Origin:
    if isinstance(expression, exp.Column):
        return sources.get(expression.table, {}).get(expression.name, _NOWHERE)
    inner = [_origin(column, sources) for column in expression.find_all(exp.Column)]
    return Origin(frozenset().union(*(origin.columns for origin in inner)))
