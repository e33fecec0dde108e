"""The cells of an .xlsx workbook, with the sheet's own row numbers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from nircheck.errors import ExtractError, Message
from nircheck.ingest import workbook_facts
from nircheck.ingest.package import Package
from nircheck.ingest.sheet_scan import Lost, Scan, Scanner, letters
from nircheck.ingest.workbook_facts import SheetFacts

MOST_CELLS = 40_000_000
"""From the first cell to the last, empty ones between them included."""


class Workbook:
    """One workbook: values from calamine, what it loses from a scan, the rest from openpyxl."""

    def __init__(self, path: Path) -> None:
        """Open the workbook, or refuse it for what is wrong with it."""
        self.path = path
        self._package = Package(path)
        self._scans: dict[str, Scan] = {}
        try:
            self._book = CalamineWorkbook.from_path(str(path))
        except (CalamineError, OSError):
            raise self._package.unreadable() from None
        self._sheets: dict[str, bool] = {
            sheet.name: sheet.visible != SheetVisibleEnum.Visible
            for sheet in self._book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        }
        if not self._sheets.keys() <= self._package.sheets.keys():
            raise self._package.unreadable()

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets that hold cells, in order."""
        return list(self._sheets)

    def hidden(self, sheet: str) -> bool:
        """Whether a person who opens the workbook does not see this sheet."""
        return self._sheets[sheet]

    def scan(self, sheet: str) -> Scan:
        """What one pass over a sheet tells; without it no cell is let in."""
        if sheet not in self._scans:
            scanner = Scanner()
            self._package.feed(sheet, scanner.parser)
            self._scans[sheet] = scanner.finish()
        return self._scans[sheet]

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Any]]]:
        """Every row that holds something, as (row number, cells)."""
        scan = self.scan(sheet)
        if scan.height * scan.width > MOST_CELLS:
            cell = f"{letters(scan.width - 1)}{scan.height}"
            values: dict[str, str | int] = {"fil": self.path.name, "ark": sheet, "celle": cell}
            raise ExtractError(Message("xlsx_for_vidt", values))
        lost = dict(scan.lost)
        table = self._opened(sheet)
        before = [""] * (table.start[1] if table.start else 0)
        for number, cells in enumerate(table.iter_rows() if table.start else (), start=1):
            found = _restored(before + cells, lost.pop(number, None))
            if any(cell != "" for cell in found):
                yield number, found
        for number in sorted(lost):
            yield number, _restored([], lost[number])

    @cached_property
    def facts(self) -> dict[str, SheetFacts] | None:
        """What openpyxl tells of each sheet, unless the workbook is too large for it."""
        if self._package.sheet_bytes > workbook_facts.MOST_BYTES:
            return None
        try:
            spread = sum(self.scan(sheet).spread for sheet in self.sheets)
        except ExtractError:  # a broken sheet is told of when, and if, it is read
            return None
        return workbook_facts.facts(self.path) if spread <= workbook_facts.MOST_SPREAD else None

    def _opened(self, sheet: str) -> CalamineSheet:
        try:
            return self._book.get_sheet_by_name(sheet)
        except CalamineError:
            raise self._package.unreadable() from None


def _restored(cells: list[Any], lost: dict[int, Lost] | None) -> list[Any]:
    """The cells with what calamine took for empty put back."""
    for column, text in (lost or {}).items():
        cells += [""] * (column + 1 - len(cells))
        cells[column] = text
    return cells
