"""An invented register as fagsystemer and Excel would save it: the same rows, other bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from nircheck.contract import Column, Contract, Table

_DAY = r"^(\d{4})-(\d{2})-(\d{2})$"
_ROWS = 50_000
_FEW = 30
"""A fagsystem has numbers of its own for lists of at most so many codes."""
_SYSTEM = "Fagsystem 2000"
_OUTSIDE = "Saksbehandler"
"""A column that the contract does not know."""


class Form(StrEnum):
    """Who might have written the files."""

    CANONICAL = "kanonisk"
    SYSTEM = "fagsystem"
    WORKBOOK = "excel"
    EXCEL_CSV = "excel-csv"
    UNICODE_TEXT = "unicode-tekst"


@dataclass(frozen=True)
class _Text:
    """How a program writes text files."""

    encoding: str
    separator: str
    bom: bytes = b""
    own_names: bool = False
    above: tuple[str, ...] = ()
    blank_every: int = 0
    outside: bool = False
    """Whether there is a column more, and the columns stand in another order."""


_TEXTS = {
    Form.SYSTEM: _Text("cp1252", ";", own_names=True, above=("{table}", "")),
    Form.EXCEL_CSV: _Text("utf-8", ";", b"\xef\xbb\xbf", blank_every=40, outside=True),
    Form.UNICODE_TEXT: _Text("utf-16-le", "\t", b"\xff\xfe", above=("NIR: {table}", "", "")),
}


def text_files(
    tables: Iterable[tuple[str, pa.Table]], folder: Path, contract: Contract, form: Form
) -> dict[str, int]:
    """A file per table; the rows of each."""
    how = _TEXTS[form]
    rows = {}
    for nth, (name, table) in enumerate(tables, start=1):
        known = contract.tables[name]
        stem = _own_table(contract, name) if how.own_names else name
        with (folder / f"{stem}.csv").open("wb") as handle:
            handle.write(how.bom)
            for text in _texts(as_seen(table, known, contract, own=how.own_names), name, how, nth):
                handle.write(text.replace("\n", "\r\n").encode(how.encoding))
        rows[name] = table.num_rows
    return rows


def as_seen(table: pa.Table, known: Table, contract: Contract, *, own: bool = False) -> pa.Table:
    """Headers and values as people see them, or as a fagsystem numbers them."""
    names = _own_columns(known) if own else {c.name: c.label["nb"] for c in known.columns}
    columns = {
        names[column.name]: _seen(table[column.name], column, contract, own=own)
        for column in known.columns
    }
    return pa.table(columns)


def labels(column: Column, contract: Contract) -> dict[str, str]:
    """What stands for each code: its text, where that leads back to it."""
    if column.code_list is None:
        return {}
    codes = contract.code_lists[column.code_list]
    told = {code.code: code.label["nb"] for code in codes.codes}
    return {
        code: label
        for code, label in told.items()
        if codes.by_spelling.get(label.casefold()) == code and _can_be_saved(label)
    }


def own_names(contract: Contract) -> str:
    """The column map back to the contract."""
    lines = [f"kontrakt: {contract.name}", f"fagsystem: {_SYSTEM}", "tabeller:"]
    for name, table in contract.tables.items():
        lines += [f"  {_own_table(contract, name)}:", f"    table: {name}", "    columns:"]
        own = _own_columns(table)
        lines += [f"      {json.dumps(own[column])}: {column}" for column in own]
        coded = {c.name: found for c in table.columns if (found := _own_codes(c, contract))}
        lines += ["    codes:"] if coded else []
        for column, codes in coded.items():
            lines.append(f"      {column}:")
            lines += [f"        {json.dumps(number)}: {code}" for code, number in codes.items()]
    return "\n".join(lines) + "\n"


def _own_table(contract: Contract, name: str) -> str:
    return f"F{100 + 10 * list(contract.tables).index(name)}"


def _own_columns(table: Table) -> dict[str, str]:
    """Field numbers with the beginning of a name, as databases have them."""
    return {
        column.name: f"FELT{nth:02}_{column.name[:4].upper()}"
        for nth, column in enumerate(table.columns, start=1)
    }


def _own_codes(column: Column, contract: Contract) -> dict[str, str]:
    if column.code_list is None:
        return {}
    codes = [code.code for code in contract.code_lists[column.code_list].codes]
    return {code: f"{nth}" for nth, code in enumerate(codes, start=1)} if len(codes) <= _FEW else {}


def _seen(values: pa.ChunkedArray, column: Column, contract: Contract, *, own: bool) -> pa.Array:
    values = values.combine_chunks()
    if column.kind == "date":
        return pc.replace_substring_regex(values, _DAY, r"\3.\2.\1")
    if column.kind == "decimal":
        return pc.replace_substring(values, ".", ",")
    told = _own_codes(column, contract) if own else labels(column, contract)
    if not told:
        return values
    encoded = values.dictionary_encode()
    words = [told.get(code, code) for code in encoded.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(words, pa.string())).cast(
        pa.string()
    )


def _texts(table: pa.Table, name: str, how: _Text, nth: int) -> Iterator[str]:
    """The file in pieces: lines above the header, the header, and rows with gaps between them."""
    if how.outside:
        outside = pa.array([f"SB{nth}"] * table.num_rows, pa.string())
        table = table.select(table.column_names[::-1]).append_column(_OUTSIDE, outside)
    for line in how.above:
        yield line.format(table=name) + "\n"
    yield how.separator.join(table.column_names) + "\n"
    options = pacsv.WriteOptions(
        include_header=False, delimiter=how.separator, quoting_style="needed"
    )
    for start in range(0, table.num_rows, how.blank_every or _ROWS):
        piece = io.BytesIO()
        pacsv.write_csv(table.slice(start, how.blank_every or _ROWS), piece, options)
        yield piece.getvalue().decode()
        if how.blank_every:
            yield how.separator * (table.num_columns - 1) + "\n\n"


def _can_be_saved(label: str) -> bool:
    return label.encode("cp1252", "ignore").decode("cp1252") == label
