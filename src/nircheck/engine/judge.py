"""Runs the suites over a register and tells what came of each rule in each kommune."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import great_expectations as gx
import pyarrow as pa

from nircheck.engine.batches import batch_of
from nircheck.engine.expectation import opened
from nircheck.engine.ledger import DuckDBLedger, Progress, StatementLedger
from nircheck.engine.spark_ledger import SparkLedger
from nircheck.engine.suites import suites
from nircheck.errors import EngineError
from nircheck.register import JudgedRegister, Register
from nircheck.rulebook import CompiledRule
from nircheck.spark import SparkRegister


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
) -> Judgement:
    """Every rule over the whole register, once, by the engine that holds it."""
    rules = list(rules)
    not_run = {
        compiled.rule.id: reason
        for compiled in rules
        if (reason := _cannot_run(compiled, register)) is not None
    }
    runnable = [compiled for compiled in rules if compiled.rule.id not in not_run]
    told = progress or (lambda *_: None)
    if isinstance(register, SparkRegister):
        with SparkLedger(register, runnable, told) as on_spark:
            failed = _validate(on_spark, runnable, register)
            settled = on_spark.settle(runnable)
    else:
        ledger = DuckDBLedger(register.connection, told)
        failed = _validate(ledger, runnable, register)
        settled = ledger.settle(runnable)
    return Judgement(*settled, not_run=not_run, failed=failed)


class _DuckDBLedger:
    """Findings and counts, kept in the register's own database."""

    def __init__(self, register: Register, progress: Progress) -> None:
        self._connection = register.connection
        self._progress = progress
        self.entered: set[str] = set()
        columns = ", ".join(f"{c} {_FINDING_TYPES.get(c, 'VARCHAR')}" for c in FINDING_COLUMNS)
        counts = ", ".join(f"{c} BIGINT" for c in COUNT_COLUMNS[1:])
        self._connection.execute("CREATE SCHEMA dom")
        self._connection.execute(f"CREATE TABLE dom.funn ({columns})")
        self._connection.execute(
            f"CREATE TABLE dom.tall (rule_id VARCHAR, kommunenummer VARCHAR, {counts})"
        )
        self._connection.execute("CREATE TABLE dom.vist_av (rule_id VARCHAR, suppressor VARCHAR)")

    def enter(self, rule_id: str, findings: str, counts: str) -> int:
        """Keep what both statements give, or nothing of either."""
        began = time.perf_counter()
        self._connection.begin()
        try:
            inserted = self._connection.execute(f"INSERT INTO dom.funn {findings}").fetchall()
            self._connection.execute(
                f"INSERT INTO dom.tall SELECT '{rule_id}', * FROM ({counts}) AS tall"
            )
            self._connection.commit()
        except BaseException:
            self._connection.rollback()
            raise
        self.entered.add(rule_id)
        self._progress(rule_id, time.perf_counter() - began)
        return int(inserted[0][0])

    def settle(self, rules: list[CompiledRule]) -> tuple[pa.Table, pa.Table, pa.Table]:
        """Findings shown, findings another rule shows, and the counts, all in a fixed order."""
        active = {c.rule.id for c in rules if c.rule.status == "active"}
        pairs = [(c.rule.id, o) for c in rules for o in c.rule.suppressed_by if o in active]
        if pairs:
            self._connection.executemany("INSERT INTO dom.vist_av VALUES (?, ?)", pairs)
        self._connection.execute(
            "CREATE TABLE dom.lenket AS SELECT f.finding_id, f.rule_id, f.kommunenummer, "
            "MIN(s.rule_id) AS vist_av, MIN(s.finding_id) AS vist_av_finding_id "
            f"FROM (FROM dom.funn WHERE rule_id IN ({_listed(own for own, _ in pairs)})) AS f "
            "JOIN dom.vist_av AS v ON v.rule_id = f.rule_id "
            f"JOIN (FROM dom.funn WHERE rule_id IN ({_listed(o for _, o in pairs)})) AS s "
            "ON s.rule_id = v.suppressor AND s.tabell = f.tabell AND s.noekkel = f.noekkel "
            "GROUP BY f.finding_id, f.rule_id, f.kommunenummer"
        )
        elsewhere = "ANTI JOIN dom.lenket USING (finding_id)" if pairs else ""
        findings = self._connection.sql(
            f"SELECT {', '.join(FINDING_COLUMNS)} FROM dom.funn {elsewhere} "
            "ORDER BY kommunenummer, CASE severity WHEN 'feil' THEN 1 WHEN 'advarsel' THEN 2 "
            "ELSE 3 END, rule_id, noekkel, finding_id"
        ).to_arrow_table()
        linked = self._connection.sql(
            "FROM dom.lenket ORDER BY kommunenummer, rule_id, finding_id"
        ).to_arrow_table()
        counts = self._connection.sql(
            "FROM dom.tall ORDER BY rule_id, kommunenummer"
        ).to_arrow_table()
        return findings, linked, counts


def _listed(rule_ids: Iterable[str]) -> str:
    """The ids for an IN; of none, what nothing is in."""
    return ", ".join(literal(rule_id) for rule_id in sorted(set(rule_ids))) or "NULL"


def _cannot_run(compiled: CompiledRule, register: JudgedRegister) -> str | None:
    reasons = (register.missing(needed) for needed in compiled.needs)
    return next((reason for reason in reasons if reason), None)


def _validate(
    ledger: StatementLedger, rules: list[CompiledRule], register: Register | SparkRegister
) -> dict[str, str]:
    """Run the suites; the rules that raised, and the kind of error without its data."""
    results: list[Any] = []
    with opened(ledger), _Quiet():
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        batch, overview = batch_of(register, context)
        for suite in suites(rules, register.uttrekksdato, register.miljoe):
            validation = gx.ValidationDefinition(
                name=suite.name, data=batch, suite=context.suites.add(suite)
            )
            results += validation.run(
                batch_parameters={"dataframe": overview}, result_format="BASIC"
            ).results
    return _failures(results, ledger, rules)


def _failures(
    results: list[Any], ledger: StatementLedger, rules: list[CompiledRule]
) -> dict[str, str]:
    failed = {
        result.expectation_config.kwargs["rule_id"]: _kind_of_error(result.exception_info)
        for result in results
        if "observed_value" not in result.result
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


class _Quiet:
    """No warnings or log lines from great_expectations: their texts may hold data."""

    def __enter__(self) -> None:
        self._level = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        self._warnings = warnings.catch_warnings()
        self._warnings.__enter__()
        warnings.simplefilter("ignore")

    def __exit__(self, *error: object) -> None:
        self._warnings.__exit__(None, None, None)
        logging.disable(self._level)
