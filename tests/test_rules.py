"""The examples in the rule files are the tests of the rules."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from extracts import EXPECTATIONS
from nircheck import rulebook
from nircheck.examples import Verdict, laws, load_defaults, parse, verdicts
from nircheck.examples.lint import describe

BOOK = rulebook.load(EXPECTATIONS)
DEFAULTS = load_defaults(EXPECTATIONS)

pytestmark = pytest.mark.uncounted


def rows() -> Iterator[object]:
    """Every judged example row, called what its file calls it; a worker takes a whole rule."""
    for file in BOOK.files:
        for example in parse(file.rule):
            if example.table == file.rule.table:
                yield pytest.param(file.rule.id, example.name, id=f"{file.rule.id}[{example.name}]")


@cache
def judged(rule_id: str, law: str) -> dict[str, Verdict]:
    """What a rule says of its rows, all put under one law where it is for several."""
    said = verdicts(BOOK.by_id[rule_id], BOOK, DEFAULTS, law)
    return {verdict.example.name: verdict for verdict in said}


@pytest.mark.parametrize(("rule_id", "name"), list(rows()))
def test_the_rule_says_what_the_example_says_under_every_law(rule_id: str, name: str) -> None:
    said = {law: judged(rule_id, law)[name] for law in laws(BOOK.by_id[rule_id].rule, DEFAULTS)}

    assert [describe(verdict, law) for law, verdict in said.items() if not verdict.right] == []
