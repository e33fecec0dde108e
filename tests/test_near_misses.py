"""Near misses: the examples of many rules together, and a rule that has come to find them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from nircheck import sample
from nircheck.examples import NearMisses, near_misses, parse
from nircheck.examples.verdicts import OK
from nircheck.rulebook import RuleBook
from nircheck.rulebook.compile import compile_rule

FEW = ("NIR-100", "NIR-141", "NIR-204", "NIR-339", "NIR-342", "NIR-380", "NIR-382", "NIR-388")


@pytest.fixture(scope="module")
def few(book: RuleBook) -> Iterator[dict[str, NearMisses]]:
    with near_misses(book, FEW) as nearby:
        yield nearby


def _loosened(book: RuleBook) -> RuleBook:
    """The rule book where NIR-102 has lost the condition that the programme is ended."""
    old = book.by_id["NIR-102"]
    kept = "avslutningsaarsak = 'IKKE_REGISTRERT'"
    assert old.rule.applies == f"avsluttet AND {kept}"
    rule = old.rule.model_copy(update={"applies": kept})
    new = compile_rule(rule, old.chapter, book.views, book.contract, book.policy)
    return replace(book, rules=tuple(new if c is old else c for c in book.rules))


def test_every_example_that_is_in_order_is_a_row_of_the_register(
    few: dict[str, NearMisses], book: RuleBook
) -> None:
    for rule_id, nearby in few.items():
        compiled = book.by_id[rule_id]
        in_order = [example for example in parse(compiled.rule) if example.expected == OK]
        rows = nearby.register.connection.execute(f"SELECT noekkel FROM {compiled.rule.table}")

        assert len(nearby.keys) == len(in_order) > 0, rule_id
        assert nearby.keys <= {key for (key,) in rows.fetchall()}, rule_id


def test_no_near_miss_is_found(few: dict[str, NearMisses]) -> None:
    assert {rule_id: nearby.mistaken for rule_id, nearby in few.items() if nearby.mistaken} == {}


def test_rules_of_one_extract_date_share_a_register(few: dict[str, NearMisses]) -> None:
    shared = few["NIR-100"].register

    together = {rule_id for rule_id, nearby in few.items() if nearby.register is shared}

    assert together >= {"NIR-100", "NIR-141", "NIR-380", "NIR-382", "NIR-388"}
    assert few["NIR-204"].register.uttrekksdato != shared.uttrekksdato


def test_a_rule_that_rows_of_others_disturb_is_judged_alone(few: dict[str, NearMisses]) -> None:
    registers = [few[rule_id].register for rule_id in ("NIR-100", "NIR-339", "NIR-342")]

    assert len({id(register) for register in registers}) == 3


def test_a_rule_without_one_of_its_conditions_finds_near_misses(book: RuleBook) -> None:
    without = _loosened(book)

    with near_misses(without, ("NIR-100", "NIR-102", "NIR-141")) as nearby:
        mistaken = {rule_id for rule_id, each in nearby.items() if each.mistaken}

    assert mistaken == {"NIR-102"}


@pytest.mark.slow
def test_a_near_miss_that_is_found_lowers_the_precision(book: RuleBook) -> None:
    (score,) = sample.truth(_loosened(book), sample.Order(persons=800, seed=2), 2, ["NIR-102"])

    assert score.recall == 1.0
    assert score.precision < 1.0
    assert not score.right
    assert any(line.startswith("NIR-102 on a near miss (NIR-102-") for line in score.told)


@pytest.mark.slow
def test_no_near_miss_of_any_active_rule_is_found(book: RuleBook) -> None:
    active = [file.rule.id for file in book.files if file.rule.status == "active"]

    with near_misses(book, active) as nearby:
        mistaken = {rule_id: each.mistaken for rule_id, each in nearby.items() if each.mistaken}
        empty = [rule_id for rule_id, each in nearby.items() if not each.keys]

    assert (mistaken, empty) == ({}, [])
