"""The columns that no rule knows, as they came, read again for the few rows that are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from nircheck.contract import Contract, Table
from nircheck.errors import ExtractError, Message
from nircheck.ingest import delimited, header
from nircheck.ingest.column_map import ColumnMap
from nircheck.ingest.locate import Source, locate
from nircheck.ingest.sheet_table import SheetTable
from nircheck.ingest.sheets import parquet_rows
from nircheck.privacy import masked
from nircheck.register import InputFile
from nircheck.register.characters import UNSEEN

Place = tuple[str, int]
_UNSEEN = dict.fromkeys(map(ord, UNSEEN))


def echo(
    paths: list[Path],
    files: Iterable[InputFile],
    places: set[Place],
    contract: Contract,
    column_map: ColumnMap | None = None,
) -> dict[Place, dict[str, str]]:
    """For each (file, line) the texts of its unknown columns, personal numbers blotted out.

    Nothing of them is kept while the extract is judged; a file that has been changed since is
    refused.
    """
    judged = {file.name: file.sha256 for file in files}
    found: dict[Place, dict[str, str]] = {}
    with TemporaryDirectory(prefix="nircheck-") as scratch:
        for source in locate(paths, contract, Path(scratch), column_map).sources:
            lines = {line for file, line in places if file == source.shown}
            if not lines or source.shown not in judged:
                continue
            if source.sha256() != judged[source.shown]:
                raise ExtractError(Message("fil_endret", {"fil": source.shown}))
            for line, texts in _unknown(source, lines, contract.tables[source.table], scratch):
                found[source.shown, line] = texts
    return found


def _unknown(
    source: Source, lines: set[int], table: Table, scratch: str
) -> Iterator[tuple[int, dict[str, str]]]:
    """The unknown columns of the rows on these lines, by the text of their header."""
    cells, rows = _opened(source, table, Path(scratch))
    known = header.known(cells, table, source.mapping)
    unknown = [
        (at, _shown(cell)) for at, cell in enumerate(cells) if not known[at] and cell.strip()
    ]
    last = max(lines)
    for line, texts in rows:
        if line in lines and len(texts) == len(cells):
            yield line, {cell: _shown(texts[at]) for at, cell in unknown}
        if line >= last:
            return


def _opened(
    source: Source, table: Table, scratch: Path
) -> tuple[list[str], Iterable[tuple[int, list[str]]]]:
    """The header of a source, and its rows with their lines."""

    def named(cells: list[str]) -> list[str | None]:
        return header.known(cells, table, source.mapping)

    if source.path.suffix.lower() == ".parquet":
        file = pq.ParquetFile(source.path)
        return file.schema_arrow.names, enumerate(parquet_rows(file), start=1)
    if source.book and source.sheet:
        sheet = SheetTable(source.book, source.sheet, source.shown)
        cells = sheet.header(named)
        return cells, sheet.rows([None] * len(cells), cells)
    text = delimited.as_utf8(source.path, scratch, source.shown)
    form = delimited.form(text.path, source.shown, named)
    return form.header, delimited.rows(text.path, form)


def _shown(text: str) -> str:
    """A text as it came, without what would hide a personal number from being recognised."""
    bare = text.translate(_UNSEEN)
    return masked(bare) if masked(bare) != bare else text
