"""Puts the raw text of one file or sheet into the register, every row with its place."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from nircheck.contract import Table
from nircheck.errors import ExtractError, Message
from nircheck.ingest import delimited, names, text_scan
from nircheck.ingest.locate import Source
from nircheck.ingest.sheet_table import SheetTable
from nircheck.register import Register
from nircheck.sql import literal, quoted
from nircheck.suggest import nearest

_BATCH = 50_000


class Staging:
    """One source on its way into `raa.<tabell>`."""

    def __init__(self, register: Register, source: Source, scratch: Path) -> None:
        """Remember where the rows come from and where they go."""
        self.register = register
        self.source = source
        self.scratch = scratch
        self.table: Table = register.contract.tables[source.table]
        self.encoding: str | None = None
        self.separator: str | None = None
        self.rejected = 0
        self.displaced: dict[str, str] = {}

    def run(self) -> int:
        """Stage every row; how many there were."""
        suffix = self.source.path.suffix.lower()
        if suffix == ".parquet":
            self._parquet()
        elif suffix == ".xlsx":
            self._workbook()
        else:
            self._delimited()
        return self.register.rows(self.source.table)

    def _delimited(self) -> None:
        if self._as_it_stands(self.source.path):
            return
        path, self.encoding = delimited.as_utf8(self.source.path, self.scratch)
        if path != self.source.path and self._as_it_stands(path):
            return
        form = delimited.form(path, self.encoding, self.source.shown)
        self.separator = form.separator
        columns = self._columns(form.header)
        self._note_form(form)
        self._row_by_row(delimited.rows(path, form), columns)

    def _as_it_stands(self, path: Path) -> bool:
        """Read a clean file at full speed; of one that is not, leave no trace."""
        form = text_scan.beginning(path)
        if form is None:
            return False
        if self.encoding:
            form = replace(form, encoding=self.encoding)
        noted = len(self.register.notes)
        try:
            columns = self._columns(form.header)
            self._note_form(form)
            clean = self._at_full_speed(path, form, columns)
        except ExtractError:
            clean = False
        if clean:
            self.encoding, self.separator = form.encoding, form.separator
        else:
            del self.register.notes[noted:]
        return clean

    def _note_form(self, form: delimited.Form) -> None:
        shown = {"fil": self.source.shown}
        if form.encoding not in ("utf-8", "utf-8-sig"):
            self._note("tegnsett", shown | {"tegnsett": form.encoding})
        if form.separator != ";":
            name = "tabulator" if form.separator == "\t" else form.separator
            self._note("skilletegn", shown | {"tegn": name})

    def _at_full_speed(self, path: Path, form: delimited.Form, columns: list[str | None]) -> bool:
        """Let DuckDB read a file while its bytes are looked over; keep it if it is plain."""
        listed = ", ".join(f"{literal(f'c{i}')}: 'VARCHAR'" for i in range(len(columns)))
        chosen = ", ".join(
            f"c{index} AS {quoted(name)}" for index, name in enumerate(columns) if name
        )
        with ThreadPoolExecutor(1) as pool:
            scanned = pool.submit(text_scan.scan, path, form.separator)
            try:
                rows = self.register.stage_lines(
                    self.source.table,
                    f"SELECT {chosen}, {literal(self.source.shown)} AS fil "
                    f"FROM read_csv({literal(glob.escape(str(path)))}, "
                    "auto_detect = false, hive_partitioning = false, header = false, skip = 1, "
                    f"delim = {literal(form.separator)}, quote = '', escape = '', comment = '', "
                    "null_padding = false, strict_mode = true, "
                    f"max_line_size = {text_scan.LONGEST_LINE}, columns = {{{listed}}})",
                    first=2,
                )
            except duckdb.InvalidInputException:
                return False
            scan = scanned.result()
        if scan and scan.is_even(rows, len(columns)):
            return True
        self.register.unstage(self.source.table)
        return False

    def _workbook(self) -> None:
        assert self.source.book and self.source.sheet
        table = SheetTable(self.source.book, self.source.sheet, self.source.shown)
        header = table.header(self._known)
        columns = self._columns(header)
        meant = [self.table.by_name[name] if name else None for name in columns]
        self._row_by_row(table.rows(meant, header), columns)
        self.register.notes += table.notes

    def _parquet(self) -> None:
        try:
            frame = pq.read_table(self.source.path)
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

    def _columns(self, header: list[str]) -> list[str | None]:
        """The contract column of each header cell; all that is wrong with it is told at once."""
        columns = self._mapped(header, names.columns(header, self.table))
        problems = self._repeated(header, columns)
        missing = [
            c.name for c in self.table.columns if c.column_required and c.name not in columns
        ]
        unknown = [
            cell for cell, name in zip(header, columns, strict=True) if name is None and cell
        ]
        for name in missing:
            problems.append(self._missing(name, unknown))
        if problems:
            raise ExtractError(*problems)
        for cell in (cell for cell in unknown if cell not in self.displaced):
            self._note("ukjent_kolonne", {"fil": self.source.shown, "kolonne": _safe(cell)})
        self.register.delivered[self.source.table] = {name for name in columns if name}
        return columns

    def _known(self, header: list[str]) -> list[str | None]:
        """The contract columns that a row would name if it were the header."""
        recognised = names.columns(header, self.table)
        if self.source.mapping is None:
            return recognised
        return self.source.mapping.header(header, recognised).columns

    def _mapped(self, header: list[str], recognised: list[str | None]) -> list[str | None]:
        """The columns as the column map has them, if it names this table; it is told of."""
        if self.source.mapping is None:
            return recognised
        found = self.source.mapping.header(header, recognised)
        shown: dict[str, str | int] = {"fil": self.source.shown, "tabell": self.source.table}
        self._note("kart_brukt", shown | {"antall": len(found.mapped)})
        if found.absent:
            absent = ", ".join(_safe(source) for source in found.absent)
            values = shown | {"antall": len(found.absent), "kolonner": absent}
            self._note("kart_kolonne_ikke_funnet", values)
        for cell, name in found.displaced.items():
            self._note("kart_kolonne_vek", shown | {"kolonne": _safe(cell), "navn": name})
        self.displaced = found.displaced
        self.register.spellings[self.source.table] = self.source.mapping.codes
        return found.columns

    def _repeated(self, header: list[str], columns: list[str | None]) -> list[Message]:
        places: dict[str, list[int]] = {}
        for index, name in enumerate(columns):
            if name:
                places.setdefault(name, []).append(index + 1)
        return [
            Message(
                "kolonne_to_ganger",
                {"fil": self.source.shown, "kolonne": name, "plasser": ", ".join(map(str, at))},
            )
            for name, at in places.items()
            if len(at) > 1
        ]

    def _missing(self, name: str, unknown: list[str]) -> Message:
        values: dict[str, str | int] = {"fil": self.source.shown, "kolonne": name}
        spelt = {names.plain(cell): cell for cell in unknown}
        near = nearest(name, spelt)
        if near is None:
            return Message("kolonne_mangler", values)
        return Message("kolonne_mangler_ligner", values | {"ligner": _safe(spelt[near])})

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


def _safe(name: str) -> str:
    """A header cell as it may be shown: short, and without anything like a personal number."""
    return "".join("•" if character.isdigit() else character for character in name[:60])
