"""Rules over delivered tables are counted in one statement, to the same numbers as each alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extracts import SAMPLE
from nircheck.engine import judge, together
from nircheck.rulebook import CompiledRule, RuleBook
from readings import reading


def over_tiltak(book: RuleBook) -> list[CompiledRule]:
    return [c for c in book.running() if c.source == "basis.tiltak"]


def broken(compiled: CompiledRule) -> CompiledRule:
    """The same rule, asking what no text can answer."""
    asks = replace(compiled.predicates, fails="CAST(noekkel AS INTEGER) > 0")
    return replace(
        compiled,
        predicates=asks,
        counts=compiled.counts.replace(compiled.predicates.fails, asks.fails),
        findings=compiled.findings.replace(compiled.predicates.fails, asks.fails),
    )


def test_counted_together_or_alone_the_numbers_are_the_same(book: RuleBook) -> None:
    with reading(book, SAMPLE) as register:
        beside = judge(register, book.running())
    with reading(book, SAMPLE) as register:
        alone = judge(register, book.running(), seconds=3600)

    assert beside.counts.num_rows > 1000
    assert beside.counts.equals(alone.counts)
    assert beside.findings.equals(alone.findings)
    assert beside.linked.equals(alone.linked)


def test_only_rules_over_delivered_tables_are_counted_together(book: RuleBook) -> None:
    batches = list(together.worth_while(book.running()))

    beside = [batch for batch in batches if len(batch) > 1]
    assert len(beside) > 5
    assert all(compiled.source != compiled.rule.table for batch in beside for compiled in batch)
    assert all(len({compiled.source for compiled in batch}) == 1 for batch in beside)
    assert sorted(c.rule.id for batch in batches for c in batch) == sorted(
        c.rule.id for c in book.running()
    )


@pytest.mark.parametrize("seconds", [None, 3600.0])
def test_a_rule_that_raises_fails_alone_and_the_others_are_run_once(
    book: RuleBook, seconds: float | None
) -> None:
    """great_expectations asks again for all that it asked for together with one that raises."""
    told: list[str] = []
    first = book.by_id["KON-tiltak.kommunenummer-form"]
    others = [c for c in book.running() if c.rule.table == "tiltak" and c is not first]
    with reading(book, SAMPLE) as register:
        whole = judge(register, [first, *others])
    with reading(book, SAMPLE) as register:
        judged = judge(
            register, [broken(first), *others], lambda rule, _: told.append(rule), seconds=seconds
        )

    assert judged.failed == {first.rule.id: "ConversionException"}
    kept = [row for row in whole.counts.to_pylist() if row["rule_id"] != first.rule.id]
    assert judged.counts.to_pylist() == kept
    assert judged.findings.num_rows > 20
    assert judged.findings.equals(whole.findings)
    assert sorted(told) == sorted({c.rule.id for c in others} - judged.not_run.keys())
