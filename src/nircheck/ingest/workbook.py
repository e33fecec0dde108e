"""Rows of an .xlsx sheet as text, with the sheet's own row numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from nircheck.errors import ExtractError, Message

_OLE_MAGIC = b"\xd0\xcf\x11\xe0"


def sheet_names(path: Path) -> list[str]:
    """The sheets of a workbook, in order."""
    return list(_open(path).sheet_names)


def hidden_sheets(path: Path) -> list[str]:
    """The sheets a person who opens the workbook does not see."""
    sheets = _open(path).sheets_metadata
    return [sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible]


def rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Every row that holds something, as (row number, cells as text)."""
    book = _open(path)
    try:
        table = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except CalamineError:
        raise _unreadable(path) from None
    for number, cells in enumerate(table, start=1):
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
    except (CalamineError, OSError):
        raise _unreadable(path) from None


def _unreadable(path: Path) -> ExtractError:
    return ExtractError(Message("xlsx_ulest", {"fil": path.name}))


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
    return str(cell)
