"""The gate: every deviation once, with its cause, and the rules it stops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gate_corpus import CASES, OPTIONAL, Case, clean, written
from nircheck.gate.check import Result, check
from nircheck.ingest import Limits, Manifest, Survey, survey
from nircheck.rulebook import RuleBook


def read(path: Path, book: RuleBook) -> Survey:
    return survey([path], Manifest(), book.contract, book.views, book.folder, Limits(threads=1))


@pytest.fixture(scope="session")
def before(book: RuleBook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survey]:
    """The extract that every case changes, as it was the month before."""
    folder = written(clean(book), tmp_path_factory.mktemp("foer") / "uttrekk", book)
    with read(folder, book) as found:
        yield found


def gated(case: Case, folder: Path, book: RuleBook, before: Survey) -> tuple[Result, set[str]]:
    """What the gate says, and the rules the engine itself could not run on what was read."""
    tables = clean(book)
    case.change(tables, folder)
    written(tables, folder, book)
    with read(folder, book) as found:
        result = check(found, book, book.contract, before if case.with_previous else None)
        stopped = {
            compiled.rule.id
            for compiled in book.running()
            for reason in map(found.register.missing, compiled.needs)
            if reason and reason != "forrige_mangler"
        }
    return result, stopped


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_deviation_is_told_once_with_its_cause_and_its_rules(
    case: Case, tmp_path: Path, book: RuleBook, before: Survey
) -> None:
    result, stopped = gated(case, tmp_path / "uttrekk", book, before)

    told = [(d.rule_id, d.severity) for d in result.deviations if d.rule_id not in OPTIONAL]
    assert sorted(told) == sorted(case.told.items())
    assert bool(result.at_least("feil")) is ("feil" in case.told.values())
    missing = {d.place for d in result.deviations if d.not_run and d.severity != "info"} | {
        d.place for d in result.deviations if d.not_run and d.rule_id in case.told
    }
    assert set(case.gone) <= missing | {"tiltak"}
    assert stopped <= set(result.not_run)
    for rule_id, codes in case.codes.items():
        (found,) = (d for d in result.deviations if d.rule_id == rule_id)
        assert found.named_codes["nye"] == codes
