"""What the gate tells machines: valid by the schemas of others, and the same every time."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from commands import Done, nircheck
from extracts import ROOT, SAMPLE
from gate_corpus import another_name, both, clean, drop, rename, rewrite, written
from nircheck.gate.github import in_message, in_property
from nircheck.rulebook import RuleBook

SCHEMAS = ROOT / "tests" / "schemas"
FORMATS = ("json", "sarif", "junit", "github")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory, book: RuleBook) -> Path:
    """An extract in which much is wrong, and whose files have awkward names."""
    folder = tmp_path_factory.mktemp("port") / "uttrekk å, b"
    tables = clean(book)
    both(
        rename("program", "sluttdato", "sluttdatoen, ny"),
        rewrite("tiltak", "tiltakstype", lambda *_: "SPRAAKKURS", 9),
        rewrite("program", "startdato", lambda *_: "i går"),
        drop("person", "kjoenn"),
        another_name("permisjon", "fri.csv"),
    )(tables, folder)
    return written(tables, folder, book)


@pytest.fixture(scope="module")
def told(changed: Path) -> dict[str, Done]:
    return {form: nircheck("gate", changed, "--format", form) for form in FORMATS}


def complaints(schema: str, document: Any) -> list[str]:
    loaded = json.loads((SCHEMAS / schema).read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(loaded)(loaded)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def test_every_format_gives_the_same_verdict(told: dict[str, Done]) -> None:
    assert {done.code for done in told.values()} == {1}
    assert {done.err for done in told.values()} == {""}


def test_sarif_is_valid_with_one_result_per_check_and_table(told: dict[str, Done]) -> None:
    log = json.loads(told["sarif"].out)

    assert complaints("sarif-2.1.0-rtm.5.json", log) == []
    results = log["runs"][0]["results"]
    assert len({result["ruleId"] for result in results}) == len(results) > 5
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in results)
    (code,) = (r for r in results if r["ruleId"] == "KON-tiltak.tiltakstype-kode")
    assert code["occurrenceCount"] == 9
    assert code["properties"]["codes"] == {"nye": {"SPRAAKKURS": 9}}


def test_the_sarif_schema_does_complain(told: dict[str, Done]) -> None:
    log = json.loads(told["sarif"].out)
    del log["runs"][0]["results"][0]["message"]

    assert complaints("sarif-2.1.0-rtm.5.json", log) != []


def test_addresses_in_sarif_are_written_as_addresses(told: dict[str, Done]) -> None:
    results = json.loads(told["sarif"].out)["runs"][0]["results"]
    addresses = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results}

    assert all(re.fullmatch("[A-Za-z0-9%._~/-]+", address) for address in addresses)


def test_fingerprints_do_not_change_with_numbers_or_file_names(
    told: dict[str, Done], tmp_path: Path, book: RuleBook
) -> None:
    tables = clean(book)
    rewrite("tiltak", "tiltakstype", lambda *_: "ANNET_KURS", 20)(tables, tmp_path)
    another_name("tiltak", "TILTAK.CSV")(tables, tmp_path / "u")
    other = nircheck("gate", written(tables, tmp_path / "u", book), "--format", "sarif")

    def code(text: str) -> dict[str, str]:
        results = json.loads(text)["runs"][0]["results"]
        (found,) = (r for r in results if r["ruleId"] == "KON-tiltak.tiltakstype-kode")
        prints: dict[str, str] = found["partialFingerprints"]
        return prints

    assert code(other.out) == code(told["sarif"].out)


def test_junit_is_valid_and_its_sums_agree(told: dict[str, Done]) -> None:
    schema = xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))
    text = told["junit"].out

    schema.validate(text)
    assert not schema.is_valid(text.replace("testsuites", "testsuits"))
    content: Any = schema.to_dict(text)
    suites = content["testsuite"]
    assert sum(int(suite["@failures"]) for suite in suites) == int(content["@failures"]) == 5
    assert all(len(suite.get("testcase", ())) == int(suite["@tests"]) for suite in suites)


def test_junit_fails_no_case_that_does_not_close_the_gate(changed: Path) -> None:
    done = nircheck("gate", changed, "--format", "junit", "--fail-on", "aldri")

    assert done.code == 0
    assert "<failure" not in done.out
    assert "SPRAAKKURS" in done.out


def test_annotations_are_one_line_each_and_escaped(told: dict[str, Done]) -> None:
    lines = told["github"].out.splitlines()

    form = r"::(error|warning|notice) (file=[^:,]+,line=1,)?title=[^:,]+::[^\r\n]+"
    assert lines
    assert all(re.fullmatch(form, line) for line in lines)
    assert any("%0A" in line for line in lines)
    assert (
        "uttrekk å%2C b/program.csv" in told["github"].out
        or "file=program.csv" in told["github"].out
    )


@given(st.text())
def test_what_is_escaped_can_be_read_back_and_ends_nothing(text: str) -> None:
    message, value = in_message(text), in_property(text)

    assert not re.search("[\r\n]", message + value)
    assert not re.search("[:,]", value)
    for one in (message, value):
        back = one
        for escaped, plain in (
            ("%2C", ","),
            ("%3A", ":"),
            ("%0A", "\n"),
            ("%0D", "\r"),
            ("%25", "%"),
        ):
            back = back.replace(escaped, plain)
        assert back == text


def test_json_says_its_form_and_speaks_both_standards(told: dict[str, Done]) -> None:
    document = json.loads(told["json"].out)

    assert document["schema_version"] == 1
    assert document["passed"] is False
    assert sum(document["totals"].values()) == len(document["deviations"])
    assert all(d["message"]["nb"] and d["message"]["nn"] for d in document["deviations"])
    assert {d["effect"] for d in document["deviations"]} >= {"brudd"}


def test_the_same_extract_gives_the_same_bytes(changed: Path, told: dict[str, Done]) -> None:
    assert nircheck("gate", changed, "--format", "json").out == told["json"].out


def test_reports_are_written_beside_what_is_shown(tmp_path: Path) -> None:
    done = nircheck(
        "gate", SAMPLE, "--rapport", f"sarif={tmp_path / 'a' / 'b.sarif'}",
        "--rapport", f"junit={tmp_path / 'c.xml'}", cwd=tmp_path,
    )  # fmt: skip

    assert done.code == 0
    assert "Porten er åpen" in done.out
    assert json.loads((tmp_path / "a" / "b.sarif").read_text())["version"] == "2.1.0"
    assert (tmp_path / "c.xml").read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["finnes-ikke"], 3, "finnes-ikke"),
        ([SAMPLE, "--fail-on", "info"], 1, ""),
        ([SAMPLE, "--fail-on", "aldri"], 0, ""),
        ([SAMPLE, "--rapport", "pdf=x"], 2, "FORMAT=FIL"),
        ([SAMPLE, "--kontrakt", "mangler.yaml"], 2, "no such contract"),
        ([SAMPLE, "--tidspunkt", "i dag"], 2, "2026-10-31T12:00"),
        ([SAMPLE, "--forrige", "finnes-ikke"], 3, "finnes-ikke"),
        ([], 2, ""),
    ],
)
def test_exit_codes_are_those_of_the_page(
    arguments: list[object], code: int, said: str, tmp_path: Path
) -> None:
    done = nircheck("gate", *arguments, cwd=tmp_path)

    assert done.code == code
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_contract_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    own = tmp_path / "k.odcs.yaml"
    own.write_text(
        "kind: DataContract\nid: a\nversion: 1.0.0\nschema:\n  - name: Min tabell\n"
        "    properties:\n      - name: Kol 1\n"
    )

    done = nircheck("gate", SAMPLE, "--kontrakt", own)

    assert done.code == 2
    assert f"{own}:5" in done.err
    assert f"{own}:7" in done.err
