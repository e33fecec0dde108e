"""The truth about planted defects is lost when a rule loses one of its conditions."""

from __future__ import annotations

import pytest

from nircheck import sample
from nircheck.rulebook import RuleBook
from nircheck.sample import Loosened

SAMPLED = (
    "NIR-100", "NIR-105", "NIR-111", "NIR-244", "NIR-249", "NIR-270", "NIR-291", "NIR-310",
    "NIR-313", "NIR-364", "NIR-365",
)  # fmt: skip
WHOLLY = {"NIR-249", "NIR-364"}
"""Rules with clean rows on the other side of every condition."""


@pytest.fixture(scope="module")
def conditions(book: RuleBook) -> list[Loosened]:
    return sample.loosened(book, sample.Order(persons=800, seed=2), 2, SAMPLED)


@pytest.mark.slow
def test_without_a_condition_that_makes_the_defect_recall_or_precision_falls(
    conditions: list[Loosened],
) -> None:
    tried = [c for c in conditions if c.condition.startswith("fails") or c.rule_id in WHOLLY]

    assert {each.rule_id for each in tried} == set(SAMPLED)
    assert [f"{each.rule_id} {each.condition}" for each in tried if not each.falls] == []


@pytest.mark.slow
def test_most_conditions_of_the_sampled_rules_are_missed(conditions: list[Loosened]) -> None:
    assert sum(each.falls for each in conditions) > len(conditions) / 2


def test_a_condition_is_missed_when_findings_come_or_go() -> None:
    assert Loosened("NIR-100", "fails: x", right=5, found=9, kept=5).precision == 5 / 9
    assert Loosened("NIR-100", "fails: x", right=5, found=9, kept=5).falls
    assert Loosened("NIR-100", "fails: x", right=5, found=4, kept=4).falls
    assert not Loosened("NIR-100", "fails: x", right=5, found=5, kept=5).falls
