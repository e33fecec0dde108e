"""Numbers that stand for a person: judged as python-stdnum does, and by the scheme of 2032."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import assume, example, given
from hypothesis import strategies as st
from stdnum.exceptions import InvalidComponent, ValidationError
from stdnum.no import fodselsnummer

from extracts import EXPECTATIONS, Extract
from nircheck import ingest
from nircheck.contract import kommuner
from nircheck.engine import judge
from nircheck.register import Register
from nircheck.rulebook import RuleBook
from nircheck.sql import Functions, bind

OWN = Functions.load(EXPECTATIONS / "_views" / "_funksjoner.sql")
CONNECTION = duckdb.connect()
DAY = date(2024, 6, 30)

nine_digits = st.tuples(
    st.integers(1, 71), st.sampled_from([0, 40, 65, 80]), st.integers(0, 13), st.integers(0, 99999)
).map(lambda parts: f"{parts[0]:02d}{parts[1] + parts[2]:02d}{parts[3]:05d}")


@cache
def query(call: str) -> str:
    sql = OWN.expand(sqlglot.parse_one(call, read="duckdb")).sql("duckdb")
    return f"SELECT {bind(sql, DAY)} FROM unnest($1) AS t(n)"


def values(call: str, numbers: list[str]) -> list[Any]:
    """What a call gives in the database; `n` stands for each number."""
    return [found for (found,) in CONNECTION.execute(query(call), [numbers]).fetchall()]


def value(call: str, number: str) -> Any:
    (found,) = values(call, [number])
    return found


def weighted(number: str, weights: tuple[int, ...]) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, number, strict=False)) % 11


def numbers(nine: str, first_rests: tuple[int, ...]) -> list[str]:
    """The numbers with these nine digits whose first sum leaves one of these rests."""
    found = []
    for k1 in range(10):
        ten = f"{nine}{k1}"
        k2 = (11 - weighted(ten, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))) % 11
        if weighted(ten, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) in first_rests and k2 < 10:
            found.append(f"{ten}{k2}")
    return found


def by_stdnum(number: str) -> bool:
    """Valid by python-stdnum, which knows months + 40 but not + 65 and + 80, nor births ahead."""
    ordinary = {65: -25, 80: -40, 40: 0, 0: 0}
    month = int(number[2:4])
    added = next(a for a in (80, 65, 40, 0) if month >= a)
    plain = f"{number[:2]}{month + ordinary[added]:02d}{number[4:]}"
    try:
        fodselsnummer.get_birth_date(plain)
    except InvalidComponent as error:
        if "century" not in str(error):
            return False
    checks = (fodselsnummer.calc_check_digit1(number), fodselsnummer.calc_check_digit2(number))
    return (number[9], number[10]) == checks


# The control digits.


@given(nine_digits, st.integers(0, 99))
@example("018190123", 65)
@example("418190123", 59)
@example("298292100", 78)
def test_a_number_is_valid_where_stdnum_says_so(nine: str, control: int) -> None:
    number = f"{nine}{control:02d}"
    assume(not 1 <= value("FNR_REST1(n)", number) <= 3)
    assume(number[4:6] != "00")  # 29 February 1900 was not, and no number says which century

    assert value("FNR_GYLDIG(n)", number) is by_stdnum(number)


@given(nine_digits)
@example("018190123")
def test_from_2032_the_first_sum_may_leave_up_to_three(nine: str) -> None:
    of_the_scheme = numbers(nine, (0, 1, 2, 3))
    others = numbers(nine, (4, 5, 6, 7, 8, 9, 10))
    dated = value("FNR_DATO(n)", f"{nine}00") is not None

    found = values("FNR_GYLDIG(n)", [*of_the_scheme, *others])

    assert found == [dated] * len(of_the_scheme) + [False] * len(others)


@pytest.mark.parametrize(
    ("number", "valid", "rest"),
    [
        ("01819012365", True, 0),
        ("01819012373", True, 1),
        ("01819012381", True, 2),
        ("41819012359", True, 0),
        ("15859091218", True, 0),
        ("15859091226", True, 1),
        ("01819012366", False, 0),
    ],
)
def test_the_worked_examples_come_out_as_computed_by_hand(
    number: str, valid: bool, rest: int
) -> None:
    assert (value("FNR_GYLDIG(n)", number), value("FNR_REST1(n)", number)) == (valid, rest)


@pytest.mark.parametrize(
    "text", ["", "0181901236", "018190123650", "0181901236A", "٠١٨١٩٠١٢٣٦٥", "01819012 365", "…"]
)
def test_what_is_not_eleven_digits_is_no_number(text: str) -> None:
    assert value("FNR_GYLDIG(n)", text) is False


@pytest.mark.parametrize(
    "text", ["018190 12365", "018190-12365", "01.81.90.12365", "018190\u00a012365"]
)
def test_what_people_put_between_the_digits_is_passed_over(text: str) -> None:
    assert value("UTEN_SKILLE(n)", text) == "01819012365"


@given(nine_digits)
def test_the_day_in_a_number_is_the_one_stdnum_reads(nine: str) -> None:
    number = f"{nine}00"
    month = int(nine[2:4])
    assume(1 <= month % 40 <= 12 and month < 93 and not 53 <= month <= 80)
    plain = f"{nine[:2]}{month % 40:02d}{nine[4:]}00"
    try:
        born = fodselsnummer.get_birth_date(plain)
    except ValidationError:
        return
    day = value("FNR_DATO(n)", number)

    assert (day.month, day.day, day.year % 100) == (born.month, born.day, born.year % 100)


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("201212345603", True),
        ("200205705502", True),
        ("200900595509", True),
        ("202290000104", True),
        ("202390001710", True),
        ("202195012303", True),
        ("201258697561", False),  # published by UDI all the same
        ("201258697506", True),
    ],
)
def test_the_control_digits_of_a_duf_number(number: str, fits: bool) -> None:
    assert value("DUF_KONTROLL(n)", number) is fits


# What the register tells of a person.


def told(book: RuleBook, columns: str, day: date = DAY, **cells: str) -> tuple[Any, ...]:
    """Columns of the only person there is, on a day."""
    number = kommuner.load(book.folder, day)
    with Register.open(book.contract, book.views, number, day, threads=1) as register:
        for table in ("person", "program", "tiltak"):
            known = list(book.contract.tables[table].by_name)
            register.stage_rows(table, known, [{"person_id": "P1", **cells}][: table == "person"])
        register.build()
        (row,) = register.connection.execute(f"SELECT {columns} FROM person").fetchall()
    return tuple(row)


@pytest.mark.parametrize(
    ("number", "kind", "series", "new"),
    [
        ("01819012365", "FNR", 80, False),
        ("01819012373", "FNR", 80, True),
        ("41819012359", "DNR", 80, False),
        ("12709010083", "FNR", 65, False),
        ("12453990271", "FNR", 40, False),
        ("01819012366", "UGYLDIG", None, None),
        ("", None, None, None),
    ],
)
def test_a_person_is_told_the_kind_of_number_and_never_the_number(
    book: RuleBook, number: str, kind: str | None, series: int | None, new: bool | None
) -> None:
    columns = "foedselsnummer_type, foedselsnummer_serie, foedselsnummer_fra_2032"

    assert told(book, columns, foedselsnummer=number) == (kind, series, new)


@pytest.mark.parametrize(
    ("day", "number", "sex"),
    [
        (DAY, "12859010081", "K"),
        (DAY, "12859010162", "M"),
        (date(2031, 12, 31), "12859010162", "M"),
        (date(2032, 1, 1), "12859010162", None),  # may be a new number
        (DAY, "12859010421", None),  # is a new number
        (DAY, "52859010075", None),
        (DAY, "12453990271", None),
    ],
)
def test_a_number_tells_the_sex_as_stdnum_reads_it_until_2032(
    book: RuleBook, day: date, number: str, sex: str | None
) -> None:
    assert told(book, "kjoenn_i_nummeret", day, foedselsnummer=number) == (sex,)
    if sex:
        assert {"F": "K", "M": "M"}[fodselsnummer.get_gender(number)] == sex


# `miljoe` in uttrekk.toml.


def synthetic_findings(book: RuleBook, folder: Path, stated: str | None) -> int:
    extract = Extract()
    extract.add("person", foedselsnummer="12859010081")
    extract.participant()
    place = extract.write(folder, book)
    manifest = place / "uttrekk.toml"
    line = f'miljoe = "{stated}"' if stated else ""
    text = manifest.read_text(encoding="utf-8").replace('miljoe = "syntetisk"', line)
    manifest.write_text(text, encoding="utf-8", newline="\n")
    options = ingest.Manifest()
    register, _ = ingest.read([place], options, book.contract, book.views, book.folder)
    with register:
        rules = [book.by_id["NIR-332"]]
        return int(judge(register, rules).findings.num_rows)


@pytest.mark.parametrize(("stated", "found"), [("produksjon", 1), ("syntetisk", 0), (None, 1)])
def test_synthetic_numbers_are_told_of_unless_the_extract_is_synthetic(
    book: RuleBook, tmp_path: Path, stated: str | None, found: int
) -> None:
    assert synthetic_findings(book, tmp_path / "uttrekk", stated) == found


@pytest.mark.parametrize(("others", "found"), [("12859010081", 1), ("", 0)])
def test_an_extract_without_numbers_has_had_them_taken_out(
    book: RuleBook, tmp_path: Path, others: str, found: int
) -> None:
    extract = Extract()
    extract.participant()
    extract.add("person", foedselsnummer=others)
    place = extract.write(tmp_path / "uttrekk", book)
    register, _ = ingest.read([place], ingest.Manifest(), book.contract, book.views, book.folder)
    with register:
        assert judge(register, [book.by_id["NIR-338"]]).findings.num_rows == found


# Rules between kommuner.


def test_nothing_of_the_other_kommune_or_person_is_told(book: RuleBook, tmp_path: Path) -> None:
    extract = Extract()
    number = {"foedselsnummer": "12859010081", "dufnummer": "202290000104"}
    extract.add("person", person_id="P1", **number)
    extract.add("person", person_id="P2", bosettingskommune="0301", **number)
    here = {"person_id": "P1", "kommunenummer": "4204", "startdato": "2023-01-01"}
    extract.add("program", program_id="HER", **here)
    there = {"person_id": "P1", "kommunenummer": "0301", "startdato": "2023-03-17"}
    extract.add("program", program_id="DER", **there)
    extract.add("tiltak", program_id="HER", person_id="P1")
    place = extract.write(tmp_path / "uttrekk", book)
    register, _ = ingest.read([place], ingest.Manifest(), book.contract, book.views, book.folder)
    with register:
        rules = [book.by_id[rule_id] for rule_id in ("NIR-339", "NIR-360")]
        findings = judge(register, rules).findings.to_pylist()

    assert {(f["rule_id"], f["noekkel"], f["kommunenummer"]) for f in findings} == {
        ("NIR-339", "P1", "0301"),  # where the person is now
        ("NIR-339", "P2", "0301"),
        ("NIR-360", "HER", "4204"),
        ("NIR-360", "DER", "0301"),
    }
    told_here = str([f for f in findings if f["kommunenummer"] == "4204"])
    for secret in ("0301", "Oslo", "DER", "17.03.2023", "2023-03-17"):
        assert secret not in told_here
    for secret in ("12859010081", "202290000104"):
        assert secret not in str(findings)
