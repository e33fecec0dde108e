"""The truth about planted defects is lost when a rule loses one of its conditions."""

from __future__ import annotations

import pytest

from nircheck import sample
from nircheck.rulebook import RuleBook
from nircheck.sample import Loosened
from nircheck.sample.loosened import JUDGED
from nircheck.sample.unmissed import EMPTY, EXTRACT, KEY

SAMPLED = (
    "NIR-100", "NIR-111", "NIR-244", "NIR-249", "NIR-270", "NIR-291", "NIR-310",
    "NIR-313", "NIR-338", "NIR-364", "NIR-365", "NIR-380",
)  # fmt: skip
HAS_NUMBERS = (
    "EXISTS(SELECT q.person_id FROM person AS q "
    "WHERE NOT COALESCE(q.foedselsnummer, q.dufnummer) IS NULL)"
)


@pytest.fixture(scope="module")
def conditions(book: RuleBook) -> list[Loosened]:
    return sample.loosened(book, sample.Order(persons=800, seed=2), 2, SAMPLED)


def test_every_condition_of_the_sampled_rules_is_missed_or_it_is_told_why_not(
    conditions: list[Loosened],
) -> None:
    assert {each.rule_id for each in conditions} == set(SAMPLED)
    assert [f"{each.rule_id} {each.condition}" for each in conditions if each.untried] == []


def test_without_a_condition_that_makes_the_defect_recall_or_precision_falls(
    conditions: list[Loosened],
) -> None:
    kept = [each for each in conditions if each.condition.startswith("fails") and not each.falls]

    assert kept == []


def test_the_reason_is_told_beside_what_nobody_would_miss(conditions: list[Loosened]) -> None:
    told = {f"{each.rule_id} {each.condition}": each.why for each in conditions if not each.falls}

    assert told == {
        "NIR-244 applies: tiltakstype LIKE 'SPRAAKTILBUD%'": JUDGED,
        "NIR-310 applies: NOT permisjon_id IS NULL": KEY,
        f"NIR-338 applies: {HAS_NUMBERS}": EXTRACT,
        "NIR-365 applies: NOT bydel IS NULL": EMPTY,
    }


@pytest.mark.slow
def test_every_condition_of_every_active_rule_is_missed_or_it_is_told_why_not(
    book: RuleBook,
) -> None:
    found = sample.loosened(book, sample.Order(persons=3000, seed=2), 2)

    assert [f"{each.rule_id} {each.condition}" for each in found if each.untried] == []
    assert sum(each.falls for each in found) > 3 * len(found) / 4


def test_a_condition_is_missed_when_findings_come_or_go() -> None:
    assert Loosened("NIR-100", "fails: x", right=5, found=9, kept=5).precision == 5 / 9
    assert Loosened("NIR-100", "fails: x", right=5, found=9, kept=5).falls
    assert Loosened("NIR-100", "fails: x", right=5, found=4, kept=4).falls
    assert Loosened("NIR-100", "fails: x", right=5, found=0, kept=0).falls
    assert not Loosened("NIR-100", "fails: x", right=5, found=5, kept=5).falls
    assert not Loosened("NIR-100", "fails: x", right=0, found=0, kept=0).falls


def test_a_condition_that_nobody_would_miss_is_untried_unless_it_is_told_why() -> None:
    assert Loosened("NIR-100", "fails: x", right=5, found=5, kept=5).untried
    assert not Loosened("NIR-100", "fails: x", right=5, found=5, kept=5, why="because").untried
    assert not Loosened("NIR-100", "fails: x", right=5, found=9, kept=5).untried
