"""Mutants: each slip there could be in a rule, and whether the examples notice it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commands import nircheck
from extracts import EXPECTATIONS
from nircheck.examples import Score, load_defaults, score
from nircheck.examples.mutants import mutants
from nircheck.rulebook import Grade, Rule, RuleBook
from nircheck.rulebook.compile import compile_rule
from nircheck.rulebook.model import Survivor, Validity

DEFAULTS = load_defaults(EXPECTATIONS)


def rule(book: RuleBook, **keys: Any) -> Rule:
    """NIR-140, which compares two dates, with other keys."""
    return book.by_id["NIR-140"].rule.model_copy(update=keys)


def slips(book: RuleBook, **keys: Any) -> list[str]:
    keys = {"applies": "TRUE", "fails": "FALSE"} | keys
    return [mutant.what for mutant in mutants(rule(book, **keys))]


def scored(book: RuleBook, changed: Rule) -> Score:
    compiled = compile_rule(changed, "datoer", book.views, book.contract, book.policy)
    others = tuple(c for c in book.rules if c.rule.id != changed.id)
    return score(changed.id, replace(book, rules=(*others, compiled)), DEFAULTS)


@pytest.mark.parametrize(
    ("fails", "expected"),
    [
        ("a < b", ["LTE in `a < b`"]),
        ("a <> 1", ["EQ in `a <> 1`", "-1 in `1`", "+1 in `1`"]),
        ("a IS NULL", ["NOT in `a IS NULL`"]),
        ("NOT a", ["without NOT in `NOT a`"]),
        (
            "a OR b",
            [
                "AND in `a OR b`",
                "without the right side in `a OR b`",
                "without the left side in `a OR b`",
            ],
        ),
        (
            "a IN ('X', 'Y')",
            ["without 'X' in `a IN ('X', 'Y')`", "without 'Y' in `a IN ('X', 'Y')`"],
        ),
        ("a BETWEEN b AND c", ["without its ends in `a BETWEEN b AND c`"]),
        ("FORFALT(a)", ["-1 day in `FORFALT(a)`", "+1 day in `FORFALT(a)`"]),
        (
            "a = PARAMETER('x')",
            [
                "NEQ in `a = PARAMETER('x')`",
                "-1 in `PARAMETER('x')`",
                "+1 in `PARAMETER('x')`",
            ],
        ),
    ],
)
def test_each_part_of_a_predicate_is_changed(
    book: RuleBook, fails: str, expected: list[str]
) -> None:
    assert slips(book, fails=fails) == [f"fails: {what}" for what in expected]


def test_a_date_is_moved_by_a_day_either_way(book: RuleBook) -> None:
    changed = list(mutants(rule(book, applies="TRUE", fails="a = DATE '2024-01-01'")))

    moved = [mutant.rule.fails for mutant in changed if "day" in mutant.what]
    assert moved == ["a = CAST('2023-12-31' AS DATE)", "a = CAST('2024-01-02' AS DATE)"]


def test_a_guard_against_an_empty_value_that_is_compared_is_left(book: RuleBook) -> None:
    idle = slips(book, fails="a IS NOT NULL AND a < b")
    needed = slips(book, fails="a IS NOT NULL AND c < b")

    assert [what for what in idle if "left side" in what] == []
    assert [what for what in needed if "left side" in what] == [
        "fails: without the left side in `NOT a IS NULL AND c < b`"
    ]


def test_laws_validity_and_grades_are_changed(book: RuleBook) -> None:
    valid = Validity.model_validate({"by": "startdato", "from": None, "to": None})
    grades = [Grade(severity="feil", when="a < b"), Grade(severity="info")]

    found = slips(book, regimes=["INT", "KAP6A"], valid=valid, severity=grades)

    assert found == [
        "severity: without grade 1",
        "severity 1: LTE in `a < b`",
        "regimes: without INT",
        "regimes: without KAP6A",
        "regimes: with IL",
    ]


def test_a_bound_of_the_validity_is_moved_and_dropped(book: RuleBook) -> None:
    dated = book.by_id["NIR-140"].rule.valid.model_copy(
        update={"by": "startdato", "from_": DEFAULTS.uttrekksdato}
    )

    assert slips(book, valid=dated) == [
        "valid: from 2024-06-29",
        "valid: from 2024-07-01",
        "valid: from None",
    ]


def test_examples_on_both_sides_of_a_limit_kill_its_mutants(book: RuleBook) -> None:
    found = score("NIR-140", book, DEFAULTS)

    assert (found.killed, found.survivors, found.percent) == (3, [], 100.0)


POOR = """
program_id | startdato  | sluttdato  | ?
p1         | 2023-03-01 | 2023-01-01 | FAIL
p2         | 2023-03-01 | 2023-09-01 | ok
"""
ALIVE = "fails: LTE in `sluttdato < startdato`"


def test_a_limit_without_an_example_on_it_lets_a_mutant_live(book: RuleBook) -> None:
    found = scored(book, rule(book, applies="TRUE", examples=POOR))

    assert found.survivors == [ALIVE]
    assert not found.enough


def test_a_mutant_with_a_reason_to_live_is_left_out(book: RuleBook) -> None:
    reason = [Survivor(mutant=ALIVE, why="for the test")]

    found = scored(book, rule(book, applies="TRUE", examples=POOR, survivors=reason))

    assert (found.survivors, found.excused, found.enough) == ([], [ALIVE], True)


def test_a_mutant_that_only_counts_other_rows_is_unseen(book: RuleBook) -> None:
    found = scored(book, rule(book, applies="sluttdato IS NOT NULL", fails="FALSE"))

    assert found.unseen == 1


def test_the_command_prints_the_score_of_each_rule() -> None:
    result = nircheck("rules", "mutants", "NIR-140")

    assert result.code == 0
    assert "NIR-140  100.0 %  3 killed" in result.out


def test_the_command_refuses_a_rule_that_has_no_file() -> None:
    result = nircheck("rules", "mutants", "NIR-199")

    assert result.code == 2
    assert "no rule file for NIR-199" in result.err
