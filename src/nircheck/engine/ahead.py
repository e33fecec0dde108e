"""A ledger that is written ahead of the questions: the database works while Python goes on."""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import SimpleQueue
from types import TracebackType
from typing import NamedTuple, Self

import duckdb

from nircheck.engine import together
from nircheck.engine.ledger import Counted, DuckDBLedger, Progress

_BETWEEN_REMINDERS = 0.05


class Asked(NamedTuple):
    """What will be asked of the ledger about one rule."""

    rule_id: str
    findings: str
    counts: str


class Batch(NamedTuple):
    """Rules that are entered after each other; `counts` counts them all, beside each other."""

    asked: list[Asked]
    counts: str | None = None


class WorkedAhead:
    """Enters rules in threads of their own, in the order in which they will be asked for.

    great_expectations takes as long to ask for all rules as the database of one kommune takes to
    answer, which for the most part is planning, and that a database does with one thread. Each
    thread has a connection. Nobody else may use the first of them while the block lasts.
    """

    def __init__(
        self,
        ledger: DuckDBLedger,
        connection: duckdb.DuckDBPyConnection,
        ahead: Iterable[Batch],
        progress: Progress,
        threads: int,
    ) -> None:
        """Begin with what will be asked first."""
        self._ledger = ledger
        self._progress = progress
        self._own = [connection.cursor() for _ in range(1, threads)]
        self._connections = [connection, *self._own]
        self._idle: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        for each in self._connections:
            self._idle.put(each)
        self._outcomes: dict[str, int | Exception] = {}
        self._left = False
        self._threads = ThreadPoolExecutor(threads)
        self._coming: dict[str, Future[None]] = {}
        for batch in ahead:
            coming = self._threads.submit(self._work, batch)
            self._coming |= dict.fromkeys((asked.rule_id for asked in batch.asked), coming)

    def enter(self, rule_id: str, findings: str, counts: str) -> int:
        """Wait for a rule that is on its way; how many defects there were."""
        self._coming[rule_id].result()
        outcome = self._outcomes[rule_id]
        if isinstance(outcome, Exception):
            raise outcome
        self._progress(rule_id, self._ledger.seconds[rule_id])
        return outcome

    def __enter__(self) -> Self:
        """Use the ledger in a `with` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave what was not asked for; an interrupt between two statements is lost, so repeat."""
        self._left = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        while running := [coming for coming in self._coming.values() if not coming.done()]:
            wait(running, _BETWEEN_REMINDERS)
            for connection in self._connections:
                connection.interrupt()
        for connection in self._own:
            connection.close()

    def _work(self, batch: Batch) -> None:
        """Enter the rules of a batch; each that raises fails alone."""
        connection = self._idle.get()
        try:
            counted = _counted_together(connection, batch)
            for asked in batch.asked:
                if self._left:
                    return
                beforehand = counted.get(asked.rule_id)
                try:
                    outcome = self._ledger.enter(*asked, connection, beforehand)
                except Exception as error:
                    self._outcomes[asked.rule_id] = error
                else:
                    self._outcomes[asked.rule_id] = outcome
        finally:
            self._idle.put(connection)


def _counted_together(connection: duckdb.DuckDBPyConnection, batch: Batch) -> dict[str, Counted]:
    """The counts of each rule of a batch; of none, if they cannot be counted together."""
    if batch.counts is None:
        return {}
    began = time.perf_counter()
    try:
        rows = connection.execute(batch.counts).fetchall()
    except duckdb.Error:
        return {}
    seconds = (time.perf_counter() - began) / len(batch.asked)
    of_each = together.rows_of_each(rows, len(batch.asked))
    return {
        asked.rule_id: Counted(own, seconds)
        for asked, own in zip(batch.asked, of_each, strict=True)
    }
