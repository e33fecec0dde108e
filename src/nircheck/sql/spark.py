"""The same SQL for Spark: what sqlglot does not carry over by itself is listed here, once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import sqlglot
from sqlglot import exp

View = Callable[[str, str], str]
"""The name of the Spark view that stands for a table of a schema; `main` has no name."""


def for_spark(sql: str, view: View) -> str:
    """A DuckDB query as Spark says it, over the views that stand for its tables."""
    tree = _parsed(sql).copy()
    _name_tables(tree, view)
    return tree.sql("spark")


@cache
def _parsed(sql: str) -> exp.Expr:
    tree = sqlglot.parse_one(sql, read="duckdb")
    for node in reversed(list(tree.walk())):  # what is inside before what it is in
        rewrite = _REWRITES.get(type(node))
        if rewrite and (said := rewrite(node)) is not node:
            node.replace(said)
    return tree


def _name_tables(tree: exp.Expr, view: View) -> None:
    """Spark's temporary views have no schema; a table keeps the name it is called by."""
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        if not table.db and table.name in own:
            continue
        called = table.alias or table.name
        named = exp.to_table(view(table.db, table.name), dialect="spark")
        table.replace(exp.alias_(named, called, table=True))


def _full_match(node: exp.Expr) -> exp.Expr:
    """A pattern for the whole text; in Java `$` would also stand before a last line break."""
    pattern = exp.Literal.string(rf"\A(?:{node.expression.name})\z")
    return exp.RegexpLike(this=node.this, expression=pattern)


def _last_character(node: exp.Expr) -> exp.Expr:
    """`text[-1]`, which sqlglot takes for an element of a list, counted from 0."""
    if [index.sql() for index in node.expressions] != ["-2"]:
        raise ValueError(f"no other brackets than [-1] are known here: {node.sql('duckdb')}")
    return exp.func("SUBSTRING", node.this, exp.Literal.number(-1), exp.Literal.number(1))


def _day_difference(node: exp.Expr) -> exp.Expr:
    """Days between two dates; `DATEDIFF(DAY, …)` would go by way of timestamps."""
    return exp.Anonymous(this="DATEDIFF", expressions=[node.this, node.expression])


def _as_double(node: exp.Expr) -> exp.Expr:
    """`/` gives a DOUBLE whatever is divided; Spark divides decimals as decimals."""
    sides = (exp.cast(exp.paren(side), "double") for side in (node.this, node.expression))
    return exp.Div(this=next(sides), expression=next(sides), typed=True, safe=True)


def _date_or_nothing(node: exp.Expr) -> exp.Expr:
    """A text that is a date to the letter; Spark also takes `2024`, and has a year 0."""
    if not node.is_type("date"):
        return node
    form, year_0 = exp.Literal.string("yyyy-MM-dd"), exp.Literal.string("0000")
    day = exp.Anonymous(this="TRY_TO_DATE", expressions=[node.this, form])
    year = exp.func("LEFT", node.this.copy(), exp.Literal.number(4))
    return exp.Case(ifs=[exp.If(this=exp.NEQ(this=year, expression=year_0), true=day)])


def _percentile(node: exp.Expr) -> exp.Expr:
    """The value itself; sqlglot would take one that is near it for Spark."""
    value, share = node.this, node.expression
    within = exp.Order(expressions=[exp.Ordered(this=value, nulls_first=True)])
    exact = exp.Anonymous(this="PERCENTILE_DISC", expressions=[share])
    return exp.WithinGroup(this=exact, expression=within)


def _named(node: exp.Expr) -> exp.Expr:
    """Functions that only have another name."""
    other = _NAMES.get(node.name.upper())
    return exp.Anonymous(this=other, expressions=node.expressions) if other else node


_NAMES = {"STRLEN": "OCTET_LENGTH"}
_REWRITES: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.RegexpFullMatch: _full_match,
    exp.Bracket: _last_character,
    exp.DateDiff: _day_difference,
    exp.Div: _as_double,
    exp.TryCast: _date_or_nothing,
    exp.PercentileDisc: _percentile,
    exp.Anonymous: _named,
}
