"""The gate: every deviation once, with its cause, and the rules it stops."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import nircheck
from extracts import SAMPLE, audited
from gate_corpus import CASES, OPTIONAL, Case, clean, rewrite, written
from nircheck.gate.check import Result, check
from nircheck.gate.wording import Wording
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
    assert stopped <= set(result.not_run)
    if case.gone:
        assert set(result.not_run) == stopped
        (cause,) = (d for d in result.deviations if d.rule_id in case.told and d.not_run)
        assert (cause.place,) == case.gone
        assert set(cause.not_run) >= {
            c.rule.id
            for c in book.running()
            if any(f"{need}.".startswith(f"{cause.place}.") for need in c.needs)
        }
    for rule_id, codes in case.codes.items():
        (found,) = (d for d in result.deviations if d.rule_id == rule_id)
        assert found.named_codes["nye"] == codes


def test_rules_on_dates_no_one_can_read_are_those_the_audit_does_not_judge(
    tmp_path: Path, book: RuleBook, before: Survey
) -> None:
    (case,) = (case for case in CASES if case.name == "dates in another form")
    result, _ = gated(case, tmp_path / "uttrekk", book, before)

    rules = audited(book, tmp_path / "uttrekk").facts["rules"]

    (found,) = (d for d in result.deviations if d.rule_id in case.told)
    judged = {rule for rule in found.not_run if rules[rule]["outcome"] in ("avvik", "ingen_avvik")}
    assert judged == set()
    assert sum(rules[rule]["outcome"] == "ikke_kjoert" for rule in found.not_run) > 20
    assert found.values["form"] == "99/99/9999"


def test_codes_that_came_and_went_are_told_together_with_their_rows(
    tmp_path: Path, book: RuleBook, before: Survey
) -> None:
    case = Case("", rewrite("permisjon", "aarsak", lambda *_: "HJEMMEKONTOR"), {}, (), True)

    result, _ = gated(case, tmp_path / "uttrekk", book, before)

    (found,) = (d for d in result.deviations if d.place == "permisjon.aarsak")
    assert found.named_codes == {"nye": {"HJEMMEKONTOR": 30}, "borte": {"SYKDOM_BARN": 30}}
    assert "HJEMMEKONTOR (30 rader)" in Wording("nb").sentence(found)


def test_the_sample_extract_passes(book: RuleBook) -> None:
    with read(SAMPLE, book) as found:
        result = check(found, book, book.contract)

    assert {(d.kind, d.table) for d in result.deviations} == {
        ("tabell_ikke_levert", "fravaer"),
        ("tabell_ikke_levert", "mottak"),
    }
    assert len(result.not_run) == 21 + 23


def test_no_value_from_the_row_of_a_person_is_shown(tmp_path: Path, book: RuleBook) -> None:
    secret = iter(f"Kari Nordmann{n} 018190 1236{n % 10}" for n in range(10_000))
    tables = clean(book)
    for rows in tables.values():
        for row in rows:
            for column in row:
                if not column.endswith("_id"):
                    row[column] = next(secret)
    tables["person"][0]["person_id"] = "01819012365"
    folder = written(tables, tmp_path / "uttrekk", book)

    forms = ("json", "sarif", "junit", "github")
    reports = [f"{form}={tmp_path / form}" for form in forms]

    done = nircheck("gate", folder, *(word for one in reports for word in ("--rapport", one)))

    assert done.code == 1
    told = [(tmp_path / form).read_text("utf-8") for form in forms]
    for text in (done.out, done.err, *told):
        assert not re.search("Nordmann|018190|01819012365", text)


def test_a_single_code_that_is_a_name_is_never_shown(tmp_path: Path, book: RuleBook) -> None:
    tables = clean(book)
    for number, row in enumerate(tables["tiltak"]):
        row["tiltakstype"] = f"NORDMANN{'ABCDEFGHIJ'[number % 10]}"

    done = nircheck("gate", written(tables, tmp_path / "u", book), "--format", "json")

    (found,) = (d for d in json.loads(done.out)["deviations"] if d["kind"] == "kode")
    assert found["codes"] == {"nye": {"…": 30}}
