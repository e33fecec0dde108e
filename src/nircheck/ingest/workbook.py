"""The cells of an .xlsx workbook, with the sheet's own row numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
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
from nircheck.ingest.package import Package
from nircheck.ingest.references import letters
from nircheck.ingest.sheet_scan import Lost, Scan, Scanner
from nircheck.ingest.unseen import Unseen

MOST_CELLS = 40_000_000
"""From the first cell to the last, empty ones between them included."""


class Workbook:
    """One workbook: values from calamine, what it loses or does not tell from a scan."""

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

    @property
    def counts_from_1904(self) -> bool:
        """Whether the first of its days is in 1904, and not in 1900."""
        return self._package.counts_from_1904

    def scan(self, sheet: str) -> Scan:
        """What one pass over a sheet tells; without it no cell is let in."""
        if sheet not in self._scans:
            scanner = Scanner()
            self._package.feed(self._package.sheets[sheet], scanner.parser)
            scan = scanner.finish()
            self._look_into_tables(sheet, scan.unseen)
            self._scans[sheet] = scan
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

    def _look_into_tables(self, sheet: str, unseen: Unseen) -> None:
        """Add what filters the tables in a sheet have; no value depends on them being sound."""
        with suppress(ExtractError):
            for table in sorted(self._package.tables(sheet)):
                with suppress(ExtractError):
                    self._package.feed(table, unseen.parser())

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
