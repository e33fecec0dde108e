"""Examples: text tables, and the small register that is made around them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from extracts import EXPECTATIONS
from nircheck.contract import ROW_COLUMNS
from nircheck.examples import Example, ExampleError, laws, load_defaults, parse, verdicts
from nircheck.examples.world import World
from nircheck.rulebook import CompiledRule, Grade, Rule, RuleBook
from nircheck.rulebook.compile import compile_rule
from nircheck.rulebook.model import Validity

DEFAULTS = load_defaults(EXPECTATIONS)


def rule(book: RuleBook, examples: str | dict[str, str] | None, **keys: Any) -> Rule:
    """NIR-100 with other examples."""
    return book.by_id["NIR-100"].rule.model_copy(update={"examples": examples} | keys)


def example(table: str, number: int = 1, expected: str | None = None, **cells: Any) -> Example:
    named = {name.replace("__", "."): value for name, value in cells.items()}
    return Example(table, number, named, expected, "")


def placed(book: RuleBook, *examples: Example, law: str = "INT") -> World:
    world = World(book.contract, DEFAULTS, law)
    world.place(list(examples))
    return world


# Text tables.


def test_a_text_table_gives_cells_verdicts_and_remarks(book: RuleBook) -> None:
    text = """
      # a remark on a line by itself
      program_id | sluttdato  | ?
      p1         | 2024-03-01 | ok          # same day is allowed

      p2         |            | FAIL feil
    """

    examples = parse(rule(book, text))

    assert [(e.name, e.cells, e.expected) for e in examples] == [
        (
            "program 1: same day is allowed",
            {"program_id": "p1", "sluttdato": "2024-03-01"},
            "ok",
        ),
        ("program 2", {"program_id": "p2", "sluttdato": None}, "FAIL feil"),
    ]


def test_several_tables_have_verdicts_in_the_rules_own_only(book: RuleBook) -> None:
    tables = {
        "program": "program_id | ?\np1 | FAIL\n",
        "tiltak": "tiltak_id | program_id\nt1 | p1\n",
    }

    examples = parse(rule(book, tables))

    assert [(e.table, e.expected) for e in examples] == [("program", "FAIL"), ("tiltak", None)]


def test_a_rule_without_examples_has_none(book: RuleBook) -> None:
    assert parse(rule(book, None)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the table 'program' is empty"),
        ("# only a remark\n", "the table 'program' is empty"),
        ("program_id | sluttdato\np1 | \n", "the last column of 'program' must be '?'"),
        ("program_id | ? | sluttdato\np1 | ok | \n", "the last column of 'program' must be '?'"),
        ("program_id | ?\np1 | ok | x\n", "row 1 of 'program' has 3 cells, the header 2"),
        ("program_id | ?\np1 | ok\np2\n", "row 2 of 'program' has 1 cells, the header 2"),
        ("program_id | ?\np1 | OK\n", "row 1 of 'program' must say one of: ok, FAIL, FAIL feil, "
         "FAIL advarsel, FAIL info"),
        ("program_id | ?\np1 | \n", "row 1 of 'program' must say one of"),
        ("program_id | program_id | ?\np1 | p1 | ok\n",
         "the header of 'program' names 'program_id' twice"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_text_table_is_told(book: RuleBook, text: str, said: str) -> None:
    with pytest.raises(ExampleError) as caught:
        parse(rule(book, text))

    assert str(caught.value).startswith(said)


# The world around examples.


def test_a_row_starts_from_the_clean_one_of_its_law(book: RuleBook) -> None:
    world = placed(
        book,
        example("program", 1, program_id="p1"),
        example("program", 2, program_id="p2", regime="KAP6A", sluttmaal=None),
        law="IL",
    )

    first, second = world.tables["program"].values()
    assert first == DEFAULTS.row("IL", "program") | {"program_id": "p1", "person_id": "person-p1"}
    assert (second["lov"], second["sluttmaal"]) == ("KAP6A", None)
    persons = world.tables["person"]
    assert persons["person-p1"]["statsborgerskap"] == "ERI"
    assert persons["person-p2"]["oppholdsgrunnlag"] == "KOLLEKTIV_34"


def test_cells_of_the_person_and_the_programme_reach_them(book: RuleBook) -> None:
    world = placed(
        book,
        example(
            "tiltak", tiltak_id="t1", stoppdato=None, program__sluttdato="2024-03-01",
            person__utdanning_vgo="JA",
        ),
    )  # fmt: skip

    (tiltak,) = world.tables["tiltak"].values()
    program = world.tables["program"][str(tiltak["program_id"])]
    person = world.tables["person"][str(tiltak["person_id"])]
    assert (tiltak["stoppdato"], tiltak["timer_per_uke"]) == (None, "15")
    assert (program["sluttdato"], program["person_id"]) == ("2024-03-01", person["person_id"])
    assert person["utdanning_vgo"] == "JA"


def test_rows_that_are_listed_are_used_and_not_made_again(book: RuleBook) -> None:
    world = placed(
        book,
        example("tiltak", tiltak_id="t1", program_id="p1"),
        example("program", program_id="p1", person_id="q1"),
        example("person", person_id="q1", kjoenn="M"),
    )

    assert list(world.tables["person"]) == ["q1"]
    assert list(world.tables["program"]) == ["p1"]
    assert world.tables["tiltak"]["t1"]["person_id"] == "q1"
    assert world.tables["person"]["q1"]["kjoenn"] == "M"


def test_two_programmes_can_belong_to_one_person(book: RuleBook) -> None:
    world = placed(
        book,
        example("program", 1, program_id="p1", person_id="q1"),
        example("program", 2, program_id="p2", person_id="q1", person__kjoenn="M"),
    )

    assert list(world.tables["person"]) == ["q1"]
    assert world.tables["person"]["q1"]["kjoenn"] == "M"


def test_a_vedtak_hangs_on_a_programme_only_when_it_says_so(book: RuleBook) -> None:
    world = placed(
        book,
        example("vedtak", 1, vedtak_id="v1"),
        example("vedtak", 2, vedtak_id="v2", program_id="p1"),
        example("vedtak", 3, vedtak_id="v3", program__startdato="2023-01-01"),
    )

    assert list(world.tables["program"]) == ["p1", "program-v3"]
    assert "program_id" not in world.tables["vedtak"]["v1"]
    assert world.tables["program"]["program-v3"]["startdato"] == "2023-01-01"


def test_a_row_without_a_key_gets_one(book: RuleBook) -> None:
    world = placed(book, example("person", 7, person_id=None))

    assert world.keys == {("person", 7): "person-7"}


def test_a_row_of_a_view_is_found_by_its_key(book: RuleBook) -> None:
    world = placed(
        book,
        example("kommune", 1, "FAIL", kommunenummer="4204"),
        example("program", 1, program_id="p1"),
    )

    assert world.keys == {("kommune", 1): "4204", ("program", 1): "p1"}
    assert "kommune" not in world.tables


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (example("tiltka", tiltak_id="t1"), "unknown table 'tiltka'; did you mean 'tiltak'?"),
        (
            example("program", program_id="p1", slutdato=""),
            "row 1 of 'program' cannot state 'slutdato'; did you mean 'sluttdato'?",
        ),
        (
            example("program", program_id="p1", person__utdaning_vgo="JA"),
            "row 1 of 'program' cannot state 'person.utdaning_vgo'; "
            "did you mean 'person.utdanning_vgo'?",
        ),
        (
            example("program", program_id="p1", lengde_mnd="24"),
            "row 1 of 'program' cannot state 'lengde_mnd'",
        ),
        (
            example("norsk", norsk_id="n1", program__startdato="2022-01-01"),
            "row 1 of 'norsk' cannot state 'program.startdato'",
        ),
        (
            example("person", person_id="q1", person__kjoenn="K"),
            "row 1 of 'person' cannot state 'person.kjoenn'",
        ),
        (
            example("kommune", 1, "ok", kommunenummer="4204", antall_program="3"),
            "row 1 of 'kommune' cannot state 'antall_program'",
        ),
        (
            example("program", program_id="p1", regime="INTT"),
            "row 1 of 'program': unknown law 'INTT'; did you mean 'INT'?",
        ),
        (
            example("program", program_id="p1", regime="felles"),
            "row 1 of 'program': unknown law 'felles'",
        ),
    ],
)
def test_what_would_be_lost_without_a_word_is_refused(
    book: RuleBook, wrong: Example, said: str
) -> None:
    with pytest.raises(ExampleError) as caught:
        placed(book, wrong)

    assert str(caught.value).startswith(said)


def test_two_rows_with_the_same_key_are_refused(book: RuleBook) -> None:
    rows = [example("program", number, program_id="p1") for number in (1, 2)]

    with pytest.raises(ExampleError, match="row 2 of 'program' repeats the key 'p1'"):
        placed(book, *rows)


def test_a_row_may_be_there_many_times(book: RuleBook) -> None:
    world = placed(
        book,
        example("program", 1, program_id="p1", ganger="2"),
        example("tiltak", 1, ganger="3", program__kommunenummer="1103"),
    )

    assert list(world.tables["tiltak"]) == ["tiltak-1-1", "tiltak-1-2", "tiltak-1-3"]
    made = {key: row["kommunenummer"] for key, row in world.tables["program"].items()}
    assert made == {
        "p1-1": "4204", "p1-2": "4204",
        "program-tiltak-1-1": "1103", "program-tiltak-1-2": "1103", "program-tiltak-1-3": "1103",
    }  # fmt: skip


@pytest.mark.parametrize("times", ["0", "-1", "to", "1.5"])
def test_how_many_times_is_a_whole_number(book: RuleBook, times: str) -> None:
    with pytest.raises(ExampleError, match="row 1 of 'program': 'ganger' is a whole number"):
        placed(book, example("program", ganger=times))


def test_a_judged_row_is_there_once(book: RuleBook) -> None:
    with pytest.raises(ExampleError, match="row 1 of 'program' cannot state 'ganger'"):
        placed(book, example("program", 1, "ok", program_id="p1", ganger="2"))


def test_two_rows_that_state_a_programme_differently_are_refused(book: RuleBook) -> None:
    rows = [
        example("tiltak", n, tiltak_id=f"t{n}", program_id="p1", program__sluttdato=end)
        for n, end in enumerate(["2024-03-01", None])
    ]

    with pytest.raises(ExampleError, match="two rows state the program 'p1' differently"):
        placed(book, *rows)


def test_the_clean_rows_name_columns_that_exist(book: RuleBook) -> None:
    for law in DEFAULTS.laws:
        for name, table in book.contract.tables.items():
            assert set(DEFAULTS.row(law, name)) <= set(table.by_name), (law, name)
    assert not set(ROW_COLUMNS) & {c for law in DEFAULTS.laws for c in DEFAULTS.row(law, "person")}


def with_rule(compiled: CompiledRule, changed: Rule, **keys: Any) -> CompiledRule:
    return replace(compiled, rule=changed, **keys)


# Verdicts.

ROWS = """
program_id | regime | sluttdato  | avslutningsaarsak | ?
p1         | INT    | 2024-03-01 |                   | FAIL
p2         | INT    | 2024-03-01 |                   | FAIL info
p3         | UKJENT | 2024-03-01 |                   | ok
p4         |        | 2024-03-01 | ARBEID_OVER_29    | FAIL
"""


def test_a_verdict_is_right_when_it_is_what_the_row_expects(book: RuleBook) -> None:
    compiled = with_rule(book.by_id["NIR-100"], rule(book, ROWS))

    found = verdicts(compiled, book, DEFAULTS)

    assert [(v.said, v.right) for v in found] == [
        ("FAIL feil", True), ("FAIL feil", False), ("ok", True), ("ok", False)
    ]  # fmt: skip


def test_a_row_is_judged_only_on_values_that_could_be_read(book: RuleBook) -> None:
    text = "program_id | sluttdato | avslutningsaarsak | ?\np1 | 2024-02-30 | | ok\n"
    always = Validity.model_validate({"by": None})
    keys = {"valid": always, "severity": [Grade(severity="info")]}
    about_dates = rule(book, text, applies="sluttdato IS NULL", **keys)
    about_texts = rule(book, text, applies="kommunenummer IS NOT NULL", **keys)
    only_texts = rule(book, text, applies="lov = 'INTEGRERING'", regimes="ALLE", **keys)

    def said(changed: Rule) -> str:
        compiled = compile_rule(changed, "fullstendighet", book.views, book.contract)
        (verdict,) = verdicts(compiled, book, DEFAULTS)
        return verdict.said

    assert said(about_dates) == "ok"
    assert said(about_texts) == "FAIL info"
    assert said(only_texts) == "FAIL info"


def test_a_rule_judges_from_its_first_day_to_its_last(book: RuleBook) -> None:
    days = ["2019-12-31", "2020-01-01", "2020-12-31", "2021-01-01", ""]
    rows = "".join(f"p{number} | {day} | ok\n" for number, day in enumerate(days))
    bounds = {"by": "sluttdato", "from": date(2020, 1, 1), "to": date(2020, 12, 31)}
    changed = rule(
        book, f"program_id | sluttdato | ?\n{rows}", applies="TRUE",
        valid=Validity.model_validate(bounds), severity=[Grade(severity="info")],
    )  # fmt: skip
    compiled = compile_rule(changed, "fullstendighet", book.views, book.contract)

    found = [verdict.said for verdict in verdicts(compiled, book, DEFAULTS)]

    assert found == ["ok", "FAIL info", "FAIL info", "ok", "ok"]


def test_examples_may_say_what_stood_in_the_extract_before(book: RuleBook) -> None:
    texts = {
        "program": "program_id | sluttdato | ?\np1 | 2024-03-01 | ok\np2 | | ok\np3 | | ok\n",
        "forrige.program": "program_id | sluttdato\np1 | 2024-03-01\np2 | 2024-03-01\n",
    }
    gone = (
        "EXISTS (SELECT f.program_id FROM forrige.program AS f "
        "WHERE f.program_id = program.program_id AND f.avsluttet)"
    )
    keys = {"applies": gone, "fails": "NOT avsluttet", "regimes": "ALLE"}
    keys |= {"valid": Validity.model_validate({"by": None}), "severity": [Grade(severity="info")]}

    def said(examples: dict[str, str]) -> list[str]:
        changed = rule(book, examples, **keys)
        compiled = compile_rule(changed, "fullstendighet", book.views, book.contract)
        return [verdict.said for verdict in verdicts(compiled, book, DEFAULTS)]

    assert said(texts) == ["ok", "FAIL info", "ok"]
    assert said({"program": texts["program"]}) == ["ok", "ok", "ok"]


def test_the_day_of_a_rules_examples_may_be_its_own(book: RuleBook) -> None:
    changed = rule(book, ROWS, example_date=date(2024, 3, 31))

    found = verdicts(with_rule(book.by_id["NIR-100"], changed), book, DEFAULTS)

    assert [verdict.said for verdict in found] == ["FAIL info", "FAIL info", "ok", "ok"]


def test_rows_are_put_under_another_law_when_the_rule_does_not_look_at_it(book: RuleBook) -> None:
    text = "program_id | regime | ?\np1 | INT | ok\np2 | UKJENT | ok\np3 | | ok\n"
    compiled = book.by_id["NIR-105"]  # sluttmaal is missing: a clean IL programme has none
    changed = compiled.rule.model_copy(update={"examples": text, "regimes": ["IL", "INT"]})
    judging_all = compiled.findings.replace("regime IN ('INT', 'KAP6A')", "TRUE")

    def said(**keys: Any) -> list[str]:
        copy = with_rule(compiled, changed, findings=judging_all, **keys)
        return [verdict.said for verdict in verdicts(copy, book, DEFAULTS, "IL")]

    assert judging_all != compiled.findings
    assert said(reads_law=False) == ["FAIL feil", "ok", "FAIL feil"]
    assert said(reads_law=True) == ["ok", "ok", "FAIL feil"]


def test_a_rule_for_all_judges_also_under_a_law_that_is_unknown(book: RuleBook) -> None:
    every = {"INT", "IL", "KAP6A", "UKJENT"}

    assert set(laws(rule(book, None, regimes="ALLE"), DEFAULTS)) == every
    assert laws(rule(book, None), DEFAULTS) == ["IL", "INT", "KAP6A"]
