"""The report as a workbook, written row by row so that its size does not matter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from nircheck.contract import Maalform
from nircheck.letters.numbers import long_day
from nircheck.national.figures import HIDDEN
from nircheck.national.page import Page
from nircheck.national.source import FINDING_COLUMNS, Source
from nircheck.national.table import Column, Table, Value
from nircheck.national.tables import Tables
from nircheck.privacy import masked
from nircheck.texts import on_one_line, texts

MOST_ROWS = 1_000_000
"""Rows of findings in one sheet; Excel has room for a few more."""

LONGEST = 32_767
_WIDTHS = {"tittel": 48, "regler": 60, "grunn": 60, "kommune": 28, "status": 24, "melding": 80}


class Workbook:
    """One workbook: a sheet with the key figures, one per table, and findings when asked for."""

    def __init__(self, source: Source, maalform: Maalform) -> None:
        """Keep what every sheet needs."""
        self._source, self._form = source, maalform
        self._said = texts(maalform, "national")

    def write(self, target: Path, tables: Tables, page: Page, *, with_findings: bool) -> None:
        """The whole workbook; the same bytes for the same run."""
        try:
            self._write(target, tables, page, with_findings=with_findings)
        except FileCreateError as error:
            raise OSError(*error.args[0].args) from None

    def _write(self, target: Path, tables: Tables, page: Page, *, with_findings: bool) -> None:
        options = {
            "constant_memory": True,
            "tmpdir": str(target.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(target, options) as book:
            groups = self._said.groups
            title = self._said.say("side", "tittel", dato=long_day(self._source.day, self._form))
            made = datetime.combine(self._source.day, time())
            book.set_properties({"title": title, "created": made})
            self._formats = {
                "title": book.add_format({"bold": True, "font_size": 14}),
                "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
                "text": book.add_format({"num_format": "@", "valign": "top"}),
                "count": book.add_format({"num_format": "#,##0"}),
                "share": book.add_format({"num_format": '0.0" %"'}),
                "last": book.add_format({"bold": True, "top": 1}),
            }
            self._front(
                book.add_worksheet(groups["tabell"]["noekkeltall"]), title, page, with_findings
            )
            for table in tables:
                self._table(book.add_worksheet(groups["ark"][table.key]), table)
            if with_findings:
                self._findings(book, self._source.findings(self._form))

    def _front(self, sheet: Any, title: str, page: Page, with_findings: bool) -> None:
        say, groups = self._said.say, self._said.groups
        sheet.set_column(0, 0, 60)
        sheet.set_column(1, 1, 16)
        sheet.write_string(0, 0, title, self._formats["title"])
        about = groups["bok"]["om"]
        if with_findings:
            about = say("bok", "om_funn", ark=groups["tabell"]["funn"])
        lines = [about, *page.notes(), page.about_hiding()]
        for row, text in enumerate(lines, start=1):
            sheet.write_string(row, 0, text)
        start = len(lines) + 2
        for row, tile in enumerate(page.tiles(), start=start):
            sheet.write_string(row, 0, tile.label, self._formats["text"])
            sheet.write_string(row, 1, f"{tile.value} {tile.of}".strip())

    def _table(self, sheet: Any, table: Table) -> None:
        self._headings(sheet, [(c.label, _width(c)) for c in table.columns])
        at = 1
        for at, row in enumerate(table.rows, start=1):
            self._row(sheet, at, table.columns, row)
        if table.rows:
            sheet.autofilter(0, 0, at, len(table.columns) - 1)
        if table.last:
            self._row(sheet, at + 1, table.columns, table.last, "last")

    def _headings(self, sheet: Any, columns: list[tuple[str, int]]) -> None:
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for at, (label, width) in enumerate(columns):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, label, self._formats["head"])

    def _row(
        self,
        sheet: Any,
        at: int,
        columns: tuple[Column, ...],
        row: tuple[Value, ...],
        style: str | None = None,
    ) -> None:
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            look = self._formats[style or column.kind]
            if value is HIDDEN:
                sheet.write_string(at, place, self._said.groups["bok"]["skjermet"], look)
            elif isinstance(value, (int, float)):
                sheet.write_number(at, place, value, self._formats[column.kind])
            elif value is not None:
                sheet.write_string(at, place, _safe(value), look)

    def _findings(self, book: Any, rows: Iterable[tuple[Any, ...]]) -> None:
        names = self._said.groups["melding_funn"]
        name = self._said.groups["tabell"]["funn"]
        sheet, at, number = None, 0, 1
        for row in rows:
            if sheet is None or at == MOST_ROWS:
                sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
                self._headings(
                    sheet, [(names[key], _WIDTHS.get(key, 16)) for key in FINDING_COLUMNS]
                )
                at, number = 0, number + 1
            at += 1
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write_string(at, place, _safe(str(value)), self._formats["text"])


def _width(column: Column) -> int:
    return _WIDTHS.get(column.key, 20 if column.kind == "text" else 13)


def _safe(text: object) -> str:
    return masked(on_one_line(str(text)))[:LONGEST]
