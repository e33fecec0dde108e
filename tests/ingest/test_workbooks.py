"""Workbooks as people and programs make them: read like their twin in CSV, or refused in words."""

from __future__ import annotations

import shutil
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from extracts import EXPECTATIONS, Extract
from nircheck import ingest
from nircheck.contract import MAALFORMER
from nircheck.contract import load as load_contract
from nircheck.errors import ExtractError, Message
from nircheck.ingest.column_map import load as load_map
from nircheck.ingest.locate import locate
from nircheck.ingest.workbook import Workbook
from nircheck.register import Register
from nircheck.rulebook import RuleBook
from nircheck.texts import texts
from readings import delivered, delivered_rows, notes, reading, said

Book = openpyxl.Workbook
Parts = dict[str, bytes]

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
PERSON = "xl/worksheets/sheet1.xml"
HEADER = ["person_id", "foedselsdato", "kjoenn", "statsborgerskap"]


# an extract, its workbook, and what can be done to it


def wrong_in_each() -> Extract:
    """Three participants with something wrong in each."""
    extract = Extract()
    extract.participant("INT", sluttdato="2023-05-31", kommunenummer="0301", bydel="030101")
    extract.participant("IL", kommunenummer="0301", person_id="BORTE", startdato="2018-13-01")
    extract.participant("KAP6A", sluttdato="2020-06-30", integreringskontrakt="JA")
    extract.tables["person"][0] |= {"foedselsnummer": "01819012365", "utdanning_vgo": "JA"}
    extract.tables["tiltak"][1] |= {"timer_per_uke": "37.5", "beskrivelse": "'sitat' og mer"}
    extract.tables["tiltak"][2] |= {"stoppdato": "2019-01-01", "registrert_dato": "31.12.2023"}
    return extract


@pytest.fixture
def extract() -> Extract:
    return wrong_in_each()


@pytest.fixture
def path(tmp_path: Path, book: RuleBook, extract: Extract) -> Path:
    """The extract as a workbook in which every cell is text."""
    return extract.write_xlsx(tmp_path / "uttrekk.xlsx", book)


def edited(path: Path, edit: Callable[[Book], object]) -> Path:
    """The workbook as it is when someone has changed it and saved it."""
    workbook = openpyxl.load_workbook(path)
    edit(workbook)
    workbook.save(path)
    return path


def repacked(path: Path, **changed: Callable[[str], str] | None) -> Path:
    """The workbook with the XML of parts rewritten by hand (`sheet1`, `workbook`, …)."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for stem, change in changed.items():
        name = next(name for name in parts if Path(name).stem == stem)
        before = parts[name].decode()
        after = change(before) if change else ""
        assert after != before
        parts[name] = after.encode()
    return packed(path, parts)


def packed(path: Path, parts: Parts) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def with_sheet(path: Path, body: str, after: str = "") -> Path:
    """The workbook with another content of the sheet for persons."""
    sheet = f"{HEAD}<worksheet {MAIN}>{body}{after}</worksheet>"
    return repacked(path, sheet1=lambda _: sheet)


def strings(row: int, *cells: str) -> str:
    """A row of text cells as XML."""
    return f'<row r="{row}">' + "".join(map(inline, cells)) + "</row>"


def inline(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def column(sheet: Worksheet, name: str) -> int:
    return next(c.column for c in sheet[1] if c.value == name)


def cells(workbook: Book, table: str, name: str) -> list[Any]:
    """The cells of a column below the header that hold something."""
    at = column(workbook[table], name)
    rows = workbook[table].iter_rows(min_row=2, min_col=at, max_col=at)
    return [cell for (cell,) in rows if cell.value]


def hashes(book: RuleBook, path: Path) -> set[tuple[str, str, str]]:
    with reading(book, path) as register:
        return {
            (f["rule_id"], f["finding_id"], f["values_hash"]) for f in said(register, book, only="")
        }


def contract_findings(book: RuleBook, path: Path) -> set[tuple[str, str, str]]:
    with reading(book, path) as register:
        return {(f["rule_id"], f["finding_id"], f["values_hash"]) for f in said(register, book)}


def with_tiltak(path: Path, book: RuleBook, name: str, values: Iterable[object]) -> Path:
    """A workbook with one tiltak for each value, typed into the column called so."""
    extract = Extract()
    extract.participant()
    values = list(values)
    for _ in values[1:]:
        extract.add("tiltak", program_id="PR1", person_id="PE1")

    def type_in(workbook: Book) -> None:
        sheet = workbook["tiltak"]
        for row, value in enumerate(values, start=2):
            sheet.cell(row, column(sheet, name)).value = value  # type: ignore[assignment]

    return edited(extract.write_xlsx(path, book), type_in)


def raw(register: Register, table: str, name: str) -> list[Any]:
    """A column as it was staged."""
    query = f"SELECT NULLIF({name}, '') FROM raa.{table} ORDER BY linje"
    return [value for (value,) in register.connection.execute(query).fetchall()]


def problems(book: RuleBook, path: Path) -> list[Message]:
    with pytest.raises(ExtractError) as caught, delivered(book, path):
        pass
    found = [problem for problem in caught.value.problems if isinstance(problem, Message)]
    for problem in found:
        assert all(path.parent.name not in texts(form).message(problem) for form in MAALFORMER)
    return found


def keys(register: Register) -> list[str]:
    return [key for key, _ in notes(register)]


@pytest.fixture(scope="module")
def twin(book: RuleBook, tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str, str]]:
    """The findings of the extract in its own written form."""
    return hashes(book, wrong_in_each().write(tmp_path_factory.mktemp("csv"), book))


def as_dates(workbook: Book) -> None:
    for table in ("person", "program", "tiltak"):
        for cell in (cell for row in workbook[table].iter_rows(min_row=2) for cell in row):
            try:
                cell.value = datetime.fromisoformat(str(cell.value))
            except ValueError:
                continue


def as_dates_from_1904(workbook: Book) -> None:
    workbook.epoch = CALENDAR_MAC_1904
    as_dates(workbook)


def as_numbers(workbook: Book) -> None:
    for table, names in {
        "program": ("kommunenummer", "bydel"),
        "tiltak": ("kommunenummer", "timer_per_uke"),
        "person": ("bosettingskommune", "foedselsnummer"),
    }.items():
        for name in names:
            for cell in cells(workbook, table, name):
                cell.value = float(cell.value)


def as_booleans(workbook: Book) -> None:
    for cell in cells(workbook, "person", "utdanning_vgo"):
        cell.value = cell.value == "JA"
    for cell in cells(workbook, "program", "integreringskontrakt"):
        cell.value = cell.value == "JA"


def with_titles(workbook: Book) -> None:
    workbook["program"].insert_rows(1, 4)
    workbook["program"]["A1"] = "Uttrekk fra NIR"
    workbook["program"]["A3"] = "Tatt ut"
    workbook["program"]["B3"] = datetime(2024, 6, 30)
    workbook["program"].merge_cells("A1:F1")


def with_apostrophes(workbook: Book) -> None:
    for name in ("person_id", "kommunenummer", "startdato", "lov"):
        for cell in cells(workbook, "program", name):
            cell.value = f"'{cell.value}"


def hide_rows(workbook: Book) -> None:
    workbook["tiltak"].row_dimensions[2].hidden = True
    workbook["tiltak"].row_dimensions[9].hidden = True


def filter_rows(workbook: Book) -> None:
    workbook["tiltak"].auto_filter.ref = "A1:K4"
    workbook["tiltak"].auto_filter.add_filter_column(0, ["TI1"])
    for row in (3, 4):
        workbook["tiltak"].row_dimensions[row].hidden = True


def hide_columns(workbook: Book) -> None:
    for letter in ("B", "D"):
        workbook["tiltak"].column_dimensions[letter].hidden = True


def add_sheets(workbook: Book) -> None:
    workbook.create_sheet("Forklaring", 0)["A1"] = "Les dette først"
    workbook.create_sheet("Personer")
    workbook["program"].sheet_state = "veryHidden"
    workbook["tiltak"].title = "TILTAK "


def format_far_away(workbook: Book) -> None:
    grey = PatternFill("solid", "DDDDDD")
    for sheet in workbook.worksheets:
        sheet["A1048576"].fill = grey
        sheet["XFD1"].fill = grey
        sheet["XFD1048576"].fill = grey


def shuffle(workbook: Book) -> None:
    sheet = workbook["program"]
    for row in sheet.iter_rows():
        for cell, value in zip(row, reversed([cell.value for cell in row]), strict=True):
            cell.value = value
    sheet.cell(1, column(sheet, "sluttdato")).value = "Sluttdato "


VARIANTS: dict[str, tuple[Callable[[Book], object], list[tuple[str, str | int]]]] = {
    "saved again": (lambda workbook: None, []),
    "true dates": (as_dates, []),
    "dates from 1904": (as_dates_from_1904, [("xlsx_1904", "uttrekk.xlsx [person]"),
                                             ("xlsx_1904", "uttrekk.xlsx [program]"),
                                             ("xlsx_1904", "uttrekk.xlsx [tiltak]")]),
    "numbers": (as_numbers, [("xlsx_null_foran", "person.foedselsnummer"),
                             ("xlsx_null_foran", "program.bydel"),
                             ("xlsx_null_foran", 2)]),
    "booleans": (as_booleans, [("xlsx_logisk", 2), ("xlsx_logisk", 2)]),
    "titles": (with_titles, [("xlsx_linjer_over", 2)]),
    "apostrophes": (with_apostrophes, [("xlsx_apostrof", 3)] * 4),
    "hidden rows": (hide_rows, [("xlsx_skjulte_rader", 1)]),
    "filtered rows": (filter_rows, [("xlsx_filtrerte_rader", 2)]),
    "hidden columns": (hide_columns, [("xlsx_skjulte_kolonner", "B, D")]),
    "other sheets": (add_sheets, [("ark_ikke_brukt", "Forklaring"),
                                  ("ark_ikke_brukt_ligner", "person"),
                                  ("skjult_ark", "uttrekk.xlsx [program]")]),
    "formats far away": (format_far_away, []),
    "another order": (shuffle, []),
}  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_workbook_gives_exactly_the_findings_of_its_twin_in_csv(
    book: RuleBook, path: Path, twin: set[tuple[str, str, str]], variant: str
) -> None:
    change, expected = VARIANTS[variant]

    with reading(book, edited(path, change)) as register:
        found = {
            (f["rule_id"], f["finding_id"], f["values_hash"]) for f in said(register, book, only="")
        }
        told = [(key, values) for key, values in notes(register) if key != "dato_norsk_form"]

    assert found == twin
    assert {rule_id for rule_id, _, _ in found} >= {
        "KON-program.startdato-dato",
        "KON-program.person_id-fremmed",
        "NIR-140",
    }
    assert [key for key, _ in told] == [key for key, _ in expected]
    for (_, value), (_, values) in zip(expected, told, strict=True):
        assert value in values.values()


def test_every_note_of_a_workbook_is_a_sentence_in_both_standards(
    book: RuleBook, path: Path
) -> None:
    for change in (as_numbers, as_booleans, with_titles, hide_rows, hide_columns, add_sheets):
        edited(path, change)

    with delivered(book, path) as register:
        for form in MAALFORMER:
            sentences = [texts(form).message(note) for note in register.notes]
            assert len(sentences) >= 8
            assert all(sentence.endswith(".") for sentence in sentences)


# where the table is in the sheet


def test_rows_below_title_lines_keep_their_number_in_the_sheet(book: RuleBook, path: Path) -> None:
    edited(path, with_titles)

    with delivered(book, path) as register:
        assert delivered_rows(register, "program", "linje") == [(6,), (7,), (8,)]
        assert ("xlsx_linjer_over", {"fil": "uttrekk.xlsx [program]", "antall": 2, "rad": 5}) in (
            notes(register)
        )


def test_blank_rows_and_columns_around_a_table_change_nothing(book: RuleBook, path: Path) -> None:
    def move(workbook: Book) -> None:
        workbook["program"].insert_rows(1, 6)
        workbook["program"].insert_rows(9)
        workbook["program"].insert_cols(1, 2)
        workbook["program"]["C14"] = " "

    edited(path, move)

    with delivered(book, path) as register:
        assert delivered_rows(register, "program", "program_id", "linje") == [
            ("PR1", 8), ("PR2", 10), ("PR3", 11),
        ]  # fmt: skip
        assert not {"xlsx_linjer_over", "xlsx_uten_overskrift"} & set(keys(register))


def test_a_row_with_a_single_known_word_is_no_header(book: RuleBook, path: Path) -> None:
    def entitle(workbook: Book) -> None:
        workbook["person"].insert_rows(1, 2)
        workbook["person"]["A1"] = "kjoenn"
        workbook["person"]["A2"] = "kjoenn"
        workbook["person"]["B2"] = "person_id"
        for at in range(3, 6):
            workbook["person"].cell(2, at).value = "her står det noe annet"

    edited(path, entitle)

    with delivered(book, path) as register:
        assert delivered_rows(register, "person", "linje") == [(4,), (5,), (6,)]


def test_the_names_of_a_column_map_find_the_header_too(
    book: RuleBook, path: Path, tmp_path: Path
) -> None:
    def rename(workbook: Book) -> None:
        sheet = workbook["person"]
        for at, name in enumerate(("Klient", "Født", "K", "Land"), start=1):
            sheet.cell(1, column(sheet, HEADER[at - 1])).value = name
        for at in range(sheet.max_column, 0, -1):
            if sheet.cell(1, at).value not in ("Klient", "Født", "K", "Land"):
                sheet.delete_cols(at)
        sheet.insert_rows(1)
        sheet["A1"] = "Klientliste"
        sheet.title = "Klienter"

    edited(path, rename)
    text = (
        "kontrakt: nir-uttrekk/1.0\ntabeller:\n  Klienter:\n    table: person\n    columns:\n"
        "      Klient: person_id\n      Født: foedselsdato\n      K: kjoenn\n"
        "      Land: statsborgerskap\n"
    )
    (tmp_path / "kart.yaml").write_text(text, encoding="utf-8")
    contract = load_contract(EXPECTATIONS)

    found = locate([path], contract, tmp_path, load_map(tmp_path / "kart.yaml", contract))

    assert {source.table: source.sheet for source in found.sources}["person"] == "Klienter"
    register, _ = ingest.read(
        [path],
        ingest.Manifest(uttrekksdato=date(2024, 6, 30)),
        book.contract,
        book.views,
        book.folder,
        column_map=load_map(tmp_path / "kart.yaml", contract),
    )
    with register:
        assert delivered_rows(register, "person", "person_id", "linje") == [
            ("PE1", 3), ("PE2", 4), ("PE3", 5),
        ]  # fmt: skip
        assert "xlsx_linjer_over" in keys(register)


def test_a_header_that_is_not_recognised_is_still_told_of(book: RuleBook, path: Path) -> None:
    def rename(workbook: Book) -> None:
        for cell in workbook["tiltak"][1]:
            cell.value = f"{cell.value}x"

    edited(path, rename)

    found = problems(book, path)

    assert {problem.key for problem in found} == {"kolonne_mangler_ligner"}
    assert found[0].values["ligner"] == "tiltak_idx"


def test_cells_without_a_header_are_counted(book: RuleBook, path: Path) -> None:
    def unname(workbook: Book) -> None:
        sheet = workbook["tiltak"]
        sheet.cell(1, column(sheet, "beskrivelse")).value = None

    edited(path, unname)

    with delivered(book, path) as register:
        at = "J"
        assert [v for k, v in notes(register) if k == "xlsx_uten_overskrift"] == [
            {"fil": "uttrekk.xlsx [tiltak]", "kolonne": at, "antall": 1}
        ]


def test_cells_to_the_right_of_the_table_keep_the_row_out(book: RuleBook, path: Path) -> None:
    def scribble(workbook: Book) -> None:
        workbook["tiltak"].cell(3, workbook["tiltak"].max_column + 2).value = "ring skolen"

    edited(path, scribble)

    with reading(book, path) as register:
        (finding,) = said(register, book, "KON-tiltak-radform")
        assert finding["linje"] == 3


def test_a_sheet_that_was_misnamed_is_named_with_what_it_may_be(book: RuleBook, path: Path) -> None:
    def rename(workbook: Book) -> None:
        workbook["tiltak"].title = "Tiltakene"

    edited(path, rename)

    (problem,) = problems(book, path)

    assert problem.key == "tabell_mangler_ubrukte"
    assert problem.values == {"tabell": "tiltak", "ubrukte": "uttrekk.xlsx [Tiltakene]"}


def test_the_only_sheet_with_cells_is_the_table_the_file_is_named_after(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    folder = extract.write(tmp_path / "mappe", book)
    (folder / "person.csv").unlink()
    with xlsxwriter.Workbook(folder / "Person.xlsx") as workbook:
        workbook.add_worksheet("Ark1")
        sheet = workbook.add_worksheet("Ark2")
        workbook.add_worksheet("Ark3")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["P9", "1990-01-01", "K", "SYR"])

    with delivered(book, folder) as register:
        assert delivered_rows(register, "person", "person_id") == [("P9",)]


def test_a_sheet_that_is_a_chart_holds_no_table(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    path = extract.write_xlsx(tmp_path / "uttrekk.xlsx", book)

    def draw(workbook: Book) -> None:
        workbook.create_chartsheet("norsk")

    edited(path, draw)

    with delivered(book, path) as register:
        assert "norsk" not in register.delivered


# what a person does not see


def test_merged_cells_are_told_of_and_the_rows_judged(book: RuleBook, path: Path) -> None:
    def merge(workbook: Book) -> None:
        at = column(workbook["tiltak"], "kommunenummer")
        workbook["tiltak"].merge_cells(
            start_row=2, end_row=3, start_column=at, end_column=at
        )  # fmt: skip

    edited(path, merge)

    with delivered(book, path) as register:
        assert delivered_rows(register, "tiltak", "kommunenummer") == [
            ("4204",),
            (None,),
            ("4204",),
        ]
        assert ("xlsx_flettet", {"fil": "uttrekk.xlsx [tiltak]", "antall": 1}) in notes(register)


def test_a_filtered_table_is_told_of_like_a_filtered_sheet(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    folder = extract.write(tmp_path / "mappe", book)
    (folder / "person.csv").unlink()
    with xlsxwriter.Workbook(folder / "person.xlsx") as workbook:
        sheet = workbook.add_worksheet("person")
        data = [["PE1", "1990-01-01", "K", "SYR"], ["PE2", "1991-01-01", "M", "SYR"]]
        sheet.add_table(2, 0, 4, 3, {"data": data, "columns": [{"header": h} for h in HEADER]})
        sheet.set_row(4, options={"hidden": True})
    filtered = '<autoFilter ref="A3:D5"><filterColumn colId="0"><filters>'
    filtered += '<filter val="PE1"/></filters></filterColumn></autoFilter>'
    repacked(
        folder / "person.xlsx",
        table1=lambda xml: xml.replace('<autoFilter ref="A3:D5"/>', filtered),
    )

    with delivered(book, folder) as register:
        assert delivered_rows(register, "person", "linje") == [(4,), (5,)]
        assert ("xlsx_filtrerte_rader", {"fil": "person.xlsx [person]", "antall": 1}) in (
            notes(register)
        )


def told(register: Register) -> list[tuple[str, Any]]:
    """What is said of that which a person does not see, and of the calendar."""
    return [
        (key, values.get("kolonner", values.get("antall")))
        for key, values in notes(register)
        if key
        in ("xlsx_1904", "xlsx_skjulte_rader", "xlsx_filtrerte_rader", "xlsx_skjulte_kolonner")
    ]


@pytest.mark.parametrize(
    ("attributes", "is_hidden"),
    [
        ('hidden="1"', True),
        ('hidden="true"', True),
        ('hidden="0"', False),
        ('hidden="false"', False),
        ('ht="0"', True),
        ('ht="0.0" customHeight="1"', True),
        ('ht="0.75"', False),
        ('ht="lav"', False),
        ('collapsed="1"', False),
    ],
)
def test_a_row_is_hidden_by_what_stands_in_it(path: Path, attributes: str, is_hidden: bool) -> None:
    repacked(path, sheet1=lambda xml: xml.replace('<row r="3"', f'<row r="3" {attributes}', 1))

    assert Workbook(path).scan("person").unseen.hidden_rows == ({3} if is_hidden else set())


@pytest.mark.parametrize(
    ("columns", "hidden"),
    [
        ('<col min="2" max="2" hidden="1"/>', [1]),
        (
            '<col min="2" max="3" hidden="true" width="9"/><col min="1" max="1" width="0"/>',
            [0, 1, 2],
        ),
        ('<col min="3" max="16384" width="0.0"/>', [2, 3]),
        ('<col min="4" max="16384" hidden="1"/><col min="1" max="3" width="8"/>', [3]),
        ('<col min="2" max="99999999999999" hidden="1"/>', [1, 2, 3]),
        ('<col min="5" max="16384" hidden="1"/>', []),
        ('<col min="99999" max="999999" hidden="1"/>', []),
        ('<col min="3" max="2" hidden="1"/><col min="-3" max="-1" hidden="1"/>', []),
        ('<col min="A" max="B" hidden="1"/><col min="1" hidden="1"/><col hidden="1"/>', []),
        ('<col min="1" max="9" width="8.43" collapsed="1"/>', []),
    ],
)
def test_columns_are_hidden_from_the_first_to_the_last_that_is_named(
    path: Path, columns: str, hidden: list[int]
) -> None:
    cols = f"<cols>{columns}</cols><sheetData>"
    repacked(path, sheet1=lambda xml: xml.replace("<sheetData>", cols))

    assert Workbook(path).scan("person").unseen.hidden_columns(4) == hidden


SET = "<filterColumn colId='0'><filters><filter val='PE1'/></filters></filterColumn>"


@pytest.mark.parametrize(
    ("filters", "filtered"),
    [
        (f"<autoFilter ref='A1:E4'>{SET}{SET}</autoFilter>", {2, 3, 4}),
        (f"<autoFilter ref='$A$1:$E$3'>{SET}</autoFilter>", {2, 3}),
        (f"<autoFilter ref='A3'>{SET}</autoFilter>", {3}),
        (f"<autoFilter ref='A:E'>{SET}</autoFilter>", {2, 3, 4}),
        (
            f"<autoFilter ref='A1:E2'>{SET}</autoFilter><autoFilter ref='A4:E9'>{SET}</autoFilter>",
            {2, 4},
        ),
        (
            f"<autoFilter ref='A1:E4'>{SET}</autoFilter><autoFilter ref='A2'>{SET}</autoFilter>",
            {2, 3, 4},
        ),
        (f"<autoFilter ref='A1:E4'/><autoFilter ref='A4'>{SET}</autoFilter>", {4}),
        (f"<autoFilter ref='A5:E9'>{SET}</autoFilter>", set()),
        (f"<autoFilter ref='rad 1 til 4'>{SET}</autoFilter>", set()),
        (f"<autoFilter>{SET}</autoFilter>", set()),
        ("<autoFilter ref='A1:E4'/>", set()),
        (SET, set()),
    ],
)
def test_a_row_is_filtered_where_a_filter_is_set(
    path: Path, filters: str, filtered: set[int]
) -> None:
    repacked(path, sheet1=lambda xml: xml.replace("</sheetData>", f"</sheetData>{filters}"))

    unseen = Workbook(path).scan("person").unseen
    assert {row for row in (2, 3, 4) if unseen.filtered([row])} == filtered


@pytest.fixture
def tables(book: RuleBook, extract: Extract, tmp_path: Path) -> Path:
    """Two filtered tables on one sheet, a hidden row in each and one between them."""
    folder = extract.write(tmp_path / "mappe", book)
    (folder / "person.csv").unlink()
    people = [[f"PE{number}", "1990-01-01", "K", "SYR"] for number in range(1, 6)]
    with xlsxwriter.Workbook(folder / "person.xlsx") as workbook:
        sheet = workbook.add_worksheet("person")
        heads = [{"header": head} for head in HEADER]
        sheet.add_table(0, 0, 2, 3, {"data": people[:2], "columns": heads})
        sheet.write_row(3, 0, people[2])
        sheet.add_table(
            4, 0, 5, 3, {"data": people[4:], "columns": [{"header": "PE4"}, *heads[1:]]}
        )
        for row in (2, 3, 5):
            sheet.set_row(row, options={"hidden": True})
    repacked(
        folder / "person.xlsx",
        table1=lambda xml: xml.replace('"A1:D3"/>', f'"A1:D3">{SET}</autoFilter>'),
        table2=lambda xml: xml.replace('"A5:D6"/>', f'"A5:D6">{SET}</autoFilter>'),
    )
    return folder


def test_every_table_of_a_sheet_is_looked_into(book: RuleBook, tables: Path) -> None:
    with delivered(book, tables) as register:
        assert told(register) == [("xlsx_skjulte_rader", 1), ("xlsx_filtrerte_rader", 2)]


def test_a_table_may_be_pointed_to_from_the_root_of_the_package(
    book: RuleBook, tables: Path
) -> None:
    path = tables / "person.xlsx"
    repacked(path, **{"sheet1.xml": lambda xml: xml.replace('"../tables', '"/xl/tables')})

    with delivered(book, tables) as register:
        assert told(register) == [("xlsx_skjulte_rader", 1), ("xlsx_filtrerte_rader", 2)]


@pytest.mark.parametrize(
    ("part", "old", "new", "filtered"),
    [
        ("table1", "</table>", "", 2),
        ("table1", 'ref="A1:D3">', 'ref="?">', 1),
        ("sheet1.xml", "/table1.xml", "/table9.xml", 1),
        ("sheet1.xml", "../tables", "../../../tables", 0),
        ("sheet1.xml", "Target=", "target=", 0),
    ],
)
def test_no_value_depends_on_a_table_that_is_broken(
    book: RuleBook, tables: Path, part: str, old: str, new: str, filtered: int
) -> None:
    repacked(tables / "person.xlsx", **{part: lambda xml: xml.replace(old, new)})

    with delivered(book, tables) as register:
        assert len(delivered_rows(register, "person", "rad")) == 5
        assert told(register) == [("xlsx_skjulte_rader", 3 - filtered)] + (
            [("xlsx_filtrerte_rader", filtered)] if filtered else []
        )


@pytest.mark.parametrize(
    ("said_of_it", "counts_from_1904"),
    [("1", True), ("true", True), ("0", False), ("false", False), ("True", False)],
)
def test_days_are_read_and_told_of_by_the_same_calendar(
    book: RuleBook, path: Path, said_of_it: str, counts_from_1904: bool
) -> None:
    edited(path, as_dates)
    calendar = f'<workbookPr date1904="{said_of_it}"'
    repacked(path, workbook=lambda xml: xml.replace("<workbookPr", calendar, 1))

    with delivered(book, path) as register:
        years = {day.year for (day,) in delivered_rows(register, "person", "foedselsdato")}
        assert years == ({1994} if counts_from_1904 else {1990})
        assert told(register) == [("xlsx_1904", None)] * (3 * counts_from_1904)


def test_what_is_hidden_in_a_large_sheet_is_told_of_too(book: RuleBook, path: Path) -> None:
    padding = f"<!-- {'x' * 17 * 1024**2} -->"
    edited(path, hide_rows)
    edited(path, hide_columns)
    repacked(path, sheet3=lambda xml: xml.replace("<sheetData>", f"{padding}<sheetData>"))

    with delivered(book, path) as register:
        assert told(register) == [("xlsx_skjulte_rader", 1), ("xlsx_skjulte_kolonner", "B, D")]
        assert len(delivered_rows(register, "tiltak", "rad")) == 3


def test_what_is_hidden_is_told_of_whatever_is_wrong_with_the_styles(
    book: RuleBook, path: Path
) -> None:
    hidden = '<row hidden="1" r="3"'
    repacked(
        path,
        styles=lambda xml: xml.replace('patternType="none"', 'patternType="prikker"'),
        sheet3=lambda xml: xml.replace('<row r="3"', hidden),
    )

    with delivered(book, path) as register:
        assert len(delivered_rows(register, "person", "rad")) == 3
        assert told(register) == [("xlsx_skjulte_rader", 1)]


def test_what_is_hidden_is_told_of_in_the_strict_edition_of_the_standard(
    book: RuleBook, tables: Path
) -> None:
    path = tables / "person.xlsx"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    strict = b"http://purl.oclc.org/ooxml"
    for name, content in parts.items():
        for old, new in (
            (b"http://schemas.openxmlformats.org/spreadsheetml/2006", strict + b"/spreadsheetml"),
            (
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                strict + b"/officeDocument/relationships",
            ),
        ):
            content = content.replace(old, new)
        parts[name] = content
    calendar = b'<workbookPr date1904="1" '
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbookPr ", calendar)
    columns = b"<cols><col min='4' max='4' hidden='1'/></cols><sheetData>"
    parts[PERSON] = parts[PERSON].replace(b"<sheetData>", columns)
    packed(path, parts)

    with delivered(book, tables) as register:
        assert told(register) == [
            ("xlsx_1904", None),
            ("xlsx_skjulte_rader", 1),
            ("xlsx_filtrerte_rader", 2),
            ("xlsx_skjulte_kolonner", "D"),
        ]


def test_hiding_all_of_a_sheet_over_and_over_costs_little(book: RuleBook, path: Path) -> None:
    columns = "<cols>" + '<col min="1" max="16384" hidden="1"/>' * 200_000 + "</cols>"
    filters = "".join(
        f"<autoFilter ref='A{n}:E{n + 9}'>{SET}</autoFilter>" for n in range(1, 50_000)
    )
    lines = "".join(f'<row r="{n}" ht="0">{inline("P")}</row>' for n in range(2, 50_000))
    sheet = f"{columns}<sheetData>{strings(1, *HEADER)}{lines}</sheetData>"
    with_sheet(path, sheet, filters)

    start = time.process_time()
    scan = Workbook(path).scan("person")
    assert scan.unseen.hidden_columns(5) == [0, 1, 2, 3, 4]
    assert scan.unseen.filtered(scan.unseen.hidden_rows) == 49_998
    assert time.process_time() - start < 15


# what Excel does to values


def test_a_kommunenummer_that_is_a_number_lacks_at_most_one_zero(
    book: RuleBook, tmp_path: Path
) -> None:
    typed = {301: "0301", 4204: "4204", 30: None, 42041: None, -301: None, 301.5: None, "301": None}

    path = with_tiltak(tmp_path / "uttrekk.xlsx", book, "kommunenummer", typed)

    with delivered(book, path) as register:
        assert [k for (k,) in delivered_rows(register, "tiltak", "kommunenummer")] == list(
            typed.values()
        )
        assert raw(register, "tiltak", "kommunenummer") == [
            "0301", "4204", "30", "42041", "-301", "301.5", "301",
        ]  # fmt: skip
        assert ("xlsx_null_foran", {"kolonne": "tiltak.kommunenummer", "antall": 1}) in (
            notes(register)
        )


def test_an_id_that_is_a_number_becomes_its_digits(book: RuleBook, path: Path) -> None:
    def type_in(workbook: Book) -> None:
        for table in ("person", "program", "tiltak"):
            cells(workbook, table, "person_id")[0].value = 123456789
        cells(workbook, "program", "person_id")[2].value = 1.5
        cells(workbook, "person", "person_id")[2].value = "1.5"

    edited(path, type_in)

    with delivered(book, path) as register:
        assert delivered_rows(register, "program", "person_id") == [
            ("123456789",),
            ("BORTE",),
            ("1.5",),
        ]
        assert [v for k, v in notes(register) if k == "xlsx_tall_i_tekst"] == [
            {"kolonne": f"{table}.person_id", "antall": 1}
            for table in ("person", "program", "tiltak")
        ]


DAMAGED = {
    "1,01E+10": "1,01E+10",
    "1.01E+10": "1.01E+10",
    "1E+15": "1E+15",
    "-2.5e+123": "-2.5e+123",
    "#REF!": "#REF!",
    "#I/T": "#I/T",
    "#NAVN?": "#NAVN?",
    "=…": "=…",
    1234567890123456: "1.23456789012346E+15",
    2e15: "2E+15",
    1e300: "1E+300",
}


@pytest.mark.parametrize(("name", "sound"), [("tiltak_id", "TI1"), ("program_id", "PR1")])
def test_an_id_that_excel_has_damaged_is_a_finding_and_never_a_guess(
    book: RuleBook, tmp_path: Path, name: str, sound: str
) -> None:
    extract = Extract()
    extract.participant()
    for value in [*DAMAGED.values(), "1E+15"]:
        extract.add("tiltak", **({"program_id": "PR1", "person_id": "PE1"} | {name: value}))
    twin = extract.write(tmp_path / "csv", book)

    path = with_tiltak(tmp_path / "uttrekk.xlsx", book, name, [sound, *DAMAGED, "1E+15"])

    assert contract_findings(book, path) == contract_findings(book, twin)
    with reading(book, path) as register:
        found = said(register, book, f"KON-tiltak.{name}")
        assert {f["rule_id"] for f in found} == {f"KON-tiltak.{name}-excelskade"}
        assert sorted(f["linje"] for f in found) == [*range(3, 15)]
        assert len({f["finding_id"] for f in found}) == len(found)
        assert set(delivered_rows(register, "tiltak", name)[1:]) == {(None,)}


def test_an_id_that_only_looks_odd_is_left_alone(book: RuleBook, tmp_path: Path) -> None:
    odd = ["1E10", "E+10", "12E+05", "A1,0E+10", "1,0E+1000", "#1", "# 3", "#REF", "=B2", "1+1"]
    extract = Extract()
    extract.participant()
    for value in odd:
        extract.add("tiltak", tiltak_id=value, program_id="PR1", person_id="PE1")

    with reading(book, extract.write(tmp_path / "csv", book)) as register:
        assert [key for (key,) in delivered_rows(register, "tiltak", "tiltak_id")] == ["TI1", *odd]
        assert said(register, book, "KON-tiltak.tiltak_id") == []


def test_numbers_have_the_digits_excel_shows(book: RuleBook, tmp_path: Path) -> None:
    typed = {
        0.1 + 0.2: "0.3",
        0.00004: "0.00004",
        37.5: "37.5",
        15: "15",
        12345678901234567: "1.23456789012346E+16",
    }

    path = with_tiltak(tmp_path / "uttrekk.xlsx", book, "timer_per_uke", typed)

    with reading(book, path) as register:
        assert raw(register, "tiltak", "timer_per_uke") == list(typed.values())
        (finding,) = said(register, book, "KON-tiltak.timer_per_uke-tall")
        assert finding["linje"] == 6


def test_a_percentage_is_the_number_behind_it(book: RuleBook, path: Path) -> None:
    def format_cells(workbook: Book) -> None:
        cell = cells(workbook, "tiltak", "timer_per_uke")[0]
        cell.value = 0.5
        cell.number_format = "0 %"

    edited(path, format_cells)

    with delivered(book, path) as register:
        assert raw(register, "tiltak", "timer_per_uke")[0] == "0.5"


def test_a_cell_in_a_date_column_is_read_as_it_is_shown(book: RuleBook, tmp_path: Path) -> None:
    typed = [
        (datetime(2023, 5, 31), "2023-05-31"),
        (datetime(2023, 5, 31, 0, 0, 0, 400_000), "2023-05-31"),
        (datetime(2023, 5, 30, 23, 59, 59, 700_000), "2023-05-31"),
        ("31.05.2023", "31.05.2023"),
        (datetime(2023, 5, 31, 12, 30), "2023-05-31 12:30:00"),
        (timedelta(hours=30, seconds=5), "30:00:05"),
        (45077, "45077"),
        (20230531, "20230531"),
        ("31. mai 2023", "31. mai 2023"),
        (True, "JA"),
    ]

    path = with_tiltak(tmp_path / "uttrekk.xlsx", book, "startdato", [cell for cell, _ in typed])

    with reading(book, path) as register:
        assert raw(register, "tiltak", "startdato") == [text for _, text in typed]
        read = [day for (day,) in delivered_rows(register, "tiltak", "startdato")]
        assert read == [date(2023, 5, 31)] * 4 + [None] * 6
        unread = said(register, book, "KON-tiltak.startdato-dato")
        assert {f["verdi"] for f in unread} == {text for _, text in typed[4:]}


def test_errors_in_cells_are_unreadable_and_never_empty(
    book: RuleBook, extract: Extract, path: Path, tmp_path: Path
) -> None:
    wrong = {
        "sluttdato": "#N/A",
        "kommunenummer": "#REF!",
        "sluttmaal": "#DIV/0!",
        "person_id": "#NAME?",
        "program_id": "#VALUE!",
    }

    def fail(workbook: Book) -> None:
        for name, error in wrong.items():
            workbook["program"].cell(3, column(workbook["program"], name)).value = error

    extract.tables["program"][1] |= wrong
    edited(path, fail)

    assert contract_findings(book, path) == contract_findings(
        book, extract.write(tmp_path / "csv", book)
    )
    with reading(book, path) as register:
        found = {f["rule_id"]: f["verdi"] for f in said(register, book, "KON-program")}
        assert found == {
            "KON-program.kommunenummer-form": "#REF!",
            "KON-program.person_id-excelskade": "#NAME?",
            "KON-program.program_id-excelskade": "#VALUE!",
            "KON-program.sluttdato-dato": "#N/A",
            "KON-program.sluttmaal-kode": "#DIV/0!",
            "KON-program.startdato-dato": "2018-13-01",
        }
        assert keys(register).count("xlsx_feilcelle") == len(wrong)


def test_a_formula_that_was_never_calculated_is_unreadable_and_never_empty(
    book: RuleBook, path: Path
) -> None:
    def enter(workbook: Book) -> None:
        sheet = workbook["program"]
        for name in ("sluttdato", "kommunenummer", "program_id"):
            sheet.cell(4, column(sheet, name)).value = "=1+1"
        sheet.cell(5, column(sheet, "program_id")).value = "=1+1"

    edited(path, enter)

    with reading(book, path) as register:
        found = said(register, book, "KON-program")
        assert {(f["rule_id"], f["linje"], f["verdi"]) for f in found if f["linje"] >= 4} == {
            ("KON-program.kommunenummer-form", 4, "=…"),
            ("KON-program.program_id-excelskade", 4, "=…"),
            ("KON-program.sluttdato-dato", 4, "=…"),
            ("KON-program.program_id-excelskade", 5, "=…"),
            ("KON-program.person_id-paakrevd", 5, ""),
        }
        assert ("xlsx_uberegnet", {"kolonne": "program.program_id", "antall": 2}) in notes(register)


CELLS = {
    '<c r="A{}" t="str"><f>IF(1=1,"","")</f><v></v></c>': None,
    '<c r="A{}" t="str"><f>1</f><v/></c>': None,
    '<c r="A{}" t="str"><f>1</f></c>': "=…",
    '<c r="A{}"><f>1</f><v></v></c>': "=…",
    '<c r="A{}"><f>1</f><v> </v></c>': "=…",
    '<c r="A{}"><f>6*7</f><v>42</v></c>': "42",
    '<c r="A{}"><f t="shared" si="0"/><v>42</v></c>': "42",
    '<c r="A{}" t="str"><f>1</f><v>A</v></c>': "A",
    '<c r="A{}" t="e"><f>NA()</f><v>#N/A</v></c>': "#N/A",
    '<c r="A{}" t="e"><v>#NULL!</v></c>': "#NULL!",
    '<c r="A{}" t="inlineStr"><is><r><t>A</t></r><r><t>B</t></r></is></c>': "AB",
    '<c r="A{}" t="inlineStr"><is><t>_x0041__x0000_</t></is></c>': "A\x00",
    '<c r="A{}" t="b"><v>1</v></c>': "JA",
    '<c r="A{}" t="d"><v>2022-06-01T00:00:00</v></c>': "2022-06-01",
    '<c r="A{}"><v>1.01E+10</v></c>': "10100000000",
    '<c r="A{}"><v>NaN</v></c>': "NaN",
    '<c r="A{}"><v>-1E400</v></c>': "-Infinity",
    '<c r="A{}" s="0"/>': None,
    '<c t="str"><v>A</v></c>': "A",
}


def test_a_cell_is_read_however_it_is_stored(book: RuleBook, path: Path) -> None:
    lines = "".join(
        f'<row r="{row}">{cell.format(row)}<c r="B{row}" t="str"><v>2000-01-01</v></c></row>'
        for row, cell in enumerate(CELLS, start=2)
    )
    sparklines = "<extLst><ext><x:f xmlns:x='x'>A1</x:f></ext></extLst>"
    with_sheet(path, f"<sheetData>{strings(1, *HEADER)}{lines}</sheetData>", sparklines)

    with delivered(book, path) as register:
        assert raw(register, "person", "person_id") == list(CELLS.values())
        assert delivered_rows(register, "person", "linje") == [
            (n,) for n in range(2, 2 + len(CELLS))
        ]


def test_cells_and_rows_without_a_place_follow_the_one_before(book: RuleBook, path: Path) -> None:
    first = "<row>" + "".join(map(inline, HEADER)) + "</row>"
    second = f"<row/><row>{inline('P1')}<c/>{inline('K')}{inline('SYR')}</row>"
    prefixed = f"{HEAD}<x:worksheet xmlns:x={MAIN[6:]}><x:sheetData>{first}{second}"
    sheet = prefixed.replace("<row", "<x:row").replace("</row", "</x:row")
    for name in ("c", "is", "t"):
        sheet = sheet.replace(f"<{name}", f"<x:{name}").replace(f"</{name}>", f"</x:{name}>")
    repacked(path, sheet1=lambda _: f"{sheet}</x:sheetData></x:worksheet>")

    with delivered(book, path) as register:
        assert delivered_rows(register, "person", "person_id", "kjoenn", "linje") == [
            ("P1", "K", 3)
        ]


def test_control_characters_and_long_texts_hurt_nobody(book: RuleBook, path: Path) -> None:
    long = "æ" * 200_000
    odd = "_x001B_[2J_x000B_=cmd|' /C calc'!A0"
    sheet = "".join(
        strings(row, f"P{row}", "1990-01-01", "K", "SYR", text)
        for row, text in enumerate((long, odd), start=2)
    )
    header = strings(1, *HEADER, "utdanning_vgo")
    with_sheet(path, f"<sheetData>{header}{sheet}</sheetData>")

    with delivered(book, path) as register:
        assert raw(register, "person", "utdanning_vgo") == [long, "\x1b[2J\x0b=cmd|' /C calc'!A0"]


# large sheets with nothing in them


def formatted_rows(first: int, last: int) -> str:
    return "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(first, last + 1))


def test_formatting_to_the_end_of_the_sheet_costs_little(book: RuleBook, path: Path) -> None:
    filled = strings(1, *HEADER) + strings(2, "P1", "1990-01-01", "K", "SYR")
    with_sheet(path, f"<sheetData>{filled}{formatted_rows(3, 1_048_576)}</sheetData>")

    start = time.process_time()
    with delivered(book, path) as register:
        assert delivered_rows(register, "person", "linje") == [(2,)]
    assert time.process_time() - start < 15


def test_formatting_in_every_column_costs_little(book: RuleBook, path: Path) -> None:
    blank = "<c s='1'/>" * 16_384
    lines = "".join(f'<row r="{n}">{blank}</row>' for n in range(3, 60))
    filled = strings(1, *HEADER) + strings(2, "P1", "1990-01-01", "K", "SYR")
    with_sheet(path, f"<sheetData>{filled}{lines}</sheetData>")

    start = time.process_time()
    with delivered(book, path) as register:
        assert delivered_rows(register, "person", "linje") == [(2,)]
    assert time.process_time() - start < 15


@pytest.mark.parametrize("area", ["A1:XFD1048576", "A2:A1048576"])
@pytest.mark.parametrize(
    "around", ['<mergeCells><mergeCell ref="{}"/></mergeCells>', '<hyperlinks><hyperlink ref="{}"/>'
               "</hyperlinks>"]
)  # fmt: skip
def test_a_merged_or_linked_area_as_large_as_the_sheet_costs_nothing(
    book: RuleBook, path: Path, area: str, around: str
) -> None:
    repacked(
        path,
        sheet1=lambda xml: xml.replace("</sheetData>", "</sheetData>" + around.format(area)),
    )

    with delivered(book, path) as register:
        assert len(delivered_rows(register, "person", "rad")) == 3


def test_a_cell_too_far_out_is_refused_by_its_name(book: RuleBook, path: Path) -> None:
    def stray(workbook: Book) -> None:
        workbook["tiltak"]["XFD1048576"] = "x"

    edited(path, stray)

    assert problems(book, path) == [
        Message("xlsx_for_vidt", {"fil": path.name, "ark": "tiltak", "celle": "XFD1048576"})
    ]


# refused in plain words


def test_a_file_that_is_no_workbook_is_refused_for_what_it_is(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    folder = extract.write(tmp_path / "mappe", book)
    shutil.move(folder / "person.csv", folder / "person.xlsx")
    (folder / "norsk.xlsx").write_bytes(b"")
    (folder / "vedtak.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600)
    (folder / "mottak.xlsx").write_bytes(b"PK\x03\x04 and no more")
    packed(folder / "fravaer.xlsx", {"content.xml": b"<office/>", "mimetype": b"ods"})

    found = {str(problem.values["fil"]): problem.key for problem in problems(book, folder)}

    assert found == {
        "person.xlsx": "xlsx_ikke_arbeidsbok",
        "norsk.xlsx": "tom_fil",
        "vedtak.xlsx": "xlsx_passord",
        "mottak.xlsx": "xlsx_ulest",
        "fravaer.xlsx": "xlsx_ulest",
    }


ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "/etc/passwd">]>'


@pytest.mark.parametrize("part", ["sheet1", "sharedStrings", "workbook", "styles", "theme1", "app"])
def test_a_document_type_is_refused_in_every_part(book: RuleBook, path: Path, part: str) -> None:
    def declare(xml: str) -> str:
        head, end, rest = xml.partition("?>")
        return f"{head}{end}{' ' * 2_000_000}<!-- -->{ENTITIES}{rest}"

    repacked(path, **{part: declare})

    assert {problem.key for problem in problems(book, path)} == {"xlsx_doctype"}


def test_a_document_type_is_seen_in_another_encoding_too(book: RuleBook, path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts[PERSON].decode().replace("UTF-8", "UTF-16").replace("?>", f"?>{ENTITIES}", 1)
    packed(path, parts | {PERSON: text.encode("utf-16")})

    assert {problem.key for problem in problems(book, path)} == {"xlsx_doctype"}


def test_a_workbook_that_swells_out_of_all_proportion_is_refused(
    book: RuleBook, path: Path
) -> None:
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/media/bilde.png", "w") as picture,
    ):
        for _ in range(210):
            picture.write(bytes(1_000_000))

    assert [problem.key for problem in problems(book, path)] == ["xlsx_for_stor"]


@pytest.mark.parametrize("vouched_for", [100, 101])
def test_a_part_that_is_longer_than_the_zip_says_is_refused(
    book: RuleBook, path: Path, vouched_for: int
) -> None:
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/sharedStrings.xml")
        claimed = archive.read(part)[:vouched_for]
    raw = bytearray(path.read_bytes())
    entry = raw.index(part.filename.encode(), raw.index(b"PK\x01\x02")) - 46
    struct.pack_into("<I", raw, entry + 16, zlib.crc32(claimed))
    struct.pack_into("<I", raw, entry + 24, 100)
    path.write_bytes(raw)

    assert [problem.key for problem in problems(book, path)] == ["xlsx_ulest"]


def test_a_promise_of_more_texts_than_there_can_be_is_refused(book: RuleBook, path: Path) -> None:
    repacked(path, sharedStrings=lambda xml: xml.replace('uniqueCount="', 'uniqueCount="99999999'))

    assert [problem.key for problem in problems(book, path)] == ["xlsx_ulest"]


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", PERSON])
def test_a_part_that_is_harmed_is_refused(book: RuleBook, path: Path, part: str) -> None:
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo(part).header_offset + 30 + len(part)
    raw = bytearray(path.read_bytes())
    raw[place + 40 : place + 60] = bytes(20)
    path.write_bytes(raw)

    assert {problem.key for problem in problems(book, path)} == {"xlsx_ulest"}


@pytest.mark.parametrize("flag", [0x1, 0x41])
def test_a_workbook_whose_parts_are_encrypted_is_refused(
    book: RuleBook, path: Path, flag: int
) -> None:
    raw = bytearray(path.read_bytes())
    raw[raw.rindex(b"PK\x01\x02") + 8] |= flag
    path.write_bytes(raw)

    assert [problem.key for problem in problems(book, path)] == ["xlsx_passord"]


def test_the_same_part_twice_is_refused(book: RuleBook, path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/Worksheets\\Sheet1.XML", "<worksheet/>")

    assert [problem.key for problem in problems(book, path)] == ["xlsx_ulest"]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("workbook.xml", 'Target="worksheets/sheet1.xml"', 'Target="../../../etc/passwd"'),
        ("workbook.xml", 'Target="worksheets/sheet1.xml"', 'Target="worksheets/sheet9.xml"'),
        ("workbook.xml", 'Id="rId2"', 'Id="rId1"'),
        ("workbook", 'name="program"', 'name="person"'),
        ("workbook", 'name="program"', 'navn="program"'),
        ("workbook", "</workbook>", ""),
        ("workbook", 'name="program"', 'name="pro\ngram"'),
        ("sharedStrings", "</sst>", "<si><t>"),
    ],
)
def test_a_workbook_whose_parts_do_not_agree_is_refused(
    book: RuleBook, path: Path, part: str, old: str, new: str
) -> None:
    repacked(path, **{part: lambda xml: xml.replace(old, new, 1)})

    assert [problem.key for problem in problems(book, path)] == ["xlsx_ulest"]


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="A0"><v>1</v></c></row>',
        '<row r="99999999"><c r="A99999999"><v>1</v></c></row>',
        '<row r="1048577"/>',
        '<row r="x"/>',
        '<row r="0"/>',
        '<row r="5"/><row r="2"/>',
        '<row r="2"/><row r="2"/>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
        '<row r="1"><c r="A9"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>999999</v></c></row>',
        '<row r="1"><c r="A1" t="b"><v>7</v></c></row>',
        '<row r="1"><c r="A1" t="e"><v>#HVA?</v></c></row>',
    ],
)
def test_cells_that_excel_itself_would_not_have_written_are_refused(
    book: RuleBook, path: Path, cells: str
) -> None:
    with_sheet(path, f"<sheetData>{cells}</sheetData>")

    assert [problem.key for problem in problems(book, path)] == ["xlsx_ulest"]


def test_a_sheet_nobody_asked_for_may_be_broken(book: RuleBook, path: Path) -> None:
    def add(workbook: Book) -> None:
        workbook.create_sheet("Notater")["A1"] = "x"

    edited(path, add)
    repacked(path, sheet4=lambda xml: xml.replace('r="A1"', 'r="A0"'))

    with delivered(book, path) as register:
        assert len(delivered_rows(register, "person", "rad")) == 3


def test_a_file_that_may_not_be_read_is_refused(path: Path) -> None:
    path.unlink()
    path.mkdir()

    with pytest.raises(ExtractError) as caught:
        Workbook(path)

    assert caught.value.problems == (Message("xlsx_ulest", {"fil": path.name}),)
