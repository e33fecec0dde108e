"""The contract that ships, the loader's complaints, and where kommune numbers have gone."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
import sqlglot

from extracts import EXPECTATIONS
from nircheck.contract import Code, CodeList, CodeUse, Contract, load
from nircheck.contract.kommuner import Kommuner
from nircheck.contract.kommuner import load as load_kommuner
from nircheck.errors import RuleBookError
from nircheck.ingest import names
from nircheck.rulebook import RuleBook
from nircheck.sql import Functions

CONTRACT = "nir-uttrekk-1.0.odcs.yaml"
BEFORE_MERGERS = date(2019, 12, 31)
MERGED = date(2020, 1, 1)
LAST_DAY_OF_1507 = date(2023, 12, 31)
SPLIT = date(2024, 1, 1)


@pytest.fixture
def contract(book: RuleBook) -> Contract:
    return book.contract


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str], Path]:
    """A copy of the contract in which one text is another."""
    for folder in ("_contract", "_kodelister"):
        shutil.copytree(EXPECTATIONS / folder, tmp_path / folder)

    def change(old: str, new: str) -> Path:
        path = tmp_path / "_contract" / CONTRACT
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return tmp_path

    return change


def historic_numbers() -> set[str]:
    path = EXPECTATIONS / "_referanse" / "kommuner_historisk.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        return {row["kommunenummer"] for row in csv.DictReader(handle)}


def allowed(contract: Contract, call: str) -> bool | None:
    """What a question about a code list gives in the database."""
    functions = Functions({}).with_code_lists(contract.code_lists.values())
    sql = functions.expand(sqlglot.parse_one(call, read="duckdb")).sql("duckdb")
    ((found,),) = duckdb.connect().execute(f"SELECT {sql}").fetchall()
    return None if found is None else bool(found)


def complaints(expectations: Path) -> str:
    with pytest.raises(RuleBookError) as caught:
        load(expectations)
    return "\n".join(map(str, caught.value.problems))


# what ships


def test_three_tables_are_required_and_six_may_be_left_out(contract: Contract) -> None:
    required = {table.name for table in contract.tables.values() if table.required}

    assert required == {"person", "program", "tiltak"}
    assert len(contract.tables) == 9


def test_the_contract_is_named_as_the_manifest_names_it(contract: Contract) -> None:
    assert contract.name == "nir-uttrekk/1.0"


def test_every_table_has_one_key_and_it_must_be_in_the_file(contract: Contract) -> None:
    for table in contract.tables.values():
        assert table.key.column_required
        assert table.key.value_required


def test_what_identifies_a_person_stays_out_of_letters(contract: Contract) -> None:
    hidden = {
        column.qualified
        for table in contract.tables.values()
        for column in table.columns
        if not column.in_letter
    }

    assert hidden == {
        "mottak.fritak_rettsgrunnlag",
        "norsk.fritak_rettsgrunnlag",
        "person.foedselsnummer",
        "person.dufnummer",
        "person.foedselsdato",
        "tiltak.beskrivelse",
        "vedtak.begrunnelse",
        "vedtak.utfall",
    }


def test_every_foreign_key_points_at_the_key_of_another_table(contract: Contract) -> None:
    for table in contract.tables.values():
        for column in table.columns:
            if column.references:
                target, key = column.references
                assert target != table.name
                assert contract.tables[target].key.name == key


def test_a_header_cell_can_only_mean_one_column(contract: Contract) -> None:
    for table in contract.tables.values():
        meanings: dict[str, set[str]] = {}
        for column in table.columns:
            for text in (column.name, *column.label.values()):
                meanings.setdefault(names.plain(text), set()).add(column.name)

        assert {text: found for text, found in meanings.items() if len(found) > 1} == {}


def test_a_spelling_can_only_mean_one_code(contract: Contract) -> None:
    for codes in contract.code_lists.values():
        meanings: dict[str, set[str]] = {}
        for code in codes.codes:
            for text in (code.code, *code.label.values()):
                meanings.setdefault(text.casefold(), set()).add(code.code)

        assert {text: found for text, found in meanings.items() if len(found) > 1} == {}, codes.name


def test_a_code_says_the_same_under_every_law() -> None:
    for path in sorted((EXPECTATIONS / "_kodelister").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            rows = [(r["kode"], r["tekst_nb"], r["tekst_nn"]) for r in csv.DictReader(handle)]

        assert len({code for code, _, _ in rows}) == len(set(rows)), path.name
        assert all(code.isascii() and code == code.upper() for code, _, _ in rows), path.name


def test_a_code_is_found_by_code_or_label_in_either_standard() -> None:
    lese = Code("LESE", {"nb": "Leseforståelse", "nn": "Leseforståing"}, documented=True)
    spellings = CodeList("delproeve", (lese,)).by_spelling

    assert spellings == {"lese": "LESE", "leseforståelse": "LESE", "leseforståing": "LESE"}


def test_a_list_is_documented_only_when_every_code_is(contract: Contract) -> None:
    assert contract.code_lists["kjoenn"].documented
    assert not contract.code_lists["sluttmaal"].documented


def test_columns_are_looked_up_by_qualified_name(contract: Contract) -> None:
    column = contract.column("program.sluttdato")

    assert column is not None
    assert (column.qualified, column.kind) == ("program.sluttdato", "date")
    assert contract.column("program.slutdato") is None
    assert contract.column("programm.sluttdato") is None


def test_the_hash_follows_contract_and_code_lists(
    contract: Contract, changed: Callable[[str, str], Path]
) -> None:
    same = load(changed("version: 1.0.0", "version: 1.0.0"))
    other = load(changed("version: 1.0.0", "version: 1.0.1"))

    assert same.sha256 == contract.sha256
    assert other.sha256 != contract.sha256
    assert other.name == contract.name


# what the loader refuses


def test_two_contracts_are_refused(changed: Callable[[str, str], Path]) -> None:
    folder = changed("version", "version")
    shutil.copy(folder / "_contract" / CONTRACT, folder / "_contract" / "b.odcs.yaml")

    assert "needs one *.odcs.yaml, found 2" in complaints(folder)


def test_a_code_list_that_is_not_there_is_named(changed: Callable[[str, str], Path]) -> None:
    folder = changed("value: kjoenn}", "value: kjonn}")

    assert "person.kjoenn: no code list 'kjonn.csv'" in complaints(folder)


def test_a_foreign_key_to_nowhere_is_named(changed: Callable[[str, str], Path]) -> None:
    folder = changed("to: person.person_id", "to: person.id")

    assert "program.person_id: points at an unknown column" in complaints(folder)


def test_all_mistakes_are_told_at_once(changed: Callable[[str, str], Path]) -> None:
    changed("value: kjoenn}", "value: kjonn}")
    folder = changed("primaryKey: true", "primaryKey: false")

    told = complaints(folder)

    assert "no code list 'kjonn.csv'" in told
    assert "table 'person' needs exactly one key column" in told


def test_an_unknown_type_is_named_rather_than_raised(changed: Callable[[str, str], Path]) -> None:
    folder = changed("logicalType: date", "logicalType: datetime")

    assert f"{CONTRACT}: 'datetime' is missing or not known" in complaints(folder)


def test_a_column_without_label_is_refused(changed: Callable[[str, str], Path]) -> None:
    folder = changed("property: tekstNn", "property: tekst")

    assert "'tekstNn' is missing or not known" in complaints(folder)


def test_a_code_list_without_its_columns_is_refused(changed: Callable[[str, str], Path]) -> None:
    folder = changed("version", "version")
    (folder / "_kodelister" / "kjoenn.csv").write_text("kode,tekst_nb\nK,Kvinne\n", "utf-8")

    assert "kjoenn.csv: no column grunnlag, tekst_nn" in complaints(folder)


# kommuner


def on(day: date) -> Kommuner:
    return load_kommuner(EXPECTATIONS, day)


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2017, 6, 30), 426),
        (BEFORE_MERGERS, 422),
        (MERGED, 356),
        (LAST_DAY_OF_1507, 356),
        (SPLIT, 357),
    ],
)
def test_there_are_as_many_kommuner_as_there_were_that_day(day: date, count: int) -> None:
    assert len(on(day).names) == count


@pytest.mark.parametrize("day", [BEFORE_MERGERS, MERGED, LAST_DAY_OF_1507, SPLIT])
def test_every_number_leads_to_kommuner_of_that_day(day: date) -> None:
    kommuner = on(day)

    ends = set(kommuner.current.values()).union(*kommuner.split.values())

    assert ends == set(kommuner.names)
    assert not kommuner.current.keys() & kommuner.split.keys()
    assert all(len(parts) > 1 for parts in kommuner.split.values())


def test_no_number_that_ever_was_is_lost_today() -> None:
    kommuner = on(SPLIT)

    assert historic_numbers() <= kommuner.current.keys() | kommuner.split.keys()


@pytest.mark.parametrize(
    ("old", "current"),
    [
        ("0301", "0301"),  # never changed
        ("1201", "4601"),  # Bergen, renumbered
        ("1601", "5001"),  # Trondheim, renumbered before the mergers
        ("0101", "3101"),  # Halden: 0101, 3001, 3101
        ("0720", "3907"),  # Stokke: 0720, 0710, 3804, 3907
        ("0220", "3203"),  # Asker: 0220, 3025, 3203
        ("0627", "3203"),  # Røyken, merged into Asker
    ],
)
def test_a_chain_of_changes_is_followed_to_its_end(old: str, current: str) -> None:
    assert on(SPLIT).current[old] == current


@pytest.mark.parametrize(
    ("old", "parts"),
    [
        ("1507", ("1508", "1580")),  # Ålesund and Haram
        ("1504", ("1508", "1580")),  # old Ålesund, by way of 1507
        ("5012", ("5055", "5056", "5059")),  # Snillfjord
        ("1613", ("5055", "5056", "5059")),  # Snillfjord before Trøndelag
        ("1850", ("1806", "1875")),  # Tysfjord
    ],
)
def test_a_split_kommune_leads_to_all_its_parts(old: str, parts: tuple[str, ...]) -> None:
    kommuner = on(SPLIT)

    assert kommuner.split[old] == parts
    assert old not in kommuner.current


def test_a_change_counts_from_its_own_day() -> None:
    before, after = on(LAST_DAY_OF_1507), on(SPLIT)

    assert before.current["1507"] == "1507"
    assert before.current["1534"] == "1507"
    assert "1580" not in before.names
    assert "1507" not in after.names
    assert after.names["1580"] == "Haram"


def test_a_number_from_the_future_is_not_known_yet() -> None:
    kommuner = on(BEFORE_MERGERS)

    assert "4601" not in kommuner.current
    assert "4601" not in kommuner.split


# where a code may be used


def test_every_row_of_a_code_list_says_where_its_code_may_be_used(contract: Contract) -> None:
    reasons = contract.code_lists["avslutningsaarsak"]
    pairs = [use for use in reasons.uses if use.law == "INTRO" and use.group]

    assert len(pairs) == 19
    assert CodeUse("FLYTTET", "INTRO", "AVBRUTT", None, None) in pairs
    assert CodeUse("FLYTTET", "KAP6A", None, None, None) in reasons.uses
    types = contract.code_lists["tiltakstype"].uses
    assert CodeUse("HURTIGSPOR", None, "ANDRE", date(2022, 12, 1), None) in types


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("GYLDIG_AVSLUTNINGSAARSAK('ARBEID', 'INTEGRERING', NULL, NULL)", True),
        ("GYLDIG_AVSLUTNINGSAARSAK('ARBEID', 'INTRO', NULL, NULL)", False),
        ("GYLDIG_AVSLUTNINGSAARSAK('VGS', 'INTRO', 'STANS', NULL)", True),
        ("GYLDIG_AVSLUTNINGSAARSAK('VGS', 'INTRO', 'AVSLUTTET', NULL)", True),
        ("GYLDIG_AVSLUTNINGSAARSAK('VGS', 'INTRO', 'AVBRUTT', NULL)", False),
        ("GYLDIG_AVSLUTNINGSAARSAK('IKKE_REGISTRERT', 'INTRO', 'AVBRUTT', NULL)", True),
        ("GYLDIG_AVSLUTNINGSAARSAK('ARBEIDER', 'INTRO', NULL, NULL)", None),
        ("GYLDIG_AVSLUTNINGSAARSAK(NULL, 'INTRO', NULL, NULL)", None),
        ("GYLDIG_TILTAKSTYPE('NORSK', 'INTRO', 'NORSK_SAMF', DATE '2005-01-01')", True),
        ("GYLDIG_TILTAKSTYPE('NORSK', NULL, 'ARBEID', NULL)", False),
        ("GYLDIG_TILTAKSTYPE('AMO_KURS', 'INTRO', 'ARBEID', NULL)", True),
        ("GYLDIG_TILTAKSTYPE('AMO_KURS', 'INTEGRERING', NULL, NULL)", False),
        ("GYLDIG_TILTAKSTYPE('HURTIGSPOR', NULL, NULL, DATE '2022-11-30')", False),
        ("GYLDIG_TILTAKSTYPE('HURTIGSPOR', NULL, NULL, DATE '2022-12-01')", True),
        ("GYLDIG_TILTAKSTYPE('HURTIGSPOR', NULL, 'ARBEID', DATE '2022-12-01')", False),
    ],
)
def test_a_code_is_asked_for_by_law_group_and_day(
    contract: Contract, call: str, said: bool | None
) -> None:
    assert allowed(contract, call) is said


def test_a_code_is_good_to_its_last_day() -> None:
    use = CodeUse("GAMMEL", None, None, None, date(2022, 6, 30))
    functions = Functions({}).with_code_lists([CodeList("ordning", (), (use,))])
    call = "GYLDIG_ORDNING('GAMMEL', NULL, NULL, d)"
    sql = functions.expand(sqlglot.parse_one(call, read="duckdb")).sql("duckdb")
    days = "(VALUES (DATE '2022-06-30'), (DATE '2022-07-01')) AS t(d)"

    found = duckdb.connect().execute(f"SELECT {sql} FROM {days} ORDER BY d").fetchall()

    assert found == [(True,), (False,)]


def test_a_list_that_says_nothing_of_where_makes_no_function(contract: Contract) -> None:
    functions = Functions({}).with_code_lists(contract.code_lists.values())

    assert "GYLDIG_AVSLUTNINGSAARSAK" in functions.names
    assert "GYLDIG_LAND" not in functions.names


def test_a_code_list_with_a_day_that_is_none_is_refused(
    changed: Callable[[str, str], Path],
) -> None:
    folder = changed("id: nir-uttrekk", "id: nir-uttrekk")
    path = folder / "_kodelister" / "tiltakstype.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("2022-12-01", "2022-12-32"), encoding="utf-8")

    assert f"{path}:18: " in complaints(folder)
