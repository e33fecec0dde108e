"""How an invented register is distributed, beside what has been published of the real one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from nircheck import templates, yamlfile
from nircheck.sql import quoted

_WIDTH, _HEIGHT = 640, 200


@dataclass(frozen=True)
class Beside:
    """One figure: as published, and as it is in the invented register."""

    title: str
    source: str
    published: float
    made: float | None
    rows: int
    """How many rows it is a share or a mean of."""


@dataclass(frozen=True)
class Portrait:
    """All that the report shows."""

    day: date
    persons: int
    groups: dict[str, list[Beside]]
    sizes: list[tuple[float, float, float]]
    """Share of the kommuner, smallest first; of the people living there; of the participants."""
    starts: list[tuple[str, int]]
    """Programmes that began, by quarter."""


def portrait(tables: Iterable[tuple[str, pa.Table]], expectations: Path, day: date) -> Portrait:
    """Count the figures of `_fordelinger.yaml` in the tables."""
    with duckdb.connect() as connection:
        for name, table in tables:
            connection.register("frame", table)
            columns = ", ".join(_typed(column) for column in table.column_names)
            connection.execute(f"CREATE TABLE {quoted(name)} AS SELECT {columns} FROM frame")
            connection.unregister("frame")
        connection.execute(f"SET VARIABLE day = DATE '{day.isoformat()}'")
        people = expectations / "_referanse" / "folketall.csv"
        stated = yamlfile.load(expectations / "_fordelinger.yaml")
        for name, rows in stated["populations"].items():
            connection.execute(f"CREATE TABLE {quoted(name)} AS {rows}")
        return Portrait(
            day,
            _rows(connection, "SELECT count(*) FROM person")[0][0],
            {
                group: [_beside(connection, title, **figure) for title, figure in figures.items()]
                for group, figures in stated["figures"].items()
            },
            _rows(connection, _SIZES.format(people=str(people).replace("'", "''"))),
            _rows(connection, _STARTS),
        )


def page(shown: Portrait) -> str:
    """The report, one file that asks for nothing."""
    return templates.html("sample.html.j2").render(
        shown=shown, width=_WIDTH, height=_HEIGHT, most=max((n for _, n in shown.starts), default=1)
    )


_SIZES = """
WITH sizes AS (
  SELECT f.kommunenummer, any_value(f.folketall) AS living, count(p.person_id) AS taking_part
  FROM read_csv('{people}', types={{'kommunenummer': 'VARCHAR'}}) AS f
  LEFT JOIN person AS p ON p.bosettingskommune = f.kommunenummer
  GROUP BY f.kommunenummer
)
SELECT row_number() OVER o / count(*) OVER (), sum(living) OVER o / sum(living) OVER (),
  coalesce(sum(taking_part) OVER o / nullif(sum(taking_part) OVER (), 0), 0)
FROM sizes WINDOW o AS (ORDER BY living, kommunenummer) ORDER BY 1
"""
_STARTS = """
SELECT year(startdato) || ' Q' || quarter(startdato), count(*) FROM program
WHERE startdato IS NOT NULL AND year(startdato) BETWEEN 2000 AND 2100 GROUP BY 1 ORDER BY 1
"""


def _beside(
    connection: duckdb.DuckDBPyConnection, title: str, *, source: str, published: float, of: str,
    value: str, weight: str = "1",
) -> Beside:  # fmt: skip
    counted = f"SELECT {value} AS value, {weight} AS weight FROM {of}"
    mean = "sum(value * weight) / nullif(sum(weight), 0)"
    made, rows = _rows(connection, f"SELECT {mean}, count(value) FROM ({counted})")[0]
    return Beside(title, source, published, None if made is None else float(made), rows)


def _typed(column: str) -> str:
    own = quoted(column)
    is_day = column.endswith(("dato", "frist"))
    return f"TRY_CAST({own} AS DATE) AS {own}" if is_day else own


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()
