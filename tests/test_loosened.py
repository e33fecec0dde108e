"""The truth about planted defects is lost when a rule loses one of its conditions."""

from __future__ import annotations

import pytest

from nircheck import sample
from nircheck.rulebook import RuleBook
from nircheck.sample import Loosened

SAMPLED = ("NIR-100", "NIR-105", "NIR-115", "NIR-270", "NIR-291", "NIR-310", "NIR-337", "NIR-339")


@pytest.fixture(scope="module")
def conditions(book: RuleBook) -> list[Loosened]:
    return sample.loosened(book, sample.Order(persons=800, seed=2), 2, SAMPLED)


@pytest.mark.slow
def test_without_any_condition_of_a_sampled_rule_recall_or_precision_falls(
    conditions: list[Loosened],
) -> None:
    assert {each.rule_id for each in conditions} == set(SAMPLED)
    assert len(conditions) > len(SAMPLED)
    assert [f"{each.rule_id} {each.condition}" for each in conditions if not each.falls] == []


def test_a_condition_is_missed_when_findings_come_or_go() -> None:
    assert Loosened("NIR-100", "fails: x", right=5, found=9, kept=5).precision == 5 / 9
    assert Loosened("NIR-100", "fails: x", right=5, found=9, kept=5).falls
    assert Loosened("NIR-100", "fails: x", right=5, found=4, kept=4).falls
    assert not Loosened("NIR-100", "fails: x", right=5, found=5, kept=5).falls
