"""The rule book as great_expectations suites, one per chapter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from great_expectations import ExpectationSuite

from nircheck.engine.expectation import ExpectNoDefects
from nircheck.rulebook import CompiledRule
from nircheck.sql import PRODUCTION, bind

_SEVERITY = {"feil": "critical", "advarsel": "warning", "info": "info"}


def suites(
    rules: Iterable[CompiledRule],
    uttrekksdato: date | None = None,
    environment: str = PRODUCTION,
) -> list[ExpectationSuite]:
    """One suite per chapter that has rules; with a date the statements can be run as they are."""
    ordered = sorted(rules, key=lambda compiled: (compiled.chapter, compiled.rule.id))
    return [
        ExpectationSuite(
            name=f"nircheck-{chapter}",
            expectations=[_expectation(c, uttrekksdato, environment) for c in members],
        )
        for chapter, members in groupby(ordered, key=lambda compiled: compiled.chapter)
    ]


def _expectation(compiled: CompiledRule, day: date | None, environment: str) -> ExpectNoDefects:
    rule = compiled.rule
    return ExpectNoDefects(
        rule_id=rule.id,
        findings=bind(compiled.findings, day, environment) if day else compiled.findings,
        counts=bind(compiled.counts, day, environment) if day else compiled.counts,
        severity=_SEVERITY[compiled.worst],
        meta={
            "rule_id": rule.id,
            "chapter": compiled.chapter,
            "status": rule.status,
            "table": rule.table,
            "dimension": rule.dimension,
            "evidence": list(rule.evidence),
            "title": rule.title.model_dump(),
        },
    )
