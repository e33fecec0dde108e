"""A register written in any form is read back as it was, or refused; never as something else."""

from __future__ import annotations

import csv
import gzip
import io
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import event, given, settings
from hypothesis import strategies as st
from making import zip_of

from nircheck import ingest
from nircheck.contract import Column, Table
from nircheck.errors import NircheckError
from nircheck.rulebook import RuleBook

Rows = list[list[str]]
Typed = dict[str, list[tuple[Any, ...]]]

TOML = b'kontrakt = "nir-uttrekk/1.0"\nuttrekksdato = 2024-06-30\npopulasjon = "nasjonal"\n'
OTHERS = ("vedtak", "permisjon", "fravaer", "norsk", "norskproeve", "mottak")
TEXT = "abcÆØÅæøå é«»;,\t\"'#=-+|\\<>&%0123456789\n"


@dataclass(frozen=True)
class Form:
    """How the tables are written."""

    kind: str = "csv"
    encoding: str = "utf-8"
    separator: str = ";"
    end: str = "\n"
    quoting: int = csv.QUOTE_MINIMAL
    blanks: int = 0
    titles: int = 0
    spelling: str = "plain"
    backwards: bool = False
    unknown: bool = False
    trailing: bool = False
    spaces: bool = False


FORMS = st.builds(
    Form,
    kind=st.sampled_from(["csv", "csv", "csv", "gz", "zip", "xlsx", "parquet"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "iso-8859-1"]),
    separator=st.sampled_from(";\t,"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    blanks=st.integers(0, 3),
    titles=st.integers(0, 3),
    spelling=st.sampled_from(["plain", "capitals", "nb", "nn"]),
    backwards=st.booleans(),
    unknown=st.booleans(),
    trailing=st.booleans(),
    spaces=st.booleans(),
)


def value_of(column: Column) -> st.SearchStrategy[str]:
    """Something a file could hold in this column, now and then of no use."""
    odd = st.sampled_from(["", "", "NULL", "-", "2024-02-30", "45230", "ukjent", "1 000"])
    if column.kind == "date":
        return st.dates().map(str) | odd
    if column.kind == "decimal":
        return st.decimals(0, 9999, places=1).map(str) | odd
    return odd | st.sampled_from(["0301", "JA", "K", "SYR", "NORSK", "PE1", "01819012365"]) | texts


texts = st.text(TEXT, max_size=12).map(str.strip).filter(lambda text: text != '"')


@st.composite
def registers(draw: st.DrawFn, tables: list[Table]) -> dict[str, Rows]:
    """Every table with a header and a few rows."""
    result: dict[str, Rows] = {}
    for table in tables:
        number = draw(st.integers(1, 3))
        rows = [[column.name for column in table.columns]]
        for at in range(number):
            row = [""] * len(table.columns)
            for n in draw(st.sets(st.integers(0, len(row) - 1), max_size=6)):
                row[n] = draw(value_of(table.columns[n]))
            row[rows[0].index(table.key.name)] = f"{table.name}{at}"
            rows.append(row)
        result[table.name] = rows
    return result


def header_of(table: Table, names: list[str], spelling: str) -> list[str]:
    if spelling == "capitals":
        return [f" {name.replace('_', ' ').upper()}" for name in names]
    if spelling in ("nb", "nn"):
        return [table.by_name[name].label[spelling] for name in names]
    return names


def written(table: Table, rows: Rows, form: Form) -> tuple[list[list[str]], int]:
    """The cells of a table in this form, and how far its rows have moved."""
    cells = [header_of(table, rows[0], form.spelling), *(list(row) for row in rows[1:])]
    if form.spaces:
        cells[1:] = [[f" {value} " if value else value for value in row] for row in cells[1:]]
    if form.unknown:
        cells = [[*row, "Merknad" if n == 0 else "x;y"] for n, row in enumerate(cells)]
    if form.backwards:
        cells = [row[::-1] for row in cells]
    if form.trailing and form.kind not in ("xlsx", "parquet"):
        cells = [[*row, ""] for row in cells]
    above = 0 if form.kind == "parquet" else form.titles
    return [["Uttrekk fra NIR"] for _ in range(above)] + cells, above


def as_text(cells: list[list[str]], form: Form, above: int) -> bytes:
    out = io.StringIO(newline="")
    plain = csv.writer(out, delimiter=form.separator, lineterminator=form.end)
    full = csv.writer(
        out,
        delimiter=form.separator,
        lineterminator=form.end,
        quoting=form.quoting,  # type: ignore
    )
    for at, row in enumerate(cells):
        (plain if at < above else full).writerow(row)
        if at == above + 1:
            out.write(form.end * form.blanks)
    out.write(form.end * form.blanks)
    return out.getvalue().encode(form.encoding)


def as_sheet(book: openpyxl.Workbook, name: str, cells: list[list[str]]) -> None:
    sheet = book.create_sheet(name)
    for at, row in enumerate(cells, start=1):
        for n, value in enumerate(row, start=1):
            if value:
                cell = sheet.cell(at, n)
                cell.value = value
                cell.data_type = "s"


def laid(folder: Path, book: RuleBook, register: dict[str, Rows], form: Form) -> Path:
    """The register on disk, in this form."""
    files: dict[str, bytes] = {"uttrekk.toml": TOML}
    sheets = openpyxl.Workbook()
    sheets.remove(sheets.worksheets[0])
    for name, rows in register.items():
        cells, above = written(book.contract.tables[name], rows, form)
        if form.kind == "xlsx":
            as_sheet(sheets, name, cells)
        elif form.kind == "parquet":
            columns = [pa.array([v or None for v in c], pa.string())
                       for c in zip(*cells[1:], strict=True)]  # fmt: skip
            with io.BytesIO() as out:
                pq.write_table(pa.Table.from_arrays(columns, cells[0]), out)
                files[f"{name}.parquet"] = out.getvalue()
        elif form.kind == "gz":
            files[f"{name}.csv.gz"] = gzip.compress(as_text(cells, form, above))
        else:
            files[f"{name}.csv"] = as_text(cells, form, above)
    if form.kind == "xlsx":
        with io.BytesIO() as out:
            sheets.save(out)
            files["uttrekk.xlsx"] = out.getvalue()
    folder.mkdir()
    if form.kind == "zip":
        (folder / "uttrekk.zip").write_bytes(zip_of(files))
        return folder / "uttrekk.zip"
    for file_name, content in files.items():
        (folder / file_name).write_bytes(content)
    return folder


def read(book: RuleBook, path: Path) -> tuple[Typed, dict[str, list[int]]] | None:
    """What became of every table, and the line of each row; nothing if it was refused."""
    try:
        register, _ = ingest.read(
            [path], ingest.Manifest(), book.contract, book.views, book.folder,
            ingest.Limits(threads=1),
        )  # fmt: skip
    except NircheckError:
        return None
    with register:
        found, lines = {}, {}
        for table in book.contract.tables.values():
            listed = ", ".join(f'"{column.name}"' for column in table.columns)
            query = f"SELECT {listed}, ulest, linje FROM typet.{table.name} ORDER BY rad"
            rows = register.connection.execute(query).fetchall()
            found[table.name] = [_plain(row[:-1]) for row in rows]
            lines[table.name] = [row[-1] for row in rows]
        bad = register.connection.execute("SELECT count(*) FROM raa.avviste_rader").fetchall()
        assert bad == [(0,)]
        return found, lines


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values with one kind of line end, which is the file's and not the text's."""
    return tuple(re.sub("\r\n?", "\n", v) if isinstance(v, str) else v for v in row)


def lines_of(cells: Rows, form: Form, above: int) -> list[int]:
    """On which line of the file each row begins."""
    at, result = 1, []
    for n, row in enumerate(cells):
        result.append(at)
        at += 1
        if form.kind != "xlsx":
            at += sum(value.count("\n") for value in row)
            at += form.blanks if n == above + 1 else 0
    return result[above + 1 :]


@settings(max_examples=12)
@given(data=st.data(), form=FORMS)
def test_a_register_is_read_back_as_it_was_or_refused(
    book: RuleBook, data: st.DataObject, form: Form
) -> None:
    chosen = ("person", "program", "tiltak", data.draw(st.sampled_from(OTHERS)))
    tables = {name: table for name, table in book.contract.tables.items() if name in chosen}
    small = replace(
        book,
        contract=replace(book.contract, tables=tables),
        views=replace(book.views, ordered=()),
    )
    register = data.draw(registers(list(tables.values())))
    with tempfile.TemporaryDirectory() as name:
        expected = read(small, laid(Path(name) / "slik", small, register, Form()))
        came = None
        try:
            came = read(small, laid(Path(name) / "ellers", small, register, form))
        except UnicodeEncodeError:
            event("cannot be written in this encoding")
            return
    assert expected is not None
    event(f"{form.kind}: {'refused' if came is None else 'read'}")
    if came is None:
        return
    assert came[0] == expected[0]
    for table, rows in register.items():
        cells, above = written(book.contract.tables[table], rows, form)
        if form.kind == "parquet":
            assert came[1][table] == list(range(1, len(rows)))
        else:
            assert came[1][table] == lines_of(cells, form, above)
