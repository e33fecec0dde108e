"""Puts the raw text of one file or sheet into the register, every row with its place."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from nircheck.contract import Table
from nircheck.errors import ExtractError, Message
from nircheck.ingest import delimited, header, names, text_scan, traces
from nircheck.ingest.locate import Source
from nircheck.ingest.sheet_table import SheetTable
from nircheck.register import Lines, Register
from nircheck.register.characters import TWICE, Oddities, looked_for
from nircheck.sql import literal, quoted

_BATCH = 50_000


class Staging:
    """One source on its way into `raa.<tabell>`."""

    def __init__(
        self, register: Register, source: Source, scratch: Path, *, tolerant: bool = False
    ) -> None:
        """Remember where the rows come from and where they go; the tolerant take what there is."""
        self.register = register
        self.source = source
        self.scratch = scratch
        self.table: Table = register.contract.tables[source.table]
        self.sha256: str | None = None
        self.encoding: str | None = None
        self.separator: str | None = None
        self.rejected = 0
        self.displaced: dict[str, str] = {}
        self.tolerant = tolerant
        self.header: list[str] = []
        self.named: list[str | None] = []
        self.wrong: list[Message] = []

    def run(self) -> None:
        """Stage every row."""
        suffix = self.source.path.suffix.lower()
        if suffix == ".parquet":
            self._parquet()
        elif suffix == ".xlsx":
            self._workbook()
        else:
            self._delimited()
        self._note_written_twice()

    def _delimited(self) -> None:
        if self._as_it_stands(self.source.path):
            return
        text = delimited.as_utf8(self.source.path, self.scratch, self.source.shown)
        if text.path != self.source.path and self._as_it_stands(text.path, text):
            return
        form = delimited.form(text.path, self.source.shown, self._known)
        self.encoding, self.separator = text.encoding, form.separator
        columns = self._columns(form.header)
        self._note_form(text, form)
        self.register.oddities[self.source.table] = traces.of(text.path)
        self._row_by_row(delimited.rows(text.path, form), columns)

    def _as_it_stands(self, path: Path, text: delimited.Text | None = None) -> bool:
        """Read a clean file at full speed; of one that is not, leave no trace."""
        begun = text_scan.beginning(path)
        if begun is None:
            return False
        encoding, form = begun
        text = text or delimited.Text(path, encoding)
        noted = len(self.register.notes)
        try:
            columns = self._columns(form.header)
            self._note_form(text, form)
            clean = self._at_full_speed(path, form, columns)
        except ExtractError:
            clean = False
        if clean:
            self.encoding, self.separator = text.encoding, form.separator
        else:
            del self.register.notes[noted:]
        return clean

    def _note_form(self, text: delimited.Text, form: delimited.Form) -> None:
        shown: dict[str, str | int] = {"fil": self.source.shown}
        if text.encoding == "utf-8-sig":
            self._note("bom", shown)
        elif text.encoding != "utf-8":
            self._note("tegnsett", shown | {"tegnsett": text.encoding})
        if text.broken:
            self._note("utf8_brutt", shown | {"antall": text.broken})
        if form.separator != ";":
            name = "tabulator" if form.separator == "\t" else form.separator
            self._note("skilletegn", shown | {"tegn": name})
        if form.above:
            self._note("linjer_over", shown | {"antall": form.above, "linje": form.line})

    def _note_written_twice(self) -> None:
        """How many cells hold text that was written down in the wrong encoding, which is kept."""
        name = self.source.table
        if not self.register.oddities[name].twice:
            return
        cells = " + ".join(
            f"count(*) FILTER (regexp_matches({quoted(column)}, {literal(TWICE)}))"
            for column in sorted(self.register.delivered[name])
        )
        ((found,),) = self.register.connection.execute(f"SELECT {cells} FROM raa.{name}").fetchall()
        if found:
            values: dict[str, str | int] = {"fil": self.source.shown, "antall": found}
            self._note("tegn_dobbelt", values)

    def _look_for_oddities(self) -> None:
        """Look for odd characters in what did not come as bytes of text."""
        name = self.source.table
        columns = [quoted(column) for column in sorted(self.register.delivered[name])]
        ((unseen, lost, twice),) = self.register.connection.execute(
            f"SELECT {looked_for(columns)} FROM raa.{name}"
        ).fetchall()
        self.register.oddities[name] = Oddities(unseen, lost, twice)

    def _at_full_speed(self, path: Path, form: delimited.Form, columns: list[str | None]) -> bool:
        """Let DuckDB read a file while its bytes are looked over; keep it if it is plain."""
        listed = ", ".join(f"{literal(f'c{i}')}: 'VARCHAR'" for i in range(len(columns)))
        chosen = ", ".join(
            f"c{index} AS {quoted(name)}" for index, name in enumerate(columns) if name
        )
        looked_over = partial(
            text_scan.scan, path, form.separator, every_column_is_read=all(columns)
        )
        with ThreadPoolExecutor(1) as pool:
            scanned = pool.submit(looked_over)
            try:
                rows = self.register.stage_lines(
                    self.source.table,
                    f"SELECT {chosen} FROM read_csv({literal(glob.escape(str(path)))}, "
                    "auto_detect = false, hive_partitioning = false, header = false, skip = 1, "
                    f"delim = {literal(form.separator)}, quote = '', escape = '', comment = '', "
                    "null_padding = false, strict_mode = true, "
                    f"max_line_size = {text_scan.LONGEST_LINE}, columns = {{{listed}}})",
                    Lines(self.source.shown, first=2),
                )
            except duckdb.InvalidInputException:
                return False
            scan = scanned.result()
        if scan and scan.is_even(rows, len(columns)):
            self.register.oddities[self.source.table] = scan.oddities
            self.sha256 = scan.sha256 if path == self.source.path else None
            return True
        self.register.unstage(self.source.table)
        return False

    def _workbook(self) -> None:
        assert self.source.book and self.source.sheet
        table = SheetTable(self.source.book, self.source.sheet, self.source.shown)
        cells = table.header(self._known)
        columns = self._columns(cells)
        meant = [self.table.by_name[name] if name else None for name in columns]
        self._row_by_row(table.rows(meant, cells), columns)
        self._look_for_oddities()
        self.register.notes += table.notes

    def _parquet(self) -> None:
        try:
            frame = pq.read_table(self.source.path)
            frame.validate(full=True)
        except (pa.ArrowException, OSError):
            raise ExtractError(Message("parquet_ulest", {"fil": self.source.shown})) from None
        columns = self._columns(frame.column_names)
        chosen = ", ".join(
            f"CAST({quoted(given)} AS VARCHAR) AS {quoted(name)}"
            for given, name in zip(frame.column_names, columns, strict=True)
            if name
        )
        self.register.stage(
            self.source.table,
            f"SELECT {chosen}, {literal(self.source.shown)} AS fil, "
            "row_number() OVER () AS linje FROM frame",
            frame,
        )
        self._look_for_oddities()

    def _row_by_row(self, rows: Iterable[tuple[int, list[str]]], columns: list[str | None]) -> None:
        """Stage rows that were read here; those of the wrong length are kept out and told of."""
        kept = [(index, name) for index, name in enumerate(columns) if name]
        for batch in _batches(rows, _BATCH):
            good = [row for row in batch if len(row[1]) == len(columns)]
            data: dict[str, Any] = {
                name: pa.array([fields[index] for _, fields in good], pa.string())
                for index, name in kept
            }
            data["fil"] = pa.array([self.source.shown] * len(good), pa.string())
            data["linje"] = pa.array([line for line, _ in good], pa.int64())
            self.register.stage(self.source.table, "SELECT * FROM frame", pa.table(data))
            bad = [(line, len(fields)) for line, fields in batch if len(fields) != len(columns)]
            self.register.reject(self.source.table, self.source.shown, bad, len(columns))
            self.rejected += len(bad)

    def _columns(self, cells: list[str]) -> list[str | None]:
        """The contract column of each header cell; all that is wrong with it is told at once."""
        shown = self.source.shown
        columns = self._mapped(cells, names.columns(cells, self.table))
        self.header, self.wrong = cells, header.problems(shown, self.table, cells, columns)
        if self.tolerant:
            columns = header.each_once(columns)
        if self.wrong and not (self.tolerant and any(columns)):
            raise ExtractError(*self.wrong)
        self.named = columns
        for cell, name in zip(cells, columns, strict=True):
            if name and names.once(cell) != cell:
                self._note("overskrift_dobbel", {"fil": shown, "kolonne": name})
            elif name is None and cell.strip() and cell not in self.displaced:
                self.register.notes.append(header.unused(shown, cell, self.table, columns))
        self.register.delivered[self.source.table] = {name for name in columns if name}
        return columns

    def _known(self, cells: list[str]) -> list[str | None]:
        return header.known(cells, self.table, self.source.mapping)

    def _mapped(self, cells: list[str], recognised: list[str | None]) -> list[str | None]:
        """The columns as the column map has them, if it names this table; it is told of."""
        if self.source.mapping is None:
            return recognised
        found = self.source.mapping.header(cells, recognised)
        shown: dict[str, str | int] = {"fil": self.source.shown, "tabell": self.source.table}
        self._note("kart_brukt", shown | {"antall": len(found.mapped)})
        if found.absent:
            absent = ", ".join(header.safe(source) for source in found.absent)
            values = shown | {"antall": len(found.absent), "kolonner": absent}
            self._note("kart_kolonne_ikke_funnet", values)
        for cell, name in found.displaced.items():
            self._note("kart_kolonne_vek", shown | {"kolonne": header.safe(cell), "navn": name})
        self.displaced = found.displaced
        self.register.spellings[self.source.table] = self.source.mapping.codes
        return found.columns

    def _note(self, key: str, values: dict[str, str | int] | dict[str, str]) -> None:
        self.register.notes.append(Message(key, dict(values)))


def _batches(
    rows: Iterable[tuple[int, list[str]]], size: int
) -> Iterable[list[tuple[int, list[str]]]]:
    batch: list[tuple[int, list[str]]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    yield batch
