"""The register on Spark: the tables of the embedded one, from the same SQL, as views."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from nircheck.contract import Contract, Table
from nircheck.contract.kommuner import Kommuner
from nircheck.errors import Message
from nircheck.register import InputFile, attribution, reference, repeated, typed
from nircheck.register.characters import NONE
from nircheck.register.missing import missing
from nircheck.register.respelling import Respelling
from nircheck.spark.database import SparkDatabase
from nircheck.spark.rows import RawTable
from nircheck.sql import PRODUCTION, Views, bind

_PUT_ASIDE = {
    "avviste_rader": {
        "tabell": pa.string(), "fil": pa.string(), "linje": pa.int64(), "felter": pa.int64(),
        "ventet": pa.int64(), "noekkel": pa.string(), "person_id": pa.string(),
        "kommunenummer_gjeldende": pa.string(), "bydel_gjeldende": pa.string(),
    },
    "tapte_tegn": {
        "tabell": pa.string(), "fil": pa.string(), "linje": pa.int64(), "noekkel": pa.string(),
        "person_id": pa.string(), "kommunenummer_gjeldende": pa.string(),
        "bydel_gjeldende": pa.string(), "steder_nb": pa.string(), "steder_nn": pa.string(),
    },
    "uleste": {
        "tabell": pa.string(), "rad": pa.int64(), "kolonne": pa.string(), "verdi": pa.string(),
    },
}  # fmt: skip
"""What the embedded reading sets aside; files in which there is such a thing are refused here."""


@dataclass
class SparkRegister:
    """An extract on Spark, ready to be judged, and the account of how it was read."""

    contract: Contract
    views: Views
    kommuner: Kommuner
    uttrekksdato: date
    connection: SparkDatabase
    miljoe: str = PRODUCTION
    delivered: dict[str, set[str]] = field(default_factory=dict)
    files: list[InputFile] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    previous_sha256: list[str] | None = None
    column_map_sha256: str | None = None
    _previous: SparkRegister | None = None

    @property
    def session(self) -> Any:
        """The session its views are in."""
        return self.connection.session

    def missing(self, needed: str) -> str | None:
        """The reason why `tabell` or `tabell.kolonne` cannot be read, if it cannot."""
        return missing(needed, self.delivered, self._previous)

    def stage(self, raw: RawTable) -> None:
        """Take in one file, whose rows lie in `raa` already."""
        self.delivered[raw.table] = set(raw.columns)

    def build(self, tables: Iterable[str] | None = None) -> None:
        """Type what was staged and derive the views; with `tables` those and what they rest on."""
        for name, columns in _PUT_ASIDE.items():
            empty = pa.schema(list(columns.items())).empty_table()
            self.connection.put("raa", name, self.session.createDataFrame(empty))
        for table in self.contract.tables.values():
            self._type(table)
        self._keep_unread()
        for name in self.delivered:
            self.connection.forget("raa", name)
        for name, frame in reference.tables(self.kommuner).items():
            self.connection.put("referanse", name, self.session.createDataFrame(frame))
        self.connection.make("typet", "personkommune", attribution.PERSON_KOMMUNE)
        for table in self.contract.tables.values():
            self.connection.make("basis", table.name, attribution.base_view(table))
        wanted = self.views.ordered if tables is None else self.views.behind(tables)
        for view in wanted:
            query = bind(view.sql, self.uttrekksdato, self.miljoe)
            self.connection.make("", view.name, query)

    def attach_previous(self, before: SparkRegister) -> None:
        """Let rules read the derived tables of an earlier extract, which has its own prefix."""
        self._previous = before
        self.previous_sha256 = sorted(file.sha256 for file in before.files)

    def rows(self, table: str) -> int:
        """How many rows of a table have been typed, those without any value left out."""
        return self._one(f"SELECT count(*) FROM typet.{table}")

    def _type(self, table: Table) -> None:
        if table.name not in self.delivered:
            empty = self.connection.frame(typed.empty_table(table))
            self.connection.put("typet", table.name, empty)
            return
        raw, target = f"raa.{table.name}", f"typet.{table.name}"
        columns = self.delivered[table.name]
        respelling = Respelling(self.connection, table, columns, NONE, {})
        respelt = respelling.found(self.contract.code_lists)
        turned = respelling.turned()
        query = typed.select(table, raw, columns, respelt, turned)
        self.connection.make("typet", table.name, query)
        self.notes += respelling.notes(respelt, turned)
        if self._one(f"SELECT count(*) FROM ({repeated.repeated_keys(table, target)})"):
            names = (*(column.name for column in table.columns), "rad", "fil", "linje", "ulest")
            kept = ", ".join(f"t.{name}" for name in names)
            numbers = repeated.numbers(table, columns, target, raw)
            self.connection.make(
                "typet",
                table.name,
                f"SELECT {kept}, COALESCE(n.nummer, 1) AS forekomst, "
                f"CASE WHEN n.nummer IS NULL THEN t.noekkel ELSE {repeated.KEY} END AS noekkel "
                f"FROM {target} AS t LEFT JOIN ({numbers}) AS n ON n.rad = t.rad",
            )

    def _keep_unread(self) -> None:
        """What stood in the files where values could not be typed."""
        kept = [
            typed.unread(column, NONE, f"raa.{table.name}", f"typet.{table.name}")
            for table in self.contract.tables.values()
            if table.name in self.delivered
            and self._one(f"SELECT count(*) FROM typet.{table.name} WHERE ulest IS NOT NULL")
            for column in table.columns
            if typed.can_be_unread(column, NONE) and column.name in self.delivered[table.name]
        ]
        if kept:
            self.connection.make("raa", "uleste", " UNION ALL ".join(kept))

    def _one(self, query: str) -> int:
        ((number,),) = self.connection.execute(query).fetchall()
        return int(number)
