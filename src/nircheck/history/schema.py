"""The tables of the store, and how what is followed is written in them and read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from nircheck.history.model import Cell, Found, Status, Track


def _text(*names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, pa.string()) for name in names]


FUNN = pa.schema(
    _text("spor", *Found._fields, "status", "grunn", "foerst_sett", "sist_sett", "endret", "mening")
)
REGLER = pa.schema(_text("rule_id", "mening"))
CELLER = pa.schema(_text("rule_id", "kommunenummer", "sist_vurdert"))
RADER = pa.schema([*_text("kommunenummer", "tabell"), ("rader", pa.int64())])
KOMMUNER = pa.schema(
    [
        *_text("kommunenummer", "navn", "ikke_sammenlignbart"),
        *(
            (name, pa.int64())
            for name in (
                "personer", "programmer", "deltakere", "med_feil", "feil", "advarsel", "info",
                "nye", "rettet", "gjenaapnet", "stille",
            )
        ),
    ]
)  # fmt: skip
"""One row per kommune of a run; with `funn` the table that most questions can be put to."""

SVAR = pa.schema(
    _text(
        "finding_id", "kommunenummer", "rule_id", "values_hash", "svar", "begrunnelse", "avsender",
        "dato", "fil", "run_id",
    )
)  # fmt: skip
UNNTAK = pa.schema(
    _text(
        "spor", "finding_id", "kommunenummer", "rule_id", "values_hash", "mening", "begrunnelse",
        "avsender", "dato", "godtatt_av", "godtatt", "utloeper", "run_id", "regelbok", "fil",
    )
)  # fmt: skip

REKKER = pa.schema(
    [*_text("tabell", "noekkel", "kommunenummer", "ferdig"), ("innhold", pa.uint64())]
)
CHANGES = pa.schema(_text("kommunenummer", "tabell", "hva", "noekkel"))

TABLES = {
    "funn": FUNN, "regler": REGLER, "celler": CELLER, "rader": RADER, "rekker": REKKER,
    "kommuner": KOMMUNER,
}  # fmt: skip


def table(rows: Iterable[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Rows as a table of the given form."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, one by one."""
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def of_tracks(tracks: Iterable[Track]) -> pa.Table:
    """Findings followed, as a table in a set order."""
    ordered = sorted(tracks, key=lambda t: (t.found.kommunenummer, t.found.rule_id, t.spor))
    return table(
        (
            (t.spor, *t.found, t.status.value, t.grunn, t.foerst_sett, t.sist_sett, t.endret,
             t.mening)
            for t in ordered
        ),
        FUNN,
    )  # fmt: skip


def to_tracks(written: pa.Table) -> Iterator[Track]:
    """The findings that such a table has."""
    many = len(Found._fields)
    for spor, *rest in rows(written.select(FUNN.names)):
        status, *last = rest[many:]
        yield Track(spor, Found(*rest[:many]), Status(status), *last)


def of_cells(judged: dict[Cell, str]) -> pa.Table:
    """When each rule was last judged in each kommune."""
    return table(((*cell, day) for cell, day in sorted(judged.items())), CELLER)


def of_rows(held: dict[str, dict[str, int]]) -> pa.Table:
    """How many rows of each table a kommune had."""
    return table(
        (
            (number, name, many)
            for number, tables in sorted(held.items())
            for name, many in sorted(tables.items())
        ),
        RADER,
    )


def to_rows(written: pa.Table) -> dict[str, dict[str, int]]:
    """The same read back."""
    held: dict[str, dict[str, int]] = {}
    for number, name, many in rows(written.select(RADER.names)):
        held.setdefault(number, {})[name] = many
    return held
