"""What the embedded database is asked of a register: in which batches, and by how many at once."""

from __future__ import annotations

from collections.abc import Iterator

from great_expectations import ExpectationSuite

from nircheck.engine import together
from nircheck.engine.ahead import Asked, Batch, WorkedAhead
from nircheck.engine.ledger import DuckDBLedger, Progress
from nircheck.register import Register
from nircheck.rulebook import CompiledRule
from nircheck.sql import bind

_SMALL = 100_000
"""Rows up to which a statement takes longer to plan, which one processor does, than to run."""

_MOST = 4


def work_ahead(
    register: Register,
    ledger: DuckDBLedger,
    rules: list[CompiledRule],
    suites: list[ExpectationSuite],
    progress: Progress,
) -> WorkedAhead:
    """Let the database answer what the suites will ask; one by one, if each has a limit of time."""
    one_by_one = ledger.is_limited
    batches = _batches(register, rules, suites, one_by_one=one_by_one)
    threads = 1 if one_by_one else _planners(register)
    return WorkedAhead(ledger, register.connection, batches, progress, threads)


def _batches(
    register: Register,
    rules: list[CompiledRule],
    suites: list[ExpectationSuite],
    *,
    one_by_one: bool,
) -> Iterator[Batch]:
    asked = {
        expectation.rule_id: Asked(expectation.rule_id, expectation.findings, expectation.counts)
        for suite in suites
        for expectation in suite.expectations
    }
    by_id = {compiled.rule.id: compiled for compiled in rules}
    in_order = [by_id[rule_id] for rule_id in asked]
    for batch in [[c] for c in in_order] if one_by_one else together.worth_while(in_order):
        counts = None
        if len(batch) > 1:
            counts = bind(together.statement(batch), register.uttrekksdato, register.miljoe)
        yield Batch([asked[compiled.rule.id] for compiled in batch], counts)


def _planners(register: Register) -> int:
    """How many statements of a small register to plan at once; a large one runs them one by one."""
    if sum(file.rows for file in register.files) > _SMALL:
        return 1
    query = "SELECT current_setting('threads')"
    ((threads,),) = register.connection.execute(query).fetchall()
    return min(int(threads), _MOST)
