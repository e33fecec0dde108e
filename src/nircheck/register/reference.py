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
    for name, frame in tables(kommuner).items():
        connection.register("frame", frame)
        connection.execute(f"CREATE TABLE referanse.{name} AS SELECT * FROM frame")
        connection.unregister("frame")


def tables(kommuner: Kommuner) -> dict[str, pa.Table]:
    """Every table of `referanse` by its name."""
    return {
        "kommune": _table("kommune", _current(kommuner)),
        "kommune_del": _table("kommune_del", _split(kommuner)),
        "kommune_gyldig": _table("kommune_gyldig", kommuner.valid),
    }


def _current(kommuner: Kommuner) -> Iterable[tuple[str, str | None]]:
    yield from sorted(kommuner.current.items())
    yield from ((number, None) for number in sorted(kommuner.split))


def _split(kommuner: Kommuner) -> Iterable[tuple[str, str | None]]:
    for number, parts in sorted(kommuner.split.items()):
        yield from ((number, part) for part in parts)


def _table(name: str, rows: Iterable[tuple[str | date | None, ...]]) -> pa.Table:
    columns = REFERENCE_COLUMNS[name]
    listed = list(rows)
    return pa.table(
        {
            column: pa.array([row[at] for row in listed], _TYPES[kind])
            for at, (column, kind) in enumerate(columns.items())
        }
    )
