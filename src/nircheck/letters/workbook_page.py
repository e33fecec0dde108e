"""A workbook written a row at a time; its bytes are those xlsxwriter writes cell by cell.

A workbook is nearly all cells. Most of the time went to asking of each what none of ours is: an
error, a rich text, a boolean, a function newer than the file format.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, CellStringTuple, Worksheet

Cell = str | int | None
_SPAN = 16
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f&<>\ufffe\uffff]")


class Page(Worksheet):  # type: ignore[misc]
    """A worksheet of texts, whole numbers, links, and formulas that every Excel knows."""

    def write_cells(self, row: int, cells: Sequence[Cell], looks: Sequence[Format]) -> None:
        """Write a row: texts a cell has room for, whole numbers, and cells that only look."""
        self._check_dimensions(row, 0)
        self._check_dimensions(row, len(cells) - 1)
        if self.constant_memory and row > self.previous_row:
            self._write_single_row(row)
            self._forget_rows_before(row)
        self.table[row] = dict(enumerate(map(self._kept, cells, looks)))

    def _forget_rows_before(self, row: int) -> None:
        for told in (self.row_info, self.row_sizes):
            for at in [at for at in told if at < row]:
                del told[at]

    def _kept(self, cell: Cell, look: Format) -> Any:
        if cell is None:
            return CellBlankTuple(look)
        if isinstance(cell, int):
            return CellNumberTuple(cell, look)
        if self.constant_memory:
            return CellStringTuple(cell, look)
        return CellStringTuple(self.str_table._get_shared_string_index(cell), look)

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = type(cell)
        start = f'<c r="{xl_rowcol_to_cell_fast(row, col)}" s="{cell.format._get_xf_index()}"'
        if kind is CellStringTuple and not self.constant_memory:
            self.fh.write(f'{start} t="s"><v>{cell.string}</v></c>')
        elif kind is CellBlankTuple:
            self.fh.write(f"{start}/>")
        elif kind is CellNumberTuple:
            self.fh.write(f"{start}><v>{cell.number:.16G}</v></c>")
        else:
            super()._write_cell(row, col, cell)

    def _calculate_spans(self) -> None:
        blocks: dict[int, set[int]] = {}
        for row, cells in self.table.items():
            blocks.setdefault(row // _SPAN, set()).update(cells)
        self.row_spans = {
            at: f"{min(columns) + 1}:{max(columns) + 1}"
            for at, columns in blocks.items()
            if columns
        }

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


class _Strings(SharedStrings):  # type: ignore[misc]
    def _write_si(self, string: str) -> None:
        edges = string[:1] + string[-1:]
        if _ESCAPED.search(string) or "_x" in string or edges.strip() != edges:
            super()._write_si(string)
        else:
            self.fh.write(f"<si><t>{string}</t></si>")


class _Package(Packager):  # type: ignore[misc]
    def _write_shared_strings_file(self) -> None:
        if self.workbook.str_table.count:
            strings = _Strings()
            strings.string_table = self.workbook.str_table
            strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            strings._assemble_xml_file()


class Book(Workbook):  # type: ignore[misc]
    """A workbook of such pages."""

    worksheet_class = Page

    def _get_packager(self) -> Packager:
        return _Package()
