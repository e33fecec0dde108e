"""Where the findings and counts of the rules are kept until all have been run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Protocol

import duckdb
import pyarrow as pa

from nircheck.rulebook import CompiledRule
from nircheck.rulebook.compile import COUNT_COLUMNS, FINDING_COLUMNS
from nircheck.sql import literal

Progress = Callable[[str, float], None]
"""Told of each rule that has been run, and the seconds it took."""

_FINDING_TYPES = {"linje": "BIGINT"}


class StatementLedger(Protocol):
    """Where the statements of a rule are run, and what they give is kept."""

    @property
    def entered(self) -> set[str]:
        """The rules whose findings and counts are kept."""

    def enter(self, rule_id: str, findings: str, counts: str) -> int:
        """Run both statements for a rule; how many defects there were."""


class DuckDBLedger:
    """Findings and counts, kept in the database that the rules are run in."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, progress: Progress) -> None:
        """Make room for them."""
        self._connection = connection
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
