"""What the form of a condition says of why nobody would miss it."""

from __future__ import annotations

import pytest

from nircheck.rulebook import RuleBook
from nircheck.sample.unmissed import EMPTY, EXTRACT, KEY, unmissed


def why(book: RuleBook, condition: str, *rest: str) -> str | None:
    """Of a condition in NIR-140, a rule about programmes, beside others."""
    rule = book.by_id["NIR-140"].rule
    return unmissed(condition, rest, rule, book.contract, book.views.functions)


@pytest.mark.parametrize(
    "rest",
    [
        "sluttdato < startdato",
        "startdato = DATE '2024-01-01'",
        "startdato - 1 BETWEEN tilbud_dato AND sluttdato",
        "NOT (startdato > sluttdato)",
        "FORFALT(startdato)",
        "PLUSS_MND(startdato, 3) < sluttdato",
        "year(startdato) IN (2020, 2021)",
        "bydel IS NULL AND startdato > sluttdato",
        "startdato < sluttdato OR startdato < tilbud_dato",
        "NOT (startdato IS NULL OR bydel IS NULL)",
        "COALESCE(startdato, startdato) > sluttdato",
    ],
)
def test_a_guard_is_not_missed_beside_what_is_never_true_of_an_empty_value(
    book: RuleBook, rest: str
) -> None:
    assert why(book, "startdato IS NOT NULL", "bydel IS NULL", rest) == EMPTY


@pytest.mark.parametrize(
    "rest",
    [
        "startdato IS NULL",
        "sluttdato < tilbud_dato",
        "startdato < sluttdato OR bydel IS NULL",
        "COALESCE(startdato < sluttdato, TRUE)",
        "COALESCE(startdato, tilbud_dato) < sluttdato",
        "NOT (startdato < sluttdato AND bydel IS NOT NULL)",
        "CASE WHEN startdato < sluttdato THEN FALSE ELSE TRUE END",
        "GREATEST(startdato, tilbud_dato) < sluttdato",
        "EXISTS (SELECT t.tiltak_id FROM tiltak AS t WHERE t.startdato < t.stoppdato)",
    ],
)
def test_a_guard_is_missed_beside_what_may_be_true_of_an_empty_value(
    book: RuleBook, rest: str
) -> None:
    assert why(book, "startdato IS NOT NULL", rest) is None


def test_a_guard_of_several_values_holds_when_all_of_them_are_empty(book: RuleBook) -> None:
    either = "startdato IS NOT NULL OR sluttdato IS NOT NULL"
    first = "COALESCE(startdato, sluttdato) IS NOT NULL"

    for guard in (either, first):
        assert why(book, guard, "sluttdato < tilbud_dato") == EMPTY
        assert why(book, guard, "tilbud_dato < krav_dato") is None
    assert why(book, "startdato IS NOT NULL OR avsluttet", "sluttdato < startdato") is None


def test_a_condition_that_names_nothing_of_the_row_asks_about_the_extract(book: RuleBook) -> None:
    exists = "EXISTS (SELECT 1 FROM vedtak AS v WHERE v.vedtakstype = 'TILDELING'{})"

    assert why(book, exists.format("")) == EXTRACT
    assert why(book, "MILJOE() = 'produksjon'") == EXTRACT
    assert why(book, exists.format(" AND v.program_id = program.program_id")) is None


def test_a_guard_of_the_own_key_is_told_as_that(book: RuleBook) -> None:
    assert why(book, "program_id IS NOT NULL", "startdato IS NULL") == KEY
    assert why(book, "person_id IS NOT NULL", "startdato IS NULL") is None


def test_any_other_condition_must_be_tried(book: RuleBook) -> None:
    assert why(book, "avsluttet", "sluttdato < startdato") is None
