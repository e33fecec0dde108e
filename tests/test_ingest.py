"""From files of every kind to raw rows: what is read, what is noted, what is refused."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from extracts import DAY, EXPECTATIONS, Extract
from nircheck import ingest
from nircheck.contract import MAALFORMER, Contract
from nircheck.contract import load as load_contract
from nircheck.contract.kommuner import load as kommuner
from nircheck.errors import Message, NircheckError, UsageError
from nircheck.ingest import Manifest, limits, locate, names, stage
from nircheck.ingest.stage import Staging
from nircheck.register import Register
from nircheck.rulebook import RuleBook
from nircheck.sql import Views, load_views
from nircheck.texts import texts
from readings import notes, of_contract, reading, rows, said

FNR = "01819012365"


@pytest.fixture
def folder(tmp_path: Path, book: RuleBook, extract: Extract) -> Path:
    """A folder with one clean participant."""
    extract.participant()
    return extract.write(tmp_path / "uttrekk", book)


def refused(book: RuleBook, *paths: Path, day: date | None = DAY) -> list[Message]:
    """Everything that reading these paths complains of."""
    with pytest.raises(NircheckError) as caught, reading(book, *paths, day=day):
        pass
    assert all(isinstance(problem, Message) for problem in caught.value.problems)
    return [problem for problem in caught.value.problems if isinstance(problem, Message)]


def keys(problems: list[Message]) -> list[str]:
    return [problem.key for problem in problems]


def edited(path: Path, old: str, new: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="")
    return path


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def contents(folder: Path, prefix: str = "") -> dict[str, bytes]:
    return {f"{prefix}{path.name}": path.read_bytes() for path in sorted(folder.iterdir())}


def persons(book: RuleBook, *paths: Path) -> list[str]:
    with reading(book, *paths) as register:
        return [key for (key,) in rows(register, "person", "person_id")]


@cache
def loaded() -> tuple[Contract, Views]:
    contract = load_contract(EXPECTATIONS)
    return contract, load_views(EXPECTATIONS, contract)


def staged(path: Path, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Raw cells of one file with their lines, and the rows kept out, before anything is typed."""
    cells = ", ".join(f"NULLIF({column}, '')" for column in columns)
    gaps = ", ".join(["NULL"] * (len(columns) - 1))
    with Register.open(*loaded(), kommuner(EXPECTATIONS, DAY), DAY, threads=1) as register:
        Staging(register, locate.Source(table, path, path.name), path.parent).run()
        return register.connection.execute(
            f"WITH r AS (SELECT {register.place(table)}, {', '.join(columns)} FROM raa.{table}) "
            f"SELECT linje, {cells} FROM r UNION ALL "
            f"SELECT linje, felter || '/' || ventet, {gaps} FROM raa.avviste_rader ORDER BY linje"
        ).fetchall()


# where tables are found


def test_a_folder_is_read(book: RuleBook, folder: Path) -> None:
    with reading(book, folder) as register:
        assert register.rows("person") == register.rows("program") == register.rows("tiltak") == 1
        assert notes(register) == []


def test_single_files_are_read_with_the_manifest_beside_them(book: RuleBook, folder: Path) -> None:
    files = [folder / f"{table}.csv" for table in ("person", "program", "tiltak")]

    with reading(book, *files, day=None) as register:
        assert register.uttrekksdato == DAY
        assert register.rows("tiltak") == 1


@pytest.mark.parametrize("prefix", ["", "NIR/juni 2024/", "../../", "/etc/", "C:\\ut\\"])
def test_a_zip_is_read_whatever_the_paths_in_it(
    book: RuleBook, folder: Path, tmp_path: Path, prefix: str
) -> None:
    packed = zipped(tmp_path / "uttrekk.zip", contents(folder, prefix))
    before = sorted(tmp_path.rglob("*"))

    with reading(book, packed, day=None) as register:
        assert register.uttrekksdato == DAY
        assert register.rows("person") == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_what_a_mac_adds_to_a_zip_is_passed_over(
    book: RuleBook, folder: Path, tmp_path: Path
) -> None:
    litter = {"a/.DS_Store": b"x", ".DS_Store": b"x", "__MACOSX/._person.csv": b"\0"}
    packed = zipped(tmp_path / "uttrekk.zip", contents(folder, "a/") | litter)

    assert persons(book, packed) == ["PE1"]


def test_a_workbook_has_a_sheet_per_table(book: RuleBook, extract: Extract, tmp_path: Path) -> None:
    extract.participant()
    path = extract.write_xlsx(tmp_path / "uttrekk.xlsx", book)

    with reading(book, path) as register:
        assert register.rows("program") == 1
        assert {file.name for file in register.files} == {
            "uttrekk.xlsx [person]",
            "uttrekk.xlsx [program]",
            "uttrekk.xlsx [tiltak]",
        }


def test_a_workbook_of_one_sheet_may_be_named_after_its_table(
    book: RuleBook, folder: Path, tmp_path: Path
) -> None:
    with xlsxwriter.Workbook(folder / "Person.xlsx") as workbook:
        sheet = workbook.add_worksheet("Ark1")
        sheet.write_row(0, 0, ["person_id", "foedselsdato", "kjoenn", "statsborgerskap"])
        sheet.write_row(1, 0, ["P9", "1990-01-01", "K", "SYR"])
    (folder / "person.csv").unlink()

    assert persons(book, folder) == ["P9"]


def test_sheets_and_files_that_are_no_table_are_noted(
    book: RuleBook, folder: Path, tmp_path: Path
) -> None:
    shutil.copy(folder / "person.csv", folder / "person_kopi.csv")
    with xlsxwriter.Workbook(folder / "norskprøve.xlsx") as workbook:
        sheet = workbook.add_worksheet("Norskprøve")
        sheet.write_row(0, 0, ["proeve_id", "person_id", "proevedato", "delproeve", "nivaa"])
        sheet.hide()
        workbook.add_worksheet("Forklaring").activate()

    with reading(book, folder) as register:
        assert notes(register) == [
            ("ark_ikke_brukt", {"fil": "norskprøve.xlsx", "ark": "Forklaring"}),
            ("fil_ikke_brukt", {"fil": "person_kopi.csv"}),
            ("skjult_ark", {"fil": "norskprøve.xlsx [Norskprøve]"}),
            ("tom_tabell", {"tabell": "norskproeve"}),
        ]


def test_hidden_files_and_office_locks_are_passed_over(book: RuleBook, folder: Path) -> None:
    (folder / ".person.csv").write_bytes(b"x")
    (folder / "~$person.xlsx").write_bytes(b"x")
    (folder / "arkiv").mkdir()

    assert persons(book, folder) == ["PE1"]


@pytest.mark.parametrize(
    "name", ["uttrekk [1]", "uttrekk*", "uttrekk?", "dato=2024", "c0=1", "a'b"]
)
def test_a_folder_name_is_never_a_pattern(
    book: RuleBook, extract: Extract, tmp_path: Path, name: str
) -> None:
    other, asked = Extract(), tmp_path / name
    other.participant()
    for sibling in ("uttrekk 1", "uttrekk1"):
        other.write(tmp_path / sibling, book)
    extract.add("person", person_id="RETT")
    extract.write(asked, book)

    assert persons(book, asked) == ["RETT"]


def test_the_same_table_twice_is_refused(book: RuleBook, folder: Path) -> None:
    shutil.copy(folder / "person.csv", folder / "Person.CSV")
    with gzip.open(folder / "tiltak.csv.gz", "wb") as packed:
        packed.write((folder / "tiltak.csv").read_bytes())

    problems = refused(book, folder)

    assert keys(problems) == ["tabell_to_ganger", "tabell_to_ganger"]
    assert problems[0].values == {
        "tabell": "person",
        "foerste": "Person.CSV",
        "andre": "person.csv",
    }


def test_what_cannot_be_found_or_used_is_told_at_once(book: RuleBook, tmp_path: Path) -> None:
    (tmp_path / "person.xls").write_bytes(b"x")
    (tmp_path / "deltaker.csv").write_bytes(b"x")
    paths = [tmp_path / name for name in ("borte.csv", "person.xls", "deltaker.csv")]

    problems = refused(book, *paths)

    assert keys(problems) == ["fil_finnes_ikke", "ukjent_filtype", "fil_uten_tabell"]
    assert "person, program, tiltak" in str(problems[2].values["kjente"])


def test_a_folder_without_tables_is_refused(book: RuleBook, tmp_path: Path) -> None:
    assert keys(refused(book, tmp_path)) == ["ingen_tabeller"]


# broken files


def test_broken_files_are_named_each_for_itself(book: RuleBook, tmp_path: Path) -> None:
    with gzip.open(tmp_path / "tiltak.csv.gz", "wb") as packed:
        packed.write(b"tiltak_id;program_id\n" * 1000)
    damaged = bytearray((tmp_path / "tiltak.csv.gz").read_bytes())
    damaged[30:60] = b"\xff" * 30
    (tmp_path / "tiltak.csv.gz").write_bytes(damaged)
    (tmp_path / "program.parquet").write_bytes(b"PAR1 and then nothing")
    (tmp_path / "person.csv").write_bytes(b"")

    problems = refused(book, tmp_path)

    assert {problem.key: problem.values["fil"] for problem in problems} == {
        "tom_fil": "person.csv",
        "parquet_ulest": "program.parquet",
        "gz_ulest": "tiltak.csv.gz",
    }


def test_workbooks_that_cannot_be_opened_are_told_at_once(book: RuleBook, tmp_path: Path) -> None:
    (tmp_path / "person.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (tmp_path / "program.xlsx").write_bytes(b"\xd0\xcf\x11\xe0 encrypted")

    problems = refused(book, tmp_path)

    assert keys(problems) == ["xlsx_ulest", "xlsx_passord"]


def test_a_workbook_with_a_damaged_sheet_is_refused(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant()
    sound = extract.write_xlsx(tmp_path / "hel.xlsx", book)
    with zipfile.ZipFile(sound) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    damaged = zipped(tmp_path / "uttrekk.xlsx", parts | {sheet: parts[sheet][:300]})

    assert keys(refused(book, damaged)) == ["xlsx_ulest"]


def test_a_sheet_without_a_cell_is_empty(book: RuleBook, folder: Path) -> None:
    with xlsxwriter.Workbook(folder / "mottak.xlsx") as workbook:
        workbook.add_worksheet("mottak")

    assert keys(refused(book, folder)) == ["tom_fil"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "method"])
def test_a_broken_zip_is_refused(book: RuleBook, folder: Path, tmp_path: Path, damage: str) -> None:
    packed = zipped(tmp_path / "uttrekk.zip", contents(folder))
    raw = bytearray(packed.read_bytes())
    if damage == "cut":
        del raw[len(raw) // 2 :]
    elif damage == "flipped":
        raw[45:60] = b"\xff" * 15
    else:
        start = raw.rfind(b"PK\x01\x02")
        raw[start + 10] = 97
    packed.write_bytes(raw)

    assert keys(refused(book, packed)) == ["zip_ulest"]


def test_a_zip_with_a_password_is_refused(book: RuleBook, folder: Path, tmp_path: Path) -> None:
    packed = zipped(tmp_path / "uttrekk.zip", contents(folder))
    raw = bytearray(packed.read_bytes())
    raw[raw.rfind(b"PK\x01\x02") + 8] |= 1
    packed.write_bytes(raw)

    assert keys(refused(book, packed)) == ["zip_passord"]


def test_a_zip_with_the_same_file_twice_is_refused(book: RuleBook, tmp_path: Path) -> None:
    packed = zipped(tmp_path / "uttrekk.zip", {"mai/person.csv": b"a", "juni/person.csv": b"b"})

    problems = refused(book, packed)

    assert problems == [Message("zip_samme_navn", {"fil": "uttrekk.zip", "navn": "person.csv"})]


def test_a_zip_that_swells_out_of_all_proportion_is_refused(
    book: RuleBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_RATIO", 2)
    monkeypatch.setattr(limits, "_ALWAYS_ALLOWED", 2_000_000)
    packed = zipped(tmp_path / "uttrekk.zip", {"person.csv": b"0" * 3_000_000})

    assert keys(refused(book, packed)) == ["zip_for_stor"]


# the manifest


def manifest(folder: Path, text: str) -> Path:
    (folder / "uttrekk.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_manifest_says_what_the_extract_is(book: RuleBook, folder: Path) -> None:
    manifest(
        folder,
        'kontrakt = "nir-uttrekk/1.0"\nuttrekksdato = 2024-06-30\npopulasjon = "kommune"\n'
        'kommunenummer = "4204"\navsender = "Kristiansand"\nmiljoe = "syntetisk"\n',
    )

    register, facts = ingest.read([folder], Manifest(), book.contract, book.views, book.folder)

    register.close()
    assert facts == Manifest(DAY, "nir-uttrekk/1.0", "kommune", "4204", "Kristiansand", "syntetisk")


def test_an_option_wins_over_the_manifest(book: RuleBook, folder: Path) -> None:
    options = Manifest(uttrekksdato=date(2024, 5, 31), kommunenummer="4204")

    register, facts = ingest.read([folder], options, book.contract, book.views, book.folder)

    register.close()
    assert register.uttrekksdato == date(2024, 5, 31)
    assert (facts.kommunenummer, facts.miljoe) == ("4204", "syntetisk")


def test_an_extract_without_a_date_is_refused(book: RuleBook, folder: Path) -> None:
    (folder / "uttrekk.toml").unlink()

    with pytest.raises(UsageError) as caught, reading(book, folder, day=None):
        pass

    assert caught.value.problems == (Message("uttrekksdato_mangler"),)


def test_every_mistake_in_the_manifest_is_told_at_once(book: RuleBook, folder: Path) -> None:
    manifest(
        folder,
        'kontrakt = 1\nuttrekksdato = "2024-06-30"\npopulasjon = "fylke"\nkommunenummer = 301\n'
        'avsender = 7\nmiljoe = "test"\ndato = 2024-06-30\n',
    )

    problems = refused(book, folder)

    assert [(problem.key, problem.values["noekkel"]) for problem in problems] == [
        ("manifest_ukjent_noekkel", "dato"),
        ("manifest_gal_verdi", "uttrekksdato"),
        ("manifest_gal_verdi", "populasjon"),
        ("manifest_gal_verdi", "miljoe"),
        ("manifest_gal_verdi", "kommunenummer"),
        ("manifest_gal_verdi", "kontrakt"),
        ("manifest_gal_verdi", "avsender"),
    ]


@pytest.mark.parametrize(
    "line", ["uttrekksdato = 2024-06-30T00:00:00", 'kommunenummer = "301"', "kommunenummer = 4204"]
)
def test_a_value_of_the_wrong_form_is_refused(book: RuleBook, folder: Path, line: str) -> None:
    assert keys(refused(book, manifest(folder, line))) == ["manifest_gal_verdi"]


@pytest.mark.parametrize("text", [b"uttrekksdato 2024", b"avsender = '\xe5'"])
def test_a_manifest_that_is_not_toml_is_refused(book: RuleBook, folder: Path, text: bytes) -> None:
    (folder / "uttrekk.toml").write_bytes(text)

    assert keys(refused(book, folder)) == ["manifest_ulest"]


def test_another_contract_is_refused(book: RuleBook, folder: Path) -> None:
    problems = refused(book, manifest(folder, 'kontrakt = "nir-uttrekk/2.0"'))

    assert problems == [
        Message("feil_kontrakt", {"oppgitt": "nir-uttrekk/2.0", "kjent": "nir-uttrekk/1.0"})
    ]


# how text files are written

WAYS: dict[str, tuple[str, str, list[tuple[str, str, str]]]] = {
    "utf-8": ("utf-8", ";", []),
    "bom": ("utf-8-sig", ";", [("bom", "fil", "tiltak.csv")]),
    "cp1252": ("cp1252", ";", [("tegnsett", "tegnsett", "cp1252")]),
    "utf-16-le": ("utf-16", ";", [("tegnsett", "tegnsett", "utf-16")]),
    "utf-16-be": ("utf-16-be", ";", [("tegnsett", "tegnsett", "utf-16")]),
    "tab": ("utf-8", "\t", [("skilletegn", "tegn", "tabulator")]),
    "comma": ("utf-8", ",", [("skilletegn", "tegn", ",")]),
}


@pytest.mark.parametrize("way", WAYS)
def test_other_ways_of_writing_text_are_read_and_noted(
    book: RuleBook, folder: Path, way: str
) -> None:
    encoding, separator, expected = WAYS[way]
    text = "tiltak_id;program_id;person_id;kommunenummer;tiltakstype;startdato;stoppdato;"
    text += "timer_per_uke;beskrivelse\nTÆØÅ;PR1;PE1;4204;NORSK;;;7;språk på arbeidsplass – «ny»\n"
    bom = "\ufeff" if way == "utf-16-be" else ""
    (folder / "tiltak.csv").write_bytes((bom + text.replace(";", separator)).encode(encoding))

    with reading(book, folder) as register:
        assert rows(register, "tiltak", "tiltak_id", "beskrivelse", "linje") == [
            ("TÆØÅ", "språk på arbeidsplass – «ny»", 2)
        ]
        assert notes(register) == [
            (key, {"fil": "tiltak.csv", name: value}) for key, name, value in expected
        ]


def test_a_character_cp1252_does_not_have_is_read_as_latin_1(folder: Path) -> None:
    path = folder / "person.csv"
    path.write_bytes(path.read_bytes().replace(b"PE1", b"P\x81\xe5"))

    assert staged(path, "person", "person_id", "kjoenn") == [(2, "P\x81å", "K")]


@pytest.mark.parametrize("end", [b"", b" "])  # an even number of bytes may decode as UTF-16
@pytest.mark.parametrize("bom", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
def test_a_mark_that_promises_another_encoding_is_not_believed(
    folder: Path, bom: bytes, end: bytes
) -> None:
    path = folder / "person.csv"
    path.write_bytes(bom + path.read_bytes().replace(b"PE1", b"P\xe5") + end)

    assert staged(path, "person", "person_id", "kjoenn") == [(2, "På", "K")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_every_kind_of_line_end_is_read(folder: Path, end: str, *, last: bool) -> None:
    path = folder / "person.csv"
    header, first = path.read_text(encoding="utf-8").splitlines()
    body = [header, first, "PE2" + ";" * header.count(";")]
    path.write_bytes((end.join(body) + (end if last else "")).encode())

    assert staged(path, "person", "person_id", "kjoenn") == [(2, "PE1", "K"), (3, "PE2", None)]


def tiltak_lines(*lines: str) -> str:
    header = "tiltak_id;program_id;person_id;kommunenummer;tiltakstype;startdato;stoppdato;"
    return "\n".join((header + "timer_per_uke;beskrivelse", *lines))


def row(key: str, text: str = "") -> str:
    return f"{key};PR1;PE1;4204;NORSK;2022-06-01;2023-05-31;15;{text}"


def places(folder: Path, text: str) -> list[tuple[str, int]]:
    path = folder / "tiltak.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return [(key, line) for line, key, _ in staged(path, "tiltak", "tiltak_id", "beskrivelse")]


def test_a_row_is_placed_on_its_physical_line(folder: Path) -> None:
    text = tiltak_lines("", row("A", '"over\ntre\nlinjer; og semikolon"'), "", "  ", row("B"), "")

    assert places(folder, text) == [("A", 3), ("B", 8)]


def test_blank_lines_before_the_header_are_passed_over(folder: Path) -> None:
    assert places(folder, "\n \n" + tiltak_lines(row("A"))) == [("A", 4)]


def test_a_header_cell_may_run_over_two_lines(folder: Path) -> None:
    text = tiltak_lines(row("A")).replace("tiltak_id", '"tiltak\nid"')

    assert places(folder, text) == [("A", 3)]


def test_doubled_quotes_are_one_quote(folder: Path) -> None:
    path = folder / "tiltak.csv"
    path.write_text(tiltak_lines(row("A", '"kurs ""ny"" start"')), encoding="utf-8")

    assert staged(path, "tiltak", "tiltak_id", "beskrivelse") == [(2, "A", 'kurs "ny" start')]


def test_rows_without_any_value_are_no_rows(book: RuleBook, folder: Path) -> None:
    text = tiltak_lines(row("A"), ";;;;;;;;", " ; ;;;;;;;", row("B"))
    (folder / "tiltak.csv").write_text(text, encoding="utf-8")

    with reading(book, folder) as register:
        assert rows(register, "tiltak", "tiltak_id", "linje") == [("A", 2), ("B", 5)]
        assert register.rows("tiltak") == 2


# rows of the wrong length


def malformed(book: RuleBook, folder: Path, text: str) -> tuple[list[str], list[int]]:
    """The rows that were read, and the lines that a finding about a whole row points at."""
    (folder / "tiltak.csv").write_text(text, encoding="utf-8", newline="")
    with reading(book, folder) as register:
        found = said(register, book, "KON-tiltak-radform")
        found += said(register, book, "KON-tiltak-anfoerselstegn")
        assert {finding["fil"] for finding in found} <= {"tiltak.csv"}
        kept = [key for (key,) in rows(register, "tiltak", "tiltak_id")]
        return kept, sorted(finding["linje"] for finding in found)


def test_a_ragged_row_is_a_finding_and_the_rest_is_judged(book: RuleBook, folder: Path) -> None:
    text = tiltak_lines(row("A"), row("B") + ";for;mange", "C;for få", row("D"))

    assert malformed(book, folder, text) == (["A", "D"], [3, 4])


def test_a_ragged_row_says_how_many_fields_it_has(book: RuleBook, folder: Path) -> None:
    (folder / "tiltak.csv").write_text(tiltak_lines(row("A") + ";x", row("B")), "utf-8")

    (finding,) = of_contract(book, folder, only="KON-tiltak-radform")

    assert finding["kommunenummer"] == "ukjent"
    assert finding["verdi"] == "10/9"
    assert finding["melding_nb"].startswith("Raden har 10 felt, men overskriften har 9.")
    assert finding["melding_nn"].startswith("Rada har 10 felt, men overskrifta har 9.")


@pytest.mark.parametrize(
    "rest", [[], ['"'], [row("E", '"igjen')], [row("E", '"lukket\nher"')]], ids=len
)
def test_a_quote_that_is_never_closed_takes_only_its_own_row(
    book: RuleBook, folder: Path, rest: list[str]
) -> None:
    text = tiltak_lines(row("A"), row("B", '"uten slutt'), row("C"), row("D"), *rest)

    kept, lines = malformed(book, folder, text)

    assert kept[:3] == ["A", "C", "D"]
    assert lines[0] == 3


def test_a_stray_quote_early_in_a_row_takes_only_its_own_row(book: RuleBook, folder: Path) -> None:
    text = tiltak_lines(row('"A'), row("B"), row("C"))

    assert malformed(book, folder, text) == (["B", "C"], [2])


def test_rows_are_taken_in_by_batches_without_losing_any(
    book: RuleBook, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "_BATCH", 2)
    text = tiltak_lines(row("A", '"a"'), row("B"), "C;for få", row("D"), row("E"), row("F"), "G")

    assert malformed(book, folder, text) == (["A", "B", "D", "E", "F"], [4, 8])


def test_a_field_longer_than_any_text_is_a_ragged_row(book: RuleBook, folder: Path) -> None:
    text = tiltak_lines(row("A", '"' + "x" * 1_100_000 + '"'), row("B"))

    assert malformed(book, folder, text) == (["B"], [2])


def test_rows_that_are_all_ragged_are_findings_not_an_empty_extract(
    book: RuleBook, folder: Path
) -> None:
    for table in ("person", "program", "tiltak"):
        path = folder / f"{table}.csv"
        header, first = path.read_text(encoding="utf-8").splitlines()
        path.write_text(f"{header}\n{first};\n", encoding="utf-8")

    found = of_contract(book, folder)

    assert {finding["rule_id"] for finding in found} == {
        "KON-person-radform",
        "KON-program-radform",
        "KON-tiltak-radform",
    }


CELL = st.text(
    st.characters(codec="utf-8", exclude_characters='"\r\n;', exclude_categories=["Cs"]), max_size=6
)


@given(
    lines=st.lists(st.lists(CELL, min_size=2, max_size=4).map(";".join), max_size=8),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_a_plain_file_reads_the_same_at_full_speed(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], end: str
) -> None:
    folder = tmp_path_factory.mktemp("lik")
    plain, careful = folder / "fort.csv", folder / "sakte.csv"
    plain.write_bytes(end.join(["mottak_id;person_id;morsmaal", *lines, ""]).encode())
    careful.write_bytes(end.join(['"mottak_id";person_id;morsmaal', *lines, ""]).encode())

    columns = ("mottak_id", "person_id", "morsmaal")
    assert staged(plain, "mottak", *columns) == staged(careful, "mottak", *columns)


# workbooks and Parquet


def test_cells_are_read_as_the_file_form_would_write_them(book: RuleBook, folder: Path) -> None:
    (folder / "tiltak.csv").unlink()
    with xlsxwriter.Workbook(folder / "tiltak.xlsx") as workbook:
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        clock = workbook.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        sheet = workbook.add_worksheet("tiltak")
        sheet.write_row(2, 0, [*tiltak_lines().split(";"), "", " "])
        sheet.write_row(4, 0, ["A", "PR1", "PE1", 4204, "NORSK"])
        sheet.write_datetime(4, 5, datetime(2022, 6, 1), day)
        sheet.write_datetime(4, 6, datetime(2023, 5, 31, 12, 30), clock)
        sheet.write_number(4, 7, 37.5)
        sheet.write_boolean(4, 8, True)
        sheet.write_row(6, 0, ["B", "PR1", "PE1", 301, "NORSK"])
        sheet.write_datetime(6, 5, time(12, 30), workbook.add_format({"num_format": "hh:mm"}))
        sheet.write_datetime(6, 6, timedelta(hours=30), workbook.add_format({"num_format": "[h]"}))
        sheet.write_row(6, 7, ["", False])
        sheet.write_row(7, 0, ["C"] * 12)

    with reading(book, folder) as register:
        columns = ("kommunenummer", "startdato", "stoppdato", "timer_per_uke", "beskrivelse")
        assert rows(register, "tiltak", "tiltak_id", *columns, "linje") == [
            ("A", "4204", date(2022, 6, 1), None, Decimal("37.500"), "JA", 5),
            ("B", "0301", None, None, None, "NEI", 7),
        ]
        found = said(register, book, "KON-tiltak")
        assert {(f["rule_id"], f["linje"], f["verdi"]) for f in found} == {
            ("KON-tiltak.stoppdato-dato", 5, "2023-05-31 12:30:00"),
            ("KON-tiltak.startdato-dato", 7, "12:30:00"),
            ("KON-tiltak.stoppdato-dato", 7, "30:00:00"),
            ("KON-tiltak-radform", 8, "12/9"),
        }


def test_typed_parquet_columns_are_read(book: RuleBook, folder: Path) -> None:
    (folder / "tiltak.csv").unlink()
    table = {
        "tiltak_id": pa.array(["A", "B"]),
        "program_id": pa.array(["PR1", "PR1"]).dictionary_encode(),
        "person_id": pa.array(["PE1", "PE1"]),
        "kommunenummer": pa.array(["4204", None]),
        "tiltakstype": pa.array(["NORSK", "NORSK"]),
        "startdato": pa.array([date(2022, 6, 1), None]),
        "stoppdato": pa.array([datetime(2023, 5, 31), None]),
        "timer_per_uke": pa.array([37.5, None]),
        "ukjent": pa.array([[1], [2]]),
    }
    pq.write_table(pa.table(table), folder / "tiltak.parquet")

    with reading(book, folder) as register:
        columns = ("kommunenummer", "startdato", "stoppdato", "timer_per_uke", "linje")
        assert rows(register, "tiltak", "tiltak_id", *columns) == [
            ("A", "4204", date(2022, 6, 1), date(2023, 5, 31), Decimal("37.500"), 1),
            ("B", None, None, None, None, 2),
        ]
        assert notes(register) == [
            ("ukjent_kolonne", {"fil": "tiltak.parquet", "kolonne": "ukjent"}),
            ("dato_med_midnatt", {"kolonne": "tiltak.stoppdato", "antall": 1}),
        ]


# headers


def test_headers_are_known_however_they_are_spelt(book: RuleBook, folder: Path) -> None:
    header = "NIR-ID; FØDSELSDATO ;Kjønn;Statsborgerskap;Innvilget-dato"
    (folder / "person.csv").write_text(f"{header}\nPE1;1990-05-12;K;SYR;2022-01-15\n", "utf-8")

    with reading(book, folder) as register:
        assert register.delivered["person"] == {
            "person_id", "foedselsdato", "kjoenn", "statsborgerskap", "innvilget_dato",
        }  # fmt: skip
        assert notes(register) == []


def test_a_letter_in_two_parts_is_the_same_letter(book: RuleBook, folder: Path) -> None:
    edited(folder / "tiltak.csv", "program_id", "Program-ID")
    decomposed = "A\u030arsak"
    header = f"permisjon_id;person_id;kommunenummer;fra_dato;{decomposed}"
    (folder / "permisjon.csv").write_text(header + "\nQ;PE1;4204;2023-01-01;SYKDOM_BARN\n", "utf-8")

    with reading(book, folder) as register:
        assert rows(register, "permisjon", "aarsak") == [("SYKDOM_BARN",)]


def test_every_label_of_the_contract_is_a_header(book: RuleBook, folder: Path) -> None:
    for form in MAALFORMER:
        for table in book.contract.tables.values():
            labels = [column.label[form] for column in table.columns]

            assert names.columns(labels, table) == [column.name for column in table.columns]


def test_an_unknown_column_is_noted_without_its_digits(book: RuleBook, folder: Path) -> None:
    header, first = (folder / "person.csv").read_text(encoding="utf-8").splitlines()
    text = f"{header};Saksbehandler;{FNR};\n{first};Kari;x;\n"
    (folder / "person.csv").write_text(text, encoding="utf-8")

    with reading(book, folder) as register:
        assert notes(register) == [
            ("ukjent_kolonne", {"fil": "person.csv", "kolonne": "Saksbehandler"}),
            ("ukjent_kolonne", {"fil": "person.csv", "kolonne": "•" * 11}),
        ]
        assert "Saksbehandler" not in register.delivered["person"]


def test_a_column_twice_is_refused_with_its_places(book: RuleBook, folder: Path) -> None:
    edited(folder / "person.csv", "dufnummer", "NIR ID")

    assert refused(book, folder) == [
        Message(
            "kolonne_to_ganger", {"fil": "person.csv", "kolonne": "person_id", "plasser": "1, 3"}
        )
    ]


def test_missing_tables_and_columns_are_told_at_once(book: RuleBook, folder: Path) -> None:
    edited(folder / "person.csv", "statsborgerskap", "statsborgerskab")
    edited(folder / "program.csv", "sluttdato", "ferdig")
    (folder / "tiltak.csv").rename(folder / "tiltakene.csv")

    assert refused(book, folder) == [
        Message("tabell_mangler_ubrukte", {"tabell": "tiltak", "ubrukte": "tiltakene.csv"}),
        Message(
            "kolonne_mangler_ligner",
            {"fil": "person.csv", "kolonne": "statsborgerskap", "ligner": "statsborgerskab"},
        ),
        Message("kolonne_mangler", {"fil": "program.csv", "kolonne": "sluttdato"}),
    ]


def test_a_missing_table_is_named_also_when_every_file_was_used(
    book: RuleBook, folder: Path
) -> None:
    (folder / "tiltak.csv").unlink()

    assert refused(book, folder) == [Message("tabell_mangler", {"tabell": "tiltak"})]


def test_every_problem_is_a_sentence_in_both_standards(book: RuleBook, folder: Path) -> None:
    edited(folder / "person.csv", "statsborgerskap", "statsborgerskab")
    edited(folder / "program.csv", "sluttdato", "ferdig")
    (folder / "tiltak.csv").rename(folder / "tiltakene.csv")

    problems = refused(book, folder)

    for form in MAALFORMER:
        told = [texts(form).message(problem) for problem in problems]
        assert "statsborgerskab" in told[1]
        assert all("{" not in sentence for sentence in told)


# nothing in it


@pytest.mark.parametrize("content", [b"", b"\n", b"  \r\n\r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(book: RuleBook, folder: Path, content: bytes) -> None:
    (folder / "program.csv").write_bytes(content)

    assert refused(book, folder) == [Message("tom_fil", {"fil": "program.csv"})]


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_a_header_alone_is_an_empty_table_and_said(book: RuleBook, folder: Path, end: str) -> None:
    (folder / "tiltak.csv").write_text(tiltak_lines() + end, encoding="utf-8")

    with reading(book, folder) as register:
        assert register.rows("tiltak") == 0
        assert notes(register) == [("tom_tabell", {"tabell": "tiltak"})]


def test_an_extract_without_a_row_is_refused(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    assert keys(refused(book, extract.write(tmp_path, book))) == ["ingen_rader"]


# what the reader is told


def test_texts_for_codes_and_norwegian_dates_are_read_and_counted(
    book: RuleBook, folder: Path, extract: Extract
) -> None:
    extract.participant("KAP6A")
    extract.tables["person"][0] |= {"kjoenn": "Kvinne", "statsborgerskap": "syria"}
    extract.tables["person"][1] |= {"kjoenn": "k", "foedselsdato": "12.05.1990"}
    extract.write(folder, book)

    with reading(book, folder) as register:
        assert rows(register, "person", "kjoenn", "statsborgerskap", "foedselsdato") == [
            ("K", "SYR", date(1990, 5, 12)),
            ("K", "UKR", date(1990, 5, 12)),
        ]
        assert notes(register) == [
            ("tekst_for_kode", {"kolonne": "person.kjoenn", "antall": 2}),
            ("tekst_for_kode", {"kolonne": "person.statsborgerskap", "antall": 1}),
            ("dato_norsk_form", {"kolonne": "person.foedselsdato", "antall": 1}),
        ]
        assert said(register, book, "KON-person") == []


def test_file_and_sheet_names_never_show_a_personal_number(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant(sluttdato="x")
    extract.tables["tiltak"] = []
    path = extract.write_xlsx(tmp_path / f"NIR {FNR}.xlsx", book)
    with xlsxwriter.Workbook(tmp_path / f"{FNR}.xlsx") as workbook:
        workbook.add_worksheet(f"barn {FNR}")
    folder = tmp_path / "mappe"
    folder.mkdir()
    shutil.move(tmp_path / f"{FNR}.xlsx", folder)
    shutil.move(path, folder)

    with reading(book, folder) as register:
        shown = [*notes(register), *register.files, *said(register, book, "KON-program")]
        assert len(shown) >= 6
        assert FNR not in str(shown)


def test_a_number_that_is_no_kommune_that_day_is_refused(book: RuleBook, folder: Path) -> None:
    with reading(book, folder) as register:
        ingest.require_kommuner(("0301", "1508"), register)
        with pytest.raises(UsageError) as caught:
            ingest.require_kommuner(("0301", "1507", "9999"), register)

    assert caught.value.problems == (
        Message("ukjent_kommune", {"nummer": "1507", "dato": "2024-06-30"}),
        Message("ukjent_kommune", {"nummer": "9999", "dato": "2024-06-30"}),
    )


def test_limits_reach_the_database(book: RuleBook, folder: Path) -> None:
    register, _ = ingest.read(
        [folder],
        Manifest(),
        book.contract,
        book.views,
        book.folder,
        ingest.Limits(memory="512MiB", threads=1),
    )

    with register:
        set_to = register.connection.execute(
            "SELECT current_setting('memory_limit'), current_setting('threads')"
        ).fetchall()
    assert set_to == [("512.0 MiB", 1)]


def test_the_account_of_a_file_says_how_it_was_read(book: RuleBook, folder: Path) -> None:
    with reading(book, folder) as register:
        file = next(file for file in register.files if file.table == "person")

    assert (file.name, file.rows, file.encoding, file.separator) == ("person.csv", 1, "utf-8", ";")
    assert file.sha256 == hashlib.sha256((folder / "person.csv").read_bytes()).hexdigest()


# one extract, five ways


def ways(book: RuleBook, extract: Extract, tmp_path: Path) -> dict[str, Path]:
    folder = extract.write(tmp_path / "csv", book)
    packed = tmp_path / "gz"
    packed.mkdir()
    for path in folder.glob("*.csv"):
        (packed / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    return {
        "csv": folder,
        "gz": packed,
        "zip": zipped(tmp_path / "uttrekk.zip", contents(folder)),
        "xlsx": extract.write_xlsx(tmp_path / "uttrekk.xlsx", book),
        "parquet": extract.write_parquet(tmp_path / "parquet", book),
    }


def test_the_same_extract_gives_the_same_findings_in_every_form(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant("INT", sluttdato="2023-13-01", sluttmaal="UKJENT_KODE")
    extract.participant("IL", kommunenummer="301", person_id="BORTE")
    extract.participant("KAP6A", program_id="PR1", startdato="01.09.2022", sluttdato="2022-08-01")
    extract.add("tiltak", timer_per_uke="37,5 t", beskrivelse='med "anførsel"; og semikolon')

    found = {
        way: {(f["finding_id"], f["values_hash"], f["rule_id"]) for f in of_contract_and_rules}
        for way, path in ways(book, extract, tmp_path).items()
        if (of_contract_and_rules := of_contract(book, path, only=""))
    }

    assert set(found) == {"csv", "gz", "zip", "xlsx", "parquet"}
    assert {rule_id for _, _, rule_id in found["csv"]} >= {
        "KON-program.sluttdato-dato",
        "KON-program.sluttmaal-kode",
        "KON-program.kommunenummer-form",
        "KON-program.person_id-fremmed",
        "KON-program.program_id-noekkel",
        "KON-tiltak.timer_per_uke-tall",
        "NIR-140",
    }
    assert len(set(map(frozenset, found.values()))) == 1


def test_a_gz_that_swells_is_refused_before_it_fills_the_disk(
    book: RuleBook, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_ALWAYS_ALLOWED", 2_000_000)
    with gzip.open(folder / "tiltak.csv.gz", "wb") as packed:
        packed.write((folder / "tiltak.csv").read_bytes())
        packed.write(b";" * 100_000_000)
    (folder / "tiltak.csv").unlink()

    assert keys(refused(book, folder)) == ["gz_for_stor"]
