"""The portable subset of SQL a predicate may use; whatever is not named here is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from nircheck.rulebook import policy as policies
from nircheck.rulebook.policy import Policy
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
_NOW = (exp.CurrentDate, exp.CurrentTime, exp.CurrentTimestamp)
PREVIOUS = "forrige."
ALLOWED = _STRUCTURE + _OPERATORS + _FUNCTIONS
_PLAIN_NAMES = {name for name, kind in exp.FUNCTION_BY_NAME.items() if kind in _FUNCTIONS}
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class PredicateError(ValueError):
    """What is wrong with a predicate, in one sentence."""


def parse(sql: str, table: str, views: Views, policy: Policy = policies.NONE) -> exp.Expr:
    """The predicate over `table`, checked word by word; our own functions still in it."""
    tree = parse_free(sql)
    problems = dict.fromkeys(_problems(tree, table, views, policy))
    if problems:
        raise PredicateError("; ".join(problems))
    return tree


def parse_free(sql: str) -> exp.Expr:
    """The syntax tree, with nothing checked but that it is SQL."""
    try:
        return sqlglot.parse_one(sql, read="duckdb")
    except (ParseError, TokenError) as error:
        raise PredicateError(f"not valid SQL: {str(error).splitlines()[0]}") from None


def columns_of(tree: exp.Expr, table: str) -> set[str]:
    """The columns of the rule's own table that the predicate reads."""
    return {
        column.name
        for column in tree.find_all(exp.Column)
        if column.table == table or (not column.table and column.find_ancestor(exp.Select) is None)
    }


def columns_elsewhere(tree: exp.Expr, table: str) -> set[tuple[str, str]]:
    """The columns of other tables that the predicate's subqueries read, as (table, column)."""
    read = set()
    for column in tree.find_all(exp.Column):
        if column.table and (source := _aliases(column, table)[column.table]) != table:
            read.add((source, column.name))
    return read


def tables_of(tree: exp.Expr) -> set[str]:
    """The other tables the predicate reads, as `tabell` or `forrige.tabell`."""
    return {_table_name(table) for table in tree.find_all(exp.Table)}


def _problems(tree: exp.Expr, table: str, views: Views, policy: Policy) -> Iterator[str]:
    known = views.for_rules
    if not isinstance(tree, exp.Condition):
        yield f"a predicate is one condition, not `{tree.sql('duckdb')}`"
        return
    for found in tree.find_all(exp.Table):
        if found.name not in known or found.db not in ("", "forrige"):
            yield f"unknown table '{_table_name(found)}'{did_you_mean(found.name, known)}"
            return
    for node in tree.walk():
        if isinstance(node, exp.Anonymous):
            yield from _function_problems(node, views, policy)
        elif isinstance(node, exp.Column):
            yield from _column_problems(node, table, {n: v.columns for n, v in known.items()})
        elif isinstance(node, exp.Alias) and not isinstance(node.parent, exp.Select):
            yield f"`{node.sql('duckdb')}` gives a name; a predicate only asks"
        elif isinstance(node, _NOW):
            yield f"{node.sql('duckdb')} differs from day to day; use UTTREKKSDATO()"
        elif not isinstance(node, ALLOWED):
            yield f"{node.key.upper()} is not allowed in a rule (`{node.sql('duckdb')}`)"
        elif isinstance(node, exp.RegexpLike):
            yield from _regex_problems(node)
        elif isinstance(node, exp.Literal):
            yield from _text_date_problems(node)


def _function_problems(call: exp.Anonymous, views: Views, policy: Policy) -> Iterator[str]:
    name, own = call.name.upper(), views.functions.names | {policies.CALL}
    if name == policies.CALL:
        if problem := policy.call_problem(call):
            yield problem
    elif name not in own:
        yield f"function {name} is not allowed{did_you_mean(name, own | _PLAIN_NAMES)}"


def _column_problems(
    column: exp.Column, table: str, known: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    inside = column.find_ancestor(exp.Select)
    if inside is not None and not column.table:
        yield f"inside a subquery say which table '{column.name}' belongs to"
        return
    aliases = _aliases(column, table)
    source = aliases.get(column.table) if column.table else table
    if source is None:
        hint = did_you_mean(column.table, aliases)
        yield f"'{column.table}' is not a table the predicate reads here{hint}"
    elif column.name not in (columns := known[source.removeprefix(PREVIOUS)]):
        hint = did_you_mean(column.name, columns)
        yield f"table '{source}' has no column '{column.name}'{hint}"


def _aliases(column: exp.Column, table: str) -> dict[str, str]:
    aliases = {table: table}
    select = column.find_ancestor(exp.Select)
    while select is not None:
        aliases |= {t.alias_or_name: _table_name(t) for t in select.find_all(exp.Table)}
        select = select.find_ancestor(exp.Select)
    return aliases


def _regex_problems(node: exp.Expr) -> Iterator[str]:
    pattern = node.expression.name if isinstance(node.expression, exp.Literal) else ""
    if not (pattern.startswith("^") and pattern.endswith("$")) and "\\b" not in pattern:
        yield f"regex '{pattern}' is not anchored; use regexp_full_match"


def _text_date_problems(node: exp.Literal) -> Iterator[str]:
    cast = isinstance(node.parent, exp.Cast)
    if node.is_string and _ISO_DATE.fullmatch(node.name) and not cast:
        yield f"'{node.name}' is compared as text; write DATE '{node.name}'"


def _table_name(table: exp.Table) -> str:
    name = table.name or table.this.sql("duckdb")
    return f"{table.db}.{name}" if table.db else name
