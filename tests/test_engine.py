"""The door to great_expectations: exported suites load and run in a plain context."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import great_expectations as gx
import pytest

from nircheck.engine import ExpectNoDefects, suites
from nircheck.rulebook import RuleBook

PLAIN_CONTEXT = """
import json, sys
import great_expectations as gx
import nircheck.engine

context = gx.get_context(mode="ephemeral")
for path in sys.argv[1:]:
    data = json.load(open(path, encoding="utf-8"))
    suite = context.suites.add(gx.ExpectationSuite(**data))
    kinds = {type(expectation).__name__ for expectation in suite.expectations}
    assert kinds == {"ExpectNoDefects"}, kinds
    print(suite.name, len(suite.expectations))
"""


def test_there_is_one_suite_per_chapter_and_one_expectation_per_rule(book: RuleBook) -> None:
    made = suites(book.running())

    assert [suite.name for suite in made] == sorted(
        {f"nircheck-{compiled.chapter}" for compiled in book.running()}
    )
    ids = [e.meta["rule_id"] for suite in made for e in suite.expectations]
    assert sorted(ids) == sorted(book.by_id)


def test_severity_and_meta_are_carried_through(book: RuleBook) -> None:
    (expectation,) = suites([book.by_id["NIR-171"]])[0].expectations

    assert expectation.severity == "critical"
    assert expectation.meta["chapter"] == "sluttmaal"
    assert expectation.meta["evidence"] == book.by_id["NIR-171"].rule.evidence
    (assumed,) = suites([book.by_id["KON-program.sluttmaal-kode"]])[0].expectations
    assert assumed.severity == "warning"


def test_the_extract_date_is_bound_only_when_it_is_known(book: RuleBook) -> None:
    rule = [book.by_id["NIR-100"]]
    (unbound,) = suites(rule)[0].expectations
    (bound,) = suites(rule, date(2024, 6, 30))[0].expectations

    assert "DATE_OF_EXTRACT" in unbound.findings
    assert "DATE_OF_EXTRACT" not in bound.findings
    assert "'2024-06-30'" in bound.findings


@pytest.mark.slow
def test_exported_suites_load_in_a_plain_context(book: RuleBook, tmp_path: Path) -> None:
    paths = []
    for suite in suites(book.running()):
        path = tmp_path / f"{suite.name}.json"
        path.write_text(json.dumps(suite.to_json_dict()), encoding="utf-8")
        paths.append(path)

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PLAIN_CONTEXT, *paths],
        capture_output=True,
        text=True,
        check=True,
    )

    sizes = {line.split()[0]: int(line.split()[1]) for line in done.stdout.splitlines()}
    assert sum(sizes.values()) == len(book.running())


def test_an_expectation_without_an_open_register_says_what_to_do() -> None:
    context = gx.get_context(mode="ephemeral")
    batch = (
        context.data_sources.add_pandas("empty")
        .add_dataframe_asset("empty")
        .add_batch_definition_whole_dataframe("empty")
        .get_batch({"dataframe": __import__("pandas").DataFrame({"a": [1]})})
    )

    result = batch.validate(
        ExpectNoDefects(rule_id="NIR-100", findings="SELECT 1", counts="SELECT 1")
    )

    assert not result.success
    assert "no register is open" in str(result.exception_info)
