"""Rows of an .xlsx sheet as text, with the sheet's own row numbers."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from nircheck.errors import ExtractError, Message

_OLE_MAGIC = b"\xd0\xcf\x11\xe0"


def sheet_names(path: Path) -> list[str]:
    """The sheets of a workbook, in order."""
    return list(_open(path).sheet_names)


def hidden_sheets(path: Path) -> list[str]:
    """The sheets a person who opens the workbook does not see."""
    from openpyxl import load_workbook

    with path.open("rb") as handle:
        book = load_workbook(handle, read_only=True)
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        book.close()
    return hidden


def rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Every row that holds something, as (row number, cells as text)."""
    for number, cells in enumerate(
        _open(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False), start=1
    ):
        texts = [_text(cell) for cell in cells]
        if any(texts):
            yield number, texts


def _open(path: Path) -> CalamineWorkbook:
    with path.open("rb") as handle:
        magic = handle.read(4)
    if magic == _OLE_MAGIC:
        raise ExtractError(Message("xlsx_passord", {"fil": path.name}))
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, zipfile.BadZipFile, OSError):
        raise ExtractError(Message("xlsx_ulest", {"fil": path.name})) from None


def _text(cell: Any) -> str:
    """A cell as the canonical form would write it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "JA" if cell else "NEI"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
