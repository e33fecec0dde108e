"""Every file and sheet that may hold a table, whatever it is called, as header and rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from nircheck.contract import Contract
from nircheck.errors import ExtractError, Message
from nircheck.ingest import delimited, header, manifest
from nircheck.ingest.cells import Cells
from nircheck.ingest.locate import SUFFIXES, files_of, is_table_file, unpacked
from nircheck.ingest.workbook import Workbook
from nircheck.privacy import masked

Rows = Iterator[list[str]]


@dataclass(frozen=True)
class Sheet:
    """A file, or one sheet of a workbook, under the name a column map knows it by."""

    name: str
    path: Path
    shown: str
    scratch: Path
    sheet: str | None = None
    book: Workbook | None = None

    def read(self) -> tuple[list[str], Rows]:
        """The header, and the rows as text."""
        suffix = self.path.suffix.lower()
        if suffix == ".parquet":
            return self._parquet()
        if self.book and self.sheet:
            text = Cells().text
            rows = ([text(cell) for cell in cells] for _, cells in self.book.rows(self.sheet))
            first = list(islice(rows, header.HEADER_WITHIN))
            at = header.place(first, header.nothing_known)
            return next(iter(first[at:]), []), chain(first[at + 1 :], rows)
        path = delimited.as_utf8(self.path, self.scratch, self.shown).path
        form = delimited.form(path, self.shown, header.nothing_known)
        return form.header, (fields for _, fields in delimited.rows(path, form) if fields)

    def _parquet(self) -> tuple[list[str], Rows]:
        try:
            file = pq.ParquetFile(self.path)
        except (pa.ArrowException, OSError):
            raise ExtractError(Message("parquet_ulest", {"fil": self.shown})) from None
        return file.schema_arrow.names, parquet_rows(file)


def every(
    paths: list[Path], scratch: Path, contract: Contract, problems: list[Message | str]
) -> Iterator[Sheet]:
    """The files and sheets behind what the user named; what cannot be opened is a problem."""
    for path in paths:
        try:
            if not path.exists():
                raise ExtractError(Message("fil_finnes_ikke", {"fil": str(path)}))
            if path.is_dir():
                files, _ = files_of(path, contract)
            elif path.suffix.lower() == ".zip":
                files, _ = files_of(unpacked(path, scratch, contract)[0], contract)
            elif is_table_file(path.name):
                files = [path]
            else:
                raise ExtractError(Message("ukjent_filtype", {"fil": path.name}))
        except ExtractError as error:
            problems += error.problems
            continue
        for file in files:
            if file.name != manifest.FILE_NAME:
                try:
                    yield from _of(file, scratch)
                except ExtractError as error:
                    problems += error.problems


def _of(file: Path, scratch: Path) -> Iterator[Sheet]:
    stem = next(file.name[: -len(s)] for s in SUFFIXES if file.name.lower().endswith(s))
    shown = masked(file.name)
    if file.suffix.lower() != ".xlsx":
        yield Sheet(stem, file, shown, scratch)
        return
    book = Workbook(file)
    for sheet in book.sheets:
        yield Sheet(sheet, file, masked(f"{file.name} [{sheet}]"), scratch, sheet, book)


def parquet_rows(file: pq.ParquetFile) -> Rows:
    """Every row of a Parquet file as text."""
    for batch in file.iter_batches():
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            yield ["" if value is None else str(value) for value in row]


def hashes(paths: list[Path], scratch: Path, contract: Contract) -> dict[str, str]:
    """The hash of every file that may hold a table, by the name that reading gives it."""
    found: dict[str, str] = {}
    for sheet in every(paths, scratch, contract, []):
        with sheet.path.open("rb") as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
        found |= {sheet.shown: digest, masked(sheet.path.name): digest}
    return found
