"""Rules changed in one small way each: examples that still pass would not notice the mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, get_args

import sqlglot
from sqlglot import exp

from nircheck.rulebook import Rule
from nircheck.rulebook.model import Grade, Regime, Validity
from nircheck.rulebook.policy import CALL

_OPPOSITES: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.LT: exp.LTE, exp.LTE: exp.LT, exp.GT: exp.GTE, exp.GTE: exp.GT, exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ, exp.And: exp.Or, exp.Or: exp.And,
}  # fmt: skip
_ORDERS = (exp.LT, exp.LTE, exp.GT, exp.GTE)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between)
_DAY_CALLS = ("FORFALT",)
_STEPS = (-1, 1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Mutant:
    """A rule with one change, what was changed, and whether it moved a limit by one step."""

    what: str
    rule: Rule
    limit: bool = False


def mutants(rule: Rule) -> Iterator[Mutant]:
    """Every rule that differs from this one by one plausible slip."""
    for key in ("applies", "fails"):
        for what, sql, limit in _changed(getattr(rule, key)):
            yield Mutant(f"{key}: {what}", _with(rule, **{key: sql}), limit)
    yield from _of_severity(rule)
    yield from _of_regimes(rule)
    yield from _of_validity(rule)


def _of_severity(rule: Rule) -> Iterator[Mutant]:
    for index, grade in enumerate(rule.severity):
        if grade.when is None:
            continue
        before, after = rule.severity[:index], rule.severity[index + 1 :]
        yield Mutant(f"severity: without grade {index + 1}", _with(rule, severity=before + after))
        for what, sql, limit in _changed(grade.when):
            changed = Grade(severity=grade.severity, when=sql)
            other = _with(rule, severity=[*before, changed, *after])
            yield Mutant(f"severity {index + 1}: {what}", other, limit)


def _of_regimes(rule: Rule) -> Iterator[Mutant]:
    if rule.regimes == "ALLE":
        return
    for regime in rule.regimes:
        if rest := [other for other in rule.regimes if other != regime]:
            yield Mutant(f"regimes: without {regime}", _with(rule, regimes=rest))
    for regime in get_args(Regime):
        if regime not in rule.regimes:
            yield Mutant(f"regimes: with {regime}", _with(rule, regimes=[*rule.regimes, regime]))


def _of_validity(rule: Rule) -> Iterator[Mutant]:
    valid = rule.valid
    if valid.by is None:
        return
    for bound, day in (("from", valid.from_), ("to", valid.to)):
        if day is not None:
            for moved in (day - _DAY, day + _DAY, None):
                days = {"from": valid.from_, "to": valid.to} | {bound: moved}
                other = Validity.model_validate({"by": valid.by, **days})
                yield Mutant(f"valid: {bound} {moved}", _with(rule, valid=other), moved is not None)


def _with(rule: Rule, **changed: Any) -> Rule:
    return rule.model_copy(update=changed)


def _changed(sql: str) -> Iterator[tuple[str, str, bool]]:
    """The predicate with one node changed at a time: what, what became of it, if a limit moved."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    for index, node in enumerate(tree.walk()):
        for what, change in _changes(node):
            copy = tree.copy()
            target = list(copy.walk())[index]
            new = change(target)
            if target is copy:
                copy = new
            else:
                target.replace(new)
            limit = isinstance(node, _ORDERS) or what.startswith(("-1", "+1"))
            yield f"{what} in `{node.sql('duckdb')}`", copy.sql("duckdb"), limit


def _changes(node: exp.Expr) -> Iterator[tuple[str, Callable[[Any], exp.Expr]]]:
    kind = type(node)
    if kind in _OPPOSITES:
        other = _OPPOSITES[kind]
        yield other.__name__.upper(), lambda n: other(this=n.this, expression=n.expression)
    if isinstance(node, exp.And | exp.Or):
        if not _idle_guard(node, node.expression):
            yield "without the right side", lambda n: exp.paren(n.this, copy=True)
        if not _idle_guard(node, node.this):
            yield "without the left side", lambda n: exp.paren(n.expression, copy=True)
    elif isinstance(node, exp.Not):
        yield "without NOT", lambda n: exp.paren(n.this, copy=True)
    elif isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        if not isinstance(node.parent, exp.Not):
            yield "NOT", lambda n: exp.paren(exp.Not(this=n.copy()), copy=False)
    elif isinstance(node, exp.In) and len(node.expressions) > 1:
        for index, item in enumerate(node.expressions):
            yield f"without {item.sql('duckdb')}", _without(index)
    elif isinstance(node, exp.Between):
        yield "without its ends", _open_ended
    elif _is_count(node):
        for step in _STEPS:
            yield f"{step:+d}", partial(_counted, by=step)
    elif isinstance(node, exp.Cast) and _is_day(node):
        for step in _STEPS:
            yield f"{step:+d} day", partial(_moved, by=step)
    elif isinstance(node, exp.Anonymous) and node.name.upper() in _DAY_CALLS:
        for step in _STEPS:
            yield f"{step:+d} day", partial(_call_moved, by=step)
    elif isinstance(node, exp.Anonymous) and node.name.upper() == CALL:
        for step in _STEPS:
            yield f"{step:+d}", partial(_plus, by=step)


def _idle_guard(node: exp.Expr, side: exp.Expr) -> bool:
    """`x IS NOT NULL` beside a comparison of x says nothing more: without it all is the same."""
    if not isinstance(node, exp.And):
        return False
    if not (isinstance(side, exp.Not) and isinstance(side.this, exp.Is)):
        return False
    guarded = side.this.this
    top: exp.Expr = node
    while isinstance(top.parent, exp.And):
        top = top.parent
    return any(
        isinstance(part, _COMPARISONS) and guarded in (part.this, part.args.get("expression"))
        for part in top.flatten()
    )


def _is_count(node: exp.Expr) -> bool:
    """A whole number that is compared or reckoned with; that of `SELECT 1` means nothing."""
    if not isinstance(node, exp.Literal) or node.is_string or "." in node.name:
        return False
    return not isinstance(node.parent, exp.Select)


def _without(index: int) -> Callable[[Any], exp.Expr]:
    def drop(node: exp.In) -> exp.Expr:
        copy = node.copy()
        copy.set("expressions", [e for i, e in enumerate(copy.expressions) if i != index])
        return copy

    return drop


def _open_ended(node: exp.Between) -> exp.Expr:
    low = exp.GT(this=node.this.copy(), expression=node.args["low"].copy())
    high = exp.LT(this=node.this.copy(), expression=node.args["high"].copy())
    return exp.paren(exp.and_(low, high))


def _is_day(node: exp.Cast) -> bool:
    return isinstance(node.this, exp.Literal) and node.this.is_string and node.is_type("date")


def _counted(node: exp.Expr, by: int) -> exp.Expr:
    return exp.Literal.number(int(node.name) + by)


def _moved(node: exp.Expr, by: int) -> exp.Expr:
    day = date.fromisoformat(node.this.name) + timedelta(days=by)
    return exp.cast(exp.Literal.string(day.isoformat()), "date")


def _plus(node: exp.Expr, by: int) -> exp.Expr:
    return exp.paren(exp.Add(this=node.copy(), expression=exp.Literal.number(by)), copy=False)


def _call_moved(node: exp.Expr, by: int) -> exp.Expr:
    copy = node.copy()
    copy.set("expressions", [_plus(copy.expressions[0], by), *copy.expressions[1:]])
    return copy
