"""How the files of the corpus are made: the canonical extract, and small ways to change it."""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from extracts import EXPECTATIONS, Extract
from nircheck.contract import Contract
from nircheck.contract import load as load_contract

FNR = "01819012365"
OTHER_FNR = "02819012326"
DUF = "201850612205"
NUMBERS = (FNR, OTHER_FNR, DUF, f"{FNR[:6]} {FNR[6:]}", f"{OTHER_FNR[:6]} {OTHER_FNR[6:]}",
           f"{DUF[:4]} {DUF[4:10]} {DUF[10:]}")  # fmt: skip
"""Every personal number in the corpus, as systems and as people write it."""
TABLES = ("person", "program", "tiltak")
Files = dict[str, bytes]
Rows = list[list[str]]
Make = Callable[[Files, Path], Path | list[Path] | None]
"""Changes the files, or lays out something else in the folder and says where."""


class Written:
    """What `Extract.write` asks of a rule book, when only the contract is at hand."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract


CONTRACT = load_contract(EXPECTATIONS)


def canonical() -> Extract:
    """Three participants with something wrong in each, and one without a fault."""
    extract = Extract()
    extract.participant("INT", sluttdato="2023-05-31", kommunenummer="0301", bydel="030101")
    extract.participant("IL", kommunenummer="0301", person_id="BORTE", startdato="2018-13-01")
    extract.participant("KAP6A", startdato="2023-09-01", sluttdato="2020-06-30")
    extract.participant("INT")
    person, _, tiltak, _ = extract.tables["person"]
    person |= {"foedselsnummer": FNR, "dufnummer": DUF, "utdanning_vgo": "JA"}
    tiltak |= {"foedselsnummer": OTHER_FNR}
    first, second, third, fourth = extract.tables["tiltak"]
    first |= {"beskrivelse": "Språkkafé på «Øya»; # én"}
    second |= {"timer_per_uke": "37.5", "beskrivelse": 'sier "hei" og mer'}
    third |= {"stoppdato": "2019-01-01", "registrert_dato": "31.12.2023"}
    fourth |= {"beskrivelse": "Å bygge"}
    return extract


def canonical_files() -> Files:
    """The canonical extract in the contract's own written form."""
    with tempfile.TemporaryDirectory() as name:
        book: Any = Written(CONTRACT)
        folder = canonical().write(Path(name), book)
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# text


def rows_of(files: Files, table: str) -> Rows:
    return list(csv.reader(io.StringIO(files[f"{table}.csv"].decode(), newline=""), delimiter=";"))


def put(files: Files, table: str, rows: Rows, **form: Any) -> None:
    """The rows as a file; `form` is how `csv` is told to write them."""
    out = io.StringIO(newline="")
    csv.writer(out, **({"delimiter": ";", "lineterminator": "\n"} | form)).writerows(rows)
    files[f"{table}.csv"] = out.getvalue().encode()


def text(change: Callable[[str], str], table: str = "tiltak") -> Make:
    """A table with its text changed."""

    def make(files: Files, _: Path) -> None:
        before = files[f"{table}.csv"].decode()
        files[f"{table}.csv"] = change(before).encode()
        assert files[f"{table}.csv"] != before.encode()

    return make


def form(**how: Any) -> Make:
    """Every table written in another form."""

    def make(files: Files, _: Path) -> None:
        for table in TABLES:
            put(files, table, rows_of(files, table), **how)

    return make


def encoded(encoding: str, bom: bytes = b"") -> Make:
    """The tiltak in another encoding."""

    def make(files: Files, _: Path) -> None:
        files["tiltak.csv"] = bom + files["tiltak.csv"].decode().encode(encoding)

    return make


def cells(change: Callable[[str], str], *columns: str, table: str = "tiltak") -> Make:
    """Every filled cell of some columns (of all if none are named) changed."""

    def make(files: Files, _: Path) -> None:
        header, *rows = rows_of(files, table)
        at = [n for n, name in enumerate(header) if name in columns or not columns]
        assert at
        for row in rows:
            for n in at:
                row[n] = change(row[n]) if row[n] else row[n]
        put(files, table, [header, *rows])

    return make


def one(column: str, value: str | bytes, *, table: str = "tiltak", line: int = 5) -> Make:
    """One cell changed, on line 5 unless another is named: the row without a fault."""

    def make(files: Files, _: Path) -> None:
        rows = rows_of(files, table)
        mark = "¤¤¤"
        rows[line - 1][rows[0].index(column)] = mark if isinstance(value, bytes) else value
        put(files, table, rows)
        if isinstance(value, bytes):
            files[f"{table}.csv"] = files[f"{table}.csv"].replace(mark.encode(), value)

    return make


def header(change: Callable[[str], str], table: str = "tiltak") -> Make:
    """The header spelt in another way."""

    def make(files: Files, _: Path) -> None:
        names, *rows = rows_of(files, table)
        put(files, table, [[change(name) for name in names], *rows])

    return make


def label(language: str, table: str = "tiltak") -> Make:
    """The names of the columns as the contract explains them to people."""
    labels = {c.name: c.label[language] for c in CONTRACT.tables[table].columns}
    return header(lambda name: labels[name], table)


def column(name: str, value: str) -> Make:
    """One more column in the tiltak."""

    def make(files: Files, _: Path) -> None:
        names, *rows = rows_of(files, "tiltak")
        put(files, "tiltak", [[*names, name], *([*row, value] for row in rows)])

    return make


def renamed(old: str, new: str, table: str = "tiltak") -> Make:
    return header(lambda name: new if name == old else name, table)


def reversed_columns(files: Files, _: Path) -> None:
    put(files, "tiltak", [row[::-1] for row in rows_of(files, "tiltak")])


def file(name: str, content: bytes | None) -> Make:
    """One file put beside the others, in the place of another, or taken away."""

    def make(files: Files, _: Path) -> None:
        if content is None:
            del files[name]
        else:
            files[name] = content

    return make


def also(*steps: Make) -> Make:
    """One change after the other; where the last lays out files itself, those it says."""

    def make(files: Files, folder: Path) -> Path | list[Path] | None:
        place = None
        for step in steps:
            place = step(files, folder)
        return place

    return make


def nfd(content: str) -> str:
    return unicodedata.normalize("NFD", content)


def twice(content: str) -> str:
    return content.encode().decode("cp1252")


# packed


def zip_of(members: Files, *, level: int = 6) -> bytes:
    with io.BytesIO() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return out.getvalue()


def laid(folder: Path, files: Files, name: str = "uttrekk") -> Path:
    """The files in a folder of this name."""
    place = folder / name
    place.mkdir()
    for file_name, content in files.items():
        (place / file_name).write_bytes(content)
    return place


def packed(change: Callable[[Files], Files] = lambda files: files) -> Make:
    """The extract as a zip of files that may have been renamed or added to."""

    def make(files: Files, folder: Path) -> Path:
        path = folder / "uttrekk.zip"
        path.write_bytes(zip_of(change(files)))
        return path

    return make


def packed_bytes(change: Callable[[bytes], bytes]) -> Make:
    """The extract as a zip whose bytes were changed."""

    def make(files: Files, folder: Path) -> Path:
        path = folder / "uttrekk.zip"
        path.write_bytes(change(zip_of(files)))
        return path

    return make


def gzipped(files: Files, _: Path) -> None:
    for table in TABLES:
        files[f"{table}.csv.gz"] = gzip.compress(files.pop(f"{table}.csv"))


def single_files(files: Files, folder: Path) -> list[Path]:
    place = laid(folder, files)
    return [place / f"{table}.csv" for table in TABLES]


def link_out(files: Files, folder: Path) -> Path:
    outside = folder / "utenfor.csv"
    outside.write_text(f"vedtak_id;person_id\nV1;{FNR}\n", encoding="utf-8")
    place = laid(folder, files)
    (place / "vedtak.csv").symlink_to(outside)
    return place


# workbooks

Book = openpyxl.Workbook


def workbook(change: Callable[[Book], object] | None = None) -> Make:
    """The extract as a workbook with every cell text, changed and saved by someone."""

    def make(files: Files, folder: Path) -> Path:
        path = folder / "uttrekk.xlsx"
        path.write_bytes(sheets_of(files))
        if change:
            book = openpyxl.load_workbook(path)
            change(book)
            book.save(path)
        return path

    return also(make)


def sheets_of(files: Files) -> bytes:
    book = Book()
    book.remove(book.worksheets[0])
    for table in TABLES:
        sheet = book.create_sheet(table)
        for at, row in enumerate(rows_of(files, table), start=1):
            for n, value in enumerate(row, start=1):
                if value:
                    cell = sheet.cell(at, n)
                    cell.value = value
                    cell.data_type = "s"
                    cell.number_format = "@"
    with io.BytesIO() as out:
        book.save(out)
        return out.getvalue()


def workbook_parts(change: Callable[[Files], Files]) -> Make:
    """The extract as a workbook whose zip was opened and its parts changed."""

    def make(files: Files, folder: Path) -> Path:
        with zipfile.ZipFile(io.BytesIO(sheets_of(files))) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        path = folder / "uttrekk.xlsx"
        path.write_bytes(zip_of(change(parts)))
        return path

    return make


def cell_of(book: Book, table: str, column: str, row: int = 5) -> Any:
    at = next(c.column for c in book[table][1] if c.value == column)
    return book[table].cell(row, at)


def filled_cells(book: Book, table: str, column: str) -> list[Any]:
    rows = range(2, book[table].max_row + 1)
    return [cell for row in rows if (cell := cell_of(book, table, column, row)).value]


# parquet


def parquet(*, typed: bool = False) -> Make:
    """The extract as Parquet, every column text or those that can be of their own type."""

    def make(files: Files, _: Path) -> None:
        for table in TABLES:
            names, *rows = rows_of(files, table)
            files.pop(f"{table}.csv")
            columns = {
                name: _column(table, name, [row[at] or None for row in rows], typed)
                for at, name in enumerate(names)
            }
            with io.BytesIO() as out:
                pq.write_table(pa.table(columns), out)
                files[f"{table}.parquet"] = out.getvalue()

    return make


def _column(table: str, name: str, values: list[str | None], typed: bool) -> pa.Array:
    kind = CONTRACT.tables[table].by_name[name].kind
    try:
        if typed and kind == "date":
            return pa.array([date.fromisoformat(v) if v else None for v in values], pa.date32())
    except ValueError:
        return pa.array(values, pa.string())
    if typed and kind == "decimal":
        return pa.array([Decimal(v) if v else None for v in values], pa.decimal128(9, 2))
    return pa.array(values, pa.string())
