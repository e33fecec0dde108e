"""One sheet as a table: where its header is, its rows as text, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from nircheck.contract import Column
from nircheck.errors import ExtractError, Message
from nircheck.ingest.cells import Cells
from nircheck.ingest.header import HEADER_WITHIN, Known, place
from nircheck.ingest.references import letters
from nircheck.ingest.workbook import Workbook

Row = tuple[int, list[Any]]


class SheetTable:
    """A sheet on its way into the register."""

    def __init__(self, book: Workbook, sheet: str, shown: str) -> None:
        """Remember which sheet, and what to call it."""
        self.book = book
        self.sheet = sheet
        self.shown = shown
        self.notes: list[Message] = []
        self._cells = Cells()
        self._rows: Iterator[Row] = iter(())
        self._header_row = 0

    def header(self, known: Known) -> list[str]:
        """The header, which may stand below a title."""
        rows = self.book.rows(self.sheet)
        first = list(islice(rows, HEADER_WITHIN))
        if not first:
            raise ExtractError(Message("tom_fil", {"fil": self.shown}))
        headers = [_without_empty_end([self._cells.text(c) for c in cells]) for _, cells in first]
        at = place(headers, known)
        self._rows = chain(first[at + 1 :], rows)
        self._header_row = first[at][0]
        if self.book.hidden(self.sheet):
            self._note("skjult_ark")
        if at:
            self._note("xlsx_linjer_over", antall=at, rad=self._header_row)
        return headers[at]

    def rows(
        self, columns: list[Column | None], header: list[str]
    ) -> Iterator[tuple[int, list[str]]]:
        """Every row below the header, as (row number, texts); then the notes are complete."""
        hidden_rows = self.book.scan(self.sheet).unseen.hidden_rows
        hidden: list[int] = []
        unnamed = [index for index, cell in enumerate(header) if not cell.strip()]
        outside = dict.fromkeys(unnamed, 0)
        width = len(columns)
        for number, cells in self._rows:
            texts = _without_empty_end(
                [
                    self._cells.text(cell, columns[index] if index < width else None)
                    for index, cell in enumerate(cells)
                ]
            )
            if not texts:
                continue
            if number in hidden_rows:
                hidden.append(number)
            for index in unnamed:
                outside[index] += index < len(texts) and bool(texts[index].strip())
            yield number, texts + [""] * (width - len(texts))
        self._note_unseen(hidden, width)
        for index, number in outside.items():
            if number:
                self._note("xlsx_uten_overskrift", kolonne=letters(index), antall=number)
        self._note_cells()

    def _note_cells(self) -> None:
        for key in (
            "xlsx_null_foran",
            "xlsx_tall_i_tekst",
            "xlsx_logisk",
            "xlsx_apostrof",
            "xlsx_feilcelle",
            "xlsx_uberegnet",
        ):
            for (counted, column), number in sorted(self._cells.counts.items()):
                if counted == key:
                    self.notes.append(Message(key, {"kolonne": column, "antall": number}))

    def _note_unseen(self, hidden: list[int], width: int) -> None:
        scan = self.book.scan(self.sheet)
        merged = [last for _, last in scan.merged if last > self._header_row]
        if merged:
            self._note("xlsx_flettet", antall=len(merged))
        if self.book.counts_from_1904:
            self._note("xlsx_1904")
        filtered = scan.unseen.filtered(hidden)
        if len(hidden) > filtered:
            self._note("xlsx_skjulte_rader", antall=len(hidden) - filtered)
        if filtered:
            self._note("xlsx_filtrerte_rader", antall=filtered)
        columns = scan.unseen.hidden_columns(width)
        if columns:
            named = ", ".join(letters(column) for column in columns)
            self._note("xlsx_skjulte_kolonner", antall=len(columns), kolonner=named)

    def _note(self, key: str, **values: str | int) -> None:
        shown: dict[str, str | int] = {"fil": self.shown}
        self.notes.append(Message(key, shown | values))


def _without_empty_end(texts: list[str]) -> list[str]:
    end = len(texts)
    while end and not texts[end - 1].strip():
        end -= 1
    return texts[:end]
