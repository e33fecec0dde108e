"""Fills the reference tables that views read: which kommune a number stands for, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import duckdb
import pyarrow as pa

from nircheck.contract import REFERENCE_COLUMNS
from nircheck.contract.kommuner import Kommuner

_TYPES = {"VARCHAR": pa.string(), "DATE": pa.date32()}


def fill(connection: duckdb.DuckDBPyConnection, kommuner: Kommuner) -> None:
    """Make every table of `referanse`."""
    _make(connection, "kommune", _current(kommuner))
    _make(connection, "kommune_del", _split(kommuner))
    _make(connection, "kommune_gyldig", kommuner.valid)


def _current(kommuner: Kommuner) -> Iterable[tuple[str, str | None]]:
    yield from sorted(kommuner.current.items())
    yield from ((number, None) for number in sorted(kommuner.split))


def _split(kommuner: Kommuner) -> Iterable[tuple[str, str | None]]:
    for number, parts in sorted(kommuner.split.items()):
        yield from ((number, part) for part in parts)


def _make(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    rows: Iterable[tuple[str | date | None, ...]],
) -> None:
    columns = REFERENCE_COLUMNS[name]
    listed = list(rows)
    frame = pa.table(
        {
            column: pa.array([row[at] for row in listed], _TYPES[kind])
            for at, (column, kind) in enumerate(columns.items())
        }
    )
    connection.register("frame", frame)
    connection.execute(f"CREATE TABLE referanse.{name} AS SELECT * FROM frame")
    connection.unregister("frame")
