"""Why a condition of a rule can go without a finding coming or going, told from its form."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from nircheck.contract import Contract
from nircheck.rulebook import Rule, grammar
from nircheck.sql import Functions

EMPTY = "the rest is never true of an empty value"
EXTRACT = "it asks about the extract and not about the row"
KEY = "every row here has its key"

_STRICT = (
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.DPipe, exp.EQ, exp.NEQ, exp.LT,
    exp.LTE, exp.GT, exp.GTE, exp.Like, exp.Not, exp.Paren, exp.Cast, exp.TryCast, exp.DateDiff,
    exp.Year, exp.Month, exp.Day, exp.Abs, exp.Round, exp.Floor, exp.Length, exp.Lower, exp.Upper,
    exp.Trim, exp.Substring, exp.Contains, exp.StartsWith, exp.RegexpFullMatch,
)  # fmt: skip
"""What is empty as soon as one of the values it is made of is."""


def unmissed(
    condition: str, rest: Iterable[str], rule: Rule, contract: Contract, functions: Functions
) -> str | None:
    """What the condition's form says of why nobody would miss it beside the rest."""
    tree = grammar.parse_free(condition)
    if not grammar.columns_of(tree, rule.table):
        return EXTRACT
    empty = _empty_when_false(tree)
    others = [functions.expand(grammar.parse_free(other)) for other in rest]
    if empty and any(_never(True, other, empty) for other in others):
        return EMPTY
    table = contract.tables.get(rule.table)
    return KEY if table and empty == {table.key.name} else None


def _empty_when_false(tree: exp.Expr) -> set[str]:
    """The columns of the row that are all empty whenever the condition does not hold, if so."""
    tree = tree.unnest()
    if isinstance(tree, exp.Or):
        sides = [_empty_when_false(side) for side in (tree.left, tree.right)]
        return set.union(*sides) if all(sides) else set()
    asked = tree.this.unnest() if isinstance(tree, exp.Not) else None
    if not isinstance(asked, exp.Is) or not isinstance(asked.expression, exp.Null):
        return set()
    value = asked.this
    values = [value.this, *value.expressions] if isinstance(value, exp.Coalesce) else [value]
    if not all(isinstance(each, exp.Column) for each in values):
        return set()
    return {each.name for each in values}


def _never(verdict: bool, tree: exp.Expr, empty: set[str]) -> bool:
    """Whether the condition never comes to this verdict when these columns of the row are empty."""
    if isinstance(tree, exp.Paren):
        return _never(verdict, tree.this, empty)
    if isinstance(tree, exp.And | exp.Or):
        sides = [_never(verdict, side, empty) for side in (tree.left, tree.right)]
        return any(sides) if isinstance(tree, exp.And) is verdict else all(sides)
    if isinstance(tree, exp.Not):
        return _never(not verdict, tree.this, empty)
    if not verdict and isinstance(tree, exp.Is) and isinstance(tree.expression, exp.Null):
        return _is_empty(tree.this, empty)
    return _is_empty(tree, empty)


def _is_empty(tree: exp.Expr, empty: set[str]) -> bool:
    """Whether the value is NULL for certain when these columns of the row are."""
    if isinstance(tree, exp.Column):
        return tree.name in empty and tree.find_ancestor(exp.Select) is None
    if isinstance(tree, exp.Coalesce):
        return all(_is_empty(each, empty) for each in (tree.this, *tree.expressions))
    if isinstance(tree, exp.In | exp.Between):
        return _is_empty(tree.this, empty)
    if isinstance(tree, _STRICT):
        return any(_is_empty(each, empty) for each in tree.iter_expressions())
    return isinstance(tree, exp.Null)
