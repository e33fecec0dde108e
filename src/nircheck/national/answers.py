"""What kommuner have answered to each rule: which ones they doubt, for those who keep the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nircheck.contract import Maalform
from nircheck.national.figures import HIDDEN, Number, share
from nircheck.national.source import Source
from nircheck.national.table import Column, Kind, Table, Value
from nircheck.privacy import masked
from nircheck.replies import Precision
from nircheck.replies.precision import Limits
from nircheck.texts import on_one_line, texts

_COLUMNS: tuple[tuple[str, Kind], ...] = (
    ("regel", "text"), ("tittel", "text"), ("besvart", "count"), ("svar_ikke_feil", "count"),
    ("andel_ikke_feil", "share"), ("svar_kommuner", "count"), ("forslag", "text"),
)  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """The rules with enough answers, and what is proposed."""

    table: Table
    text: str


def answers(
    source: Source, rules: Sequence[Precision], limit: Limits, maalform: Maalform, threshold: int
) -> Answers:
    """The section of the report; a rule with fewer answers than the policy asks for is left out."""
    said = texts(maalform, "national")
    told = [rule for rule in rules if rule.answered >= max(limit.answers, threshold)]
    rows: list[tuple[Value, ...]] = []
    for rule in told:
        doubted = _number(rule, threshold)
        proposal = said.groups["svar"]["nedgraderes"] if rule.demote else None
        facts = source.facts["rules"].get(rule.rule_id)
        title = masked(on_one_line(facts["title"][maalform])) if facts else None
        rows.append((
            rule.rule_id, title, rule.answered, doubted, share(doubted, rule.answered),
            rule.kommuner, proposal,
        ))  # fmt: skip
    columns = tuple(Column(key, said.groups["kolonne"][key], kind) for key, kind in _COLUMNS)
    table = Table("svar", said.groups["tabell"]["svar"], columns, tuple(rows))
    text = said.say(
        "svar", "tekst", antall=len(told), faa=len(rules) - len(told), svar=limit.answers,
        foreslaatt=sum(rule.demote for rule in told), grense=f"{limit.prosent:g}",
        steder=limit.kommuner,
    )  # fmt: skip
    return Answers(table, text)


def _number(rule: Precision, threshold: int) -> Number:
    """How many said it is no error, unless it is small, or so few said otherwise."""
    small = (
        0 < part < threshold for part in (rule.not_an_error, rule.answered - rule.not_an_error)
    )
    return HIDDEN if any(small) else rule.not_an_error
