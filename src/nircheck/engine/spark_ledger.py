"""Findings and counts made on Spark, many rules in one job, and kept here in a small database."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from nircheck.engine import together
from nircheck.engine.ledger import DuckDBLedger, Progress
from nircheck.rulebook import CompiledRule
from nircheck.rulebook.compile import COUNT_COLUMNS, FINDING_COLUMNS
from nircheck.spark import SparkRegister
from nircheck.sql import bind

_TOGETHER = 24
"""Rules over the same rows that are judged in one job: a job costs more than a rule."""
_MADE_FINDINGS, _MADE_COUNTS = "funn_fra_spark", "tall_fra_spark"


class SparkLedger:
    """A rule is run with others over the same rows; one of them that raises fails alone."""

    def __init__(
        self, register: SparkRegister, rules: list[CompiledRule], progress: Progress
    ) -> None:
        """Remember which rules can be run together."""
        self._register = register
        self._progress = progress
        self._connection = duckdb.connect(":memory:")
        self._kept = DuckDBLedger(self._connection, rules)
        self._beside = {
            c.rule.id: batch for batch in together.batches(rules, _TOGETHER) for c in batch
        }
        self._made: dict[str, tuple[pa.Table, pa.Table, float]] = {}

    def __enter__(self) -> Self:
        """Use the ledger in a `with` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the database."""
        self._connection.close()

    @property
    def entered(self) -> set[str]:
        """The rules whose findings and counts are kept."""
        return self._kept.entered

    @property
    def late(self) -> frozenset[str]:
        """No rule is stopped here for the time it takes: Spark has limits of its own."""
        return self._kept.late

    def settle(self, rules: list[CompiledRule]) -> tuple[pa.Table, pa.Table, pa.Table]:
        """Findings shown, findings another rule shows, and the counts, all in a fixed order."""
        return self._kept.settle(rules)

    def enter(self, rule_id: str, findings: str, counts: str) -> int:
        """Keep what the rule gives; the statements are those its batch is made of."""
        if rule_id not in self._made:
            self._run(rule_id)
        found, counted, seconds = self._made.pop(rule_id)
        self._connection.register(_MADE_FINDINGS, found)
        self._connection.register(_MADE_COUNTS, counted)
        number = self._kept.enter(rule_id, f"FROM {_MADE_FINDINGS}", f"FROM {_MADE_COUNTS}")
        self._connection.unregister(_MADE_FINDINGS)
        self._connection.unregister(_MADE_COUNTS)
        self._progress(rule_id, seconds)
        return number

    def _run(self, rule_id: str) -> None:
        """Run the rule, and with it those of its batch."""
        batch = self._beside[rule_id]
        try:
            self._make(batch)
        except Exception:
            if len(batch) == 1:
                raise
            for compiled in batch:
                self._beside[compiled.rule.id] = [compiled]
            self._make(self._beside[rule_id])

    def _make(self, batch: list[CompiledRule]) -> None:
        began = time.perf_counter()
        counts = self._ask(together.statement(batch))
        counted = {
            rule_id: counts.select(named).rename_columns(list(COUNT_COLUMNS))
            for rule_id, named in together.columns(batch).items()
        }
        failing = [c for c in batch if pc.sum(counted[c.rule.id].column("fails")).as_py()]
        found = self._ask(" UNION ALL ".join(c.findings for c in failing)) if failing else None
        seconds = (time.perf_counter() - began) / len(batch)
        for compiled in batch:
            rule_id = compiled.rule.id
            self._made[rule_id] = (_of(rule_id, found), counted[rule_id], seconds)

    def _ask(self, statement: str) -> pa.Table:
        register = self._register
        bound = bind(statement, register.uttrekksdato, register.miljoe)
        return register.connection.sql(bound).to_arrow_table()


def _of(rule_id: str, findings: pa.Table | None) -> pa.Table:
    """The findings of one rule among those of a batch."""
    if findings is None:
        return pa.table({name: pa.array([], pa.string()) for name in FINDING_COLUMNS})
    return findings.filter(pc.equal(findings.column("rule_id"), rule_id))
