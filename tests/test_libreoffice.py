"""Workbooks opened by a program that we did not write: every row is there, and the counts count."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from nircheck.letters import Choices, OpenRun, compose, own_files, workbook
from nircheck.letters.sender import Sender
from nircheck.letters.workbook_lines import OwnFiles
from nircheck.letters.workbook_wording import wordings
from nircheck.rulebook import RuleBook
from nircheck.run import Run

pytestmark = pytest.mark.slow

KOMMUNER = ("0301", "1515", "3305", "1101")
ANSWERS = {"3305": ("Rettet", "Ikke feil", "Under arbeid")}


@pytest.fixture(scope="module")
def answered(
    sample_run: Run, opened: OpenRun, book: RuleBook, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Workbooks of the sample extract, one with answers, saved anew by LibreOffice."""
    sent, back = tmp_path_factory.mktemp("sent"), tmp_path_factory.mktemp("back")
    said = wordings(book)
    cases = {n: compose(opened, n, Choices(Sender(), maalform="nb")) for n in KOMMUNER}
    for number, case in cases.items():
        content = io.BytesIO()
        workbook.write(content, case, said)
        _answer(content, ANSWERS.get(number, ()), sent / f"{number}.xlsx")
    own = own_files.whole_case(sample_run, book, "nn")
    with (sent / "egne.xlsx").open("wb") as target:
        workbook.write(target, own, said, OwnFiles())
    _converted(sent, back)
    return back


def _answer(content: io.BytesIO, answers: tuple[str, ...], target: Path) -> None:
    if not answers:
        target.write_bytes(content.getvalue())
        return
    book = openpyxl.load_workbook(content)
    page = book["Introduksjonsprogram"]
    status = [cell.value for cell in page[1]].index("Status") + 1
    for row, answer in enumerate(answers, start=2):
        page.cell(row, status, answer)
    book.save(target)


def _converted(sent: Path, back: Path) -> None:
    program = shutil.which("soffice")
    assert program, (
        "LibreOffice is missing: apt-get install --no-install-recommends libreoffice-calc"
    )
    done = subprocess.run(
        [
            program, f"-env:UserInstallation={(back / 'profile').as_uri()}", "--headless",
            "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(back),
            *map(str, sorted(sent.iterdir())),
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=True,
    )  # fmt: skip
    assert "Error" not in done.stderr
    assert {path.name for path in sent.iterdir()} <= {path.name for path in back.iterdir()}


def _listed(path: Path) -> list[str]:
    """The FeilID of every row of every sheet of findings."""
    book = openpyxl.load_workbook(path, data_only=True)
    pages = [page for page in book.worksheets if page["A1"].value == "FeilID"]
    return [row[0] for page in pages for row in page.iter_rows(min_row=2, values_only=True)]


@pytest.mark.parametrize("number", KOMMUNER)
def test_libreoffice_finds_every_row(number: str, answered: Path, opened: OpenRun) -> None:
    expected = opened.findings_of(number)["finding_id"]

    assert sorted(_listed(answered / f"{number}.xlsx")) == sorted(expected)


def test_libreoffice_finds_every_row_of_ones_own_files(answered: Path, sample_run: Run) -> None:
    assert len(_listed(answered / "egne.xlsx")) == sample_run.facts["totals"]["findings"]


def test_the_overview_follows_the_answers(answered: Path) -> None:
    page = openpyxl.load_workbook(answered / "3305.xlsx", data_only=True)["Oversikt"]
    rows = [row for row in page.iter_rows(values_only=True) if isinstance(row[4], int | float)]
    (total,) = [row for row in rows if row[0] == "Sum"]

    assert [total[at] for at in (5, 6)] == [1, 1]
    assert total[7] == total[4] - 2
    assert sum(row[7] for row in rows if row[0] != "Sum") == total[7]


def test_filters_lists_and_hidden_sheets_survive(answered: Path) -> None:
    book = openpyxl.load_workbook(answered / "0301.xlsx")
    page = book["Introduksjonsprogram"]
    (choice,) = page.data_validations.dataValidation

    assert {p.title for p in book.worksheets if p.sheet_state == "hidden"} == {"_meta", "_lister"}
    assert choice.formula1 == "Statusvalg"
    assert page.auto_filter.ref or page.tables
