"""Text files as people send them: broken bytes, odd characters, titles, and what is no text."""

from __future__ import annotations

import gzip
import stat
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from extracts import DAY, Extract, audited
from nircheck import ingest
from nircheck.contract import MAALFORMER
from nircheck.errors import ExtractError, Message, NircheckError
from nircheck.ingest import Manifest, delimited, proposal, traces
from nircheck.privacy import masked
from nircheck.register.characters import LOST, NONE, UNSEEN, WIDE_SPACES, Oddities
from nircheck.rulebook import RuleBook
from nircheck.run import Run
from nircheck.texts import texts
from readings import delivered, delivered_rows, notes, of_contract, reading, said

FNR = "01819012365"


@pytest.fixture
def folder(tmp_path: Path, book: RuleBook, extract: Extract) -> Path:
    """A folder with three clean participants."""
    for _ in range(3):
        extract.participant()
    return extract.write(tmp_path / "uttrekk", book)


def swapped(path: Path, old: bytes, new: bytes, times: int = -1) -> Path:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, times))
    return path


def cell(path: Path, line: int, column: str, value: bytes) -> None:
    """Put these bytes in one cell."""
    lines = path.read_bytes().split(b"\n")
    at = lines[0].decode().split(";").index(column)
    cells = lines[line - 1].split(b";")
    cells[at] = value
    lines[line - 1] = b";".join(cells)
    path.write_bytes(b"\n".join(lines))


def refused(book: RuleBook, *paths: Path, facts: Manifest | None = None) -> list[Message]:
    with pytest.raises(NircheckError) as caught:
        ingest.read(list(paths), facts or Manifest(DAY), book.contract, book.views, book.folder)
    return [problem for problem in caught.value.problems if isinstance(problem, Message)]


def sentences(problems: list[Message]) -> str:
    return " ".join(texts(form).message(problem) for form in MAALFORMER for problem in problems)


def reason(run: Run, rule_id: str) -> str | None:
    reasons: list[str | None] = [
        row["reason"] for row in run.accounting.to_pylist() if row["rule_id"] == rule_id
    ]
    return next(filter(None, reasons), None)


# bytes that are broken


def test_a_broken_byte_is_a_finding_with_its_column_and_the_rest_is_judged(
    book: RuleBook, folder: Path
) -> None:
    path = folder / "tiltak.csv"
    cell(path, 2, "beskrivelse", "språk".encode())
    cell(path, 3, "beskrivelse", b"spr\xe5k")
    cell(path, 3, "tiltakstype", b"SPR\xc5K_ANNET")

    with reading(book, folder) as register:
        assert delivered_rows(register, "tiltak", "tiltak_id", "beskrivelse") == [
            ("TI1", "språk"),
            ("TI2", None),
            ("TI3", None),
        ]
        (finding,) = said(register, book)
        assert ("utf8_brutt", {"fil": "tiltak.csv", "antall": 2}) in notes(register)

    assert finding["rule_id"] == "KON-tiltak-tegn"
    assert (finding["fil"], finding["linje"], finding["noekkel"]) == ("tiltak.csv", 3, "TI2")
    assert (finding["person_id"], finding["kommunenummer"]) == ("PE2", "4204")
    assert "Beskrivelse «•••», Tiltakstype «SPR�K_ANNET»" in finding["melding_nb"]
    assert "«SPR�K_ANNET»" in finding["melding_nn"]


def test_a_broken_value_is_not_judged_as_missing_nor_as_a_wrong_code(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant(sluttmaal="ARBEID_HAR_VGO")
    extract.participant(sluttmaal="ARBEID_HAR_VGO")
    folder = extract.write(tmp_path / "uttrekk", book)
    cell(folder / "program.csv", 2, "sluttmaal", b"ARB\xc6ID")
    cell(folder / "program.csv", 3, "avslutningsaarsak", "På".encode())

    run = audited(book, folder)

    about = {f["rule_id"] for f in run.findings.to_pylist() if f["noekkel"] == "PR1"}
    assert about == {"KON-program-tegn"}
    assert reason(run, "NIR-105") == "ikke_vurdert:uleselig=1"


def test_broken_bytes_in_dates_and_keys_are_one_finding_each_row(
    book: RuleBook, folder: Path
) -> None:
    cell(folder / "tiltak.csv", 2, "beskrivelse", "å".encode())
    cell(folder / "tiltak.csv", 3, "startdato", b"2022-06-\xb9")
    cell(folder / "tiltak.csv", 3, "tiltak_id", b"TI\xd8")

    (finding,) = of_contract(book, folder, only="KON-tiltak")

    assert (finding["rule_id"], finding["noekkel"]) == ("KON-tiltak-tegn", "linje-3")
    assert "2022-06-�" in finding["melding_nb"]
    assert "TI�" in finding["melding_nb"]


def test_what_a_broken_value_may_not_show_is_hidden(book: RuleBook, folder: Path) -> None:
    cell(folder / "tiltak.csv", 2, "beskrivelse", f"å {FNR[:6]}".encode() + b"\xa0" + b"12365")
    cell(folder / "person.csv", 2, "foedselsnummer", FNR.encode() + b"\xe5")
    cell(folder / "person.csv", 3, "statsborgerskap", "å".encode())

    found = of_contract(book, folder, only="KON-")

    assert {f["rule_id"] for f in found} >= {"KON-tiltak-tegn", "KON-person-tegn"}
    assert FNR[:6] not in str(found)
    assert masked(str(found)) == str(found)


def test_two_exports_pasted_together_are_not_guessed_at(book: RuleBook, folder: Path) -> None:
    path = folder / "tiltak.csv"
    for line, encoding in ((2, "utf-8"), (3, "cp1252"), (4, "utf-8")):
        cell(path, line, "beskrivelse", "kjøkken".encode(encoding))

    with reading(book, folder) as register:
        assert [f["linje"] for f in said(register, book)] == [3]
        assert delivered_rows(register, "tiltak", "beskrivelse") == [
            ("kjøkken",),
            (None,),
            ("kjøkken",),
        ]


@pytest.mark.parametrize("text", ["Ås «RÅ» på kjøkken", "«Ø» og «Æ» på øya", "bare én å"])
def test_a_file_in_cp1252_is_not_taken_for_broken_utf8(
    book: RuleBook, folder: Path, text: str
) -> None:
    cell(folder / "tiltak.csv", 2, "beskrivelse", text.encode("cp1252"))

    with delivered(book, folder) as register:
        assert delivered_rows(register, "tiltak", "beskrivelse")[0] == (text,)
        assert notes(register) == [("tegnsett", {"fil": "tiltak.csv", "tegnsett": "cp1252"})]


def test_a_lost_character_from_an_earlier_system_is_told_of_the_same_way(
    book: RuleBook, folder: Path
) -> None:
    cell(folder / "tiltak.csv", 2, "beskrivelse", "spr�k".encode())

    (finding,) = of_contract(book, folder)

    assert finding["rule_id"] == "KON-tiltak-tegn"


def test_a_lost_character_in_a_workbook_or_parquet_is_told_of_too(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant()
    extract.add("tiltak", program_id="PR1", person_id="PE1", beskrivelse="spr�k")
    folders = (
        extract.write_xlsx(tmp_path / "uttrekk.xlsx", book),
        extract.write_parquet(tmp_path / "parquet", book),
    )

    for path in folders:
        assert [f["rule_id"] for f in of_contract(book, path)] == ["KON-tiltak-tegn"]


@pytest.mark.parametrize("cut", [1, 3])
def test_utf16_cut_in_the_middle_of_a_letter_is_refused(
    book: RuleBook, folder: Path, cut: int
) -> None:
    path = folder / "tiltak.csv"
    path.write_bytes(path.read_text("utf-8").encode("utf-16")[:-cut])

    assert refused(book, folder) == [Message("utf16_ulest", {"fil": "tiltak.csv"})]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_known_without_its_mark(book: RuleBook, folder: Path, encoding: str) -> None:
    path = folder / "tiltak.csv"
    path.write_bytes(path.read_text("utf-8").encode(encoding))

    with delivered(book, folder) as register:
        assert register.rows("tiltak") == 3
        assert notes(register) == [("tegnsett", {"fil": "tiltak.csv", "tegnsett": encoding})]


# text written down in the wrong encoding


def test_a_header_that_was_encoded_twice_is_known(book: RuleBook, folder: Path) -> None:
    label = book.contract.tables["program"].by_name["sluttmaal"].label["nb"]
    assert "å" in label
    twice = label.encode().decode("cp1252").encode()
    swapped(folder / "program.csv", b";sluttmaal;", b";" + twice + b";")

    with delivered(book, folder) as register:
        assert "sluttmaal" in register.delivered["program"]
        assert notes(register) == [
            ("overskrift_dobbel", {"fil": "program.csv", "kolonne": "sluttmaal"})
        ]


def test_values_that_were_encoded_twice_are_kept_and_counted(book: RuleBook, folder: Path) -> None:
    for line, text in ((2, "TromsÃ¸ â€“ sprÃ¥k"), (3, "Ã…s"), (4, "São Ângelo, Ålesund")):
        cell(folder / "tiltak.csv", line, "beskrivelse", text.encode())

    with delivered(book, folder) as register:
        assert delivered_rows(register, "tiltak", "beskrivelse")[0] == ("TromsÃ¸ â€“ sprÃ¥k",)
        assert notes(register) == [("tegn_dobbelt", {"fil": "tiltak.csv", "antall": 2})]


# characters that do not show


@pytest.mark.parametrize("odd", ["\u00a0", "\u200b", "\ufeff", "\u00ad", "\u2007", "\u2060"])
def test_what_does_not_show_around_an_id_or_code_does_not_count(
    book: RuleBook, folder: Path, odd: str
) -> None:
    for table, column, value in (
        ("person", "person_id", "PE1"),
        ("program", "kommunenummer", "4204"),
        ("tiltak", "program_id", "PR1"),
        ("tiltak", "tiltakstype", "NORSK"),
        ("tiltak", "startdato", "2022-06-01"),
        ("tiltak", "timer_per_uke", "15"),
    ):
        cell(folder / f"{table}.csv", 2, column, f"{odd}{value}{odd}".encode())

    with reading(book, folder) as register:
        assert said(register, book) == []
        assert delivered_rows(register, "tiltak", "program_id", "tiltakstype", "timer_per_uke")[
            0
        ] == (
            "PR1",
            "NORSK",
            15,
        )


def test_soft_hyphens_and_joints_inside_an_id_do_not_count(book: RuleBook, folder: Path) -> None:
    cell(folder / "tiltak.csv", 2, "program_id", "P\u00adR\u200b1".encode())
    cell(folder / "program.csv", 2, "kommunenummer", "42\u00ad04".encode())

    assert of_contract(book, folder) == []


def test_a_label_in_two_parts_is_the_same_label(book: RuleBook, folder: Path) -> None:
    codes = book.contract.code_lists["sluttmaal"].codes
    code, label = next((c.code, c.label["nb"]) for c in codes if "å" in c.label["nb"] + "å")
    cell(folder / "program.csv", 2, "sluttmaal", label.replace("å", "a\u030a").encode())
    cell(folder / "tiltak.csv", 2, "tiltak_id", "A\u030a1".encode())

    with delivered(book, folder) as register:
        assert delivered_rows(register, "program", "sluttmaal")[0] == (code,)
        assert delivered_rows(register, "tiltak", "tiltak_id")[0] == ("Å1",)
        assert ("tekst_for_kode", {"kolonne": "program.sluttmaal", "antall": 1}) in notes(register)


def test_what_does_not_show_is_named_where_a_value_cannot_be_read(
    book: RuleBook, folder: Path
) -> None:
    cell(folder / "tiltak.csv", 2, "startdato", "2024\u00ad-02-30".encode())
    cell(folder / "tiltak.csv", 3, "timer_per_uke", "1\u00a0234,5".encode())

    found = {f["rule_id"]: f["verdi"] for f in of_contract(book, folder)}

    assert found == {
        "KON-tiltak.startdato-dato": "2024⟨U+00AD⟩-02-30",
        "KON-tiltak.timer_per_uke-tall": "1⟨U+00A0⟩234,5",
    }


def test_a_personal_number_is_not_told_by_naming_what_is_hidden_in_it(
    book: RuleBook, folder: Path
) -> None:
    cell(folder / "tiltak.csv", 2, "startdato", f"{FNR[:6]}\u00ad{FNR[6:]}".encode())

    (finding,) = of_contract(book, folder)

    assert finding["verdi"] == "•" * 11


def test_free_text_in_plain_norwegian_costs_no_second_look(book: RuleBook, folder: Path) -> None:
    cell(folder / "tiltak.csv", 2, "beskrivelse", "Ærlig, også på Ås".encode())

    with delivered(book, folder) as register:
        odd = register.oddities["tiltak"]
        assert not (odd.unseen or odd.lost or odd.twice)


# titles above the header


@pytest.mark.parametrize(
    "title",
    [
        "Uttrekk fra NIR;;;\n",
        "Uttrekk fra NIR\n\nDato: 31.10.2026, kl. 12:00\n",
        'Uttrekk "fra NIR\nalle, tabeller, i, alt\n',
        "\n".join(f"linje {number};" for number in range(20)) + "\n",
    ],
)
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_lines_above_the_header_are_passed_over_and_counted(
    book: RuleBook, folder: Path, title: str, separator: str
) -> None:
    path = folder / "tiltak.csv"
    path.write_text(title + path.read_text("utf-8").replace(";", separator), "utf-8")
    first = title.count("\n") + 2

    with delivered(book, folder) as register:
        assert delivered_rows(register, "tiltak", "tiltak_id", "linje") == [
            (f"TI{n + 1}", first + n) for n in range(3)
        ]
        above = len([line for line in title.splitlines() if line])
        assert (
            "linjer_over",
            {"fil": "tiltak.csv", "antall": above, "linje": first - 1},
        ) in notes(register)


def test_a_proposal_is_made_from_the_header_below_a_title(book: RuleBook, tmp_path: Path) -> None:
    path = tmp_path / "Personer.csv"
    path.write_text(
        "Uttrekk fra fagsystem;;;;\nDato: i dag;;;;\n"
        "Person nr;Født dato;Kjønn;Borger av;Kommune\nA1;1990-05-12;K;SYR;4204\n",
        "utf-8",
    )

    proposed = proposal.propose([path], book.contract, book.folder)

    own = {placed.own for table in proposed.tables for placed in table.columns}
    own |= {unplaced.own for table in proposed.tables for unplaced in table.unplaced}
    assert "Født dato" in own


# the wrong file altogether


def xlsx(path: Path) -> bytes:
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("tiltak").write(0, 0, "x")
    return path.read_bytes()


def zipped(path: Path, members: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path.read_bytes()


def parquet(path: Path) -> bytes:
    pq.write_table(pa.table({"a": ["b"]}), path)
    return path.read_bytes()


DISGUISES = {
    "er_xlsx": xlsx,
    "er_zip": lambda path: zipped(path, {"person.csv": b"x"}),
    "er_ods": lambda path: zipped(path, {"mimetype": b"application/vnd.oasis", "content.xml": b""}),
    "er_parquet": parquet,
    "er_xls": lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "er_7z": lambda _: b"7z\xbc\xaf\x27\x1c\0\4",
    "er_gz": lambda _: gzip.compress(b"a;b\n"),
    "er_pdf": lambda _: b"%PDF-1.7\n%\xe2\xe3",
    "er_html": lambda _: b"\xef\xbb\xbf\n<!DOCTYPE html>\n<html><body>Logg inn</body></html>",
    "er_xml": lambda _: b'<?xml version="1.0"?><Workbook/>',
    "er_json": lambda _: b'[\n {"tiltak_id": "T1"}]',
    "er_binaer": lambda _: bytes(range(256)) + b"\0" * 40,
}


@pytest.mark.parametrize("key", DISGUISES)
def test_a_file_that_is_no_text_is_named_as_what_it_is(
    book: RuleBook, folder: Path, tmp_path: Path, key: str
) -> None:
    (folder / "tiltak.csv").write_bytes(DISGUISES[key](tmp_path / "laget"))

    problems = refused(book, folder)

    assert problems == [Message(key, {"fil": "tiltak.csv"})]
    assert "tiltak.csv" in sentences(problems)


def test_a_gzipped_file_is_looked_into_as_well(book: RuleBook, folder: Path) -> None:
    (folder / "tiltak.csv").unlink()
    (folder / "tiltak.csv.gz").write_bytes(gzip.compress(b"<html><table></table></html>"))

    assert refused(book, folder) == [Message("er_html", {"fil": "tiltak.csv.gz"})]


def test_another_template_is_told_once_with_what_was_expected_and_found(
    book: RuleBook, folder: Path
) -> None:
    (folder / "tiltak.csv").write_text("Løpenr;Deltaker;Type 2019;Slutt\n1;2;3;4\n", "utf-8")

    (problem,) = refused(book, folder)

    assert problem.key == "annen_mal"
    assert str(problem.values["ventet"]).startswith("tiltak_id, program_id")
    assert problem.values["fant"] == "Løpenr, Deltaker, Type ••••, Slutt"


def test_a_row_of_values_in_place_of_a_header_is_never_shown(book: RuleBook, folder: Path) -> None:
    path = folder / "tiltak.csv"
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])

    assert refused(book, folder) == [Message("forslag_uten_overskrift", {"fil": "tiltak.csv"})]


@pytest.mark.parametrize("name", ["vedtak.xls", "vedtak.ods", "gammelt.xls", "vedtak.txt"])
def test_a_file_that_may_hold_a_table_is_not_passed_over_in_silence(
    book: RuleBook, folder: Path, name: str
) -> None:
    (folder / name).write_bytes(b"x")

    with delivered(book, folder) as register:
        assert notes(register) == [("filtype_ikke_brukt", {"fil": name})]


@pytest.mark.parametrize("name", ["vedtak.csv.zip", "mer.zip", "mer.7z"])
def test_a_packed_file_inside_is_noted_in_a_folder_and_in_a_zip(
    book: RuleBook, folder: Path, tmp_path: Path, name: str
) -> None:
    (folder / name).write_bytes(b"x")
    members = {path.name: path.read_bytes() for path in folder.iterdir()}
    zipped(tmp_path / "alt.zip", members)

    for path in (folder, tmp_path / "alt.zip"):
        with delivered(book, path) as register:
            assert notes(register) == [("pakke_ikke_brukt", {"fil": name})]


def test_other_files_of_a_folder_are_nobodys_business(book: RuleBook, folder: Path) -> None:
    for name in ("README.md", "brev.docx", "Thumbs.db", ".skjult.zip"):
        (folder / name).write_bytes(b"x")

    with delivered(book, folder) as register:
        assert notes(register) == []


def test_a_missing_table_names_the_packed_file_that_was_not_opened(
    book: RuleBook, folder: Path
) -> None:
    (folder / "person.csv").rename(folder / "person.csv.zip")

    assert refused(book, folder) == [
        Message("tabell_mangler_ubrukte", {"tabell": "person", "ubrukte": "person.csv.zip"})
    ]


# another kommune


def test_the_file_of_another_kommune_is_refused_with_both_numbers(
    book: RuleBook, folder: Path
) -> None:
    swapped(folder / "uttrekk.toml", b'"nasjonal"', b'"kommune"')

    problems = refused(book, folder, facts=Manifest(DAY, kommunenummer="0301"))

    assert problems == [Message("annen_kommune", {"oppgitt": "0301", "funnet": "4204"})]
    assert "0301" in sentences(problems)


def test_a_file_with_most_rows_of_another_kommune_is_read_with_one_note(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    for _ in range(5):
        extract.participant()
    extract.participant(kommunenummer="0301")
    folder = extract.write(tmp_path / "uttrekk", book, day=None)
    facts = Manifest(DAY, populasjon="kommune", kommunenummer="0301")

    register, _ = ingest.read([folder], facts, book.contract, book.views, book.folder)

    with register:
        assert [note.key for note in register.notes] == ["mest_annen_kommune"]
        assert register.notes[0].values["funnet"] == "4204"


@pytest.mark.parametrize("number", ["1507", "1508"])
def test_an_old_number_is_the_kommune_it_has_become(
    book: RuleBook, extract: Extract, tmp_path: Path, number: str
) -> None:
    extract.participant(kommunenummer="1508")
    extract.tables["tiltak"][0]["kommunenummer"] = "1508"
    folder = extract.write(tmp_path / "uttrekk", book, day=None)

    register, _ = ingest.read(
        [folder], Manifest(DAY, kommunenummer=number), book.contract, book.views, book.folder
    )

    with register:
        assert register.notes == []


# links


def test_a_link_out_of_the_folder_is_not_followed(
    book: RuleBook, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / f"{FNR}.csv"
    outside.write_text("hemmelig;rad\n", "utf-8")
    (folder / "vedtak.csv").symlink_to(outside)
    (folder / f"{FNR}.csv").symlink_to(outside)
    (folder / "norsk.csv").symlink_to(tmp_path / "borte.csv")

    with delivered(book, folder) as register:
        assert "vedtak" not in register.delivered
        assert {key for key, _ in notes(register)} == {"lenke_ut"}
        assert [v["fil"] for _, v in notes(register)] == [
            "•" * 11 + ".csv",
            "norsk.csv",
            "vedtak.csv",
        ]


def test_a_link_within_the_folder_is_followed(book: RuleBook, folder: Path) -> None:
    (folder / "tiltak.csv").rename(folder / "x.tiltak")
    (folder / "tiltak.csv").symlink_to(folder / "x.tiltak")

    with delivered(book, folder) as register:
        assert register.rows("tiltak") == 3


def test_a_required_table_that_is_a_link_out_is_missing_for_that_reason(
    book: RuleBook, folder: Path, tmp_path: Path
) -> None:
    (folder / "person.csv").rename(tmp_path / "person.csv")
    (folder / "person.csv").symlink_to(tmp_path / "person.csv")

    assert refused(book, folder) == [
        Message("tabell_er_lenke", {"tabell": "person", "fil": "person.csv"})
    ]


def test_a_link_in_a_zip_is_not_followed(book: RuleBook, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "uttrekk.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
        link = zipfile.ZipInfo("vedtak.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")

    with delivered(book, path) as register:
        assert notes(register) == [("lenke_ut", {"fil": "vedtak.csv"})]


# columns nobody knows


def test_an_unknown_column_is_noted_with_the_name_it_is_like(book: RuleBook, folder: Path) -> None:
    swapped(folder / "tiltak.csv", b";tiltaksgruppe;", b";tiltaksgrupe;")

    with delivered(book, folder) as register:
        assert notes(register) == [
            (
                "ukjent_kolonne_ligner",
                {"fil": "tiltak.csv", "kolonne": "tiltaksgrupe", "ligner": "tiltaksgruppe"},
            )
        ]


def test_unknown_columns_are_read_again_for_the_rows_that_are_asked_for(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    for number in range(3):
        extract.participant()
        extract.tables["tiltak"][number] |= {"Kontakt": f"Kari {number}", "Merknad": f"{FNR} ok"}
    ways = {
        "tiltak.csv": extract.write(tmp_path / "csv", book),
        "uttrekk.xlsx [tiltak]": extract.write_xlsx(tmp_path / "uttrekk.xlsx", book),
        "tiltak.parquet": extract.write_parquet(tmp_path / "parquet", book),
    }
    for name, path in ways.items():
        line = 2 if name.endswith("parquet") else 3
        with delivered(book, path) as register:
            files = register.files
        found = ingest.echo([path], files, {(name, line), ("annet", 1)}, book.contract)

        assert found == {(name, line): {"Kontakt": "Kari 1", "Merknad": "•" * 11 + " ok"}}


def test_a_file_changed_since_it_was_judged_is_not_echoed(book: RuleBook, folder: Path) -> None:
    with delivered(book, folder) as register:
        files = register.files
    swapped(folder / "tiltak.csv", b"TI1", b"TI9")

    with pytest.raises(ExtractError) as caught:
        ingest.echo([folder], files, {("tiltak.csv", 2)}, book.contract)

    assert caught.value.problems == (Message("fil_endret", {"fil": "tiltak.csv"}),)


# values that are kept as they are

KEPT = ("00", "9999", "-", "ukjent", "NULL", "NA", "N/A", "#REF!", "null", "None", "nan")


@pytest.mark.parametrize("quoted", [False, True])
def test_a_word_for_nothing_is_never_taken_for_nothing(
    book: RuleBook, folder: Path, *, quoted: bool
) -> None:
    path = folder / "tiltak.csv"
    header, first, *_ = path.read_text("utf-8").splitlines()
    names = header.split(";")
    lines = []
    for number, word in enumerate(KEPT):
        cells = dict(zip(names, first.split(";"), strict=True)) | {"tiltak_id": f"T{number}"}
        for column in ("beskrivelse", "startdato", "timer_per_uke", "tiltakstype"):
            cells[column] = f'"{word}"' if quoted else word
        lines.append(";".join(cells.values()))
    path.write_text("\n".join([header, *lines, ""]), "utf-8")

    with reading(book, folder) as register:
        assert delivered_rows(register, "tiltak", "beskrivelse", "tiltakstype") == [
            (w, w) for w in KEPT
        ]
        found = said(register, book, "KON-tiltak")

    values = {(f["rule_id"], f["verdi"]) for f in found}
    assert values == {
        *(("KON-tiltak.startdato-dato", word) for word in KEPT),
        *(("KON-tiltak.timer_per_uke-tall", w) for w in KEPT if w not in ("00", "9999")),
        *(("KON-tiltak.tiltakstype-kode", word) for word in KEPT),
    }


def test_the_day_numbers_of_excel_are_unreadable_and_named(book: RuleBook, folder: Path) -> None:
    cell(folder / "tiltak.csv", 2, "startdato", b"45230")

    with reading(book, folder) as register:
        assert notes(register) == [("dato_fra_excel", {"kolonne": "tiltak.startdato", "antall": 1})]
        assert [f["rule_id"] for f in said(register, book)] == ["KON-tiltak.startdato-dato"]


def test_a_midnight_behind_a_day_is_noted(book: RuleBook, folder: Path) -> None:
    cell(folder / "tiltak.csv", 2, "startdato", b"2022-06-01T00:00")
    cell(folder / "tiltak.csv", 3, "startdato", b"01.06.2022 00:00:00")

    with reading(book, folder) as register:
        assert said(register, book) == []
        assert notes(register) == [
            ("dato_norsk_form", {"kolonne": "tiltak.startdato", "antall": 1}),
            ("dato_med_midnatt", {"kolonne": "tiltak.startdato", "antall": 2}),
        ]


@pytest.mark.parametrize("written", ["1 234,5", "1.234,5", "1,234.5", "-5", "1e3", "NaN", "inf"])
def test_a_number_that_could_be_two_is_not_guessed_at(
    book: RuleBook, folder: Path, written: str
) -> None:
    cell(folder / "tiltak.csv", 2, "timer_per_uke", written.encode())

    (finding,) = of_contract(book, folder)

    assert (finding["rule_id"], finding["verdi"]) == ("KON-tiltak.timer_per_uke-tall", written)


def test_a_quote_that_is_never_closed_is_told_as_one(book: RuleBook, folder: Path) -> None:
    cell(folder / "tiltak.csv", 3, "beskrivelse", b'"uten slutt')

    (finding,) = of_contract(book, folder)

    assert (finding["rule_id"], finding["linje"]) == ("KON-tiltak-anfoerselstegn", 3)
    assert "anførselstegn" in finding["melding_nb"]
    assert "hermeteikn" in finding["melding_nn"]


@pytest.mark.parametrize("around", ["", "æøåÆØÅ «språk» – “sitat” … • é ü"])
def test_every_character_that_tells_something_is_seen_among_ordinary_ones(around: str) -> None:
    assert traces.more(around.encode(), NONE) == NONE
    for character in (*WIDE_SPACES, *UNSEEN, *map(chr, range(0x300, 0x370))):
        text = f"{around}{character}{around} ".encode()
        assert traces.more(text, NONE) == Oddities(unseen=True), hex(ord(character))
    assert traces.more(f"{around}{LOST}{around}".encode(), NONE) == Oddities(lost=True)
    for twice in ("Ã¸", "Ã…", "Â«", "â€“"):
        assert traces.more(f"{around}{twice}{around}".encode(), NONE).twice, twice


NO_UTF8 = (
    b"\xff", b"\x80", b"\xc0\x80", b"\xe0\x9f\xbf", b"\xed\xa0\x80", b"\xf0\x8f\xbf\xbf",
    b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xc3", b"\xe2\x80", b"\xf0\x9f\x98",
)  # fmt: skip


@pytest.mark.parametrize("known", [True, False], ids=["a column of ours", "an unknown column"])
@pytest.mark.parametrize("broken", NO_UTF8, ids=bytes.hex)
def test_no_kind_of_broken_bytes_is_read_as_it_stands(
    book: RuleBook, folder: Path, broken: bytes, known: bool
) -> None:
    """Nordic letters around them say that the file is UTF-8 all the same."""
    cell(folder / "tiltak.csv", 3, "beskrivelse", "språk ".encode() + broken)
    if not known:
        swapped(folder / "tiltak.csv", b"beskrivelse", b"merknad")

    with delivered(book, folder) as register:
        assert "utf8_brutt" in [key for key, _ in notes(register)]


def test_a_character_that_spans_two_pieces_of_a_file_is_found(
    book: RuleBook, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell(folder / "tiltak.csv", 2, "beskrivelse", ("å" * 20 + "\u200b").encode())
    for size in range(1, 9):
        monkeypatch.setattr(traces, "_CHUNK", size)
        assert traces.of(folder / "tiltak.csv").unseen
        monkeypatch.setattr(delimited, "_CHUNK", size)
        assert delimited.as_utf8(folder / "tiltak.csv", folder, "x").encoding == "utf-8"
