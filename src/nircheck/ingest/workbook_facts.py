"""What openpyxl tells of a workbook: hidden and filtered rows, hidden columns, how it counts days.

openpyxl builds every cell in memory, so it is only let in on small workbooks; `Workbook` sees to it
that they are.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MOST_BYTES = 16 * 1024**2
MOST_SPREAD = 100_000
"""The most XML in the sheets, and the most cells in merged ranges and links, openpyxl may read."""


@dataclass(frozen=True)
class SheetFacts:
    """What a person who opens the sheet does not see; rows count from 1, columns from 0."""

    hidden_rows: frozenset[int]
    filtered_rows: frozenset[int]
    hidden_columns: frozenset[int]
    counts_from_1904: bool


def facts(path: Path) -> dict[str, SheetFacts] | None:
    """The facts of each sheet; nothing if openpyxl cannot read what calamine can."""
    import openpyxl  # it takes long to import, and most runs do without it
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), path.open("rb") as handle:
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(handle, keep_links=False)
        except Exception:  # whatever it stumbles over, the values do not depend on it
            return None
    from_1904 = book.epoch == CALENDAR_MAC_1904
    return {sheet.title: _of(sheet, from_1904) for sheet in book.worksheets}


def _of(sheet: Worksheet, from_1904: bool) -> SheetFacts:
    hidden = {
        number
        for number, row in sheet.row_dimensions.items()
        if row.hidden or (row.height is not None and row.height == 0)
    }
    filtered = {n for first, last in _filters(sheet) for n in hidden if first <= n <= last}
    columns = {
        column - 1
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden or dimension.width == 0
        for column in range(dimension.min or 1, (dimension.max or 0) + 1)
    }
    return SheetFacts(
        frozenset(hidden - filtered), frozenset(filtered), frozenset(columns), from_1904
    )


def _filters(sheet: Worksheet) -> Iterator[tuple[int, int]]:
    """First and last row of each range in which a filter is set."""
    from openpyxl.utils import range_boundaries

    for kept in (sheet.auto_filter, *(table.autoFilter for table in sheet.tables.values())):
        if kept is not None and kept.ref and kept.filterColumn:
            _, first, _, last = range_boundaries(kept.ref)
            yield first or 1, last or sheet.max_row
