"""How often kommuner say that what a rule found is no error."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from nircheck.replies.model import Verdict
from nircheck.rulebook.policy import Policy

_NO_VERDICT = Verdict.UNDER_ARBEID
"""Says nothing of whether the rule was right."""


@dataclass(frozen=True)
class Limits:
    """When a rule is proposed for demotion, as the policy has it."""

    prosent: float
    answers: int
    kommuner: int


@dataclass(frozen=True)
class Precision:
    """The answers to one rule."""

    rule_id: str
    answered: int
    not_an_error: int
    kommuner: int
    demote: bool

    @property
    def percent(self) -> float:
        """How many in a hundred answers say that it is no error."""
        return 100 * self.not_an_error / self.answered


def limits(policy: Policy, day: date) -> Limits:
    """The limits that hold on a day."""
    return Limits(
        prosent=float(policy.on_day("ikke_feil_prosent", day)),
        answers=int(policy.on_day("ikke_feil_minste_svar", day)),
        kommuner=int(policy.on_day("ikke_feil_minste_kommuner", day)),
    )


def precision(answers: pa.Table, limit: Limits) -> tuple[Precision, ...]:
    """Per rule, from the last answer to each finding; the most doubtful rules first."""
    last: dict[tuple[str, str], tuple[str, str]] = {}
    columns = ("dato", "kommunenummer", "finding_id", "rule_id", "svar")
    for _, kommune, finding, rule_id, svar in _by_date(answers, columns):
        last[kommune, finding] = (rule_id, svar)
    said: dict[str, list[tuple[str, str]]] = {}
    for (kommune, _), (rule_id, svar) in last.items():
        if svar != _NO_VERDICT:
            said.setdefault(rule_id, []).append((kommune, svar))
    rules = [_of(rule_id, given, limit) for rule_id, given in said.items()]
    return tuple(sorted(rules, key=lambda r: (not r.demote, -r.percent, r.rule_id)))


def _by_date(answers: pa.Table, columns: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    rows = zip(*(answers.column(name).to_pylist() for name in columns), strict=True)
    return sorted(tuple(map(str, row)) for row in rows)


def _of(rule_id: str, given: list[tuple[str, str]], limit: Limits) -> Precision:
    doubting = [kommune for kommune, svar in given if svar == Verdict.IKKE_FEIL]
    enough = len(given) >= limit.answers and len(set(doubting)) >= limit.kommuner
    above = 100 * len(doubting) > limit.prosent * len(given)
    kommuner = len({kommune for kommune, _ in given})
    return Precision(rule_id, len(given), len(doubting), kommuner, demote=enough and above)
