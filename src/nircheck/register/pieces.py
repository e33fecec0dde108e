"""A wide table is made some of its rows at a time where memory is short (ADR 0031)."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from nircheck.sql import View, quoted

_MEMORY_PER_ROW = 2048


def rows_at_a_time(connection: duckdb.DuckDBPyConnection) -> int:
    """How many rows of a table may be made together, with the memory the database has."""
    memory = _number(connection, "parse_formatted_bytes(current_setting('memory_limit'))")
    return max(1, memory // _MEMORY_PER_ROW)


def make(connection: duckdb.DuckDBPyConnection, view: View, query: str, at_a_time: int) -> None:
    """Make the derived table; in pieces if each of its rows is one of the extract."""
    name = quoted(view.name)
    for number, piece in enumerate(_pieces(connection, view, query, at_a_time)):
        verb = f"INSERT INTO {name}" if number else f"CREATE TABLE {name} AS"
        connection.execute(f"{verb} {piece}")


def _pieces(
    connection: duckdb.DuckDBPyConnection, view: View, query: str, at_a_time: int
) -> Iterator[str]:
    rows = 0 if view.helper or "rad" not in view.origins else _rows(connection, view)
    if rows <= at_a_time:
        yield query
        return
    for first in range(0, rows, at_a_time):
        yield f"SELECT * FROM ({query}) WHERE rad BETWEEN {first} AND {first + at_a_time - 1}"


def _rows(connection: duckdb.DuckDBPyConnection, view: View) -> int:
    ((table, _),) = (name.split(".") for name in view.origins["rad"].columns)
    return _number(connection, f"(SELECT count(*) FROM typet.{table})")


def _number(connection: duckdb.DuckDBPyConnection, expression: str) -> int:
    ((number,),) = connection.execute(f"SELECT {expression}").fetchall()
    return int(number)
