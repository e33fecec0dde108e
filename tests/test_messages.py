"""What a caseworker reads: values as people write them, and never a personal number."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extracts import DAY
from nircheck.contract import Maalform
from nircheck.rulebook import RuleBook, messages
from nircheck.rulebook.compile import compile_rule
from nircheck.sql import bind, quoted
from nircheck.sql import masked as blotted

MASK = "•••••••••••"
FNR = "01819012365"  # synthetic: the month is 81
DUF = "202290000104"
CONNECTION = duckdb.connect()


def told(
    book: RuleBook, table: str, template: str, cells: dict[str, object], form: Maalform = "nb"
) -> str:
    """The message as the database fills it in for one row."""
    view = book.views.by_name[table]
    sql = messages.compiled(template, view, book.contract, form)
    row = ", ".join(
        f"${name}::{view.types[name]} AS {quoted(name)}" for name in messages.placeholders(template)
    )
    source = f" FROM (SELECT {row})" if row else ""
    ((text,),) = CONNECTION.execute(f"SELECT {sql}{source}", cells).fetchall()
    return str(text)


def shown(book: RuleBook, table: str, column: str, value: object, form: Maalform = "nb") -> str:
    return told(book, table, f"{{{column}}}", {column: value}, form)


def masked(text: str) -> str:
    sql = blotted("tekst")
    ((found,),) = CONNECTION.execute(f"SELECT {sql} FROM (SELECT ? AS tekst)", [text]).fetchall()
    return str(found)


def test_a_date_is_written_as_in_a_norwegian_letter(book: RuleBook) -> None:
    assert shown(book, "program", "sluttdato", date(2025, 1, 2)) == "02.01.2025"
    assert shown(book, "tiltak", "program_sluttdato", date(2024, 2, 29)) == "29.02.2024"


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        ("37.5", "37,5"), ("30", "30"), ("0", "0"), ("100", "100"), ("0.25", "0,25"),
        ("10.050", "10,05"), ("1000", "1000"), ("-2.5", "-2,5"), ("12.345", "12,345"),
    ],
)  # fmt: skip
def test_a_decimal_has_a_comma_and_no_empty_decimals(book: RuleBook, hours: str, text: str) -> None:
    assert shown(book, "tiltak", "timer_per_uke", hours) == text


def test_a_computed_number_is_written_plainly(book: RuleBook) -> None:
    assert shown(book, "program", "antall_tiltak", 100) == "100"


def test_every_code_has_its_own_words_in_both_standards(book: RuleBook) -> None:
    codes = book.contract.code_lists["fravaersaarsak"].codes
    for code in codes:
        for form in ("nb", "nn"):
            assert shown(book, "fravaer", "aarsak", code.code, form) == code.label[form]
    assert {code.label["nb"] for code in codes} != {code.label["nn"] for code in codes}


def test_an_unknown_code_is_shown_as_it_stands_but_never_a_personal_number(book: RuleBook) -> None:
    assert shown(book, "program", "avslutningsaarsak", "SLUTTA") == "SLUTTA"
    assert shown(book, "program", "avslutningsaarsak", f"x {FNR}") == f"x {MASK}"


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("program", "sluttdato"), ("tiltak", "timer_per_uke"), ("program", "sluttmaal"),
        ("program", "program_id"), ("program", "lengde_mnd"),
    ],
)  # fmt: skip
def test_nothing_is_shown_as_a_dash(book: RuleBook, table: str, column: str) -> None:
    assert shown(book, table, column, None) == "–"


@pytest.mark.parametrize(
    "number",
    [
        FNR, "018190 12365", "018190-12365", "018190.12365",
        DUF, "2022 900001 04", "2022900001 04", "202290000104",
    ],
)  # fmt: skip
def test_what_looks_like_a_personal_number_is_blotted_out(number: str) -> None:
    assert masked(number) == MASK
    assert masked(f"Ola ({number}), 3 t") == f"Ola ({MASK}), 3 t"
    assert masked(f"{number} og {number}") == f"{MASK} og {MASK}"


@pytest.mark.parametrize("text", ["", "PR123", "0301", "2024-06-30", "30.06.2024", "1234567890"])
def test_other_texts_are_left_alone(text: str) -> None:
    assert masked(text) == text


@given(st.text(st.sampled_from("0123456789 .-x"), max_size=40))
def test_no_run_of_eleven_digits_is_ever_left(text: str) -> None:
    left = masked(text)

    assert not re.search("[0-9]{11}", left)
    assert not re.search("[0-9]{6} [0-9]{5}", left)


@pytest.mark.parametrize(
    "template",
    [
        "Det står «{program_id}» i NIR's liste.",
        "'; DROP TABLE program; --",
        "50 % av {program_id}",
        'To "anførselstegn" og \\n',
        "{program_id}{program_id}",
        "Ingen verdi",
        "",
    ],
)
def test_quotes_and_other_signs_in_a_template_stay_text(book: RuleBook, template: str) -> None:
    cells: dict[str, object] = {"program_id": "P'1"} if "{" in template else {}

    assert told(book, "program", template, cells) == template.replace("{program_id}", "P'1")


def test_braces_in_a_value_are_not_filled_in_again(book: RuleBook) -> None:
    assert shown(book, "program", "program_id", "{sluttdato}") == "{sluttdato}"


@pytest.mark.parametrize(
    ("template", "balanced"),
    [
        ("{a} og {b}", True), ("uten", True), ("{a", False), ("a}", False), ("{{a}}", False),
        ("{a}}", False),
    ],
)  # fmt: skip
def test_a_brace_too_many_is_seen(template: str, balanced: bool) -> None:
    assert messages.balanced(template) == balanced


# The values beside the message, and the hashes that tell whether they have changed.


def judged(book: RuleBook, *fields: str, **cells: object) -> dict[str, Any]:
    """The finding that NIR-100, with these fields, makes of one row of program."""
    rule = book.by_id["NIR-100"].rule.model_copy(update={"fields": list(fields)})
    sql = compile_rule(rule, "fullstendighet", book.views, book.contract).findings
    row = {"avsluttet": True, "sluttdato": date(2024, 3, 1), "regime": "INT"}
    row |= {"noekkel": "PR1", "person_id": "P1", "kommunenummer_gjeldende": "4204"} | cells
    columns = ", ".join(
        f"{f'${name}' if name in row else 'NULL'}::{kind} AS {quoted(name)}"
        for name, kind in book.views.by_name["program"].types.items()
    )
    cursor = CONNECTION.execute(f"WITH program AS (SELECT {columns}) {bind(sql, DAY)}", row)
    names = [column[0] for column in cursor.description or []]
    (values,) = cursor.fetchall()
    return dict(zip(names, values, strict=True))


def test_a_finding_tells_the_values_in_the_contracts_own_form(book: RuleBook) -> None:
    found = judged(book, "avslutningsaarsak", "sluttdato", "program_id", program_id="PR1")

    assert found["felt"] == "avslutningsaarsak, sluttdato, program_id"
    assert found["verdi"] == " | 2024-03-01 | PR1"
    assert found["melding_nb"].startswith("Programmet er avsluttet 01.03.2024, men")
    assert found["melding_nn"].startswith("Programmet er avslutta 01.03.2024, men")
    assert found["severity"] == "feil"
    assert re.fullmatch("([0-9a-f]{4}-){3}[0-9a-f]{4}", found["finding_id"])


def test_a_value_that_may_not_be_shown_is_hidden_but_its_change_is_seen(book: RuleBook) -> None:
    first = judged(book, "foedselsdato", "sluttdato", foedselsdato=date(1990, 5, 12))
    second = judged(book, "foedselsdato", "sluttdato", foedselsdato=date(1990, 5, 13))

    assert first["verdi"] == second["verdi"] == "••• | 2024-03-01"
    assert first["values_hash"] != second["values_hash"]
    assert first["finding_id"] == second["finding_id"]
    assert "1990" not in str(first)


def test_a_personal_number_used_as_a_key_is_not_repeated(book: RuleBook) -> None:
    found = judged(book, "person_id", "program_id", person_id=FNR, program_id=f"P{DUF}")

    assert found["person_id"] is None
    assert found["verdi"] == f"{MASK} | P{MASK}"
    assert FNR not in str(found)


def test_the_id_of_a_finding_is_of_rule_and_row_not_of_values(book: RuleBook) -> None:
    first = judged(book, "sluttdato")
    later = judged(book, "sluttdato", sluttdato=date(2024, 3, 2))
    other = judged(book, "sluttdato", noekkel="PR2")

    assert first["finding_id"] == later["finding_id"] != other["finding_id"]
    assert first["values_hash"] == other["values_hash"] != later["values_hash"]
