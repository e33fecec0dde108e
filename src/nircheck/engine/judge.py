"""Runs the suites over a register and tells what came of each rule in each kommune."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import great_expectations as gx
import pyarrow as pa

from nircheck.engine.embedded import work_ahead
from nircheck.engine.expectation import Ledger, opened
from nircheck.engine.gx_batch import batch_of
from nircheck.engine.ledger import DuckDBLedger, Progress
from nircheck.engine.quiet import Quiet
from nircheck.engine.spark_ledger import SparkLedger
from nircheck.engine.suites import suites
from nircheck.errors import EngineError
from nircheck.register import JudgedRegister, Register
from nircheck.rulebook import CompiledRule
from nircheck.spark import SparkRegister

TOO_LATE = "tidsgrense"
"""Said of a rule that was stopped because it took too long."""


@dataclass
class Judgement:
    """What the rules said: findings, those another rule shows in their place, counts, failures."""

    findings: pa.Table
    linked: pa.Table
    counts: pa.Table
    not_run: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def judge(
    register: Register | SparkRegister,
    rules: Iterable[CompiledRule],
    progress: Progress | None = None,
    *,
    seconds: float | None = None,
) -> Judgement:
    """Every rule over the whole register, once, by the engine that holds it.

    With `seconds`, none may take longer; on Spark, where rules are run together, nothing is timed.
    """
    rules = list(rules)
    not_run = {
        compiled.rule.id: reason
        for compiled in rules
        if (reason := _cannot_run(compiled, register)) is not None
    }
    runnable = [compiled for compiled in rules if compiled.rule.id not in not_run]
    told = progress or (lambda *_: None)
    asked = suites(runnable, register.uttrekksdato, register.miljoe)
    if isinstance(register, SparkRegister):
        with SparkLedger(register, runnable, told) as on_spark:
            results = _validate(asked, on_spark, register)
            failed = _failures(results, on_spark, runnable)
            settled = on_spark.settle(runnable)
    else:
        ledger = DuckDBLedger(register.connection, runnable, seconds=seconds)
        with work_ahead(register, ledger, runnable, asked, told) as ahead:
            results = _validate(asked, ahead, register)
        failed = _failures(results, ledger, runnable)
        settled = ledger.settle(runnable)
    return Judgement(*settled, not_run=not_run, failed=failed)


def _cannot_run(compiled: CompiledRule, register: JudgedRegister) -> str | None:
    reasons = (register.missing(needed) for needed in compiled.needs)
    return next((reason for reason in reasons if reason), None)


def _validate(
    asked: list[gx.ExpectationSuite], ledger: Ledger, register: Register | SparkRegister
) -> list[Any]:
    """Run the suites; what great_expectations says of each rule."""
    results: list[Any] = []
    with opened(ledger), Quiet():
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        batch = batch_of(register, context)
        for suite in asked:
            results += batch.validate(suite, result_format="BASIC").results
    return results


def _failures(
    results: list[Any], ledger: DuckDBLedger | SparkLedger, rules: list[CompiledRule]
) -> dict[str, str]:
    """The rules that raised, and the kind of error without its data."""
    failed = {
        rule_id: TOO_LATE if rule_id in ledger.late else _kind_of_error(result.exception_info)
        for result in results
        if "observed_value" not in result.result
        for rule_id in (result.expectation_config.kwargs["rule_id"],)
    }
    silent = {c.rule.id for c in rules} - ledger.entered - failed.keys()
    if silent:
        raise EngineError(f"great_expectations did not run {len(silent)} rules: {sorted(silent)}")
    return failed


def _kind_of_error(info: dict[str, Any]) -> str:
    """The kind of error only: its text may hold values from the register."""
    found = re.findall(r"\b([A-Z]\w*(?:Error|Exception))\b", str(info))
    own = [name for name in found if not name.startswith("Metric")]
    return str((own or found or ["ukjent"])[-1])
