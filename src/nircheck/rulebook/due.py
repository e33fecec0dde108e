"""The day a finding's two months are counted from, as the rule's own FORFALT tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlglot import exp

CALL = "FORFALT"
NO_DAY = "CAST(NULL AS DATE)"
_EXTRACT_DAY = exp.Anonymous(this="UTTREKKSDATO")


def event_day(predicates: Iterable[exp.Expr], plain: Callable[[exp.Expr], str]) -> str:
    """SQL for the day of the event over the rule's own row; NULL when the rule knows of none.

    The first day given that has been: a planned end is no event while there is a start. The gravest
    grade comes first among `predicates`, so its day goes before that of a milder one.
    """
    days = {plain(day): day for tree in predicates for day in _days(tree)}
    if not days:
        return NO_DAY
    has_been = (
        f"CASE WHEN {plain(exp.LTE(this=tree.copy(), expression=_EXTRACT_DAY))} THEN {day} END"
        for day, tree in days.items()
    )
    return f"CAST(COALESCE({', '.join([*has_been, *days])}) AS DATE)"


def _days(tree: exp.Expr) -> Iterable[exp.Expr]:
    """What FORFALT is asked about, but for other tables' days inside subqueries."""
    for call in tree.find_all(exp.Anonymous):
        if call.name.upper() == CALL and call.find_ancestor(exp.Select) is None:
            yield call.expressions[0]
