"""A rule becomes two statements: one lists its defects, one counts them per kommune."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from nircheck.contract import Contract
from nircheck.rulebook import grammar, messages
from nircheck.rulebook import policy as policies
from nircheck.rulebook.due import NO_DAY, event_day
from nircheck.rulebook.model import SEVERITIES, Rule, Severity
from nircheck.rulebook.plants import CompiledPlant, compile_plant
from nircheck.rulebook.policy import Policy
from nircheck.sql import View, Views, legible, literal, looks_personal, quoted

FINDING_COLUMNS = (
    "finding_id", "values_hash", "rule_id", "severity", "kommunenummer", "bydel", "tabell",
    "noekkel", "person_id", "felt", "verdi", "melding_nb", "melding_nn", "fil", "linje",
    "hendelsesdato",
)  # fmt: skip
COUNT_COLUMNS = ("kommunenummer", "applies", "fails", "regime_ukjent", "uleselig")
_HIDDEN_HASH_DIGITS = 3
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True)
class Predicates:
    """The parts of a rule as plain SQL over its table."""

    scope: str
    judged: str
    regime_unknown: str
    readable: str
    fails: str
    severity: str

    @property
    def applies(self) -> str:
        """Which rows the rule is about and can judge: the denominator."""
        return f"({self.scope}) AND ({self.judged}) AND ({self.readable})"


@dataclass(frozen=True)
class CompiledRule:
    """A rule ready for an engine; the extract date is left to be bound.

    `meaning` is a hash of what it finds, whatever it is worded like. `unjudged` names the rows that
    it is about and cannot judge; a rule that can judge every row has none.
    """

    rule: Rule
    chapter: str
    needs: tuple[str, ...]
    findings: str
    counts: str
    source: str
    predicates: Predicates
    reads_law: bool = False
    parameters: tuple[str, ...] = ()
    plant: CompiledPlant | None = None
    meaning: str = ""
    unjudged: str | None = None

    @property
    def worst(self) -> Severity:
        """The gravest severity the rule can give."""
        grades = {grade.severity for grade in self.rule.severity}
        return next(severity for severity in SEVERITIES if severity in grades)


def compile_rule(
    rule: Rule,
    chapter: str,
    views: Views,
    contract: Contract,
    policy: Policy = policies.NONE,
) -> CompiledRule:
    """The statements of a checked rule file, with the limits and severities of the policy."""
    view = views.for_rules[rule.table]
    parsed = {sql: grammar.parse(sql, rule.table, views, policy) for sql in _predicates(rule)}
    plain = {sql: _expanded(policy.filled(tree, rule.table), views) for sql, tree in parsed.items()}
    limits = {
        policies.PLACEHOLDER + name: _expanded(policy.shown(name, rule.table), views)
        for name in _limits_named(rule)
    }
    trees = list(parsed.values())
    columns = set().union(*(grammar.columns_of(tree, rule.table) for tree in trees))
    columns |= {rule.valid.by} if rule.valid.by else set()
    read = columns if rule.regimes == "ALLE" else columns | {"regime"}
    predicates = Predicates(
        scope=" AND ".join([plain[rule.applies], *_validity(rule)]),
        judged=_regimes(rule),
        regime_unknown="regime = 'UKJENT'" if rule.regimes != "ALLE" else "FALSE",
        readable=readable(view, read, contract),
        fails=plain[rule.fails],
        severity=_severity(rule, plain, _overridden(rule, views, policy)),
    )
    shown = {
        "melding_nb": messages.compiled(rule.message.nb, view, contract, "nb", limits),
        "melding_nn": messages.compiled(rule.message.nn, view, contract, "nn", limits),
    }
    counts = counts_sql(rule.table, predicates)
    elsewhere = {name.split(".")[-1] for tree in trees for name in grammar.tables_of(tree)}
    return CompiledRule(
        rule=rule,
        chapter=chapter,
        needs=_needs(rule, view, columns, trees, views),
        findings=findings_sql(
            rule,
            predicates,
            shown,
            _values(rule, view, contract),
            _event_day(rule, parsed, views, policy),
        ),
        counts=counts,
        source=rule.table,
        predicates=predicates,
        reads_law=_reads_law(trees, views),
        parameters=_parameters(rule, trees),
        plant=compile_plant(
            rule, predicates.judged, predicates.applies, predicates.fails, views, contract, policy
        ),
        meaning=meaning(counts, *(behind.sql for behind in views.behind({rule.table, *elsewhere}))),
        unjudged=_unjudged_sql(rule.table, predicates),
    )


def findings_sql(
    rule: Rule,
    predicates: Predicates,
    shown: dict[str, str],
    values: tuple[str, str],
    event_day: str = NO_DAY,
    *,
    source: str | None = None,
) -> str:
    """Every defect as a row of the findings table."""
    value, value_hash = values
    return (
        f"SELECT {_grouped('id_hash')} AS finding_id, {_grouped('value_hash')} AS values_hash, "
        f"{literal(rule.id)} AS rule_id, severity, kommunenummer, bydel, "
        f"{literal(rule.table)} AS tabell, noekkel, person_id, "
        f"{literal(rule.listed_fields)} AS felt, verdi, melding_nb, melding_nn, fil, linje, "
        "hendelsesdato "
        f"FROM (SELECT md5({literal(f'{rule.id}|{rule.table}|')} || noekkel) AS id_hash, "
        f"md5({value_hash}) AS value_hash, {predicates.severity} AS severity, "
        "kommunenummer_gjeldende AS kommunenummer, bydel_gjeldende AS bydel, noekkel, "
        f"CASE WHEN {looks_personal('person_id')} THEN NULL ELSE person_id END "
        f"AS person_id, {value} AS verdi, {shown['melding_nb']} AS melding_nb, "
        f"{shown['melding_nn']} AS melding_nn, fil, linje, {event_day} AS hendelsesdato "
        f"FROM {source or rule.table} WHERE {predicates.applies} AND ({predicates.fails})) AS funn"
    )


def counts_sql(source: str, predicates: Predicates) -> str:
    """Per kommune: judged, defective, and what could not be judged and why."""
    return counts_together(source, {"": predicates})


def counts_together(source: str, rules: Mapping[str, Predicates]) -> str:
    """The counts of several rules over the same rows, side by side; the names before each."""
    counted = ", ".join(
        f"{_count(condition)} AS {before}{name}"
        for before, predicates in rules.items()
        for name, condition in zip(COUNT_COLUMNS[1:], _counted(predicates), strict=True)
    )
    return (
        f"SELECT kommunenummer_gjeldende AS kommunenummer, {counted} "
        f"FROM {source} GROUP BY kommunenummer_gjeldende"
    )


def _counted(predicates: Predicates) -> tuple[str, str, str, str]:
    """Which rows each of the counts is of."""
    return (
        predicates.applies,
        f"{predicates.applies} AND ({predicates.fails})",
        f"({predicates.scope}) AND ({predicates.regime_unknown}) AND ({predicates.readable})",
        f"NOT ({predicates.readable})",
    )


def meaning(*statements: str) -> str:
    """A hash of statements, comments in them left out: the same as long as the same is found."""
    bare = "\n".join(_COMMENT.sub("", statement) for statement in statements)
    return grouped(hashlib.sha256(bare.encode()).hexdigest())


def _unjudged_sql(source: str, predicates: Predicates) -> str | None:
    """Rows the rule passes over, for want of a law or of a value that can be read."""
    if predicates.regime_unknown == "FALSE" and predicates.readable == "TRUE":
        return None
    return (
        f"SELECT noekkel FROM {source} WHERE ({predicates.scope}) AND "
        f"({predicates.regime_unknown}) AND ({predicates.readable}) OR NOT ({predicates.readable})"
    )


def finding_id(row: str) -> str:
    """The id of a finding on a row named `rule|tabell|noekkel`, as the statement makes it."""
    return grouped(hashlib.md5(row.encode(), usedforsecurity=False).hexdigest())


def grouped(digest: str) -> str:
    """The first sixteen digits of a hash in groups of four, as ids are written."""
    return "-".join(digest[start : start + 4] for start in (0, 4, 8, 12))


def _count(condition: str) -> str:
    return f"COUNT(CASE WHEN {condition} THEN 1 END)"


def _grouped(column: str) -> str:
    """Sixteen hexadecimal digits in groups of four: readable aloud, never a run of 11 digits."""
    return " || '-' || ".join(f"substr({column}, {start}, 4)" for start in (1, 5, 9, 13))


def _predicates(rule: Rule) -> list[str]:
    return [rule.applies, rule.fails, *(grade.when for grade in rule.severity if grade.when)]


def _event_day(rule: Rule, parsed: dict[str, exp.Expr], views: Views, policy: Policy) -> str:
    grades = [grade.when for grade in rule.severity if grade.when]
    trees = [parsed[sql] for sql in (*grades, rule.applies, rule.fails)]
    return event_day(trees, lambda day: _expanded(policy.filled(day, rule.table), views))


def _expanded(tree: exp.Expr, views: Views) -> str:
    return "(" + views.functions.expand(tree).sql("duckdb") + ")"


def _regimes(rule: Rule) -> str:
    if rule.regimes == "ALLE":
        return "TRUE"
    return f"regime IN ({', '.join(literal(regime) for regime in rule.regimes)})"


def _validity(rule: Rule) -> list[str]:
    if rule.valid.by is None:
        return []
    by = quoted(rule.valid.by)
    bounds = [f"{by} IS NOT NULL"]
    if rule.valid.from_:
        bounds.append(f"{by} >= DATE '{rule.valid.from_.isoformat()}'")
    if rule.valid.to:
        bounds.append(f"{by} <= DATE '{rule.valid.to.isoformat()}'")
    return bounds


def readable(view: View, columns: set[str], contract: Contract) -> str:
    """Holds for rows in which no value that these columns rest on is unreadable."""
    marks = sorted(set().union(*(view.unread_marks(column, contract) for column in columns)))
    if not marks:
        return "TRUE"
    found = " OR ".join(f"contains(ulest, {literal(mark)})" for mark in marks)
    return f"ulest IS NULL OR NOT ({found})"


def _overridden(rule: Rule, views: Views, policy: Policy) -> list[tuple[str, Severity]]:
    return [
        (_expanded(holds, views), severity)
        for holds, severity in policy.severities(rule.id, rule.table)
    ]


def _parameters(rule: Rule, trees: list[exp.Expr]) -> tuple[str, ...]:
    """The parameters of the policy that the rule names, in a predicate or in its message."""
    calls = (call for tree in trees for call in tree.find_all(exp.Anonymous))
    called = {call.expressions[0].name for call in calls if call.name.upper() == policies.CALL}
    return tuple(sorted(called | _limits_named(rule)))


def _limits_named(rule: Rule) -> set[str]:
    """The parameters that the message names; both written standards name the same."""
    prefix = policies.PLACEHOLDER
    named = messages.placeholders(rule.message.nb)
    return {name.removeprefix(prefix) for name in named if name.startswith(prefix)}


def _severity(rule: Rule, plain: dict[str, str], overridden: list[tuple[str, Severity]]) -> str:
    own = [(plain[grade.when], grade.severity) for grade in rule.severity if grade.when]
    whens = " ".join(
        f"WHEN {when} THEN {literal(severity)}" for when, severity in (*overridden, *own)
    )
    last = literal(rule.severity[-1].severity)
    return f"CASE {whens} ELSE {last} END" if whens else last


def _values(rule: Rule, view: View, contract: Contract) -> tuple[str, str]:
    """SQL for the values as shown, and for what their hash is taken of.

    A value that may not be shown enters the hash with three digits of its own only: enough to see
    that it changed, too little to find a person by trying all numbers.
    """
    shown, hashed = [], []
    for column in rule.fields:
        value = f"COALESCE({messages.canonical(view, column)}, '')"
        source = contract.column(view.shows(column) or "")
        if source is None or source.in_letter:
            shown.append(f"COALESCE({messages.canonical(view, column, legible)}, '')")
            hashed.append(value)
        else:
            shown.append(literal("•••"))
            hashed.append(f"substr(md5({value}), 1, {_HIDDEN_HASH_DIGITS})")
    return " || ' | ' || ".join(shown), " || '|' || ".join(hashed)


def _reads_law(trees: list[exp.Expr], views: Views) -> bool:
    """Whether a predicate looks at the law, or at a column that is made from it."""
    law = views.for_rules["person"].origins["regime"].columns
    names = {column.name for tree in trees for column in tree.find_all(exp.Column)}
    return any(
        law <= view.origins[name].columns
        for view in views.for_rules.values()
        for name in names & view.origins.keys()
    )


def _needs(
    rule: Rule, view: View, columns: set[str], trees: list[exp.Expr], views: Views
) -> tuple[str, ...]:
    """The tables and columns without which the rule cannot be judged."""
    shown = {view.shows(column) for column in columns}
    others = {name for tree in trees for name in grammar.tables_of(tree)}
    for tree in trees:
        for table, column in grammar.columns_elsewhere(tree, rule.table):
            before = grammar.PREVIOUS if table.startswith(grammar.PREVIOUS) else ""
            source = views.for_rules[table.removeprefix(before)].shows(column)
            shown.add(source and before + source)
    return tuple(sorted({*rule.needs, *others, *(name for name in shown if name)}))
