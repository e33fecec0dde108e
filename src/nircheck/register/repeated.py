"""SQL that tells rows with the same key apart, in an order that no shuffling changes."""

from __future__ import annotations

from nircheck.contract import Table
from nircheck.sql import quoted

KEY = "CASE WHEN n.nummer = 1 THEN t.noekkel ELSE t.noekkel || '#' || n.nummer END"
"""The key of a row whose key others have too: the second and later ones with their number."""


def repeated_keys(table: Table, typed: str) -> str:
    """The keys that more than one row has."""
    key = f"t.{quoted(table.key.name)}"
    return f"SELECT {key} FROM {typed} AS t GROUP BY {key} HAVING count(*) > 1"


def numbers(table: Table, delivered: set[str], typed: str, raw: str) -> str:
    """Which of the rows with its key each such row is, by its values and what stood in the file."""
    key = f"t.{quoted(table.key.name)}"
    typed_values = [f"CAST(t.{quoted(column.name)} AS VARCHAR)" for column in table.columns]
    texts = [f"r.{quoted(name)}" for name in sorted(delivered)]
    values, unread = (
        " || '|' || ".join(f"COALESCE({value}, '')" for value in listed)
        for listed in (typed_values, texts)
    )
    return (
        f"SELECT t.rad, row_number() OVER (PARTITION BY {key} "
        f"ORDER BY {values}, {unread}, t.linje, t.fil) AS nummer "
        f"FROM {typed} AS t JOIN {raw} AS r ON r.rowid = t.rad "
        f"WHERE {key} IN ({repeated_keys(table, typed)})"
    )
