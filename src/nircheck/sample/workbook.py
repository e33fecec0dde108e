"""An invented register as somebody keeps it in Excel: titles, dates as days, zeros lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter

from nircheck.contract import Column, Contract
from nircheck.errors import UsageError
from nircheck.sample.forms import labels

_FIRST = 3
"""The row of the header: there is a title above it, and an empty row."""
_MOST = 1_000_000
"""Rows that a sheet has room for."""
_DAY = "dd.mm.yyyy"
_NO_TIME = datetime(2000, 1, 1)
_AS_NUMBER = {"kommunenummer", "bosettingskommune"}
_GAP = 60
"""A row is empty after so many."""


def workbook(
    tables: Iterable[tuple[str, pa.Table]], path: Path, contract: Contract
) -> dict[str, int]:
    """One workbook with a sheet per table, the last first, and a hidden one beside them."""
    made = dict(tables)
    if large := [name for name, table in made.items() if table.num_rows > _MOST]:
        raise UsageError(f"{', '.join(large)}: more rows than a sheet of Excel has room for")
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": _DAY})
    book.set_properties({"created": _NO_TIME})
    day = book.add_format({"num_format": _DAY})
    for name, table in reversed(made.items()):
        sheet = book.add_worksheet(f" {name.capitalize()}")
        known = contract.tables[name].columns
        sheet.write_string(0, 0, f"NIR {name}")
        sheet.freeze_panes(_FIRST, 1)
        for at, column in enumerate(known):
            sheet.write_string(_FIRST - 1, at, column.label["nb"])
        told = [labels(column, contract) for column in known]
        columns = [table[column.name].to_pylist() for column in known]
        for nth, values in enumerate(zip(*columns, strict=True)):
            row = _FIRST + nth + nth // _GAP
            for at, (value, column) in enumerate(zip(values, known, strict=True)):
                if value is not None:
                    _cell(sheet, row, at, told[at].get(value, value), column, day)
    hidden = book.add_worksheet("Lister")
    hidden.write_column(0, 0, sorted(contract.code_lists))
    hidden.hide()
    book.close()
    return {name: table.num_rows for name, table in made.items()}


def _cell(sheet: Any, row: int, at: int, value: str, column: Column, day: Any) -> None:
    """A day as a day, a number as a number, and anything else as text."""
    if column.kind == "date":
        sheet.write_datetime(row, at, date.fromisoformat(value), day)
    elif column.kind == "decimal":
        sheet.write_number(row, at, float(value))
    elif column.name in _AS_NUMBER and value.isdigit():
        sheet.write_number(row, at, int(value))
    else:
        sheet.write_string(row, at, value)
