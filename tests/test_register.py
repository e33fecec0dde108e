"""From raw text to typed rows with a kommune, and what the contract rules say about them."""

from __future__ import annotations

import json
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extracts import DAY, EXPECTATIONS, SAMPLE, Extract, audited, found
from nircheck import ingest
from nircheck.contract import TECHNICAL_COLUMNS
from nircheck.contract.kommuner import load as kommuner
from nircheck.errors import NircheckError
from nircheck.ingest import Manifest
from nircheck.register import Register, pieces
from nircheck.rulebook import RuleBook
from nircheck.run import Run
from nircheck.sql import View
from readings import Finding, notes, of_contract, reading, rows, said

FNR = "01819012365"
KINDS = {
    "dato", "tall", "form", "excelskade", "kode", "noekkel", "paakrevd", "fremmed",
    "personnummer", "radform", "anfoerselstegn", "tegn",
}  # fmt: skip


@contextmanager
def register_of(book: RuleBook, extract: Extract, folder: Path) -> Iterator[Register]:
    with reading(book, extract.write(folder, book)) as register:
        yield register


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_every_kind_of_contract_rule_is_in_the_book(book: RuleBook) -> None:
    ids = [c.rule.id for c in book.rules if c.rule.id.startswith("KON-")]

    assert {rule_id.rpartition("-")[2] for rule_id in ids} == KINDS
    assert sum(rule_id.endswith("-radform") for rule_id in ids) == len(book.contract.tables)
    assert sum(rule_id.endswith("-noekkel") for rule_id in ids) == len(book.contract.tables)


def test_no_contract_text_is_left_unfilled(book: RuleBook) -> None:
    for compiled in book.rules:
        if compiled.rule.id.startswith("KON-"):
            rule = compiled.rule
            told = [*rule.title.model_dump().values(), *rule.message.model_dump().values()]
            assert not any("{" in text for text in told), rule.id


# dates, decimals, patterns


GOOD_DATES = {
    "2022-06-01": date(2022, 6, 1),
    "01.06.2022": date(2022, 6, 1),
    "2022-06-01 00:00:00": date(2022, 6, 1),
    "2022-06-01T00:00:00": date(2022, 6, 1),
    "2022-06-01T00:00": date(2022, 6, 1),
    "2022-06-01 00:00:00.000": date(2022, 6, 1),
    "01.06.2022 00:00": date(2022, 6, 1),
    "2022\u00ad-06-01": date(2022, 6, 1),
    "  2022-06-01\u00a0": date(2022, 6, 1),
    "2024-02-29": date(2024, 2, 29),
    "0001-01-01": date(1, 1, 1),
    "9999-12-31": date(9999, 12, 31),
    "": None,
    " \t\u200b": None,
}


def test_a_date_is_read_or_empty(book: RuleBook, extract: Extract, tmp_path: Path) -> None:
    for written in GOOD_DATES:
        extract.participant(sluttdato=written)

    with register_of(book, extract, tmp_path) as register:
        read = rows(register, "program", "sluttdato", "ulest")
        assert read == [(day, None) for day in GOOD_DATES.values()]
        assert said(register, book, "KON-program") == []


BAD_DATES = (
    "2023-02-29", "29.02.2023", "31.04.2023", "2023-13-01", "2023-00-10", "2023-1-5", "1.5.2023",
    "05/01/2023", "20230105", "44927", "2023-01-05 12:30:00", "2023-01-05x00:00:00", "05.01.23",
    "12023-01-05", "2023-01-05 (BC)", "0000-00-00", "0000-01-01", "infinity", "-infinity", "epoch",
    "now", "today", "ukjent", "NULL", "''", "٢٠٢٣-٠١-٠٥", "2023-01-05Z", "2023-W01-4",
    "05.01x2023", "05.01-2023", "2023-01-05 00:00:01", "2023-01-05T00:00:00Z", "2023-01-05 00",
    "2023-01-05 23:00", "05.01.2023 08:00", "-", "00", "9999", "NA", "N/A", "#REF!", "ab.cd.efgh",
)  # fmt: skip


def test_every_unreadable_date_is_a_finding_on_its_line(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    for written in BAD_DATES:
        extract.participant(sluttdato=written)

    with register_of(book, extract, tmp_path) as register:
        findings = said(register, book, "KON-program")

        assert {(f["rule_id"], f["verdi"], f["linje"]) for f in findings} == {
            ("KON-program.sluttdato-dato", written, line)
            for line, written in enumerate(BAD_DATES, start=2)
        }
        assert {value for (value,) in rows(register, "program", "sluttdato")} == {None}


GOOD_NUMBERS = {
    "15": "15.000",
    "37,5": "37.500",
    "37.5": "37.500",
    "0,0004": "0.000",
    "9999999": "9999999.000",
    " 7 ": "7.000",
}


def test_a_number_is_read_with_comma_or_point(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    for written in GOOD_NUMBERS:
        extract.add("tiltak", program_id="PR1", person_id="PE1", timer_per_uke=written)

    with register_of(book, extract, tmp_path) as register:
        read = rows(register, "tiltak", "timer_per_uke", "ulest")
        assert read == [(Decimal(number), None) for number in GOOD_NUMBERS.values()]


BAD_NUMBERS = (
    "15 t", "1 200", "1.200,5", "12345678", "9999999,9999", ",5", "5,", "+5", "-1", "1e3", "nan",
    "inf", "0x10", "--1", "5%", "٥", "ukjent", "15:30", "½",
)  # fmt: skip


def test_every_unreadable_number_is_a_finding_on_its_line(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant()
    extract.tables["tiltak"].clear()
    for written in BAD_NUMBERS:
        extract.add("tiltak", program_id="PR1", person_id="PE1", timer_per_uke=written)

    findings = of_contract(book, extract.write(tmp_path, book), only="KON-tiltak")

    assert {(f["rule_id"], f["verdi"], f["linje"]) for f in findings} == {
        ("KON-tiltak.timer_per_uke-tall", written, line)
        for line, written in enumerate(BAD_NUMBERS, start=2)
    }


BAD_NUMMER = ("301", "03011", "O301", "0301 Oslo", "0.301", "٠٣٠١", "03 01")


def test_a_value_that_breaks_its_pattern_is_a_finding_of_form(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    for written in BAD_NUMMER:
        extract.participant(kommunenummer=written)
    extract.participant(bydel="0301")
    extract.participant(kommunenummer=" 0301\u00a0", bydel="030101")

    findings = of_contract(book, extract.write(tmp_path, book), only="KON-program")

    assert {(f["rule_id"], f["verdi"], f["linje"]) for f in findings} == {
        ("KON-program.kommunenummer-form", written, line)
        for line, written in enumerate(BAD_NUMMER, start=2)
    } | {("KON-program.bydel-form", "0301", len(BAD_NUMMER) + 2)}


def test_unreadable_and_missing_are_two_things(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant(sluttdato="i fjor")
    extract.participant(sluttdato="")

    with register_of(book, extract, tmp_path) as register:
        assert rows(register, "program", "sluttdato", "ulest") == [
            (None, "|program.sluttdato|"),
            (None, None),
        ]


def test_a_finding_says_what_stood_there_in_both_standards(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant(sluttdato="i fjor")

    finding = only(of_contract(book, extract.write(tmp_path, book), only="KON-program"))

    assert finding["melding_nb"] == "«i fjor» er ikke en dato vi kan lese."
    assert finding["melding_nn"] == "«i fjor» er ikkje ein dato vi kan lese."
    assert (finding["severity"], finding["felt"], finding["tabell"], finding["fil"]) == (
        "feil",
        "sluttdato",
        "program",
        "program.csv",
    )
    assert (finding["noekkel"], finding["person_id"], finding["kommunenummer"]) == (
        "PR1",
        "PE1",
        "4204",
    )


# codes


def test_an_unknown_code_is_a_feil_where_the_list_is_documented_and_else_an_advarsel(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant(lov="GAMMEL", sluttmaal="HOBBY")

    findings = of_contract(book, extract.write(tmp_path, book), only="KON-program")

    assert {(f["rule_id"], f["verdi"], f["severity"]) for f in findings} == {
        ("KON-program.lov-kode", "GAMMEL", "feil"),
        ("KON-program.sluttmaal-kode", "HOBBY", "advarsel"),
    }


def test_labels_and_other_case_stand_for_the_code(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    written = ["integreringsloven", "Integreringslova", " INTEGRERING ", "integrering", "l'ov"]
    for lov in written:
        extract.participant(lov=lov)

    with register_of(book, extract, tmp_path) as register:
        assert rows(register, "basis.program", "lov") == [("INTEGRERING",)] * 4 + [("l'ov",)]
        assert notes(register) == [("tekst_for_kode", {"kolonne": "program.lov", "antall": 3})]


# keys


def test_a_repeated_key_is_a_finding_on_every_row_but_one(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant(program_id="A", startdato="2022-06-03")
    extract.participant(program_id="A", startdato="2022-06-01")
    extract.participant(program_id="A", startdato="2022-06-02")
    extract.participant(program_id="B")

    with register_of(book, extract, tmp_path) as register:
        findings = said(register, book, "KON-program")

        assert [(f["rule_id"], f["noekkel"], f["verdi"]) for f in findings] == [
            ("KON-program.program_id-noekkel", "A#2", "2"),
            ("KON-program.program_id-noekkel", "A#3", "3"),
        ]
        assert len(rows(register, "program", "noekkel")) == 4


def test_repeated_keys_are_numbered_the_same_in_any_order(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    person = extract.add("person")
    for sluttdato in ("2023-01-01", "", "i går", "i dag", "i morgen", "2023-01-01"):
        extract.add("program", person_id=person, program_id="A", sluttdato=sluttdato)
    straight = of_contract(book, extract.write(tmp_path / "rett", book), only="KON-program")

    extract.tables["program"].reverse()
    turned = of_contract(book, extract.write(tmp_path / "snudd", book), only="KON-program")

    def identity(findings: list[Finding]) -> set[tuple[str, str, str]]:
        return {(f["finding_id"], f["values_hash"], f["verdi"]) for f in findings}

    assert identity(straight) == identity(turned)
    assert len(identity(straight)) == len(straight) == 8


def test_a_row_without_a_key_is_known_by_its_line(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant()
    extract.participant(program_id="")
    extract.participant(program_id=" ")

    findings = of_contract(book, extract.write(tmp_path, book), only="KON-program")

    assert [(f["rule_id"], f["noekkel"], f["verdi"]) for f in findings] == [
        ("KON-program.program_id-paakrevd", "linje-3", ""),
        ("KON-program.program_id-paakrevd", "linje-4", ""),
    ]


def test_rows_in_memory_without_a_key_are_told_apart_too(book: RuleBook) -> None:
    numbers = kommuner(EXPECTATIONS, DAY)
    with Register.open(book.contract, book.views, numbers, DAY) as register:
        register.stage_rows("person", ["person_id", "kjoenn"], [{"kjoenn": "K"}, {"kjoenn": "M"}])
        register.build()

        assert rows(register, "person", "noekkel", "fil") == [("linje-0", None), ("linje-1", None)]


def test_a_foreign_key_that_is_empty_or_leads_nowhere_is_a_finding(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant()
    extract.add("tiltak", program_id="BORTE", person_id="")
    extract.add("vedtak", person_id="PE1", program_id="", norsk_id="N1")

    with register_of(book, extract, tmp_path) as register:
        findings = said(register, book)

        assert [(f["rule_id"], f["noekkel"], f["verdi"]) for f in findings] == [
            ("KON-tiltak.person_id-paakrevd", "TI2", ""),
            ("KON-tiltak.program_id-fremmed", "TI2", "BORTE"),
        ]
        assert register.missing("norsk") == "tabell_mangler:norsk"


def test_no_row_is_told_to_lead_nowhere_when_the_table_it_points_at_is_empty(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant()
    folder = extract.write(tmp_path, book)
    person = folder / "person.csv"
    person.write_text(person.read_text(encoding="utf-8").partition("\n")[0] + "\n")

    with reading(book, folder) as register:
        assert said(register, book) == []


# personal numbers


PERSONAL = (
    FNR,
    "018190 12365",
    "018190-12365",
    "018190.12365",
    "201234567890",
    "2012 345678 90",
    f"P{FNR}",
)
HARMLESS = ("1234567890", "202306-00123", "NIR-2024-123456-01", "A.123456.7")


def test_a_key_written_as_a_personal_number_is_a_finding_and_never_shown(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    for number in PERSONAL:
        extract.add("person", person_id=number)
        extract.add("program", person_id=number, program_id=number, sluttdato="x")
        extract.add("tiltak", tiltak_id=number, program_id=number, person_id="BORTE")

    findings = of_contract(book, extract.write(tmp_path, book))

    for rule_id in (
        "KON-person.person_id-personnummer",
        "KON-program.program_id-personnummer",
        "KON-tiltak.tiltak_id-personnummer",
        "KON-program.sluttdato-dato",
        "KON-tiltak.person_id-fremmed",
    ):
        assert [f["noekkel"] for f in findings if f["rule_id"] == rule_id] == [
            f"linje-{line}" for line, _ in enumerate(PERSONAL, start=2)
        ]
    shown = str([{name: f[name] for name in f if name != "person_id"} for f in findings])
    assert [number for number in PERSONAL if number in shown] == []


def test_a_key_that_only_has_many_digits_is_left_alone(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    for key in HARMLESS:
        extract.participant(program_id=key)

    with register_of(book, extract, tmp_path) as register:
        assert rows(register, "program", "noekkel") == [(key,) for key in HARMLESS]
        assert said(register, book, "KON-program") == []


def test_two_rows_with_the_same_personal_number_as_key_stay_two_rows(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    for _ in range(2):
        extract.add("person", person_id=FNR)
    extract.add("program", person_id=FNR)

    with register_of(book, extract, tmp_path) as register:
        assert rows(register, "person", "forekomst") == [(1,), (2,)]
        assert len(rows(register, "program", "noekkel")) == 1
        found_ids = [f["rule_id"] for f in said(register, book, "KON-person")]
        assert found_ids.count("KON-person.person_id-noekkel") == 1
        assert found_ids.count("KON-person.person_id-personnummer") == 2


def dumped(run: Run) -> str:
    """Everything a run holds, as one text."""
    tables = [run.findings.to_pylist(), run.linked.to_pylist(), run.accounting.to_pylist()]
    return json.dumps([run.facts, *tables], ensure_ascii=False, default=str)


def test_no_cell_can_bring_a_personal_number_into_a_run(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    for table in ("person", "program", "tiltak", "vedtak", "permisjon", "norsk", "norskproeve"):
        extract.add(table, **dict.fromkeys(book.contract.tables[table].by_name, FNR))
    extract.participant(avslutningsaarsak=f"ringte {FNR[:6]} {FNR[6:]}")

    run = audited(book, extract.write(tmp_path, book))

    text = dumped(run)
    assert run.findings.num_rows > 50
    assert run.failed_rules == {}
    assert FNR not in text
    assert f"{FNR[:6]} {FNR[6:]}" not in text


def test_a_value_that_may_not_be_shown_is_hidden_also_when_unreadable(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant()
    extract.tables["person"][0]["foedselsdato"] = "12. mai 1990"

    finding = only(of_contract(book, extract.write(tmp_path, book), only="KON-person"))

    assert finding["verdi"] == "•••"
    assert finding["melding_nb"] == "«•••» er ikke en dato vi kan lese."
    assert "1990" not in str(finding.values())


# what rules about the content make of it


def test_an_unreadable_value_keeps_content_rules_from_judging_the_row(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant(startdato="2022-06-01", sluttdato="2021-06-01")
    extract.participant(startdato="1. juni 2022", sluttdato="2021-06-01")
    extract.participant(startdato="2022-06-01", sluttdato="2021-06-01", bydel="1")

    run = audited(book, extract.write(tmp_path, book))

    judged = {(rule, key) for rule, key, _ in found(run) if key.startswith("PR")}
    assert {key for rule, key in judged if rule == "NIR-140"} == {"PR1", "PR3"}
    assert ("KON-program.startdato-dato", "PR2") in judged
    told = {
        row["rule_id"]: row["reason"]
        for row in run.accounting.to_pylist()
        if row["kommunenummer"] == "4204"
    }
    assert told["NIR-140"] == "ikke_vurdert:uleselig=1"


def test_what_a_person_has_unreadable_is_known_on_the_programme(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant(bydel="1")
    extract.tables["person"][0]["innvilget_dato"] = "x"

    with register_of(book, extract, tmp_path) as register:
        ((marks,),) = rows(register, "program", "ulest")

    assert "|person.innvilget_dato|" in marks
    assert "|program.bydel|" in marks


# who answers for a row


def kommune_of(book: RuleBook, extract: Extract, folder: Path, table: str) -> list[str]:
    with register_of(book, extract, folder) as register:
        return [number for (number,) in rows(register, table, "kommunenummer_gjeldende")]


FOLLOWED = {
    "0301": "0301",
    "1201": "4601",  # renumbered
    "0101": "3101",  # renumbered twice
    "0627": "3203",  # merged
    "1507": "ikke_fordelt",  # split, and nothing tells the parts apart
    "9999": "ukjent",  # never was
}


def test_a_row_goes_to_what_its_number_has_become(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    for number in FOLLOWED:
        person = extract.add("person", bosettingskommune="")
        extract.add("program", person_id=person, kommunenummer=number)

    assert kommune_of(book, extract, tmp_path, "program") == list(FOLLOWED.values())


def test_a_split_kommune_is_settled_by_the_latest_kommune_of_the_person(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    for old, new in (("1507", "1580"), ("5012", "5059"), ("1850", "1806"), ("1507", "0301")):
        person = extract.add("person", bosettingskommune="")
        extract.add("program", person_id=person, kommunenummer=old, startdato="2019-01-01")
        extract.add("program", person_id=person, kommunenummer=new, startdato="2024-02-01")

    assert kommune_of(book, extract, tmp_path, "program")[::2] == [
        "1580",
        "5059",
        "1806",
        "ikke_fordelt",  # moved on to Oslo, which is no part of Ålesund
    ]


def test_the_kommune_a_person_lives_in_settles_a_split_too(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    person = extract.add("person", bosettingskommune="1508")
    extract.add("program", person_id=person, kommunenummer="1507")

    assert kommune_of(book, extract, tmp_path, "program") == ["1508"]


def test_before_the_split_the_old_kommune_answers_itself(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant(kommunenummer="1507")
    folder = extract.write(tmp_path, book)

    with reading(book, folder, day=date(2023, 12, 31)) as register:
        assert rows(register, "program", "kommunenummer_gjeldende") == [("1507",)]


def test_a_row_without_a_number_follows_the_person(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    person = extract.add("person", bosettingskommune="0301")
    extract.add("program", person_id=person, kommunenummer="4204", startdato="2020-01-01")
    extract.add("program", person_id=person, kommunenummer="1103", startdato="2023-01-01")
    extract.add("program", person_id=person, kommunenummer="3203", startdato="")
    extract.add("tiltak", person_id=person, kommunenummer="", program_id="PR1")
    extract.add("tiltak", person_id=person, kommunenummer="103", program_id="PR1")
    extract.add("norskproeve", person_id=person)
    extract.add("tiltak", person_id="BORTE", kommunenummer="", program_id="PR1")
    extract.add("norskproeve", person_id="BORTE")

    with register_of(book, extract, tmp_path) as register:
        answers = "kommunenummer_gjeldende"
        assert rows(register, "tiltak", answers) == [("1103",), ("1103",), ("ukjent",)]
        assert rows(register, "norskproeve", answers) == [("1103",), ("ukjent",)]
        assert rows(register, "person", answers) == [("1103",)]


def test_of_two_programmes_from_the_same_day_the_one_still_open_decides(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    person = extract.add("person")
    extract.add("program", person_id=person, kommunenummer="4204", sluttdato="2022-08-01")
    extract.add("program", person_id=person, kommunenummer="1103")

    assert kommune_of(book, extract, tmp_path, "person") == ["1103"]


def test_a_person_without_programme_answers_where_they_live(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant()
    extract.add("person", bosettingskommune="1201")
    extract.add("person", bosettingskommune="")
    extract.add("person", bosettingskommune="1507")

    assert kommune_of(book, extract, tmp_path, "person") == ["4204", "4601", "ukjent", "ukjent"]


def test_a_programme_of_a_person_nobody_delivered_still_has_a_kommune(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.add("program", person_id="BORTE", kommunenummer="1103")
    extract.add("norskproeve", person_id="BORTE")

    with register_of(book, extract, tmp_path) as register:
        assert rows(register, "norskproeve", "kommunenummer_gjeldende") == [("1103",)]


def test_a_bydel_is_taken_over_only_within_its_own_kommune(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    person = extract.add("person", bosettingskommune="0301", bydel="030102")
    extract.add("program", person_id=person, kommunenummer="4204", startdato="2020-01-01")
    extract.add("program", person_id=person, kommunenummer="0301", startdato="2023-01-01")
    extract.add("program", person_id=person, kommunenummer="0301", bydel="030101", startdato="")
    for kommune in ("4204", "0301"):
        extract.add("tiltak", person_id=person, kommunenummer=kommune, program_id="PR1")
    moved = extract.add("person", bosettingskommune="0301", bydel="030102")
    extract.add("program", person_id=moved, kommunenummer="4204")

    with register_of(book, extract, tmp_path) as register:
        own = [(None,), ("030102",), ("030101",), (None,)]
        assert rows(register, "program", "bydel_gjeldende") == own
        assert rows(register, "tiltak", "bydel_gjeldende") == [(None,), ("030102",)]
        assert rows(register, "person", "bydel_gjeldende") == [("030102",), (None,)]


# what was not delivered


def narrow(book: RuleBook, extract: Extract, folder: Path, table: str, *gone: str) -> Path:
    """The extract without some columns of a table."""
    extract.write(folder, book)
    path = folder / f"{table}.csv"
    lines = [line.split(";") for line in path.read_text(encoding="utf-8").splitlines()]
    keep = [index for index, name in enumerate(lines[0]) if name not in gone]
    text = "".join(";".join(line[index] for index in keep) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8")
    return folder


def test_a_missing_table_or_column_is_named_as_the_reason(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant()
    folder = narrow(book, extract, tmp_path, "program", "lov", "bydel")

    with reading(book, folder) as register:
        assert register.missing("program") is None
        assert register.missing("kommune") is None
        assert register.missing("program.sluttdato") is None
        assert register.missing("program.lov") == "kolonne_mangler:program.lov"
        assert register.missing("vedtak") == "tabell_mangler:vedtak"
        assert register.missing("vedtak.vedtaksdato") == "tabell_mangler:vedtak"
        assert register.missing("forrige.program") == "forrige_mangler"
        assert rows(register, "program", "lov", "ulest") == [(None, None)]
        assert rows(register, "vedtak", "noekkel") == []
        assert said(register, book, "KON-program") == []


def test_a_rule_that_needs_what_is_missing_is_not_run_and_says_why(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant()
    folder = narrow(book, extract, tmp_path, "program", "lov")

    run = audited(book, folder)

    assert run.facts["rules"]["KON-program.lov-kode"]["reason"] == "kolonne_mangler:program.lov"
    assert run.facts["rules"]["KON-vedtak-radform"]["reason"] == "tabell_mangler:vedtak"
    assert run.facts["rules"]["KON-program.lov-kode"]["outcome"] == "ikke_kjoert"


def test_an_undelivered_table_has_the_columns_of_a_delivered_one(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant()

    with register_of(book, extract, tmp_path) as register:
        for name, table in book.contract.tables.items():
            columns = register.connection.sql(f"FROM typet.{name}").columns
            assert columns == [*table.by_name, *TECHNICAL_COLUMNS]


# the extract of the month before


def test_the_previous_extract_can_be_read_beside_this_one(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant(sluttdato="")
    before = narrow(book, extract, tmp_path / "mai", "program", "bydel")
    (before / "uttrekk.toml").write_text("uttrekksdato = 2024-05-31\n", encoding="utf-8")
    extract.tables["program"][0]["sluttdato"] = "2024-06-01"
    now = extract.write(tmp_path / "juni", book)

    register, _ = ingest.read_pair(
        [now], before, Manifest(), book.contract, book.views, book.folder
    )

    with register:
        assert rows(register, "program", "sluttdato") == [(date(2024, 6, 1),)]
        assert rows(register, "forrige.program", "sluttdato", "noekkel") == [(None, "PR1")]
        assert register.missing("forrige.program") is None
        assert register.missing("forrige.program.bydel") == "kolonne_mangler:program.bydel"
        assert register.missing("forrige.norsk") == "tabell_mangler:norsk"
        assert register.previous_sha256 is not None
        assert len(register.previous_sha256) == 3
        assert register.uttrekksdato == date(2024, 6, 30)


def test_a_previous_extract_that_cannot_be_read_is_refused(
    book: RuleBook, clean_extract: Path, tmp_path: Path
) -> None:
    with pytest.raises(NircheckError):
        ingest.read_pair(
            [clean_extract],
            tmp_path / "borte",
            Manifest(),
            book.contract,
            book.views,
            book.folder,
        )


# closed to the outside


def test_a_built_register_reaches_nothing_outside_itself(
    book: RuleBook, clean_extract: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "utenfor.csv"
    outside.write_text("a\n1\n", encoding="utf-8")
    with reading(book, clean_extract) as register:
        for statement in (
            f"SELECT * FROM read_csv('{outside}')",
            f"SELECT * FROM read_text('{outside}')",
            f"SELECT * FROM '{outside}'",
            f"SELECT * FROM glob('{tmp_path}/*')",
            f"COPY person TO '{tmp_path}/ut.csv'",
            f"ATTACH '{tmp_path}/ut.db'",
            f"EXPORT DATABASE '{tmp_path}/ut'",
            "INSTALL httpfs",
            "LOAD httpfs",
            "SELECT * FROM read_csv('https://example.org/a.csv')",
            "SET enable_external_access = true",
            "SET autoload_known_extensions = true",
            "RESET lock_configuration",
        ):
            with pytest.raises(duckdb.Error):
                register.connection.execute(statement).fetchall()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["utenfor.csv", "uttrekk"]


def test_a_register_that_was_let_go_of_holds_nothing(book: RuleBook, clean_extract: Path) -> None:
    with reading(book, clean_extract) as register:
        pass

    with pytest.raises(duckdb.Error):
        register.connection.execute("SELECT 1")


# little memory


def test_a_register_made_in_pieces_is_the_register_made_at_once(
    book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(book, SAMPLE) as whole:
        monkeypatch.setattr(pieces, "rows_at_a_time", lambda _: 100)
        with reading(book, SAMPLE) as pieced:
            for name, view in book.views.for_rules.items():
                if "rad" in view.origins:
                    assert rows(pieced, name, "*") == rows(whole, name, "*"), name


def test_a_piece_has_as_many_rows_as_the_memory_allows() -> None:
    with duckdb.connect(config={"memory_limit": "1GiB"}) as connection:
        assert pieces.rows_at_a_time(connection) == 524_288


@pytest.mark.parametrize(
    ("limit", "keys", "repeated"), [("25MB", 2_000, 500), ("60MB", 25, 120_000)]
)
def test_a_join_that_is_put_aside_on_disk_loses_no_row(
    limit: str, keys: int, repeated: int, tmp_path: Path
) -> None:
    """DuckDB lost some for a while, without a word: duckdb/duckdb#25702 and pull request 25909."""
    rows = keys * repeated
    with duckdb.connect(tmp_path / "joined.duckdb", config={"threads": "1"}) as connection:
        connection.execute(f"CREATE TABLE known AS SELECT i % {keys} AS k FROM range({rows}) t(i)")
        connection.execute(
            f"CREATE TABLE asked AS SELECT i % {2 * keys} AS k FROM range({rows}) t(i)"
        )
        connection.execute(f"SET memory_limit = '{limit}'")
        query = "SELECT count(*) FROM asked WHERE k IN (SELECT k FROM known)"

        assert connection.execute(query).fetchall() == [(rows // 2,)]


@pytest.mark.parametrize("failures", [2, 3])
def test_what_duckdb_fails_at_by_chance_is_read_anew_but_not_for_ever(
    failures: int, book: RuleBook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Twice more; nothing of what was read in vain is left behind."""
    make, failed = pieces.make, []

    def failing(connection: duckdb.DuckDBPyConnection, view: View, *asked: Any) -> None:
        if view.name == "program" and len(failed) < failures:
            failed.append(view.name)
            raise duckdb.InternalException("INTERNAL Error: by chance")
        make(connection, view, *asked)

    monkeypatch.setattr(pieces, "make", failing)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if failures > 2:
        with pytest.raises(duckdb.InternalException), reading(book, SAMPLE):
            pass
    else:
        with reading(book, SAMPLE) as register:
            assert register.rows("program") == register.raw_rows("program") > 0
    assert len(failed) == failures
    assert list(tmp_path.iterdir()) == []


def test_limited_memory_leaves_the_rows_in_a_folder_that_only_the_user_can_open_until_the_end(
    book: RuleBook,
) -> None:
    limits = ingest.Limits(memory="512MiB")
    register, _ = ingest.read([SAMPLE], Manifest(), book.contract, book.views, book.folder, limits)
    folder = Path(register.spill.name)
    with register:
        assert (folder / "register.duckdb").exists()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()
