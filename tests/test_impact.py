"""What a change of the rule book would do: told in numbers, none of them small, nobody named."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import nircheck
from extracts import EXPECTATIONS, ROOT, SAMPLE, Extract, audited
from nircheck import impact, rulebook
from nircheck.impact import Impact
from nircheck.impact.compare import RuleImpact, Side
from nircheck.rulebook import RuleBook
from nircheck.run import Run

ACCEPTED = ROOT / "tests" / "snapshots" / "rows-judged.json"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory, book: RuleBook) -> Path:
    """Thirty programmes in six kommuner: half of them without a reason for ending."""
    extract = Extract()
    for number in range(30):
        kommune = ("0301", "1103", "1106", "1515", "1804", "5001")[number % 6]
        person = extract.add("person", kommunenummer=kommune)
        ended = {"avslutningsaarsak": "HEVET" if number % 2 else None}
        program = extract.add(
            "program", person_id=person, kommunenummer=kommune, sluttdato="2024-02-01",
            avslutningsgruppe="AVSLUTTET", **ended,
        )  # fmt: skip
        extract.add("tiltak", person_id=person, program_id=program, kommunenummer=kommune)
    return extract.write(tmp_path_factory.mktemp("folk") / "uttrekk", book)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The rule book with NIR-100 alone, which is quick to judge: in use, and as a draft."""
    folders = {}
    for name, status in (("gammel", "active"), ("ny", "draft")):
        folder = folders[name] = tmp_path_factory.mktemp("regelbok") / name
        key_figures = shutil.ignore_patterns("_noekkeltall.yaml")  # rest on the other rules
        shutil.copytree(EXPECTATIONS, folder, ignore=key_figures)
        for path in folder.rglob("NIR-*.yaml"):
            text = re.sub(r"suppressed_by: .*\n", "", path.read_text(encoding="utf-8"))
            path.unlink()
            if path.name.startswith("NIR-100-"):
                text = text.replace("status: active", f"status: {status}")
                path.write_text(text, encoding="utf-8", newline="\n")
    return folders


@pytest.fixture(scope="module")
def before(people: Path, books: dict[str, Path]) -> Run:
    """The run before the change."""
    return audited(rulebook.load(books["gammel"]), people)


@pytest.fixture(scope="module")
def found(people: Path, books: dict[str, Path], before: Run) -> Impact:
    """What taking NIR-100 out of use does."""
    return impact.compare(before, audited(rulebook.load(books["ny"]), people))


def test_a_rule_taken_out_of_use_takes_its_findings_with_it(found: Impact) -> None:
    (rule,) = found.rules

    assert (rule.rule_id, rule.before.status, rule.after.status) == ("NIR-100", "active", "draft")
    assert (rule.gone, rule.added, rule.kept) == (15, 0, 0)
    assert (len(rule.before.kommuner), len(rule.after.kommuner)) == (3, 0)
    assert (found.with_rows, found.moved, found.percent) == (6, 3, 50.0)
    assert found.moves == {("feil", "uten"): 3}


def test_the_same_rule_book_does_nothing(before: Run) -> None:
    same = impact.compare(before, before)

    assert (same.rules, same.moved, same.percent) == ((), 0, 0.0)
    for form in ("nb", "nn"):
        text = impact.as_markdown(same, impact.shown(same, 5), 5, form)  # type: ignore[arg-type]
        assert "|" not in text


@pytest.mark.parametrize(("limit", "code"), [("0", 1), ("100", 0)])
def test_the_exit_code_tells_whether_too_many_kommuner_change_status(
    limit: str, code: int, people: Path, books: dict[str, Path]
) -> None:
    done = nircheck(
        "rules", "impact", people, "--gammel", books["gammel"], "--ny", books["ny"],
        "--grense", limit, "--format", "json",
    )  # fmt: skip

    told = json.loads(done.out)
    assert done.code == code
    assert told["kommuner"]["ny_status"] == 3
    assert told["kommuner"]["overganger"] == [{"fra": "feil", "til": "uten", "kommuner": 3}]
    assert told["regler"][0]["funn"]["borte"] == 15


def test_nobody_and_no_kommune_is_named(found: Impact, before: Run) -> None:
    text = impact.as_markdown(found, impact.shown(found, 5), 5, "nb")
    text += impact.as_json(found, impact.shown(found, 5), 5)
    named = {name for k in before.facts["kommuner"].values() if (name := k["navn"])}
    keys = set(before.findings.column("noekkel").to_pylist())

    words = set(re.findall(r"\w[\w-]+", text))

    assert not words & (named - {"Sum"})
    assert not words & keys


def rule(rule_id: str, kept: int, other_grade: int, added: int, gone: int) -> RuleImpact:
    side = Side("active", "avvik", 100, frozenset({"0301"}))
    return RuleImpact(rule_id, {}, side, side, kept, other_grade, added, gone, 1)


@given(st.lists(st.tuples(*[st.integers(0, 12)] * 4), min_size=1, max_size=4))
def test_no_small_number_of_findings_is_told_or_follows_from_others(
    counts: list[tuple[int, int, int, int]],
) -> None:
    rules = tuple(rule(f"NIR-{at}", *numbers) for at, numbers in enumerate(counts))
    told = impact.shown(Impact("2026-10-31", ("a", "b"), rules, Counter(), 1, ()), 5)

    for numbers in (*told.rules.values(), told.total):
        assert all(n is None or n == 0 or n >= 5 for n in numbers.values())
        if None not in (numbers["foer"], numbers["borte"], numbers["naa"]):
            kept = numbers["foer"] - numbers["borte"]  # type: ignore[operator]
            assert kept == 0 or kept >= 5
            assert numbers["nye"] is not None


def test_what_is_not_hidden_adds_up(found: Impact) -> None:
    told = impact.shown(found, 0)
    numbers = told.rules["NIR-100"]

    assert numbers == told.total
    assert numbers == {
        "foer": 15, "naa": 0, "nye": 0, "borte": 15, "nytt_alvor": 0, "som_foer": 0
    }  # fmt: skip


def test_a_rule_that_fails_after_the_change_is_told_of(found: Impact) -> None:
    broken = replace(found, failed=("NIR-100",))

    assert "NIR-100." in impact.as_markdown(broken, impact.shown(broken, 5), 5, "nn")


def test_what_rules_find_in_the_sample_is_accepted_and_so_is_what_they_are_about(
    sample_run: Run,
) -> None:
    """`accepted.json` holds the findings of the sample extract; this holds how many rows each rule
    judged there, so that a rule that comes to be about other rows is noticed as well."""
    now: dict[str, Any] = {
        rule_id: {"status": rule["status"], "rows": rule["applies"]}
        for rule_id, rule in sample_run.facts["rules"].items()
        if rule["applies"]
    }
    text = json.dumps(now, indent=0, sort_keys=True) + "\n"
    if os.environ.get("NIRCHECK_SNAPSHOTS"):
        ACCEPTED.write_text(text, encoding="utf-8", newline="\n")
    before = json.loads(ACCEPTED.read_text(encoding="utf-8"))

    differs = {k: (before.get(k), now.get(k)) for k in before | now if before.get(k) != now.get(k)}

    assert differs == {}, (
        "rules are about other rows than was accepted; see `nircheck rules impact`, and if it is "
        "meant, run this test with NIRCHECK_SNAPSHOTS=1 and commit the difference"
    )
    assert (SAMPLE / "accepted.json").is_file()
