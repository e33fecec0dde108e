"""Writes the sheets that list findings: heading, rows, answers, filters and print."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from nircheck.letters.workbook_lines import Column, Sheet
from nircheck.letters.workbook_looks import COLUMNS, FROZEN, Looks, height
from nircheck.texts import Texts

ANSWERS = "Statusvalg"
"""The name of the range that the drop-down takes its answers from."""

SETTLED = ("rettet", "ikke_feil", "ikke_mulig", "ikke_vaar")
"""The answers after which there is nothing more to do with a row, once they are explained."""

_TO_EXPLAIN = ("ikke_feil", "ikke_mulig")
_A4 = 9


def write_findings(book: Workbook, sheet: Sheet, looks: Looks, say: Texts, footer: str) -> None:
    """One sheet of findings; what is from the sender's own files is seen but not printed."""
    page = book.add_worksheet(sheet.name)
    columns = list(sheet.columns)
    frozen = sheet.at(FROZEN) + 1 if any(c.key == FROZEN for c in columns) else 3
    page.freeze_panes(1, frozen)
    _set_widths(page, columns, looks)
    _write_head(page, sheet, looks, streaming=bool(book.constant_memory))
    _write_rows(page, sheet, looks, say)
    _add_answers(page, sheet, say)
    _add_colours(page, sheet, looks, say)
    page.ignore_errors({"number_stored_as_text": f"A1:{_cell(sheet.rows, len(columns) - 1)}"})
    for_print(page, footer, say)
    page.print_area(0, 0, sheet.rows, sheet.at("kommentar"))


def for_print(page: Worksheet, footer: str, say: Texts) -> None:
    """A4 across, all columns on the page, headings on each page, page numbers below."""
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer(f"&L&8{footer.replace('&', '&&')}&R&8{say.groups['utskrift']['side']}")


def _set_widths(page: Worksheet, columns: list[Column], looks: Looks) -> None:
    for at, column in enumerate(columns):
        width = COLUMNS[column.key].width
        if column.key == "regel" and any("KON-" in str(rule) for rule in column.values):
            width = COLUMNS["rule"].width
        page.set_column(at, at, width)
    page.set_row(0, 30)


def _write_head(page: Worksheet, sheet: Sheet, looks: Looks, *, streaming: bool) -> None:
    heads = [
        looks["answer_head" if column.key in ("status", "kommentar") else "head"]
        for column in sheet.columns
    ]
    last = len(heads) - 1
    if streaming:
        for at, column in enumerate(sheet.columns):
            page.write_string(0, at, column.heading, heads[at])
        page.autofilter(0, 0, sheet.rows, last)
        return
    options: dict[str, Any] = {
        "name": f"Funn_{sheet.table}",
        "style": None,
        "columns": [
            {"header": column.heading, "header_format": head}
            for column, head in zip(sheet.columns, heads, strict=True)
        ],
    }
    page.add_table(0, 0, sheet.rows, last, options)


def _write_rows(page: Worksheet, sheet: Sheet, looks: Looks, say: Texts) -> None:
    formats = [looks.column(column.key) for column in sheet.columns]
    widths = [COLUMNS[column.key].width for column in sheet.columns]
    severities = {word: looks.severity(name) for name, word in say.groups["alvor"].items()}
    grave = sheet.at("alvor")
    for row, cells in enumerate(zip(*(c.values for c in sheet.columns), strict=True), start=1):
        texts = [(cell, widths[at]) for at, cell in enumerate(cells) if isinstance(cell, str)]
        page.set_row(row, height(texts))
        formats[grave] = severities[str(cells[grave])]
        page.write_cells(row, cells, formats)


def _add_answers(page: Worksheet, sheet: Sheet, say: Texts) -> None:
    at = sheet.at("status")
    options = {
        "validate": "list",
        "source": f"={ANSWERS}",
        "error_title": say.groups["velg"]["tittel"],
        "error_message": say.groups["velg"]["feil"],
    }
    page.data_validation(1, at, sheet.rows, at, options)


def _add_colours(page: Worksheet, sheet: Sheet, looks: Looks, say: Texts) -> None:
    status, comment = (_column(sheet.at(key)) for key in ("status", "kommentar"))
    last = len(sheet.columns) - 1

    def where(first: int, to: int, criterion: str, look: Any) -> None:
        options = {"type": "formula", "criteria": criterion, "format": look}
        page.conditional_format(1, first, sheet.rows, to, options)

    at = sheet.at("kommentar")
    unexplained = f'AND(TRIM({comment}2)="",{_any_of(status, _TO_EXPLAIN, say)})'
    where(at, at, f"={unexplained}", looks.comment_wanted)
    settled = _any_of(status, SETTLED, say)
    where(0, last, f"=AND({settled},NOT({unexplained}))", looks.done)
    if any(column.key == FROZEN for column in sheet.columns):
        person = _column(sheet.at(FROZEN))
        where(0, last, f"={person}2<>{person}1", looks.next_person)


def _any_of(status: str, answers: tuple[str, ...], say: Texts) -> str:
    said = ",".join(f'{status}2="{say.groups["status"][answer]}"' for answer in answers)
    return f"OR({said})"


def _column(at: int) -> str:
    return f"${xl_col_to_name(at)}"


def _cell(row: int, at: int) -> str:
    return f"{xl_col_to_name(at)}{row + 1}"
