"""A fagsystem's own names: mapped they read as the contract's, and a map can be proposed."""

from __future__ import annotations

import filecmp
import gzip
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from commands import nircheck
from extracts import DAY, EXPECTATIONS, SAMPLE, Extract, Row, write_csv
from nircheck import ingest
from nircheck.engine import judge
from nircheck.errors import ExtractError, UsageError
from nircheck.ingest import ColumnMap, load_column_map
from nircheck.ingest.proposal import Proposal, propose
from nircheck.register import Register
from nircheck.rulebook import RuleBook
from nircheck.run import Run, assemble

EXAMPLE = SAMPLE / "kolonnekart"
PLANTED = json.loads((SAMPLE / "accepted.json").read_text(encoding="utf-8"))["findings"].keys()
EXAMPLE_MAP = EXAMPLE / "kolonnekart.yaml"
NUMBER = "01819012365"
PERSON = {"ID": "person_id", "Født": "foedselsdato", "K": "kjoenn", "Land": "statsborgerskap"}


def written(path: Path, tables: str) -> Path:
    path.write_text(f"kontrakt: nir-uttrekk/1.0\ntabeller:\n{tables}", encoding="utf-8")
    return path


def mapped(path: Path, book: RuleBook, tables: str) -> ColumnMap:
    return load_column_map(written(path, tables), book.contract)


@contextmanager
def read(book: RuleBook, *paths: Path, column_map: ColumnMap | None) -> Iterator[Register]:
    register, _ = ingest.read(
        list(paths), ingest.Manifest(uttrekksdato=DAY), book.contract, book.views, book.folder,
        ingest.Limits(threads=1), column_map,
    )  # fmt: skip
    with register:
        yield register


def run_of(book: RuleBook, path: Path, column_map: ColumnMap | None, *kommuner: str) -> Run:
    register, manifest = ingest.read_pair(
        [path], None, ingest.Manifest(), book.contract, book.views, book.folder, None, column_map
    )
    with register:
        return assemble(register, manifest, book, judge(register, book.running()), kommuner)


def noted(register: Register) -> dict[str, dict[str, str | int]]:
    return {note.key: note.values for note in register.notes}


def values(register: Register, column: str, table: str = "person") -> list[str]:
    rows = register.connection.sql(f"SELECT {column} FROM typet.{table} ORDER BY rad").fetchall()
    return [str(value) for (value,) in rows]


def people(*rows: Row) -> list[Row]:
    clean = {"ID": "X1", "Født": "1990-01-02", "K": "K", "Land": "UKR"}
    return [clean | row for row in rows]


def with_people(folder: Path, book: RuleBook, rows: list[Row], name: str = "deltaker") -> Path:
    """A clean extract whose people stand in a file of a fagsystem instead."""
    extract = Extract()
    extract.participant()
    extract.write(folder, book)
    (folder / "person.csv").unlink()
    write_csv(folder / f"{name}.csv", list(rows[0]), rows)
    return folder


def entry(source: str = "deltaker", *, codes: str = "", **columns: str) -> str:
    lines = [f"  {source}:", "    table: person", "    columns:"]
    lines += [f'      "{own}": {column}' for own, column in (PERSON | columns).items()]
    return "\n".join(lines) + "\n" + (f"    codes: {codes}\n" if codes else "")


# ---------------------------------------------------------------------------- the worked example


def test_the_example_gives_exactly_the_findings_of_its_kommune_in_the_sample(
    book: RuleBook,
) -> None:
    column_map = load_column_map(EXAMPLE_MAP, book.contract)

    example = run_of(book, EXAMPLE, column_map)
    kommune = run_of(book, SAMPLE, None, "4204")

    shown = [
        "finding_id", "values_hash", "rule_id", "severity", "kommunenummer", "tabell", "noekkel",
        "person_id", "felt", "verdi", "melding_nb", "melding_nn",
    ]  # fmt: skip
    planted = [f for f in example.findings.select(shown).to_pylist() if f["rule_id"] in PLANTED]
    assert len(planted) == 14
    assert planted == [
        f for f in kommune.findings.select(shown).to_pylist() if f["rule_id"] in PLANTED
    ]
    assert example.linked.to_pylist() == kommune.linked.to_pylist()


def test_the_example_is_what_its_generator_makes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, EXAMPLE / "generate.py", "--ut", tmp_path], check=True)

    made = sorted(path.name for path in tmp_path.iterdir())
    same, different, missing = filecmp.cmpfiles(tmp_path, EXAMPLE, made, shallow=False)
    assert len(made) == 9
    assert (different, missing) == ([], [])
    assert sorted(same) == made


def test_the_example_is_refused_without_its_map() -> None:
    done = nircheck("audit", EXAMPLE)

    assert done.code == 3
    assert "fant ingen tabeller" in done.err


def test_the_map_is_told_of_in_the_notes_with_counts(book: RuleBook) -> None:
    column_map = load_column_map(EXAMPLE_MAP, book.contract)

    with read(book, EXAMPLE, column_map=column_map) as register:
        notes = [(note.key, note.values) for note in register.notes]

    assert ("kart_brukt", {"fil": "Deltakere.csv", "tabell": "person", "antall": 18}) in notes
    assert ("kode_fra_kart", {"kolonne": "program.lov", "antall": 30}) in notes
    assert not any(key in ("ukjent_kolonne", "kart_kolonne_ikke_funnet") for key, _ in notes)


# ------------------------------------------------------------------------------------ the commands


def test_the_map_is_part_of_the_identity_of_the_run(
    tmp_path: Path, book: RuleBook, clean_extract: Path
) -> None:
    one = mapped(tmp_path / "1.yaml", book, entry())
    other = mapped(tmp_path / "2.yaml", book, entry() + "# read\n")

    runs = [run_of(book, clean_extract, column_map) for column_map in (one, other)]

    assert [run.facts["kolonnekart"] for run in runs] == [one.sha256, other.sha256]
    assert len({run.run_id for run in runs}) == 2


def test_the_map_may_be_a_setting(tmp_path: Path) -> None:
    chart = written(tmp_path / "kart.yaml", "  deltaker: {table: person, colums: {}}\n")
    (tmp_path / "nircheck.toml").write_text('kolonnekart = "kart.yaml"\n', encoding="utf-8")

    by_file = nircheck("selfcheck", EXAMPLE, cwd=tmp_path)
    by_variable = nircheck("selfcheck", EXAMPLE, environment={"NIRCHECK_KOLONNEKART": str(chart)})

    assert (by_file.code, by_variable.code) == (2, 2)
    assert "kart.yaml:3: ukjent nøkkel «colums». Mente dere «columns»?" in by_file.err
    assert by_variable.err == by_file.err


def test_a_run_without_a_map_says_so(sample_run: Run) -> None:
    assert sample_run.facts["kolonnekart"] is None


def test_the_extract_of_the_month_before_is_read_by_the_same_map(tmp_path: Path) -> None:
    done = nircheck(
        "audit", EXAMPLE, "--kolonnekart", EXAMPLE_MAP, "--forrige", EXAMPLE,
        "--ut", tmp_path, "--fail-on", "aldri",
    )  # fmt: skip

    assert done.code == 0, done.err


def test_mistakes_in_the_map_end_with_exit_code_2(tmp_path: Path) -> None:
    written(tmp_path / "kart.yaml", "  deltaker: {table: persom}\n")

    done = nircheck("selfcheck", EXAMPLE, "--kolonnekart", tmp_path / "kart.yaml")
    absent = nircheck("selfcheck", EXAMPLE, "--kolonnekart", tmp_path / "borte.yaml")

    assert (done.code, absent.code) == (2, 2)
    assert "kart.yaml:3: «persom» er ikke en tabell i kontrakten. Mente dere «person»?" in done.err
    assert "finnes ikke" in absent.err


# ------------------------------------------------------------------------------ mistakes in a map


def mistakes(path: Path, book: RuleBook) -> list[tuple[str, str, str]]:
    with pytest.raises(UsageError) as refused:
        load_column_map(path, book.contract)
    return [
        (str(p.values["sted"]), p.key, str(p.values.get("ligner", p.values.get("navn", ""))))
        for p in refused.value.problems
        if not isinstance(p, str)
    ]


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path, book: RuleBook) -> None:
    path = tmp_path / "kart.yaml"
    path.write_text(
        """\
kontrakt: nir-uttrekk/2.0
fagsystm: X
tabeller:
  deltaker:
    table: person
    columns:
      "ID": person_id
      "id ": foedselsdato
      "Nr": person_id
      "Født": fodselsdato
      "Annet": zzzz
      "Tom":
    codes:
      kjoenn: {Kvinne: K, kvinne: M, Mann: Q}
      lov: {Ny: INTEGRERING}
      bydel: {Sentrum: x}
    kolumns: {}
  klient: {table: person}
  plan: {table: programmer}
  kurs: {columns: {A: startdato}}
  annet: [1]
  ? [1]
  : {table: person}
  flere: {table: [person]}
  noe: {table: program, columns: {A: Startdato}, codes: {lov: {Ny: INTEGRERINGSLOV}}}
""",
        encoding="utf-8",
    )

    assert mistakes(path, book) == [
        ("kart.yaml:2", "kart_noekkel_ligner", "fagsystem"),
        ("kart.yaml:1", "kart_feil_kontrakt", ""),
        ("kart.yaml:17", "kart_noekkel_ligner", "columns"),
        ("kart.yaml:8", "kart_to_ganger", "id"),
        ("kart.yaml:9", "kart_to_til_en", "person_id"),
        ("kart.yaml:10", "kart_kolonne_ligner", "foedselsdato"),
        ("kart.yaml:11", "kart_kolonne", "zzzz"),
        ("kart.yaml:12", "kart_tom", "Tom"),
        ("kart.yaml:14", "kart_to_ganger", "kvinne"),
        ("kart.yaml:14", "kart_kode", "Q"),
        ("kart.yaml:15", "kart_kolonne", "lov"),
        ("kart.yaml:16", "kart_uten_koder", "bydel"),
        ("kart.yaml:18", "kart_to_til_en", "person"),
        ("kart.yaml:19", "kart_tabell_ligner", "program"),
        ("kart.yaml:20", "kart_noekkel_mangler", "table"),
        ("kart.yaml:21", "kart_ingen_par", ""),
        ("kart.yaml:22", "kart_ikke_tekst", ""),
        ("kart.yaml:24", "kart_ikke_tekst", ""),
        ("kart.yaml:25", "kart_kolonne_ligner", "startdato"),
        ("kart.yaml:25", "kart_kode_ligner", "INTEGRERING"),
    ]


@pytest.mark.parametrize("text", ["", "[]", "noe"])
def test_a_file_that_is_no_map_is_refused(tmp_path: Path, book: RuleBook, text: str) -> None:
    path = tmp_path / "kart.yaml"
    path.write_text(text, encoding="utf-8")

    assert mistakes(path, book) == [("kart.yaml:1", "kart_ingen_par", "")]


def test_a_map_without_its_keys_names_them(tmp_path: Path, book: RuleBook) -> None:
    path = tmp_path / "kart.yaml"
    path.write_text("fagsystem: X\n", encoding="utf-8")

    assert [(key, name) for _, key, name in mistakes(path, book)] == [
        ("kart_noekkel_mangler", "kontrakt"),
        ("kart_noekkel_mangler", "tabeller"),
    ]


@pytest.mark.parametrize(
    "text", ["a: [", f"a: !!str {NUMBER}: {NUMBER}: [", "a: b: c", "[" * 600, "a: \x00"]
)
def test_broken_yaml_is_told_with_its_line_and_no_personal_number(
    tmp_path: Path, book: RuleBook, text: str
) -> None:
    path = tmp_path / "kart.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError) as refused:
        load_column_map(path, book.contract)

    told = " ".join(map(str, refused.value.problems))
    assert "kart.yaml:1: not valid YAML" in told
    assert NUMBER not in told


def test_codes_of_digits_are_texts_however_they_are_written(tmp_path: Path, book: RuleBook) -> None:
    found = mapped(tmp_path / "k.yaml", book, entry(codes='{kjoenn: {01: K, "1": M}}'))

    assert found.tables[0].codes == {"kjoenn": {"01": "K", "1": "M"}}


# --------------------------------------------------------------------------- what the map does


def test_case_and_blanks_in_a_header_do_not_matter(tmp_path: Path, book: RuleBook) -> None:
    rows = [{" id": "A1", "FØDT ": "1990-01-02", "k": "M", "L  and": "UKR"}]
    folder = with_people(tmp_path / "u", book, rows, "DELTAKER")
    chart = entry(**{"Land": "bydel"}).replace("Land", "L and").replace("bydel", "statsborgerskap")
    column_map = mapped(tmp_path / "k.yaml", book, chart)

    with read(book, folder, column_map=column_map) as register:
        assert values(register, "person_id") == ["A1"]
        assert values(register, "foedselsdato") == ["1990-01-02"]


def test_a_mapped_column_wins_over_one_that_is_recognised(tmp_path: Path, book: RuleBook) -> None:
    rows = people({"Født": "1990-01-02", "foedselsdato": "1900-01-01", "Ekstra": "x"})
    folder = with_people(tmp_path / "u", book, rows)

    with read(book, folder, column_map=mapped(tmp_path / "k.yaml", book, entry())) as register:
        assert values(register, "foedselsdato") == ["1990-01-02"]
        notes = noted(register)
    assert notes["kart_kolonne_vek"]["kolonne"] == "foedselsdato"
    assert notes["kart_kolonne_vek"]["navn"] == "foedselsdato"
    assert notes["ukjent_kolonne"]["kolonne"] == "Ekstra"


def test_a_column_the_map_does_not_name_is_recognised_as_ever(
    tmp_path: Path, book: RuleBook
) -> None:
    folder = with_people(tmp_path / "u", book, people({"DUF-nummer": "201812345605"}))

    with read(book, folder, column_map=mapped(tmp_path / "k.yaml", book, entry())) as register:
        assert values(register, "dufnummer") == ["201812345605"]


def test_a_mapped_file_wins_over_one_that_is_recognised(tmp_path: Path, book: RuleBook) -> None:
    folder = with_people(tmp_path / "u", book, people({}))
    write_csv(folder / "person.csv", ["person_id"], [{"person_id": "other"}])

    with read(book, folder, column_map=mapped(tmp_path / "k.yaml", book, entry())) as register:
        assert values(register, "person_id") == ["X1"]
        assert noted(register)["kart_fil_vek"] == {
            "fil": "person.csv", "tabell": "person", "valgt": "deltaker.csv",
        }  # fmt: skip


def test_a_file_may_be_mapped_to_another_table_than_its_name_says(
    tmp_path: Path, book: RuleBook
) -> None:
    folder = with_people(tmp_path / "u", book, people({}), "mottak")

    column_map = mapped(tmp_path / "k.yaml", book, entry("mottak"))

    with read(book, folder, column_map=column_map) as register:
        assert values(register, "person_id") == ["X1"]
        assert "mottak" not in register.delivered


def test_what_the_map_names_and_the_files_lack_is_a_note(tmp_path: Path, book: RuleBook) -> None:
    folder = with_people(tmp_path / "u", book, people({}))
    chart = entry(**{"Bydel 1": "bydel", "Innv.": "innvilget_dato"})
    chart += "  kurs: {table: norskproeve}\n"

    with read(book, folder, column_map=mapped(tmp_path / "k.yaml", book, chart)) as register:
        notes = noted(register)

    absent = notes["kart_kolonne_ikke_funnet"]
    assert (absent["antall"], absent["kolonner"]) == (2, "Bydel •, Innv.")
    assert notes["kart_tabell_ikke_funnet"] == {"kart": "k.yaml", "tabell": "kurs"}


def test_a_required_column_that_neither_is_mapped_nor_recognised_is_still_missing(
    tmp_path: Path, book: RuleBook
) -> None:
    folder = with_people(tmp_path / "u", book, [{"ID": "X1", "K": "K", "Land": "UKR"}])
    column_map = mapped(tmp_path / "k.yaml", book, entry())

    with (
        pytest.raises(ExtractError, match="kolonne_mangler"),
        read(book, folder, column_map=column_map),
    ):
        pass


def test_a_mapped_column_that_stands_twice_is_refused(tmp_path: Path, book: RuleBook) -> None:
    folder = with_people(tmp_path / "u", book, people({"født": "1990-01-02"}))
    column_map = mapped(tmp_path / "k.yaml", book, entry())

    with (
        pytest.raises(ExtractError, match="kolonne_to_ganger"),
        read(book, folder, column_map=column_map),
    ):
        pass


def test_mapped_codes_win_over_codes_and_labels(tmp_path: Path, book: RuleBook) -> None:
    rows = people(
        *({"ID": f"X{n}", "K": k} for n, k in enumerate(["K", "m", "Mann", "kvinne", "?", "Q"]))
    )
    folder = with_people(tmp_path / "u", book, rows)
    column_map = mapped(
        tmp_path / "k.yaml", book, entry(codes='{kjoenn: {K: M, M: K, Mann: Mann2, "?": K}}')
        .replace("Mann: Mann2, ", "")
    )  # fmt: skip

    with read(book, folder, column_map=column_map) as register:
        assert values(register, "kjoenn") == ["M", "K", "M", "K", "K", "Q"]
        counts = {note.key: note.values["antall"] for note in register.notes
                  if note.values.get("kolonne") == "person.kjoenn"}  # fmt: skip
    assert counts == {"kode_fra_kart": 3, "tekst_for_kode": 2}


def test_every_code_of_a_list_may_be_mapped_to_itself_without_a_note(
    tmp_path: Path, book: RuleBook
) -> None:
    folder = with_people(tmp_path / "u", book, people({"K": "K"}, {"ID": "X2", "K": "M"}))
    column_map = mapped(tmp_path / "k.yaml", book, entry(codes="{kjoenn: {K: K, M: M}}"))

    with read(book, folder, column_map=column_map) as register:
        assert values(register, "kjoenn") == ["K", "M"]
        assert "kode_fra_kart" not in noted(register)


@pytest.mark.parametrize("form", ["csv.gz", "parquet", "xlsx", "one sheet", "zip"])
def test_a_map_names_files_and_sheets_of_every_form(
    tmp_path: Path, book: RuleBook, form: str
) -> None:
    folder = with_people(tmp_path / "u", book, people({}))
    source = folder / "deltaker.csv"
    given = folder
    if form == "csv.gz":
        (folder / "deltaker.csv.gz").write_bytes(gzip.compress(source.read_bytes()))
        source.unlink()
    elif form == "parquet":
        row = people({})[0]
        pq.write_table(pa.table({k: [v] for k, v in row.items()}), folder / "deltaker.parquet")
        source.unlink()
    elif form == "zip":
        given = tmp_path / "u.zip"
        with zipfile.ZipFile(given, "w") as archive:
            for file in folder.iterdir():
                archive.write(file, file.name)
    else:
        name, sheet = ("bok", "deltaker") if form == "xlsx" else ("deltaker", "Ark1")
        with xlsxwriter.Workbook(folder / f"{name}.xlsx") as workbook:
            page = workbook.add_worksheet(sheet)
            for at, (header, value) in enumerate(people({})[0].items()):
                page.write_string(0, at, header)
                page.write_string(1, at, value)
        source.unlink()

    with read(book, given, column_map=mapped(tmp_path / "k.yaml", book, entry())) as register:
        assert values(register, "person_id") == ["X1"]
        assert noted(register)["kart_brukt"]["antall"] == 4


# ------------------------------------------------------------------------------------- proposals


def proposed(*paths: Path, book: RuleBook) -> Proposal:
    return propose(list(paths), book.contract, EXPECTATIONS)


def test_the_proposal_for_the_example_places_nothing_wrong(tmp_path: Path, book: RuleBook) -> None:
    done = nircheck("kolonnekart", "forslag", EXAMPLE, "--ut", tmp_path / "forslag.yaml")
    proposal = load_column_map(tmp_path / "forslag.yaml", book.contract)
    right = load_column_map(EXAMPLE_MAP, book.contract)

    assert done.code == 0
    placed = {(t.source, own, name) for t in proposal.tables for own, name in t.columns.items()}
    truth = {(t.source, own, name) for t in right.tables for own, name in t.columns.items()}
    assert {(t.source, t.table) for t in proposal.tables} == {
        (t.source, t.table) for t in right.tables
    }
    assert placed <= truth
    assert len(placed) >= 0.7 * len(truth)
    assert f"{len(placed)} kolonner plassert, {len(truth) - len(placed)} ikke" in done.out


def test_what_cannot_be_placed_is_listed_with_its_candidates(book: RuleBook) -> None:
    proposal = proposed(EXAMPLE, book=book)

    (tiltak,) = (table for table in proposal.tables if table.table == "tiltak")
    left = {entry.own: entry.candidates for entry in tiltak.unplaced}
    assert left["Fra"][0] == "startdato"
    assert set(tiltak.missing) == {"startdato", "stoppdato"}
    assert "Merknad" in left


def test_a_proposal_says_how_sure_it_is_and_why_in_both_standards() -> None:
    bokmaal = nircheck("kolonnekart", "forslag", EXAMPLE / "Deltakere.csv").out
    nynorsk = nircheck("kolonnekart", "forslag", EXAMPLE / "Deltakere.csv", "--maalform", "nn").out

    assert '"Deltaker-ID": person_id  # trolig: 30 verdier, alle ulike' in bokmaal
    assert '"Kjønn": kjoenn  # sikkert: samme navn; 100 % er kjente koder eller tekster' in bokmaal
    assert '"Deltaker-ID": person_id  # truleg: 30 verdiar, alle ulike' in nynorsk
    assert '        "Kvinne": K  # sikkert' in bokmaal


def test_an_id_that_points_at_no_other_file_is_left_with_what_it_may_be(
    tmp_path: Path, book: RuleBook
) -> None:
    rows = [{"Program-nr": f"P{n}", "Klient-ID": "K1", "Start": "2024-01-02"} for n in range(4)]
    file = write_csv(tmp_path / "program.csv", list(rows[0]), rows)

    (program,) = proposed(file, book=book).tables

    assert {entry.own: entry.candidates for entry in program.unplaced} == {
        "Klient-ID": ("person_id",)
    }


def test_two_columns_that_fit_equally_well_are_both_left(tmp_path: Path, book: RuleBook) -> None:
    rows = people({"Født": "1990-01-02", "Fødd": "1991-01-02"})
    file = write_csv(tmp_path / "person.csv", list(rows[0]), rows)

    (person,) = proposed(file, book=book).tables

    left = {entry.own: entry.candidates for entry in person.unplaced}
    assert left["Født"][0] == left["Fødd"][0] == "foedselsdato"


def test_a_file_like_no_table_is_listed_and_not_placed(tmp_path: Path) -> None:
    write_csv(tmp_path / "fakturaer.csv", ["Beløp", "Konto"], [{"Beløp": "1", "Konto": "x"}])

    done = nircheck("kolonnekart", "forslag", tmp_path)

    assert done.code == 0
    assert '# "fakturaer": ?  # fakturaer.csv, så på 1 rad' in done.out


def test_own_codes_are_proposed_when_they_stand_out_and_else_left(
    tmp_path: Path, book: RuleBook
) -> None:
    kinds = ["Kvinner", "Kvinner", "Mann", "Ukjent", "Ukjent", "Ukjent", "Sjelden"]
    rows = people(*({"ID": f"X{n}", "Kjønn": kind} for n, kind in enumerate(kinds * 2)))
    rows = [{k: v for k, v in row.items() if k != "K"} for row in rows]
    rows[-1]["Kjønn"] = "En sjelden verdi"
    file = write_csv(tmp_path / "person.csv", list(rows[0]), rows)

    (person,) = proposed(file, book=book).tables

    codes = person.codes["kjoenn"]
    assert {(p.own, p.meant, p.sure) for p in codes.placed} == {
        ("Kvinner", "K", False), ("Mann", "M", True),
    }  # fmt: skip
    assert [entry.own for entry in codes.unplaced] == ["Ukjent"]
    assert codes.rare == 2


def test_personal_numbers_are_never_printed(tmp_path: Path) -> None:
    folder = tmp_path / "inn"
    folder.mkdir()
    header = ["ID", "Kjønn", "Fnr", "Navn"]
    rows = [
        {"ID": f"X{n}", "Kjønn": "Kvinne" if n % 3 else f"Kvinne {NUMBER}", "Fnr": NUMBER,
         "Navn": f"Kari {n % 2}"}
        for n in range(12)
    ]  # fmt: skip
    write_csv(folder / "person.csv", header, rows)
    write_csv(folder / f"{NUMBER}.csv", header, rows)
    write_csv(folder / "program.csv", ["ID", f"Merk {NUMBER}"], [])
    write_csv(folder / "tiltak.csv", ["T1", NUMBER, "2024-01-02"], [])

    done = nircheck("kolonnekart", "forslag", folder)

    assert done.code == 0
    assert NUMBER not in done.out + done.err
    assert "Kari" not in done.out
    assert "tiltak.csv: første rad ser ut som data" in done.out
    assert '"Fnr": foedselsnummer' in done.out


def test_forms_of_every_kind_are_read_for_a_proposal(tmp_path: Path, book: RuleBook) -> None:
    extract = Extract()
    extract.participant()
    folder = extract.write_parquet(tmp_path / "inn", book)
    extract.write_xlsx(folder / "bok.xlsx", book)
    packed = Path(shutil.make_archive(str(tmp_path / "alt"), "zip", folder))
    (folder / "odelagt.xlsx").write_bytes(b"nothing")

    opened = proposed(folder, book=book)
    zipped = proposed(packed, book=book)

    names = {"person", "program", "tiltak"}
    assert {table.source for table in opened.tables} == names
    assert len(opened.tables) == len(zipped.tables) == 6
    assert [p.key for p in opened.problems if not isinstance(p, str)] == ["xlsx_ikke_arbeidsbok"]
    assert not zipped.problems


def test_nothing_to_propose_for_is_refused_with_every_reason(tmp_path: Path) -> None:
    (tmp_path / "les.txt").write_text("x", encoding="utf-8")
    (tmp_path / "tom.csv").write_text("", encoding="utf-8")
    (tmp_path / "rar.parquet").write_bytes(b"PAR0")

    done = nircheck(
        "kolonnekart", "forslag",
        *(tmp_path / name for name in ("les.txt", "tom.csv", "borte.csv", "rar.parquet")),
    )  # fmt: skip

    assert done.code == 3
    for said in ("les.txt", "tom.csv: filen er tom", "borte.csv: finnes", "rar.parquet", "Fant"):
        assert said in done.err


def test_a_proposal_is_never_written_over_a_file(tmp_path: Path) -> None:
    out = tmp_path / "kart.yaml"
    out.write_text("mine", encoding="utf-8")

    done = nircheck("kolonnekart", "forslag", EXAMPLE, "--ut", out)

    assert done.code == 2
    assert out.read_text(encoding="utf-8") == "mine"
