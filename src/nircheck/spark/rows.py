"""The rows of one file in the written form, each with its line; anything else is refused.

Spark reads a file in blocks, in no order. The rows of a block are numbered as they come, so a
first pass that counts the rows of each block tells on which line every block begins. The same pass
looks for what only the embedded engine reads.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from nircheck.contract import Table
from nircheck.errors import ExtractError, Message
from nircheck.ingest import header
from nircheck.register.characters import looked_for
from nircheck.spark.database import SparkDatabase
from nircheck.spark.storage import Storage
from nircheck.sql import quoted

SEPARATOR = ";"
_ODD_IN_HEADER = re.compile('["\r\ufffd]')
_READABLE = ("string", "date", "bigint", "int", "smallint", "tinyint", "decimal")

_FIELD = f'"[^"]*+(?:""[^"]*+)*+"|[^"{SEPARATOR}]*+'
_WELL_QUOTED = rf"\A(?:{_FIELD})(?:{SEPARATOR}(?:{_FIELD}))*+\z"
_HAS_QUOTE = "contains(tekst, '\"')"
_BARE = (
    "CASE WHEN startswith(f, '\"') "
    "THEN replace(substring(f, 2, length(f) - 2), '\"\"', '\"') ELSE f END"
)
_FIELDS = (
    f"CASE WHEN {_HAS_QUOTE} THEN transform(regexp_extract_all('{SEPARATOR}' || tekst, "
    f"'{SEPARATOR}({_FIELD})', 1), f -> {_BARE}) "
    f"ELSE split(tekst, '{SEPARATOR}', -1) END"
)
"""The fields of a line; one with quotes has been seen to be well quoted."""

Columns = Callable[[list[str]], list[str | None]]
"""The contract columns that the cells of a header name."""


@dataclass(frozen=True)
class RawTable:
    """One file whose rows lie in `raa` as text, with `rowid`, `fil` and `linje`."""

    table: str
    columns: list[str]
    encoding: str | None
    separator: str | None


def csv(database: SparkDatabase, path: str, shown: str, table: Table, columns: Columns) -> RawTable:
    """A text file in UTF-8 with semicolons, a row on each line."""
    lines = (
        database.session.read.option("lineSep", "\n")
        .text(path)
        .selectExpr(
            r"CASE WHEN endswith(value, '\r') THEN left(value, length(value) - 1) ELSE value END "
            "AS tekst",
            "_metadata.file_block_start AS blokk",
            "monotonically_increasing_id() AS nummer",
        )
    )
    first = lines.where("blokk = 0").orderBy("nummer").limit(1).collect()
    if not first or not first[0].tekst.strip():
        raise ExtractError(Message("tom_fil", {"fil": shown}))
    line = first[0].tekst
    marked = Storage(database.session).begins_with(path, BOM_UTF8)  # Spark does not tell of it
    if marked or _ODD_IN_HEADER.search(line):
        raise _refused("spark_overskrift", shown)
    cells = line.split(SEPARATOR)
    named = columns(cells)
    before = _lines_before(database, lines, shown, len(cells))
    fields = [f"felter[{at}] AS {_name(name)}" for at, name in enumerate(named) if name]
    frame = (
        lines.join(before.hint("broadcast"), "blokk")
        .selectExpr("nummer + foran AS linje", f"{_FIELDS} AS felter")
        .where("linje > 1")
        .selectExpr(*fields, "linje - 2 AS rowid", f"{_text(shown)} AS fil", "linje")
    )
    return _keep(database, RawTable(table.name, _kept(named), "utf-8", SEPARATOR), frame, shown)


def parquet(
    database: SparkDatabase, path: str, shown: str, table: Table, columns: Columns
) -> RawTable:
    """A Parquet file of texts, dates, and whole or decimal numbers."""
    try:
        rows = database.session.read.parquet(path)
    except Exception:  # Spark's own texts say where a file is, and may show what is in it
        raise ExtractError(Message("parquet_ulest", {"fil": shown})) from None
    named = columns(rows.columns)
    for name, kind in rows.dtypes:
        if not kind.startswith(_READABLE):
            raise _refused("spark_kolonnetype", shown, kolonne=header.safe(name), type=kind)
    fields = [
        f"CAST({_name(given)} AS STRING) AS {_name(name)}"
        for given, name in zip(rows.columns, named, strict=True)
        if name
    ]
    row = "_metadata.row_index"
    frame = rows.selectExpr(
        *fields, f"{row} AS rowid", f"{_text(shown)} AS fil", f"{row} + 1 AS linje"
    )
    return _keep(database, RawTable(table.name, _kept(named), None, None), frame, shown)


def _lines_before(database: SparkDatabase, lines: Any, shown: str, width: int) -> Any:
    """What to add to the number of a line, by block; every line is looked over on the way."""
    database.put("raa", "linjer", lines)
    odd = {
        "spark_utf8": "NOT is_valid_utf8(tekst)",
        "spark_linjeskift": r"contains(tekst, '\r')",
        "spark_anfoerselstegn": f"{_HAS_QUOTE} AND NOT tekst RLIKE {_text(_WELL_QUOTED)}",
        "spark_felter": f"CASE WHEN {_HAS_QUOTE} THEN size({_FIELDS}) <> {width} "
        f"ELSE length(tekst) - length(replace(tekst, '{SEPARATOR}', '')) <> {width - 1} END",
    }
    first = ", ".join(
        f"min(CASE WHEN {what} THEN nummer END) AS {key}" for key, what in odd.items()
    )
    blocks = database.session.sql(
        f"SELECT blokk, min(nummer) AS foerste, count(*) AS antall, {first} "
        f"FROM {database.view('raa', 'linjer')} GROUP BY blokk ORDER BY blokk"
    ).collect()
    database.forget("raa", "linjer")
    shifts, so_far = [], 0
    for block in blocks:
        shift = so_far + 1 - block.foerste
        for key in ("spark_utf8", "spark_linjeskift", "spark_anfoerselstegn", "spark_felter"):
            if block[key] is not None:
                raise _refused(key, shown, linje=block[key] + shift)
        shifts.append((block.blokk, shift))
        so_far += block.antall
    return database.session.createDataFrame(shifts, "blokk BIGINT, foran BIGINT")


def _keep(database: SparkDatabase, raw: RawTable, frame: Any, shown: str) -> RawTable:
    """Read the rows once and for all; none has a character lost, unseen or in two parts."""
    database.keep("raa", raw.table, frame)
    asked = f"SELECT {looked_for([quoted(c) for c in raw.columns])} FROM raa.{raw.table}"
    (odd,) = database.execute(asked).fetchall()
    if any(odd):
        raise _refused("spark_tegn", shown)
    return raw


def _refused(key: str, shown: str, **values: str | int) -> ExtractError:
    return ExtractError(Message(key, {"fil": shown, **values}))


def _kept(named: list[str | None]) -> list[str]:
    return [name for name in named if name]


def _name(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql("spark")


def _text(text: str) -> str:
    return exp.Literal.string(text).sql("spark")
