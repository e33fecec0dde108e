"""The register: one DuckDB database that holds an extract, closed to the outside."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from nircheck.contract import Contract, Table
from nircheck.contract.kommuner import Kommuner
from nircheck.errors import Message
from nircheck.register import attribution, characters, lost, pieces, reference, repeated, typed
from nircheck.register.characters import Oddities
from nircheck.register.files import InputFile
from nircheck.register.missing import missing
from nircheck.register.respelling import Respelling
from nircheck.sql import PRODUCTION, Views, bind, literal, quoted

_NEVER = "1TB"  # DuckDB tidies up a database in memory too, half a second at a commit


@dataclass(frozen=True)
class Lines:
    """A file that gives one raw row per line, from `first` on: no row need say where it stood."""

    file: str
    first: int


@dataclass
class Register:
    """An extract ready to be judged, and the account of how it was read."""

    contract: Contract
    views: Views
    kommuner: Kommuner
    uttrekksdato: date
    connection: duckdb.DuckDBPyConnection
    spill: tempfile.TemporaryDirectory[str]
    delivered: dict[str, set[str]] = field(default_factory=dict)
    files: list[InputFile] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    previous_sha256: list[str] | None = None
    own_kommune: str | None = None
    miljoe: str = PRODUCTION
    column_map_sha256: str | None = None
    spellings: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    oddities: dict[str, Oddities] = field(default_factory=dict)
    _staged: set[str] = field(default_factory=set)
    _lines: dict[str, Lines] = field(default_factory=dict)
    _built: set[str] = field(default_factory=set)
    _previous: Register | None = None

    @classmethod
    def open(
        cls,
        contract: Contract,
        views: Views,
        kommuner: Kommuner,
        uttrekksdato: date,
        *,
        memory: str | None = None,
        threads: int | None = None,
    ) -> Self:
        """An empty register that files can be staged into."""
        spill = tempfile.TemporaryDirectory(prefix="nircheck-")
        try:
            connection = _empty_database(spill.name, memory, threads)
        except BaseException:
            spill.cleanup()
            raise
        return cls(contract, views, kommuner, uttrekksdato, connection, spill)

    def __enter__(self) -> Self:
        """Use the register in a `with` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the database."""
        self.close()

    def close(self) -> None:
        """Let go of the database, and of what it put aside on disk."""
        self.connection.close()
        self.spill.cleanup()

    def missing(self, needed: str) -> str | None:
        """The reason why `tabell` or `tabell.kolonne` cannot be read, if it cannot."""
        return missing(needed, self.delivered, self._previous)

    def stage(self, table: str, query: str, frame: pa.Table | None = None) -> None:
        """Take in raw rows: a query that ends with `fil` and `linje`, over `frame` if given."""
        if frame is not None:
            self.connection.register("frame", frame)
        exists = table in self._staged
        verb = f"INSERT INTO raa.{table}" if exists else f"CREATE TABLE raa.{table} AS"
        self.connection.execute(f"{verb} {query}")
        self._staged.add(table)
        if frame is not None:
            self.connection.unregister("frame")

    def stage_lines(self, table: str, query: str, lines: Lines) -> int:
        """Take in the rows of a query, which are the lines of a file; how many."""
        rows = self._one(f"CREATE TABLE raa.{table} AS {query}")
        self._lines[table] = lines
        self._staged.add(table)
        return rows

    def place(self, table: str) -> str:
        """SQL for the file and the line of a raw row: kept with it, or told by its number."""
        lines = self._lines.get(table)
        if lines is None:
            return "fil, linje"
        return f"{literal(lines.file)} AS fil, rowid + {lines.first} AS linje"

    def unstage(self, table: str) -> None:
        """Forget the raw rows of a table."""
        self.connection.execute(f"DROP TABLE raa.{table}")
        self._staged.remove(table)
        self._lines.pop(table, None)

    def stage_rows(self, table: str, columns: list[str], rows: list[dict[str, str | None]]) -> None:
        """Take in raw rows that are in memory already."""
        frame = pa.table(
            {name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns}
        )
        listed = ", ".join(quoted(name) for name in columns)
        self.stage(
            table, f"SELECT {listed}, NULL::VARCHAR AS fil, NULL::BIGINT AS linje FROM frame", frame
        )
        self.delivered[table] = set(columns)

    def reject(self, table: str, name: str, rows: list[tuple[int, int]], expected: int) -> None:
        """Keep out rows (line, fields) that do not have as many fields as the header."""
        if not rows:
            return
        own = self.own_kommune or attribution.UNKNOWN
        self.connection.executemany(
            "INSERT INTO raa.avviste_rader VALUES (?, ?, ?, ?, ?, ?, NULL, ?, NULL)",
            [(table, name, line, fields, expected, f"{name}:{line}", own) for line, fields in rows],
        )

    def attach_previous(self, before: Register) -> None:
        """Let rules read the derived tables of an earlier extract as `forrige.<tabell>`."""
        self.connection.execute("CREATE SCHEMA forrige")
        for name in self.views.for_rules:
            if name not in before._built:
                continue
            frame = before.connection.sql(f"FROM {quoted(name)}").to_arrow_table()
            self.connection.register("frame", frame)
            self.connection.execute(f"CREATE TABLE forrige.{name} AS SELECT * FROM frame")
            self.connection.unregister("frame")
        self._previous = before
        self.previous_sha256 = sorted(file.sha256 for file in before.files)

    def build(self, tables: Iterable[str] | None = None) -> None:
        """Type what was staged, derive the views, and close the database to the outside.

        With `tables` only these derived tables are made, and what they rest on.
        """
        self.type_tables()
        reference.fill(self.connection, self.kommuner)
        self.connection.execute(f"CREATE TABLE typet.personkommune AS {attribution.PERSON_KOMMUNE}")
        for table in self.contract.tables.values():
            self.connection.execute(
                f"CREATE VIEW basis.{table.name} AS {attribution.base_view(table)}"
            )
            if self._odd(table).lost:
                self.connection.execute(lost.insert(table))
        wanted = self.views.ordered if tables is None else self.views.behind(tables)
        at_a_time = pieces.rows_at_a_time(self.connection)
        for view in wanted:
            query = bind(view.sql, self.uttrekksdato, self.miljoe)
            pieces.make(self.connection, view, query, at_a_time)
            self._built.add(view.name)
        self.close_off()

    def type_tables(self) -> None:
        """Type what was staged; nothing is placed in a kommune, and no rule can be judged yet."""
        for table in self.contract.tables.values():
            self._type(table)

    def close_off(self) -> None:
        """Close the database to the outside."""
        self.connection.execute("SET enable_external_access = false")
        self.connection.execute("SET lock_configuration = true")

    def _type(self, table: Table) -> None:
        target = f"typet.{table.name}"
        if table.name not in self.delivered:
            self.connection.execute(f"CREATE TABLE {target} AS {typed.empty_table(table)}")
            return
        raw, place = f"raa.{table.name}", self.place(table.name)
        columns = self.delivered[table.name]
        respelling = Respelling(
            self.connection, table, columns, self._odd(table), self.spellings.get(table.name, {})
        )
        respelt = respelling.found(self.contract.code_lists)
        turned = respelling.turned()
        self.connection.execute(
            f"CREATE TABLE {target} AS "
            f"{typed.select(table, raw, columns, respelt, turned, self._odd(table), place)}"
        )
        self._keep_unread(table, raw, target)
        self.notes += respelling.notes(respelt, turned)
        self._number_repeated_keys(table, raw, target)

    def _keep_unread(self, table: Table, raw: str, target: str) -> None:
        """What stood in the file where a value could not be typed."""
        if not self._one(f"SELECT count(*) FROM {target} WHERE ulest IS NOT NULL"):
            return
        odd = self._odd(table)
        for column in table.columns:
            delivered = column.name in self.delivered[table.name]
            if typed.can_be_unread(column, odd) and delivered:
                self.connection.execute(
                    f"INSERT INTO raa.uleste {typed.unread(column, odd, raw, target)}"
                )

    def _odd(self, table: Table) -> Oddities:
        return self.oddities.get(table.name, characters.NONE)

    def _number_repeated_keys(self, table: Table, raw: str, target: str) -> None:
        """Tell rows with the same key apart, in an order that no shuffling changes."""
        numbers = repeated.numbers(table, self.delivered[table.name], target, raw)
        self.connection.execute(
            f"UPDATE {target} AS t SET forekomst = n.nummer, noekkel = {repeated.KEY} "
            f"FROM ({numbers}) AS n WHERE n.rad = t.rad"
        )

    def rows(self, table: str) -> int:
        """How many rows of a table have been typed, those without any value left out."""
        return self._one(f"SELECT count(*) FROM typet.{table}")

    def raw_rows(self, table: str) -> int:
        """How many rows of a table have been staged."""
        return self._one(f"SELECT count(*) FROM raa.{table}")

    def _one(self, query: str) -> int:
        ((number,),) = self.connection.execute(query).fetchall()
        return int(number)


def _empty_database(
    spill: str, memory: str | None, threads: int | None
) -> duckdb.DuckDBPyConnection:
    """A database with the schemas an extract is put in: in memory, or a file if that is limited."""
    config: dict[str, Any] = {
        "autoload_known_extensions": "false",
        "autoinstall_known_extensions": "false",
        "temp_directory": spill,
        "checkpoint_threshold": _NEVER,
    }
    if memory:
        config["memory_limit"] = memory
    if threads:
        config["threads"] = str(threads)
    place = str(Path(spill) / "register.duckdb") if memory else ":memory:"
    connection = duckdb.connect(place, config=config)
    connection.execute("SET enable_progress_bar = false")
    connection.execute("PRAGMA disable_checkpoint_on_shutdown")
    for schema in ("raa", "typet", "basis", "referanse"):
        connection.execute(f"CREATE SCHEMA {schema}")
    connection.execute(
        "CREATE TABLE raa.avviste_rader (tabell VARCHAR, fil VARCHAR, linje BIGINT, "
        "felter BIGINT, ventet BIGINT, noekkel VARCHAR, person_id VARCHAR, "
        "kommunenummer_gjeldende VARCHAR, bydel_gjeldende VARCHAR)"
    )
    connection.execute(
        "CREATE TABLE raa.uleste (tabell VARCHAR, rad BIGINT, kolonne VARCHAR, verdi VARCHAR)"
    )
    connection.execute(lost.CREATE)
    return connection
