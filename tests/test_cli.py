"""Every command end to end, every exit code, and what stands on each stream."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from rich.text import Text

from commands import Done, nircheck, process
from extracts import EXPECTATIONS, SAMPLE, Extract, write_csv
from nircheck import __version__, resources
from nircheck.rulebook import RuleBook
from nircheck.rulebook.chapters import CONTRACT_CHAPTER
from nircheck.run import read

DAY = "2024-06-30"


@dataclass(frozen=True)
class Audit:
    """A finished audit: how it went, and the folder it was asked to write to."""

    done: Done
    out: Path


@pytest.fixture(scope="module")
def sample_json(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """The audit of the sample extract, told as JSON."""
    out = tmp_path_factory.mktemp("json")
    return Audit(nircheck("audit", SAMPLE, "--ut", out, "--format", "json", "--findings"), out)


@pytest.fixture
def rules_folder(tmp_path: Path) -> Path:
    """A copy of the rule book to spoil."""
    return Path(shutil.copytree(EXPECTATIONS, tmp_path / "regelbok"))


@pytest.fixture
def graded(tmp_path: Path, book: RuleBook, extract: Extract) -> Path:
    """An extract with one advarsel in 4204 and one feil in 0301."""
    extract.participant(sluttmaal="FULLFOERE_VGO")
    extract.tables["person"][0] |= {"utdanning_vgo": "JA", "utdanningsnivaa": "VIDEREGAAENDE"}
    extract.participant(
        kommunenummer="0301", bydel="030101", sluttdato="2022-05-01", avslutningsaarsak="ARBEID"
    )
    return extract.write(tmp_path / "gradert", book)


def one_complaint(done: Done) -> str:
    """The only line that was printed: on stderr, in our name."""
    assert done.out == ""
    (line,) = done.err.splitlines()
    assert line.startswith("nircheck: ")
    return line.removeprefix("nircheck: ")


# --- audit -------------------------------------------------------------------------------------


def test_a_clean_extract_gives_0_and_says_what_was_not_looked_at(
    clean_extract: Path, tmp_path: Path
) -> None:
    done = nircheck("audit", clean_extract, "--ut", "her", cwd=tmp_path)

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("NIR-kontroll per 30.06.2024: hele landet\n")
    assert "\nIngen avvik i det som er vurdert.\n" in done.out
    assert "\nIkke kjørt\n" in done.out
    assert "regler: Tabellen «norsk» er ikke levert." in done.out
    assert f"\nKjøringen ligger i her/{DAY}\n" in done.out
    assert read(tmp_path / "her" / DAY).facts["totals"]["findings"] == 0


def test_findings_give_1_and_the_run_is_written(sample_json: Audit) -> None:
    run = read(sample_json.out / "2026-10-31")

    assert sample_json.done.code == 1
    assert run.facts["totals"]["findings"] == 143


def test_json_on_stdout_is_the_run_and_nothing_else(sample_json: Audit) -> None:
    told = json.loads(sample_json.done.out)
    run = read(sample_json.out / "2026-10-31")

    found = json.dumps(run.findings.to_pylist(), default=str)  # a day is told as ISO has it
    assert told.pop("findings") == json.loads(found)
    assert told == run.facts
    assert sample_json.done.err == ""


def test_only_the_kommuner_that_were_asked_for_are_told_of_however_often_they_are_named(
    tmp_path: Path,
) -> None:
    asked = ["--kommune", "1804", "--kommune", "0301", "--kommune", "1804"]
    done = nircheck("audit", SAMPLE, *asked, "--findings", "--maalform", "nn", cwd=tmp_path)
    run = read(tmp_path / "ut" / "2026-10-31")

    assert done.code == 1
    assert done.out.startswith("NIR-kontroll per 31.10.2026: 0301 Oslo, 1804 Bodø\n")
    assert "37 feil, 4 åtvaringar, 8 til orientering" in done.out
    assert "Sjå kva ein regel betyr: nircheck rules show NIR-100" in done.out
    assert "Ikkje køyrt\n" in done.out
    assert set(run.facts["kommuner"]) == {"0301", "1804"}
    assert {row["kommunenummer"] for row in run.accounting.to_pylist()} == {"0301", "1804"}
    assert run.accounting.num_rows == 2 * len(run.facts["rules"])
    lines = [line for line in done.out.splitlines() if line.startswith(("0301  ", "1804  "))]
    assert len(lines) == run.findings.num_rows == 59
    assert (
        "0301  NIR-100  feil  program.csv:84  N000084  "
        "Programmet er avslutta 30.08.2026, men årsaka er ikkje registrert."
    ) in lines


@pytest.mark.parametrize(
    ("fail_on", "kommune", "code"),
    [("advarsel", "4204", 1), ("aldri", "0301", 0)],
)
def test_the_lowest_severity_that_counts_can_be_chosen(
    fail_on: str, kommune: str, code: int, graded: Path, tmp_path: Path
) -> None:
    done = nircheck(
        "audit", graded, "--fail-on", fail_on, "--kommune", kommune, "--format", "json",
        cwd=tmp_path,
    )  # fmt: skip

    totals = json.loads(done.out)["totals"]
    wanted = (0, 1) if kommune == "4204" else (1, 0)
    assert (totals["feil"], totals["advarsel"]) == wanted
    assert done.code == code


def test_an_advarsel_alone_is_no_failure_unless_asked_for(graded: Path) -> None:
    done = nircheck("selfcheck", graded, "--kommune", "4204")

    assert done.code == 0
    assert "0 feil, 1 advarsel, 0 til orientering" in done.out
    assert "(1)\n" in done.out


def test_the_month_before_and_the_date_come_from_options(
    book: RuleBook, extract: Extract, clean_extract: Path, tmp_path: Path
) -> None:
    extract.participant()
    now = extract.write(tmp_path / "naa", book, day=None)

    done = nircheck(
        "audit", now, "--forrige", clean_extract, "--uttrekksdato", "2024-07-31",
        "--format", "json", "--minne", "1GiB", "--traader", "1", "--tidsgrense", "300",
        cwd=tmp_path,
    )  # fmt: skip

    facts = json.loads(done.out)
    assert done.code == 0
    assert facts["uttrekksdato"] == "2024-07-31"
    tables = clean_extract.glob("*.csv")
    assert facts["previous"] == sorted(sha256(table.read_bytes()).hexdigest() for table in tables)


def test_a_rule_that_raises_is_told_of_and_takes_no_other_rule_down(
    rules_folder: Path, book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    person = extract.add("person", person_id="HEMMELIG-42")
    extract.add("program", person_id=person, sluttdato="2023-05-01")
    rule = next(rules_folder.glob("*/NIR-140-*.yaml"))
    lines = rule.read_text(encoding="utf-8").splitlines()
    broken = [
        "fails: CAST(person_id AS INTEGER) > 0" if line.startswith("fails:") else line
        for line in lines
    ]
    rule.write_text("\n".join(broken), encoding="utf-8")

    folder = extract.write(tmp_path / "uttrekk", book)
    done = nircheck("audit", folder, "--expectations", rules_folder, cwd=tmp_path)
    run = read(tmp_path / "ut" / DAY)

    assert done.code == 4
    assert run.failed_rules == {"NIR-140": "ConversionException"}
    others = {i: rule["outcome"] for i, rule in run.facts["rules"].items() if i != "NIR-140"}
    assert "teknisk_feil" not in others.values()
    assert others["NIR-100"] == "avvik"
    assert set(others) == set(book.by_id) - {"NIR-140"}
    assert "  NIR-140: teknisk feil (ConversionException). Regelen er ikke vurdert." in done.out
    assert "HEMMELIG" not in done.err
    assert {line for line in done.out.splitlines() if "HEMMELIG" in line} == set()


@pytest.fixture(scope="module")
def own(book: RuleBook, tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """An audit of one kommune's extract with every table in it, where NIR-140 is a draft."""
    folder = tmp_path_factory.mktemp("egen")
    rules = Path(shutil.copytree(EXPECTATIONS, folder / "regelbok"))
    rule = next(rules.glob("*/NIR-140-*.yaml"))
    text = rule.read_text(encoding="utf-8")
    rule.write_text(text.replace("status: active", "status: draft"), encoding="utf-8")
    extract = Extract({table: [] for table in book.contract.tables})
    extract.participant(sluttdato="2022-05-01", avslutningsaarsak="ARBEID")
    extract.write(folder / "uttrekk", book)
    (folder / "uttrekk" / "uttrekk.toml").write_text(
        f'uttrekksdato = {DAY}\npopulasjon = "kommune"\nkommunenummer = "4204"\n', encoding="utf-8"
    )
    asked = ["audit", folder / "uttrekk", "--expectations", rules, "--ut", folder / "ut"]
    return Audit(nircheck(*asked), folder / "ut")


def test_findings_of_drafts_are_told_apart_and_fail_nothing(own: Audit) -> None:
    assert own.done.code == 0
    assert "Ingen avvik i det som er vurdert." in own.done.out
    assert "1 funn fra regler som er utkast, er ikke med i tallene." in own.done.out
    assert "Programmet slutter før det starter (utkast)" in own.done.out


def test_empty_tables_are_told_of_as_not_judged(own: Audit) -> None:
    notes = own.done.out.split("Merknader ved lesing\n")[1].splitlines()

    assert "  norsk: 0 rader. Ikke vurdert." in notes
    not_run = own.done.out.partition("Ikke kjørt\n")[2].splitlines()[0]
    assert not_run.endswith(" regler: Forrige uttrekk er ikke gitt.")


def test_a_kommunes_own_extract_is_told_of_as_its_own(own: Audit) -> None:
    facts = read(own.out / DAY).facts

    assert own.done.out.startswith("NIR-kontroll per 30.06.2024\n")
    assert set(facts["kommuner"]) == {"4204"}
    assert "1 kommune har ingen avvik, 0 har ingen rader i uttrekket." in own.done.out


@pytest.fixture(scope="module")
def on_terminal(book: RuleBook, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """A selfcheck on a terminal of 80 columns, of an extract that tries to steer it."""
    extract = Extract()
    extract.participant(sluttdato="2022-05-01", avslutningsaarsak="ARBEID")
    extract.participant(sluttmaal="\x1b[2J\x9b2Jbort")
    folder = extract.write(tmp_path_factory.mktemp("terminal"), book)
    look = {"COLUMNS": "80", "TERM": "xterm-256color"}
    return nircheck("selfcheck", folder, environment=look, terminal=True)


def test_a_terminal_gets_colours_a_bar_and_lines_that_fit(on_terminal: Done) -> None:
    lines = Text.from_ansi(on_terminal.out).plain.splitlines()

    assert on_terminal.code == 1
    assert "Vurderer" in on_terminal.err
    assert "\x1b[31m" in on_terminal.out
    assert max(map(len, lines)) == 80
    assert any(line.startswith("  feil  program.csv:2  PE1  Sluttdatoen") for line in lines)


def test_a_value_cannot_steer_the_terminal(on_terminal: Done) -> None:
    steering = {"\x1b[2J", "\x9b"}

    assert "bort»" in on_terminal.out
    assert {code for code in steering if code in on_terminal.out} == set()


# --- selfcheck ---------------------------------------------------------------------------------


@pytest.fixture
def crowded(book: RuleBook, extract: Extract) -> Extract:
    """Twenty-one programmes that end before they start."""
    for _ in range(21):
        extract.participant(sluttdato="2022-05-01", avslutningsaarsak="ARBEID")
    return extract


def test_selfcheck_of_files_shows_20_of_a_rule_says_so_and_how_to_correct_it(
    crowded: Extract, book: RuleBook, tmp_path: Path
) -> None:
    folder = crowded.write(tmp_path / "filer", book, day=None)
    files = [folder / f"{table}.csv" for table in ("person", "program", "tiltak")]

    done = nircheck("selfcheck", *files, "--uttrekksdato", DAY, "--kommune", "4204", cwd=tmp_path)

    fix = book.by_id["NIR-140"].rule.fix.nb
    said = " ".join(done.out.split())
    assert (done.code, done.err) == (1, "")
    assert "NIR-140 Programmet slutter før det starter (21)" in said
    assert f"I NIR: {fix.nir}" in said
    assert f"I fagsystem: {fix.fagsystem}" in said
    assert f"Ikke feil: {book.by_id['NIR-140'].rule.not_an_error.nb}" in said
    assert done.out.count("  feil  program.csv:") == 20
    assert "Viser 20 av 21. Bruk --all for å se alle." in done.out
    assert {path.name for path in tmp_path.iterdir()} == {"filer"}


def test_selfcheck_of_a_workbook_lists_all_when_asked_to(
    crowded: Extract, book: RuleBook, tmp_path: Path
) -> None:
    workbook = crowded.write_xlsx(tmp_path / "uttrekk.xlsx", book)

    done = nircheck("selfcheck", workbook, "--uttrekksdato", DAY, "--all", "--maalform", "nn")

    assert done.code == 1
    assert done.out.count("  feil  uttrekk.xlsx [program]:") == 21
    assert "Programmet sluttar før det startar (21)" in done.out
    assert "Viser 20 av 21" not in done.out


def test_selfcheck_tells_every_finding_as_json(graded: Path) -> None:
    done = nircheck("selfcheck", graded, "--format", "json")

    told = json.loads(done.out)
    assert (done.code, done.err) == (1, "")
    assert [(f["rule_id"], f["severity"]) for f in told["findings"]] == [
        ("NIR-140", "feil"),
        ("NIR-171", "advarsel"),
    ]


# --- what cannot be assessed, and wrong use ----------------------------------------------------


def test_without_a_date_nothing_is_judged(book: RuleBook, extract: Extract, tmp_path: Path) -> None:
    extract.participant()

    done = nircheck("audit", extract.write(tmp_path / "u", book, day=None), cwd=tmp_path)

    assert done.code == 2
    assert "--uttrekksdato 2026-10-31" in one_complaint(done)
    assert not (tmp_path / "ut").exists()


def test_everything_that_is_missing_is_said_at_once(clean_extract: Path) -> None:
    write_csv(clean_extract / "person.csv", ["person_id", "kjonn"], [])
    (clean_extract / "tiltak.csv").unlink()

    done = nircheck("audit", clean_extract, "--maalform", "nn")

    table, *columns = done.err.splitlines()
    assert (done.code, done.out) == (3, "")
    assert table == "nircheck: Tabellen «tiltak» manglar i uttrekket. Legg ved tiltak.csv."
    assert len(columns) == 3
    assert all(line.startswith("nircheck: person.csv: kolonnen «") for line in columns)
    assert "kolonnen «kjoenn» manglar. Meinte de «kjonn»? Rett overskrifta." in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["finnes-ikke"], 3, "finnes-ikke: finnes ikke. Kontroller stien."),
        ([SAMPLE, "--forrige", "borte"], 3, "borte: finnes ikke. Kontroller stien."),
        ([SAMPLE / "uttrekk.toml"], 3, "uttrekk.toml: filtypen kan ikke leses."),
        ([SAMPLE, "--kommune", "0233"], 2, "Kommunenummer 0233 er ikke i bruk 2026-10-31."),
        ([SAMPLE, "--expectations", "borte"], 2, "borte: not a rule book"),
        ([SAMPLE, "--ut", "fil/mappe"], 2, "fil/mappe: cannot write here"),
    ],
)
def test_an_audit_that_cannot_be_done_says_why_in_one_line(
    arguments: list[str], code: int, complaint: str, tmp_path: Path
) -> None:
    (tmp_path / "fil").touch()

    done = nircheck("audit", *arguments, cwd=tmp_path)

    assert done.code == code
    assert one_complaint(done).startswith(complaint)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["audit"], "Missing argument 'UTTREKK' (see nircheck audit --help)"),
        (["audit", "a", "b"], "Got unexpected extra argument (b) (see nircheck audit --help)"),
        (["audit", "a", "--fomat", "json"], "No such option '--fomat'. Did you mean '--format'?"),
        (["audit", "a", "--uttrekksdato", "31.10.2026"], "'31.10.2026' is not a date; write it as"),
        (["audit", "a", "--uttrekksdato", "2026-02-30"], "'2026-02-30' is not a date; write it as"),
        (["audit", "a", "--kommune", "301"], "'301' is not four digits; write it as 0301"),
        (["audit", "a", "--fail-on", "alt"], "'alt' is not one of 'feil', 'advarsel', 'info'"),
        (["audit", "a", "--format", "xml"], "'xml' is not one of 'table', 'json'"),
        (["audit", "a", "--maalform", "en"], "'en' is not one of 'nb', 'nn'"),
        (["audit", "a", "--traader", "0"], "--traader: '0' must be a whole number from 1 to"),
        (["audit", "a", "--traader", "99999999999"], "must be a whole number from 1 to"),
        (["audit", "a", "--minne", "mye"], "--minne: 'mye' must be a size, such as 4GiB"),
        (["selfcheck"], "Missing argument 'FIL...'"),
        (["revisjon"], "No such command 'revisjon'"),
        (["--config", "borte.toml", "config", "show"], "borte.toml: no such settings file"),
        (["completion"], "Missing argument '{bash|zsh|fish}'. Choose from: bash, zsh, fish"),
        (["completion", "tcsh"], "'tcsh' is not one of 'bash', 'zsh', 'fish'"),
        (["rules", "list", "--chapter", "datp"], "unknown chapter 'datp'; there are"),
        (["rules", "show", "NIR-1000"], "no rule 'NIR-1000'; did you mean 'NIR-100'?"),
        (["rules", "new", "NIR-998"], "Missing option '--table'"),
        (["rules", "export", "--ut", "fil/suiter"], "fil/suiter: Not a directory"),
    ],
)
def test_wrong_use_gives_one_clear_line_and_2(
    arguments: list[str], complaint: str, tmp_path: Path
) -> None:
    (tmp_path / "fil").touch()

    done = nircheck(*arguments, cwd=tmp_path)

    assert done.code == 2
    assert complaint in one_complaint(done)


@pytest.mark.parametrize("arguments", [[], ["rules"], ["config"]])
def test_a_command_without_its_part_shows_the_parts(arguments: list[str]) -> None:
    done = nircheck(*arguments)

    assert (done.code, done.out) == (2, "")
    assert "Commands:" in done.err


def test_an_unreadable_rule_book_names_file_and_line(rules_folder: Path) -> None:
    first, second = sorted(rules_folder.glob("program/*.yaml"))[:2]
    first.write_text("id: [\n", encoding="utf-8")
    second.write_text(second.read_text(encoding="utf-8") + "dimensjon: x\n", encoding="utf-8")

    done = nircheck("audit", SAMPLE, "--expectations", rules_folder)

    assert (done.code, done.out) == (2, "")
    assert f"nircheck: {first}:1: not valid YAML" in done.err
    assert f"nircheck: {second}:" in done.err
    assert "unknown key 'dimensjon'; did you mean 'dimension'?" in done.err


def test_a_rule_book_that_lacks_a_file_names_the_file(rules_folder: Path) -> None:
    gone = rules_folder / "_chapters.yaml"
    gone.unlink()

    done = nircheck("rules", "list", "--expectations", rules_folder)

    assert done.code == 2
    assert one_complaint(done) == f"{gone}: No such file or directory"


def test_an_installation_without_its_folders_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)
    monkeypatch.setattr(resources, "_REPOSITORY", tmp_path)

    done = nircheck("rules", "list")

    assert done.code == 2
    assert "`expectations` did not come with this installation; reinstall" in one_complaint(done)


def test_too_little_memory_is_said_in_one_line(tmp_path: Path) -> None:
    done = nircheck("audit", SAMPLE, "--minne", "1KB", cwd=tmp_path)

    assert done.code == 4
    assert one_complaint(done).startswith("not enough memory; see --minne")


def test_a_bug_is_told_by_its_place_never_by_its_message(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fault(*_: object) -> None:
        raise ValueError("01819012365 is in the message")

    monkeypatch.setattr("nircheck.rulebook.load", fault)
    done = nircheck("audit", SAMPLE, cwd=tmp_path)

    assert (done.code, done.out) == (4, "")
    first, *places = done.err.splitlines()
    assert first == "nircheck: internal error (ValueError); please report it:"
    assert places[-1].split()[1:] == ["in", "fault"]
    assert "01819012365" not in done.err


def test_a_fault_in_the_database_is_told_in_its_own_words_without_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = (
        "INTERNAL Error: Attempted to access non-dictionary index 5 of 'ola' in \"kari\" within "
        "vector of 01819012365 Nordmann x9 æ-ø, size.\n\nStack Trace: secret"
    )

    def fault(*_: object) -> None:
        raise duckdb.InternalException(said)

    monkeypatch.setattr("nircheck.rulebook.load", fault)
    done = nircheck("rules", "list")

    assert done.code == 4
    assert done.err.splitlines()[0] == (
        "nircheck: internal error (InternalException: to access non-dictionary index of in within "
        "vector of size); please report it:"
    )


def test_a_fault_in_java_that_is_gone_is_told_by_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    class GoneError(Exception):
        java_exception = None

        def __str__(self) -> str:
            raise ConnectionError

        def getCondition(self) -> str:  # noqa: N802 - pyspark's own name
            raise ConnectionError

    def fault(*_: object) -> None:
        raise GoneError

    monkeypatch.setattr("nircheck.rulebook.load", fault)
    done = nircheck("rules", "list")

    assert done.code == 4
    assert done.err.splitlines()[0] == "nircheck: internal error (GoneError); please report it:"
    assert done.err.splitlines()[-1].endswith(" in fault")


# --- rules -------------------------------------------------------------------------------------


def test_rules_list_has_a_line_per_rule_file_and_with_contract_every_rule(book: RuleBook) -> None:
    own = nircheck("rules", "list")
    every = nircheck("rules", "list", "--contract", "--maalform", "nn")

    assert [line.split()[0] for line in own.out.splitlines()] == sorted(
        file.rule.id for file in book.files
    )
    assert [line.split()[0] for line in every.out.splitlines()] == [c.rule.id for c in book.rules]
    assert "Avslutningsårsak manglar" in every.out


def test_rules_list_tells_one_chapter_as_json(book: RuleBook) -> None:
    dates = nircheck("rules", "list", "--chapter", "datoer", "--format", "json")
    contract = nircheck("rules", "list", "--chapter", CONTRACT_CHAPTER, "--format", "json")

    assert {row["chapter"] for row in json.loads(dates.out)} == {"datoer"}
    assert json.loads(dates.out)[0] == {
        "id": "NIR-140",
        "status": "active",
        "table": "program",
        "regimes": book.by_id["NIR-140"].rule.regimes,
        "title": book.by_id["NIR-140"].rule.title.model_dump(),
        "chapter": "datoer",
        "severity": "feil",
    }
    assert {row["id"][:4] for row in json.loads(contract.out)} == {"KON-"}


def test_rules_show_has_the_whole_rule_in_the_chosen_standard(book: RuleBook) -> None:
    done = nircheck("rules", "show", "NIR-171", "--maalform", "nn")

    rule = book.by_id["NIR-171"].rule
    said = " ".join(done.out.split())
    assert (done.code, done.err) == (0, "")
    for text in (rule.title.nn, rule.meaning.nn, rule.fix.nn.nir, rule.not_an_error.nn, rule.why):
        assert " ".join(text.split()) in said
    assert "Slik rettar de" in done.out
    assert isinstance(rule.examples, str)
    assert all(line.strip() in done.out for line in rule.examples.splitlines())


def test_rules_show_can_print_the_statements(book: RuleBook) -> None:
    done = nircheck("rules", "show", "NIR-171", "--sql")

    compiled = book.by_id["NIR-171"]
    assert done.out == f"{compiled.findings};\n\n{compiled.counts};\n"


def test_rules_new_writes_a_file_once(rules_folder: Path) -> None:
    wanted = ["NIR-298", "--table", "tiltak", "--slug", "noe-er-galt", "--expectations"]
    first = nircheck("rules", "new", *wanted, rules_folder)
    second = nircheck("rules", "new", *wanted, rules_folder)

    made = rules_folder / "tiltak" / "NIR-298-noe-er-galt.yaml"
    assert (first.code, first.out) == (0, f"{made}\n")
    assert made.read_text(encoding="utf-8").startswith("id: NIR-298")
    assert second.code == 2
    assert "NIR-298 is taken by NIR-298-noe-er-galt.yaml" in one_complaint(second)


def test_rules_lint_finds_nothing_in_the_shipped_rule_book(book: RuleBook) -> None:
    done = nircheck("rules", "lint", "--no-examples")  # each example is a test in test_rules

    told = f"{len(book.files)} rule files, {len(book.rules)} rules: nothing to complain of\n"
    assert (done.code, done.out, done.err) == (0, told, "")


def test_rules_lint_names_the_example_that_does_not_hold(rules_folder: Path) -> None:
    rule = next(rules_folder.glob("*/NIR-140-*.yaml"))
    text = rule.read_text(encoding="utf-8")
    rule.write_text(text.replace("| ok", "| FAIL", 1), encoding="utf-8")
    for other in set(rules_folder.glob("[!_]*/*.yaml")) - {rule}:
        other.unlink()

    done = nircheck("rules", "lint", "--expectations", rules_folder)

    assert (done.code, done.out) == (2, "")
    assert f"nircheck: {rule}:" in done.err


def test_rules_export_writes_a_suite_per_chapter(tmp_path: Path, book: RuleBook) -> None:
    done = nircheck("rules", "export", cwd=tmp_path)

    files = sorted((tmp_path / "suites").iterdir())
    suites = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    told = [line.split() for line in done.out.splitlines()]
    assert done.code == 0
    assert told == [
        [f"suites/{path.name}", str(len(suite["expectations"]))]
        for path, suite in zip(files, suites, strict=True)
    ]
    assert sum(int(number) for _, number in told) == len(book.running())


# --- config, completion, help ------------------------------------------------------------------


def test_config_show_tells_the_origin_of_every_setting(tmp_path: Path) -> None:
    (tmp_path / "nircheck.toml").write_text('ut = "a"\nfail_on = "info"\n', encoding="utf-8")

    done = nircheck(
        "config", "show", "--origin", cwd=tmp_path, environment={"NIRCHECK_FAIL_ON": "advarsel"}
    )

    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert f"ut = a    # {tmp_path / 'nircheck.toml'}" in lines
    assert "fail_on = advarsel    # environment NIRCHECK_FAIL_ON" in lines
    assert "maalform = nb    # default" in lines


def test_an_option_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('maalform = "nn"\n', encoding="utf-8")
    filed = ["--config", "mine.toml", "rules", "show", "NIR-100"]

    file = nircheck(*filed, cwd=tmp_path)
    variable = nircheck(*filed, cwd=tmp_path, environment={"NIRCHECK_MAALFORM": "nb"})
    option = nircheck(
        *filed, "--maalform", "nn", cwd=tmp_path, environment={"NIRCHECK_MAALFORM": "nb"}
    )

    assert [done.out.splitlines()[0] for done in (file, variable, option)] == [
        "NIR-100  Avslutningsårsak manglar",
        "NIR-100  Avslutningsårsak mangler",
        "NIR-100  Avslutningsårsak manglar",
    ]


def test_settings_without_origin_are_values_only(tmp_path: Path) -> None:
    done = nircheck("config", "show", cwd=tmp_path)

    assert done.out.splitlines()[:2] == ["ut = ut", "fail_on = feil"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_that_asks_the_command(shell: str) -> None:
    done = nircheck("completion", shell)

    assert done.code == 0
    assert f"_NIRCHECK_COMPLETE={shell}_complete" in done.out


def test_the_shell_can_complete_a_command(tmp_path: Path) -> None:
    done = process(
        cwd=tmp_path,
        _NIRCHECK_COMPLETE="bash_complete",
        COMP_WORDS="nircheck self",
        COMP_CWORD="1",
    )

    assert (done.code, done.out) == (0, "plain,selfcheck\n")


def test_version_and_help_go_to_stdout() -> None:
    version, short, long = nircheck("--version"), nircheck("-h"), nircheck("audit", "--help")

    assert version.out == f"nircheck, version {__version__}\n"
    assert (version.code, short.code, long.code) == (0, 0, 0)
    assert "selfcheck" in short.out
    assert "--uttrekksdato" in long.out


@pytest.mark.parametrize("arguments", [["--help"], ["audit", "--help"], ["config", "show"]])
def test_help_imports_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    code = (
        "import sys; from nircheck.cli.main import main\n"
        f"sys.argv = ['nircheck', *{arguments!r}]\n"
        "try: main()\n"
        "finally: sys.stderr.write(' '.join(sys.modules))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    imported = set(done.stderr.split())
    assert "nircheck.cli.audit" in imported
    heavy = {"great_expectations", "pandas", "duckdb", "numpy", "pyarrow", "sqlglot", "openpyxl"}
    assert imported & heavy == set()


# --- processes ---------------------------------------------------------------------------------


def test_a_reader_who_leaves_does_not_change_how_it_went(clean_extract: Path) -> None:
    """What `nircheck … | head -0` does: nobody reads, and it is no one's fault."""
    reading, writing = os.pipe()
    os.close(reading)

    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "nircheck", "rules", "list"],
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["table", "json"])
def test_findings_are_still_1_when_the_reader_has_left(form: str, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "nircheck", "audit", str(SAMPLE), "--format", form],
            cwd=tmp_path,
            env=os.environ | {"NIRCHECK_BREV": "nei"},
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert (done.returncode, done.stderr) == (1, b"")
    assert read(tmp_path / "ut" / "2026-10-31").facts["totals"]["findings"] == 143


def test_a_full_disk_behind_stdout_is_said_in_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "nircheck", "rules", "list"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert done.stderr == "nircheck: output: No space left on device\n"


@pytest.mark.slow
def test_the_installed_command_says_the_same_as_the_module(graded: Path, tmp_path: Path) -> None:
    script = Path(sys.executable).parent / "nircheck"
    asked = ["audit", str(graded), "--kommune", "0301"]
    environment = {"NIRCHECK_BREV": "nei"}

    installed = subprocess.run(
        [script, *asked],
        cwd=tmp_path,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    module = process(*asked, cwd=tmp_path, **environment)

    assert (installed.returncode, installed.stderr) == (1, "")
    assert (module.code, module.out, module.err) == (1, installed.stdout, "")


def test_ctrl_c_gives_130_and_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("nircheck.rulebook.load", interrupted)
    done = nircheck("rules", "list")

    assert (done.code, done.out) == (130, "")
    assert done.err.split("\n", 1)[1] == "nircheck: interrupted; nothing was left half written\n"


def test_timings_are_told_apart_from_the_result(graded: Path, tmp_path: Path) -> None:
    plain = nircheck("audit", graded, "--ut", tmp_path / "ut", "--format", "json")
    timed = nircheck("audit", graded, "--ut", tmp_path / "ut", "--format", "json", "--timings")

    lines = [line.split() for line in timed.err.splitlines()]
    assert timed.out == plain.out
    assert {line[2] for line in lines if line[2].startswith("NIR-")} >= {"NIR-100", "NIR-230"}
    assert sum(float(line[0]) for line in lines[:-1]) == pytest.approx(float(lines[-1][0]), abs=50)
