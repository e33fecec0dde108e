"""The ledger of a judging: what each rule found, kept in the database that holds the register."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from nircheck.engine.time_limit import TimeLimit
from nircheck.rulebook import CompiledRule
from nircheck.rulebook.compile import COUNT_COLUMNS, FINDING_COLUMNS
from nircheck.rulebook.model import SEVERITIES
from nircheck.sql import literal

Progress = Callable[[str, float], None]
"""Told of each rule that has been run, and the seconds it took."""


class Counted(NamedTuple):
    """What a rule counts, a row per kommune, and the seconds it took."""

    rows: list[tuple[Any, ...]]
    seconds: float


_OF_THE_RULE = ("rule_id", "severity", "tabell", "felt")
"""Columns with few values, all known beforehand: kept as numbers, which sort and move fast."""

_IN_ORDER = "kommunenummer, severity, rule_id, noekkel"
_COUNTED = pa.schema(
    [("rule_id", pa.string()), ("kommunenummer", pa.string())]
    + [(name, pa.int64()) for name in COUNT_COLUMNS[1:]]
)
_FAILS = COUNT_COLUMNS.index("fails")


class DuckDBLedger:
    """Findings, kept in the register's own database, and counts."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        rules: list[CompiledRule],
        *,
        seconds: float | None = None,
    ) -> None:
        """An empty ledger; with `seconds`, no rule may take longer than that."""
        self._connection = connection
        self._limit = TimeLimit(connection.interrupt, seconds)
        self._counts: dict[str, list[tuple[Any, ...]]] = {}
        self.seconds: dict[str, float] = {}
        self._create(rules)

    def _create(self, rules: list[CompiledRule]) -> None:
        known: dict[str, Iterable[str]] = {
            "rule_id": {c.rule.id for c in rules},
            "severity": SEVERITIES,
            "tabell": {c.rule.table for c in rules},
            "felt": {c.rule.listed_fields for c in rules},
        }
        self._connection.execute("CREATE SCHEMA dom")
        for column in _OF_THE_RULE:
            values = known[column] if column == "severity" else sorted(known[column])
            listed = ", ".join(map(literal, values))
            self._connection.execute(f"CREATE TYPE dom.{column} AS ENUM ({listed})")
        types = {name: f"dom.{name}" for name in _OF_THE_RULE} | {
            "linje": "BIGINT", "hendelsesdato": "DATE"
        }  # fmt: skip
        columns = ", ".join(f"{c} {types.get(c, 'VARCHAR')}" for c in FINDING_COLUMNS)
        self._connection.execute(f"CREATE TABLE dom.funn ({columns})")
        self._connection.execute("CREATE TABLE dom.vist_av (rule_id VARCHAR, suppressor VARCHAR)")

    @property
    def entered(self) -> set[str]:
        """The rules whose findings and counts are kept."""
        return set(self._counts)

    @property
    def is_limited(self) -> bool:
        """Whether each rule has a limit of time."""
        return self._limit.seconds is not None

    @property
    def late(self) -> frozenset[str]:
        """The rules that were stopped because they took too long."""
        return frozenset(self._limit.late)

    def enter(
        self,
        rule_id: str,
        findings: str,
        counts: str,
        connection: duckdb.DuckDBPyConnection | None = None,
        counted: Counted | None = None,
    ) -> int:
        """Keep what both statements give, or nothing of either; list only what was counted.

        They are run on a `connection` to the same database, if one is given; what was `counted`
        beforehand is not counted again.
        """
        connection = connection or self._connection
        listed = 0
        with self._limit.on(rule_id):
            counted = counted or _count(connection, counts)
            began = time.perf_counter()
            if any(row[_FAILS] for row in counted.rows):
                ((listed,),) = connection.execute(f"INSERT INTO dom.funn {findings}").fetchall()
        self._counts[rule_id] = counted.rows
        self.seconds[rule_id] = counted.seconds + time.perf_counter() - began
        return int(listed)

    def settle(self, rules: list[CompiledRule]) -> tuple[pa.Table, pa.Table, pa.Table]:
        """Findings shown, findings another rule shows, and the counts, all in a fixed order."""
        active = {c.rule.id for c in rules if c.rule.status == "active"}
        pairs = [(c.rule.id, o) for c in rules for o in c.rule.suppressed_by if o in active]
        if pairs:
            self._connection.executemany("INSERT INTO dom.vist_av VALUES (?, ?)", pairs)
        self._connection.execute(
            "CREATE TABLE dom.lenket AS SELECT f.finding_id, "
            "CAST(f.rule_id AS VARCHAR) AS rule_id, f.kommunenummer, "
            "MIN(CAST(s.rule_id AS VARCHAR)) AS vist_av, MIN(s.finding_id) AS vist_av_finding_id "
            f"FROM (FROM dom.funn WHERE rule_id IN ({_listed(own for own, _ in pairs)})) AS f "
            "JOIN dom.vist_av AS v ON v.rule_id = f.rule_id "
            f"JOIN (FROM dom.funn WHERE rule_id IN ({_listed(o for _, o in pairs)})) AS s "
            "ON s.rule_id = v.suppressor AND s.tabell = f.tabell AND s.noekkel = f.noekkel "
            "GROUP BY f.finding_id, f.rule_id, f.kommunenummer"
        )
        elsewhere = "ANTI JOIN dom.lenket USING (finding_id)" if pairs else ""
        shown = ", ".join(
            f"CAST({c} AS VARCHAR) AS {c}" if c in _OF_THE_RULE else c for c in FINDING_COLUMNS
        )
        findings = self._connection.sql(
            f"SELECT {shown} FROM (FROM dom.funn {elsewhere} ORDER BY {_IN_ORDER})"
        ).to_arrow_table()
        linked = self._connection.sql(
            "FROM dom.lenket ORDER BY kommunenummer, rule_id, finding_id"
        ).to_arrow_table()
        return findings, linked, self._counted()

    def _counted(self) -> pa.Table:
        rows = sorted(
            (rule_id, *row) for rule_id, counted in self._counts.items() for row in counted
        )
        columns = zip(*rows, strict=True) if rows else [()] * len(_COUNTED)
        arrays = [pa.array(c, field.type) for c, field in zip(columns, _COUNTED, strict=True)]
        return pa.Table.from_arrays(arrays, schema=_COUNTED)


def _count(connection: duckdb.DuckDBPyConnection, counts: str) -> Counted:
    began = time.perf_counter()
    rows = connection.execute(counts).fetchall()
    return Counted(rows, time.perf_counter() - began)


def _listed(rule_ids: Iterable[str]) -> str:
    """The ids for an IN; of none, what nothing is in."""
    return ", ".join(literal(rule_id) for rule_id in sorted(set(rule_ids))) or "NULL"
