"""A large invented register without defects: no rule finds fault, and every chapter has rows."""

from __future__ import annotations

from collections import Counter

import pytest

from nircheck import sample
from nircheck.engine import judge
from nircheck.engine.judge import Judgement
from nircheck.rulebook import RuleBook
from nircheck.sample.built import built
from nircheck.sample.clean import clean

pytestmark = pytest.mark.slow

NEVER_IN_A_CLEAN_REGISTER = {
    "NIR-102": "only programmes that NIR itself has ended",
    "NIR-104": "only programmes without a reason",
    "NIR-332": "only real people",
    "NIR-387": "needs the month before",
    "NIR-388": "needs the month before",
    "NIR-389": "needs the month before",
    "NIR-403": "only in January and February",
}


@pytest.fixture(scope="module")
def judged(book: RuleBook) -> Judgement:
    order = sample.Order(persons=20_000, seed=7)
    with built(clean(order, book.contract, book.folder), book, order.day) as register:
        return judge(register, book.running())


def test_no_active_rule_finds_fault_with_a_clean_register(
    judged: Judgement, book: RuleBook
) -> None:
    active = {c.rule.id for c in book.rules if c.rule.status == "active"}

    found = Counter(f["rule_id"] for f in judged.findings.to_pylist() if f["rule_id"] in active)

    assert found == {}
    assert judged.failed == {}


def test_every_active_rule_has_rows_it_applies_to(judged: Judgement, book: RuleBook) -> None:
    applies: Counter[str] = Counter()
    for row in judged.counts.to_pylist():
        applies[row["rule_id"]] += row["applies"]

    idle = {
        file.rule.id
        for file in book.files
        if file.rule.status == "active" and not applies[file.rule.id]
    }

    assert idle == set(NEVER_IN_A_CLEAN_REGISTER)
