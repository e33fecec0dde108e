"""The workbook of a kommune, opened again: every finding once, its cells nothing but text."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from commands import Done, nircheck
from extracts import ROOT, SAMPLE, Extract
from nircheck.contract import MAALFORMER, Maalform
from nircheck.errors import UsageError
from nircheck.letters import Case, Choices, OpenRun, compose, own_files, workbook
from nircheck.letters.case import Kind
from nircheck.letters.sender import Both, Sender
from nircheck.letters.workbook_cells import MOST, fitted, shown, unique
from nircheck.letters.workbook_lines import OwnFiles, sheet_name
from nircheck.letters.workbook_page import Cell
from nircheck.letters.workbook_wording import Wordings, day_number, wordings
from nircheck.rulebook import RuleBook
from nircheck.run import Run
from nircheck.texts import texts

SNAPSHOTS = ROOT / "tests" / "snapshots"
DEADLINE = date(2026, 12, 15)
SENDER = Sender(navn=Both(nb="Eksempeldirektoratet", nn="Dømedirektoratet"))
PERSONAL = re.compile(rb"(?<![0-9])[0-9]{11,12}(?![0-9])")
FORM = {form: texts(form, "workbook").groups for form in MAALFORMER}
OURS = {name for form in MAALFORMER for name in FORM[form]["ark"].values()}
OURS = (OURS - {FORM[form]["ark"]["hele_kommunen"] for form in MAALFORMER}) | {"_meta", "_lister"}
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "+1+1",
    "-2",
    '=HYPERLINK("http://example.org";"se her")',
    "http://example.org/",
    "internal:'_meta'!A1",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "_x0041_",
    "0301",
    "1E5",
)


@pytest.fixture(scope="module")
def said(book: RuleBook) -> Wordings:
    """What the workbooks call fields and values."""
    return wordings(book)


def case(run: OpenRun, number: str, form: Maalform = "nb") -> Case:
    return compose(run, number, Choices(SENDER, maalform=form, frist=DEADLINE))


def written(case: Case, said: Wordings, own: OwnFiles | None = None) -> bytes:
    target = io.BytesIO()
    workbook.write(target, case, said, own)
    return target.getvalue()


def reopened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def listing(book: Any) -> dict[str, list[dict[str, Any]]]:
    """The sheets of findings as rows by heading."""
    result = {}
    for page in book.worksheets:
        if page.title not in OURS:
            heads, *rows = page.iter_rows(values_only=True)
            result[page.title] = [dict(zip(heads, row, strict=True)) for row in rows]
    return result


def changed(case: Case, **columns: Any) -> Case:
    """The case with other values in the first of its findings."""
    findings = case.findings.astype(object)
    for name, value in columns.items():
        findings.loc[findings.index[0], name] = value
    return replace(case, findings=findings)


def first_row(book: Any, case: Case) -> dict[str, Any]:
    """The row of the first finding of a case."""
    wanted = case.findings["finding_id"].iloc[0]
    rows = [row for rows in listing(book).values() for row in rows]
    return next(row for row in rows if row["FeilID"] == wanted)


def test_every_finding_of_every_kommune_is_one_row_on_the_sheet_of_its_table(
    opened: OpenRun, said: Wordings
) -> None:
    seen = 0
    for number in opened.findings:
        one = case(opened, number)
        rows = listing(reopened(written(one, said)))
        labels = one.labels | {"kommune": "Hele kommunen"}
        expected = Counter(
            (labels[table], finding)
            for table, finding in zip(
                one.findings["tabell"], one.findings["finding_id"], strict=True
            )
        )

        assert Counter((name, row["FeilID"]) for name in rows for row in rows[name]) == expected
        seen += expected.total()
    assert seen == sum(len(findings) for findings in opened.findings.values()) > 100


def test_the_overview_counts_what_the_sheets_hold(opened: OpenRun, said: Wordings) -> None:
    one = case(opened, "0301")
    content = written(one, said)
    counted = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Oversikt"]
    rows = [row for row in counted.iter_rows(values_only=True) if str(row[0]).startswith("NIR-")]
    listed = Counter(row["Regel"] for rows in listing(reopened(content)).values() for row in rows)

    assert {row[0]: row[4] for row in rows} == listed
    assert all(row[4:] == (row[4], 0, 0, row[4]) for row in rows)
    assert [row[4:] for row in counted.iter_rows(values_only=True) if row[0] == "Sum"] == [
        (len(one.findings), 0, 0, len(one.findings))
    ]


def test_the_only_formulas_are_the_counts_of_the_overview(opened: OpenRun, said: Wordings) -> None:
    book = reopened(written(case(opened, "0301"), said))
    formulas = {
        (page.title, re.sub(r"\W.*", "", cell.value[1:]))
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }

    assert {place for place, _ in formulas} == {"Oversikt"}
    assert {function for _, function in formulas if function.isalpha()} == {"COUNTIFS", "SUM"}


def test_every_link_stays_within_the_workbook(opened: OpenRun, said: Wordings) -> None:
    content = written(case(opened, "0301"), said)
    sheets = reopened(content).sheetnames
    links = [
        cell.hyperlink
        for page in reopened(content).worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.hyperlink
    ]

    assert len(links) > 10
    assert {link.target for link in links} == {None}
    assert {link.location.split("!")[0].strip("'") for link in links} <= set(sheets)


def test_a_sheet_of_findings_is_ready_to_be_worked_in(opened: OpenRun, said: Wordings) -> None:
    book = reopened(written(case(opened, "0301"), said))
    page = book["Introduksjonsprogram"]
    heads = [cell.value for cell in page[1]]

    assert heads == [
        "FeilID", "Regel", "Alvor", "NIR-ID", "Program-ID", "Bydel", "Hva er feil", "Felt",
        "Verdi i NIR", "Forventet", "Dato", "Slik retter dere", "Status", "Kommentar",
    ]  # fmt: skip
    assert page.freeze_panes == "E2"
    (table,) = page.tables.values()
    assert table.ref == f"A1:N{page.max_row}" == table.autoFilter.ref
    assert page.page_setup.orientation == "landscape"
    assert (page.page_setup.paperSize, page.page_setup.fitToHeight) == (9, 0)
    assert page.print_title_rows == "$1:$1"
    assert "&P" in page.oddFooter.right.text
    dates = [cell for cell in page["K"][1:] if cell.value is not None]
    assert dates
    assert {(type(cell.value), cell.number_format) for cell in dates} == {(datetime, "dd.mm.yyyy")}


@pytest.mark.parametrize("form", MAALFORMER)
def test_status_is_chosen_from_a_named_list(
    form: Maalform, opened: OpenRun, said: Wordings
) -> None:
    one = case(opened, "3305", form)
    book = reopened(written(one, said))
    ((sheet, cells),) = book.defined_names["Statusvalg"].destinations
    chosen = [row[0].value for row in book[sheet][cells]]
    codes = [row[0] for row in book[sheet].iter_rows(values_only=True)]

    assert chosen == list(FORM[form]["status"].values())
    assert codes == ["rettet", "ikke_feil", "under_arbeid", "ikke_mulig", "ikke_vaar"]
    for name in listing(book):
        (choice,) = book[name].data_validations.dataValidation
        heads = [cell.value for cell in book[name][1]]
        column = openpyxl.utils.get_column_letter(heads.index("Status") + 1)
        assert (choice.type, choice.formula1) == ("list", "Statusvalg")
        last = book[name].max_row
        cells = f"{column}2:{column}{last}" if last > 2 else f"{column}2"
        assert str(choice.sqref) == cells


def test_what_a_program_needs_is_there_but_hidden(opened: OpenRun, said: Wordings) -> None:
    one = case(opened, "3305")
    book = reopened(written(one, said))
    meta = dict(book["_meta"].iter_rows(values_only=True))

    hidden = [page.title for page in book.worksheets if page.sheet_state == "hidden"]
    assert hidden == ["_meta", "_lister"]
    assert (meta["run_id"], meta["kommunenummer"]) == (one.run_id, "3305")
    assert meta["regelbok"].replace("-", "") == one.rulebook_sha256
    assert meta["antall"] == str(len(one.findings))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_nothing_but_text(text: str, opened: OpenRun, said: Wordings) -> None:
    one = changed(case(opened, "1515"), melding_nb=text, noekkel=text, verdi=text, person_id=text)
    content = written(one, said)
    row = first_row(reopened(content), one)

    assert [row["Hva er feil"], row["NIR-ID"], row["Verdi i NIR"]] == [text] * 3
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml")
        parts = set(archive.namelist())
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
    assert not any("external" in part for part in parts)


@given(st.lists(st.text(max_size=40), min_size=3, max_size=3))
def test_any_text_comes_back_as_it_was_shown(
    opened: OpenRun, said: Wordings, words: list[str]
) -> None:
    message, key, person = words
    one = changed(case(opened, "1151"), melding_nb=message, noekkel=key, person_id=person)
    row = first_row(reopened(written(one, said)), one)

    assert [row["Hva er feil"], row["NIR-ID"]] == [shown(message) or None, shown(person) or None]


def test_what_cannot_be_seen_is_made_visible(opened: OpenRun, said: Wordings) -> None:
    one = changed(
        case(opened, "1515"), melding_nb="a\x00b\x1bc\nd\u202ee\u200bf\ufffeg\x7f", verdi="\t|"
    )
    row = first_row(reopened(written(one, said)), one)

    assert row["Hva er feil"] == "a␀b␛c␊d�e�f�g␡"
    assert row["Verdi i NIR"] == "␉|"


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(opened: OpenRun, said: Wordings) -> None:
    one = changed(case(opened, "1515"), melding_nb="å" * 40_000)
    text = first_row(reopened(written(one, said)), one)["Hva er feil"]

    assert len(text) == MOST
    assert text.endswith("å … [avkortet: 40000 tegn i alt]")


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.integers(20, 40))
def test_a_cut_never_parts_a_character_or_exceeds_the_cell(text: str, most: int) -> None:
    result = fitted(text, "…", most)

    assert len(result.encode("utf-16-le")) // 2 <= most
    assert result == text or (result.endswith("…") and text.startswith(result[:-1]))


@given(st.lists(st.text(max_size=300), max_size=6))
def test_headings_are_all_different_and_visible(names: list[str]) -> None:
    headings = unique(names, {"Status"})

    assert len({heading.casefold() for heading in (*headings, "status")}) == len(names) + 1
    assert all(0 < len(heading) <= 255 and shown(heading) == heading for heading in headings)


@given(st.lists(st.text(max_size=50), max_size=5))
def test_sheet_names_are_legal_and_unique(labels: list[str]) -> None:
    taken = {"regler", "history"}
    for label in labels:
        name = sheet_name(label, taken)
        assert 0 < len(name) <= 31
        assert not re.search(r"[\[\]:*?/\\'\x00-\x1f]", name)
        assert name.casefold() not in taken
        taken.add(name.casefold())


def test_no_personal_number_is_in_any_part_of_the_file(
    opened: OpenRun, said: Wordings, sample_run: Run, book: RuleBook
) -> None:
    hostile = changed(
        case(opened, "3305"),
        melding_nb="se 018190 12365", verdi="01819012365", noekkel="2010 123456 07",
    )  # fmt: skip
    everything = own_files.whole_case(sample_run, book, "nn")
    for content in (written(hostile, said), written(everything, said, OwnFiles())):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        assert [name for name, part in parts.items() if PERSONAL.search(part)] == []
        assert not any(b"018190 12365" in part for part in parts.values())


def test_the_same_case_gives_the_same_bytes(opened: OpenRun, said: Wordings) -> None:
    first, second = (written(case(opened, "0301"), said) for _ in range(2))
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        stamps = {entry.date_time for entry in archive.infolist()}
    properties = reopened(first).properties

    assert first == second
    assert stamps == {(1980, 1, 1, 0, 0, 0)}
    assert properties.created.date() == opened.day
    assert properties.creator == "Eksempeldirektoratet"


class CellByCell(Worksheet):  # type: ignore[misc]
    """A page as the library writes it, without what `workbook_page` does in its place."""

    def write_cells(self, row: int, cells: Sequence[Cell], looks: Sequence[Format]) -> None:
        for at, (cell, look) in enumerate(zip(cells, looks, strict=True)):
            if cell is None:
                self.write_blank(row, at, None, look)
            elif isinstance(cell, int):
                self.write_number(row, at, cell, look)
            else:
                self.write_string(row, at, cell, look)


class OfTheLibrary(Workbook):  # type: ignore[misc]
    worksheet_class = CellByCell


@pytest.mark.parametrize("streamed", [False, True], ids=["tables", "streamed"])
@pytest.mark.parametrize("number", ["0301", "1151", "5610"])
def test_the_bytes_are_those_the_library_writes_cell_by_cell(
    number: str, streamed: bool, opened: OpenRun, said: Wordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "STREAMED_FROM", 1 if streamed else 1_000)
    one = case(opened, number)
    odd = [*HOSTILE, "a & b", '"', " before", "after\u00a0", "<r>rich</r>", "\u200btwo\nlines\n"]
    texts = [odd[at % len(odd)] for at in range(len(one.findings))]
    cases = [one, replace(one, findings=one.findings.assign(melding_nb=texts, verdi=texts[::-1]))]

    ours = [written(each, said) for each in cases]
    monkeypatch.setattr(workbook, "Book", OfTheLibrary)

    assert ours == [written(each, said) for each in cases]


def test_a_large_workbook_is_streamed_and_says_the_same(
    opened: OpenRun, said: Wordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = case(opened, "3305")
    before = reopened(written(one, said))
    monkeypatch.setattr(workbook, "STREAMED_FROM", 1)
    after = reopened(written(one, said))

    assert listing(after) == listing(before)
    page = after["Introduksjonsprogram"]
    assert (list(page.tables), page.auto_filter.ref) == ([], f"A1:M{page.max_row}")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("null", "Vi fant ingen feil"),
        ("ikke_vurdert", "Det betyr ikke at alt er riktig"),
        ("ingen_rader", "har ingen registreringer"),
    ],
)
def test_without_findings_the_workbook_says_what_that_means(
    kind: Kind, words: str, opened: OpenRun, said: Wordings
) -> None:
    book = reopened(written(replace(case(opened, "1101"), kind=kind), said))

    assert listing(book) == {}
    assert words in book["Oversikt"]["A2"].value


def test_what_was_not_judged_is_told_rule_by_rule(opened: OpenRun, said: Wordings) -> None:
    one = case(opened, "3305")
    page = reopened(written(one, said))["Ikke kontrollert"]
    groups = (*one.not_judged, *one.partly_judged)
    told = [(row[0], row[2]) for row in page.iter_rows(min_row=2, values_only=True)]

    assert groups
    assert Counter(told) == Counter((rule, g.reason) for g in groups for rule, _ in g.rules)


def test_oslo_can_filter_by_bydel(opened: OpenRun, said: Wordings) -> None:
    one = case(opened, "0301")
    book = reopened(written(one, said))
    rows = listing(book)["Introduksjonsprogram"]
    bydeler = {row[0]: row[-1] for row in book["Bydeler"].iter_rows(min_row=2, values_only=True)}

    assert "030104 Nordre Aker" not in bydeler  # the numbers go with the names
    assert {row["Bydel"] for row in rows if row["Bydel"]} <= set(bydeler)
    assert sum(bydeler.values()) == sum(one.findings["bydel"].isin([b[:6] for b in bydeler]))


def test_a_bydel_of_its_own_has_only_its_rows_and_no_column_for_it(
    opened: OpenRun, said: Wordings
) -> None:
    bydel = next(b for b in opened.findings["0301"]["bydel"] if isinstance(b, str))
    one = compose(opened, "0301", Choices(SENDER, maalform="nb"), bydel)
    rows = [row for rows in listing(reopened(written(one, said))).values() for row in rows]

    assert {row["FeilID"] for row in rows} == set(one.findings["finding_id"])
    assert not any("Bydel" in row for row in rows)


def test_persons_stand_together(opened: OpenRun, said: Wordings) -> None:
    rows = listing(reopened(written(case(opened, "0301"), said)))["Tiltak"]
    persons = [row["NIR-ID"] for row in rows]

    assert persons == sorted(persons)


def test_every_field_a_rule_shows_has_a_name_in_both_standards(
    said: Wordings, book: RuleBook
) -> None:
    for form in MAALFORMER:
        for compiled in book.running():
            labels = [field.label for field in said[form].rules[compiled.rule.id].fields]
            assert not set(labels) & set(compiled.rule.fields), compiled.rule.id


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("NIR-105", "Sluttmål er registrert"),
        ("NIR-106", "Tiltak er registrert"),
        ("NIR-140", "Sluttdato er ikke før startdato"),
        ("NIR-147", "Startdato er ikke før startdato (introduksjonsprogram)"),
        ("NIR-170", ""),
        ("NIR-230", "Startdato er registrert\nStoppdato er registrert"),
        ("NIR-232", "Timer per uke er høyst 37,5"),
        ("KON-program.startdato-dato", "En dato, som 31.12.2025"),
        ("KON-program.integreringskontrakt-kode", "En av «Ja», «Nei»"),
        ("KON-person.statsborgerskap-kode", "En av de 252 kodene i kodelisten"),
    ],
)
def test_what_was_expected_is_told_when_the_rule_says_it(
    rule: str, expected: str, said: Wordings
) -> None:
    assert said["nb"].rules[rule].expected == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2025-12-31", 46022),
        ("1901-01-01", 367),
        ("1899-12-31", None),
        ("31.12.2025", None),
        ("", None),
    ],
)
def test_only_a_day_that_a_workbook_can_hold_is_a_date(text: str, number: int | None) -> None:
    assert day_number(text) == number


@pytest.mark.parametrize("form", MAALFORMER)
def test_the_words_are_those_that_were_reviewed(
    form: Maalform, opened: OpenRun, said: Wordings
) -> None:
    """Renew with NIRCHECK_SNAPSHOTS=1 in the environment, and read the difference."""
    one = replace(case(opened, "1515", form), run_id="–", rulebook_sha256="", nircheck="–")
    book = reopened(written(one, said))
    lines = [
        f"{page.title}!{cell.coordinate}: {'=' if cell.data_type == 'f' else repr(cell.value)}"
        for page in book.worksheets
        if page.title != FORM[form]["ark"]["ikke_kontrollert"]
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    kept = SNAPSHOTS / f"workbook.{form}.txt"
    if os.environ.get("NIRCHECK_SNAPSHOTS"):
        kept.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")

    assert lines == kept.read_text(encoding="utf-8").splitlines()


OWN_COLUMNS = {
    "Saksbehandler": "Enhet 3",
    "Notat": "ring 018190 12365",
    "Status": '=HYPERLINK("http://example.org")',
    "Tom": "",
}


@pytest.fixture(scope="module")
def own(book: RuleBook, tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path]:
    """A kommune's own files with columns of its own, checked with a workbook."""
    extract, folder = Extract(), tmp_path_factory.mktemp("own")
    extract.participant(sluttmaal=None, **OWN_COLUMNS)
    files = extract.write(folder / "uttrekk", book)
    target = folder / "feil.xlsx"
    return nircheck("selfcheck", files, "--arbeidsbok", target, "--all"), target


def test_the_workbook_of_own_files_has_the_senders_own_columns(own: tuple[Done, Path]) -> None:
    done, target = own
    (row,) = listing(openpyxl.load_workbook(target))["Introduksjonsprogram"]

    assert row["Regel"] == "NIR-105"
    assert row["Saksbehandler (fra filen)"] == "Enhet 3"
    assert row["Notat (fra filen)"] == "ring •••••••••••"
    assert row["Status (fra filen)"] == OWN_COLUMNS["Status"]
    assert "Tom (fra filen)" not in row
    assert (row["Fil"], row["Rad i filen"], row["Status"]) == ("program.csv", 2, None)
    assert f"Arbeidsboken ligger i {target}" in done.out
    assert [path.name for path in target.parent.iterdir() if path.is_file()] == ["feil.xlsx"]


def test_a_workbook_that_may_hold_answers_is_not_overwritten(own: tuple[Done, Path]) -> None:
    _, target = own
    before = target.read_bytes()
    done = nircheck("selfcheck", SAMPLE, "--arbeidsbok", target)

    assert (done.code, target.read_bytes()) == (2, before)
    assert "may hold answers" in done.err


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("feil.csv", "ends with .xlsx"),
        ("finnes-ikke/feil.xlsx", "no such folder"),
        ("uttrekk/feil.xlsx", "part of the extract"),
    ],
)
def test_a_bad_place_for_the_workbook_is_refused_before_the_work(
    name: str, why: str, tmp_path: Path
) -> None:
    (tmp_path / "uttrekk").mkdir()

    with pytest.raises(UsageError, match=re.escape(why)):
        own_files.refuse(tmp_path / name, [tmp_path / "uttrekk"])


def test_a_workbook_is_written_whole_or_not_at_all(
    sample_run: Run, book: RuleBook, tmp_path: Path
) -> None:
    taken = tmp_path / "feil.xlsx"
    taken.mkdir()

    with pytest.raises(UsageError, match="cannot be written"):
        own_files.save(taken, sample_run, book, "nb", OwnFiles())

    assert list(tmp_path.rglob("*")) == [taken]


def test_own_files_with_several_kommuner_lose_no_finding(
    sample_run: Run, book: RuleBook, said: Wordings
) -> None:
    one = own_files.whole_case(sample_run, book, "nb")
    rows = [
        row for rows in listing(reopened(written(one, said, OwnFiles()))).values() for row in rows
    ]
    active = {key for key, rule in sample_run.facts["rules"].items() if rule["status"] == "active"}

    listed = sample_run.findings.column("rule_id").to_pylist()
    assert len(rows) == sum(rule in active for rule in listed)
    assert {row["Kommune"] for row in rows} == set(one.findings["kommunenummer"])
    assert one.totals.findings == sample_run.facts["totals"]["findings"]
