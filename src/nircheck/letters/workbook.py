"""The workbook of a case: every finding as a row that a caseworker can answer."""

from __future__ import annotations

from datetime import datetime, time
from typing import BinaryIO

from nircheck.letters import workbook_front as front
from nircheck.letters.case import Case
from nircheck.letters.workbook_cells import shown
from nircheck.letters.workbook_lines import OwnFiles, sheets
from nircheck.letters.workbook_looks import Looks
from nircheck.letters.workbook_page import Book
from nircheck.letters.workbook_sheets import write_findings
from nircheck.letters.workbook_wording import Wordings
from nircheck.texts import texts

STREAMED_FROM = 20_000
"""From so many findings on, rows are let go of as they are written; filters take the place of
tables, which need the whole sheet."""

_NOON = time(12)


def write(target: BinaryIO, case: Case, wordings: Wordings, own: OwnFiles | None = None) -> None:
    """Write the workbook; the same case gives the same bytes."""
    say = texts(case.maalform, "workbook")
    streaming = len(case.findings) >= STREAMED_FROM
    options = {
        "constant_memory": streaming,
        "in_memory": not streaming,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    found = sheets(case, wordings[case.maalform], own)
    with Book(target, options) as book:
        heading = shown(front.title(case, say, own=own is not None))
        book.set_properties(
            {
                "title": heading,
                "author": shown(case.avsender.said("navn", case.maalform) or "nircheck"),
                "subject": case.referanse,
                "created": datetime.combine(case.dato, _NOON),
            }
        )
        looks = Looks(book)
        front.write_overview(book, case, found, looks, say, own=own is not None)
        for sheet in found:
            write_findings(book, sheet, looks, say, heading)
        if sum(line.findings > 0 for line in case.bydeler) > 1:
            front.write_bydeler(book, case, looks, say, heading)
        if case.rules:
            front.write_rules(book, case, looks, say, heading)
        if case.not_judged or case.partly_judged:
            front.write_not_judged(book, case, looks, say, heading)
        front.write_own_business(book, case, looks, say, own=own is not None)
