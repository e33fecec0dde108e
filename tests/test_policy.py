"""The policy: limits and severities as data, dated and per kommune; every mistake told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from extracts import EXPECTATIONS, Extract
from nircheck import rulebook
from nircheck.errors import RuleBookError
from nircheck.rulebook import Rule, RuleBook
from nircheck.rulebook import policy as policies
from nircheck.rulebook.compile import CompiledRule, compile_rule
from nircheck.rulebook.policy import Policy
from nircheck.sql import bind
from readings import reading

OWN = """
switches: [{name: lov_2030, on: false, meaning: A law to come.}]
parameters:
  - name: lengste_dager
    unit: dager
    meaning: A limit.
    values:
      - {value: 100}
      - {value: 50.5, from: 2023-01-01}
      - {value: 10, from: 2023-06-01, switch: lov_2030}
"""


def policy(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return policies.load(EXPECTATIONS, path)


def rule(book: RuleBook, policy: Policy, fails: str, message: str = "Feil.") -> CompiledRule:
    """NIR-140 with another predicate and message."""
    document = book.by_id["NIR-140"].rule.model_dump(by_alias=True)
    document["valid"] = "always"
    document |= {"fails": fails, "message": {"nb": message, "nn": message}, "severity": "feil"}
    return compile_rule(Rule.model_validate(document), "datoer", book.views, book.contract, policy)


def found(book: RuleBook, folder: Path, compiled: CompiledRule) -> list[tuple[str, str, str]]:
    """Key, severity and message of what a rule finds."""
    with reading(book, folder) as register:
        sql = bind(compiled.findings, register.uttrekksdato)
        return sorted(
            register.connection.execute(
                f"SELECT noekkel, severity, melding_nb FROM ({sql}) AS f"
            ).fetchall()
        )


@pytest.fixture
def folder(tmp_path: Path, book: RuleBook, extract: Extract) -> Path:
    """Two programmes of 60 days: one from before, one from after the new limit; two kommuner."""
    extract.participant(startdato="2022-06-01", sluttdato="2022-07-30", kommunenummer="0301")
    extract.participant(startdato="2023-07-01", sluttdato="2023-08-29", kommunenummer="4204")
    return extract.write(tmp_path / "uttrekk", book)


TOO_LONG = "DAGER(startdato, sluttdato) > PARAMETER('lengste_dager', startdato)"


def test_a_parameter_has_the_value_that_held_on_the_date_of_the_row(
    book: RuleBook, tmp_path: Path, folder: Path
) -> None:
    compiled = rule(book, policy(tmp_path, OWN), TOO_LONG)

    assert [key for key, *_ in found(book, folder, compiled)] == ["PR2"]
    assert compiled.parameters == ("lengste_dager",)


def test_a_message_says_the_value_on_the_extract_date_with_a_comma(
    book: RuleBook, tmp_path: Path, folder: Path
) -> None:
    compiled = rule(
        book, policy(tmp_path, OWN), TOO_LONG, "Mer enn {parameter.lengste_dager} dager."
    )

    assert [message for *_, message in found(book, folder, compiled)] == ["Mer enn 50,5 dager."]


def test_a_switch_that_is_on_lets_its_values_count(
    book: RuleBook, tmp_path: Path, folder: Path
) -> None:
    on = policy(tmp_path, OWN.replace("on: false", "on: true"))
    compiled = rule(book, on, "PARAMETER('lengste_dager') = 10")

    assert len(found(book, folder, compiled)) == 2


def test_an_override_holds_for_its_kommune_and_period_only(
    book: RuleBook, tmp_path: Path, folder: Path
) -> None:
    override = (
        "overrides: [{{parameter: lengste_dager, value: 1, kommunenummer: '0301', {}why: x}}]"
    )
    during = policy(tmp_path, OWN + override.format("from: 2024-06-30, to: 2024-06-30, "))
    before = policy(tmp_path, OWN + override.format("to: 2024-06-29, "))

    assert [key for key, *_ in found(book, folder, rule(book, during, TOO_LONG))] == ["PR1", "PR2"]
    assert [key for key, *_ in found(book, folder, rule(book, before, TOO_LONG))] == ["PR2"]


def test_a_severity_can_be_overridden(book: RuleBook, tmp_path: Path, folder: Path) -> None:
    milder = "overrides: [{rule: NIR-140, severity: info, kommunenummer: '4204', why: agreed}]"
    compiled = rule(book, policy(tmp_path, OWN + milder), "TRUE")

    assert [(key, severity) for key, severity, _ in found(book, folder, compiled)] == [
        ("PR1", "feil"),
        ("PR2", "info"),
    ]


def test_a_parameter_is_read_inside_a_subquery(
    book: RuleBook, tmp_path: Path, folder: Path
) -> None:
    override = "overrides: [{parameter: lengste_dager, value: 1, kommunenummer: '0301', why: x}]"
    sql = (
        "EXISTS (SELECT 1 FROM tiltak AS t WHERE t.program_id = program.program_id "
        "AND PARAMETER('lengste_dager') = 1)"
    )
    compiled = rule(book, policy(tmp_path, OWN + override), sql)

    assert [key for key, *_ in found(book, folder, compiled)] == ["PR1"]


def test_the_run_says_which_policy_it_was_made_under(tmp_path: Path) -> None:
    facts = policy(tmp_path, OWN).as_facts(date(2024, 6, 30))

    assert facts["parameters"]["lengste_dager"] == 50.5
    assert facts["switches"]["lov_2030"] is False


def test_a_policy_of_ones_own_is_part_of_the_hash_of_the_rule_book(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(OWN, encoding="utf-8")

    assert rulebook.load(EXPECTATIONS, path).sha256 != rulebook.load(EXPECTATIONS).sha256


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value: 100", "value: mange", "'parameters.0.values.0.value': Input should be a number"),
        ("value: 100", "value: true", "'parameters.0.values.0.value': Input should be a number"),
        ("unit: dager", "enhet: dager", "Extra inputs are not permitted"),
        ("value: 50.5, from: 2023-01-01", "value: 50.5", "the others have 'from'"),
        ("switch: lov_2030", "switch: lov_2031", "unknown switch 'lov_2031'; did you mean"),
        ("\nswitches", "\noverrides: [{rule: NIR-140, why: x}]\nswitches", "an override has"),
        (
            "\nswitches",
            "\noverrides: [{parameter: lengste, value: 1, why: x}]\nswitches",
            "unknown parameter 'lengste'; did you mean 'lengste_dager'?",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in OWN
    with pytest.raises(RuleBookError) as caught:
        policy(tmp_path, OWN.replace(old, new, 1))

    problems = [str(problem) for problem in caught.value.problems]
    assert any(said in problem for problem in problems)
    assert all(problem.startswith(f"{tmp_path / 'policy.yaml'}:") for problem in problems)


def test_a_policy_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuleBookError, match="there is no such policy file"):
        policies.load(EXPECTATIONS, tmp_path / "ingen.yaml")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("PARAMETER('lengste_dagr')", "unknown parameter 'lengste_dagr'; did you mean"),
        ("PARAMETER(startdato)", "write PARAMETER('name')"),
        ("PARAMETER('lengste_dager', startdato, 1)", "write PARAMETER('name')"),
    ],
)
def test_a_wrong_call_is_told(book: RuleBook, tmp_path: Path, call: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"PARAMETER|parameter") as caught:
        rule(book, policy(tmp_path, OWN), f"1 > {call}")

    assert said in str(caught.value)
