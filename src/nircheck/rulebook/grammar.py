"""The portable subset of SQL a predicate may use; whatever is not named here is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from nircheck.sql import Views
from nircheck.suggest import did_you_mean

_STRUCTURE = (
    exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Table, exp.TableAlias,
    exp.Subquery, exp.Exists, exp.Alias, exp.Column, exp.Identifier, exp.Literal, exp.Boolean,
    exp.Null, exp.Paren, exp.Star, exp.Distinct, exp.DataType, exp.Tuple, exp.Interval, exp.Var,
)  # fmt: skip
_OPERATORS = (
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In,
    exp.Between, exp.Like, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.DPipe, exp.Case, exp.If,
    exp.Filter,
)  # fmt: skip
_FUNCTIONS = (
    exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least, exp.Abs, exp.Round, exp.Floor, exp.Length,
    exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Contains, exp.StartsWith, exp.Concat,
    exp.Cast, exp.TryCast, exp.Year, exp.Month, exp.Day, exp.DateDiff, exp.Count, exp.Sum,
    exp.Min, exp.Max, exp.Avg, exp.RegexpLike, exp.RegexpFullMatch, exp.Replace, exp.Mod,
)  # fmt: skip
ALLOWED = _STRUCTURE + _OPERATORS + _FUNCTIONS
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class PredicateError(ValueError):
    """What is wrong with a predicate, in one sentence."""


def parse(sql: str, table: str, views: Views) -> exp.Expr:
    """The predicate over `table`, checked word by word; our own functions still in it."""
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except (ParseError, TokenError) as error:
        raise PredicateError(f"not valid SQL: {str(error).splitlines()[0]}") from None
    for problem in _problems(tree, table, views):
        raise PredicateError(problem)
    return tree


def columns_of(tree: exp.Expr, table: str) -> set[str]:
    """The columns of the rule's own table that the predicate reads."""
    return {
        column.name
        for column in tree.find_all(exp.Column)
        if column.table == table or (not column.table and column.find_ancestor(exp.Select) is None)
    }


def tables_of(tree: exp.Expr) -> set[str]:
    """The other tables the predicate reads, as `tabell` or `forrige.tabell`."""
    return {_table_name(table) for table in tree.find_all(exp.Table)}


def _problems(tree: exp.Expr, table: str, views: Views) -> Iterator[str]:
    known = views.for_rules
    for found in tree.find_all(exp.Table):
        if found.name not in known or found.db not in ("", "forrige"):
            yield f"unknown table '{_table_name(found)}'{did_you_mean(found.name, known)}"
            return
    for node in tree.walk():
        if isinstance(node, exp.Anonymous):
            if node.name.upper() not in views.functions.names:
                yield views.functions.complaint(node.name)
        elif isinstance(node, exp.Column):
            yield from _column_problems(node, table, {n: v.columns for n, v in known.items()})
        elif not isinstance(node, ALLOWED):
            yield f"{node.key.upper()} is not allowed in a rule (`{node.sql('duckdb')}`)"
        elif isinstance(node, exp.RegexpLike):
            yield from _regex_problems(node)
        if isinstance(node, exp.EQ | exp.NEQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
            yield from _text_date_problems(node)


def _column_problems(
    column: exp.Column, table: str, known: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    inside = column.find_ancestor(exp.Select)
    if inside is not None and not column.table:
        yield f"inside a subquery say which table '{column.name}' belongs to"
        return
    source = _aliases(column, table).get(column.table) if column.table else table
    if source is None:
        yield f"unknown table '{column.table}'{did_you_mean(column.table, known)}"
    elif column.name not in known[source]:
        hint = did_you_mean(column.name, known[source])
        yield f"table '{source}' has no column '{column.name}'{hint}"


def _aliases(column: exp.Column, table: str) -> dict[str, str]:
    aliases = {table: table}
    select = column.find_ancestor(exp.Select)
    while select is not None:
        aliases |= {t.alias_or_name: t.name for t in select.find_all(exp.Table)}
        select = select.find_ancestor(exp.Select)
    return aliases


def _regex_problems(node: exp.Expr) -> Iterator[str]:
    pattern = node.expression.name if isinstance(node.expression, exp.Literal) else ""
    if not (pattern.startswith("^") and pattern.endswith("$")) and "\\b" not in pattern:
        yield f"regex '{pattern}' is not anchored; use regexp_full_match"


def _text_date_problems(node: exp.Expr) -> Iterator[str]:
    for side in (node.this, node.expression):
        if isinstance(side, exp.Literal) and side.is_string and _ISO_DATE.fullmatch(side.name):
            yield f"'{side.name}' is compared as text; write DATE '{side.name}'"


def _table_name(table: exp.Table) -> str:
    return f"{table.db}.{table.name}" if table.db else table.name
