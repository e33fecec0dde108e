"""The catalogue: each mistake in a rule book is told with file, line and what to do; all at once.

Also what holds for every rule that ships.
"""

from __future__ import annotations

import logging
import re
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp

from extracts import EXPECTATIONS
from nircheck import contract, rulebook, yamlfile
from nircheck.book import page
from nircheck.contract import MAALFORMER, Maalform
from nircheck.errors import RuleBookError, UsageError
from nircheck.rulebook import CompiledRule, Grade, RuleBook, grammar
from nircheck.rulebook.chapters import CONTRACT_CHAPTER
from nircheck.rulebook.compile import compile_rule
from nircheck.rulebook.grammar import ALLOWED
from nircheck.rulebook.scaffold import new_rule
from nircheck.sql import bind

MODEL = next(EXPECTATIONS.glob("program/NIR-100-*.yaml"))
RULE = MODEL.read_text(encoding="utf-8").replace("[NIR-104]", "[]")
FIELDS = "[avslutningsaarsak, sluttdato]"
LAST_GRADE = "  - {severity: info}"
FIRST_GRADE = "  - {severity: feil, when: FORFALT(sluttdato)}"


@dataclass(frozen=True)
class Mistake:
    """One edit of a sound rule file; what is said, and how the line it is said of begins."""

    name: str
    old: str
    new: str
    said: tuple[tuple[str, str], ...]


def mistake(name: str, old: str, new: str, at: str, *said: str) -> Mistake:
    return Mistake(name, old, new, tuple((at, text) for text in said))


def fails(name: str, sql: str, *said: str) -> Mistake:
    return mistake(name, "fails: avslutningsaarsak IS NULL", f"fails: {sql}", "fails:", *said)


def no_column(name: str, nearest: str) -> str:
    return f"table 'program' has no column '{name}'; did you mean '{nearest}'?"


MISTAKES = [
    # keys and types
    mistake(
        "unknown key", "dimension:", "dimensjon: x\ndimension:", "dimensjon:",
        "unknown key 'dimensjon'; did you mean 'dimension'?",
    ),
    mistake(
        "unknown key further in", "  nb:\n    nir: >-", "  nb:\n    nirr: x\n    nir: >-", "nirr:",
        "unknown key 'fix.nb.nirr'; did you mean 'nir'?",
    ),
    mistake("missing key", "dimension: completeness\n", "", "id:", "'dimension' is missing"),
    mistake(
        "missing text", "  nn: Avslutningsårsak manglar\n", "", "title:", "'title.nn' is missing"
    ),
    mistake(
        "empty text", "nn: Avslutningsårsak manglar", 'nn: ""', "nn:",
        "'title.nn': String should have at least 1 character",
    ),
    mistake(
        "number for text", "evidence: [aid-2023:2526,", "evidence: [0301,", "evidence:",
        "'evidence.0': Input should be a valid string; put it in quotes",
    ),
    mistake(
        "text for list", "needs: [program]", "needs: program", "needs:",
        "'needs': Input should be a valid list",
    ),
    mistake(
        "unknown status", "status: active", "status: aktiv", "status:",
        "'status': Input should be 'draft', 'active' or 'retired'",
    ),
    mistake(
        "retired without a date", "status: active", "status: retired", "status:",
        "a retired rule says when: retired: {on: 2027-01-01}",
    ),
    mistake(
        "active with a day of retirement", "status: active",
        "status: active\nretired: {on: 2024-01-01}", "status:",
        "a retired rule says when: retired: {on: 2027-01-01}",
    ),
    mistake(
        "unknown severity", LAST_GRADE, "  - {severity: varsel}", "- {severity: varsel}",
        "'severity.1.severity': Input should be 'feil', 'advarsel' or 'info'",
    ),
    mistake(
        "unknown law", "[IL, INT, KAP6A]", "[IL, INTT]", "regimes:",
        "'regimes': Input should be 'ALLE'",
        "'regimes.1': Input should be 'IL', 'INT' or 'KAP6A'",
    ),
    mistake(
        "no evidence", "evidence: [", "evidence: []\n# [", "evidence:",
        "'evidence': List should have at least 1 item after validation, not 0",
    ),
    mistake(
        "id of another form", "id: NIR-1", "id: NIR-x1", "id:",
        "'id': String should match pattern '^(NIR-[0-9]{3}|KON-[a-z0-9_.-]+)$'",
    ),
    mistake(
        "suppressed by no id", "suppressed_by: []", "suppressed_by: [årsak]", "suppressed_by:",
        "'suppressed_by.0': String should match pattern '^(NIR-[0-9]{3}|KON-[a-z0-9_.-]+)$'",
    ),
    mistake(
        "date in quotes", "from: 2004-09-01", 'from: "2004-09-01"', "valid:",
        "'valid.from': Input should be a valid date; write it as 2024-01-31, without quotes",
    ),
    Mistake(
        "examples as a list", "examples: |", "examples: [a]\nwhyy: |",
        (
            ("examples:", "'examples': Input should be a valid string"),
            ("examples:", "'examples': Input should be a valid dictionary"),
            ("whyy:", "unknown key 'whyy'; did you mean 'why'?"),
        ),
    ),
    # YAML
    mistake(
        "broken YAML", "fields: [", "fields: [[", "needs:",
        "not valid YAML: did not find expected ',' or ']'",
    ),
    mistake(
        "tab", "  nb: Avslutningsårsak mangler", "\tnb: Avslutningsårsak mangler", "nb:",
        "not valid YAML: a tab; indent with spaces",
    ),
    mistake(
        "key twice", "dimension:", "dimension: validity\ndimension:", "dimension: c",
        'not valid YAML: found duplicate key "dimension"',
    ),
    mistake(
        "control character", "why: >-", "why: >-\n  \x07", "\x07",
        "not valid YAML: a control character",
    ),
    mistake(
        "day in no calendar", "2004-09-01, to", "2004-09-31, to", "valid:",
        "not a date: day is out of range for month",
    ),
    # tables and columns
    mistake(
        "unknown table", "table: program", "table: progam", "table:",
        "unknown table 'progam'; did you mean 'program'?",
    ),
    mistake(
        "unknown column in applies", "applies: avsluttet", "applies: avsluttett", "applies:",
        no_column("avsluttett", "avsluttet"),
    ),
    fails(
        "two unknown columns in fails", "avslutningsarsak IS NULL AND slutdato IS NULL",
        no_column("avslutningsarsak", "avslutningsaarsak")
        + "; " + no_column("slutdato", "sluttdato"),
    ),
    mistake(
        "unknown column in severity", "FORFALT(sluttdato)}", "FORFALT(slutdato)}",
        "- {severity: feil", no_column("slutdato", "sluttdato"),
    ),
    mistake(
        "unknown field", f"fields: {FIELDS}", "fields: [slutdato]", "fields:",
        no_column("slutdato", "sluttdato"),
    ),
    mistake(
        "unknown column in valid", "by: sluttdato", "by: slutdato", "valid:",
        no_column("slutdato", "sluttdato"),
    ),
    mistake(
        "valid by what is no date", "by: sluttdato", "by: kommunenummer", "valid:",
        "'kommunenummer' is no date; name a date of the row itself",
    ),
    mistake(
        "unknown table needed", "needs: [program]", "needs: [program, tiltka]", "needs:",
        "unknown table 'tiltka'; did you mean 'tiltak'?",
    ),
    mistake(
        "unknown column needed", "needs: [program]", "needs: [program, tiltak.timer]", "needs:",
        "the contract has no column 'tiltak.timer'",
    ),
    mistake(
        "own table not needed", "needs: [program]", "needs: [tiltak]", "needs:",
        "must name the rule's own table 'program'",
    ),
    # SQL
    fails(
        "broken SQL", "(avslutningsaarsak IS NULL",
        "not valid SQL: Expecting ). Line 1, Col: 26.",
    ),
    fails(
        "a word too few", "avslutningsaarsak IS",
        "a predicate is one condition, not `avslutningsaarsak AS \"IS\"`",
    ),
    fails(
        "a word too few in brackets", "(avslutningsaarsak IS) OR TRUE",
        "`avslutningsaarsak AS \"IS\"` gives a name; a predicate only asks",
    ),
    fails(
        "text left open", "\"avslutningsaarsak = 'A\"",
        "not valid SQL: Error tokenizing 'avslutningsaarsak = ''",
    ),
    fails(
        "two statements", "avsluttet; TRUE",
        "a predicate is one condition, not `avsluttet; TRUE`",
    ),
    fails(
        "a statement", "DROP TABLE program",
        "a predicate is one condition, not `DROP TABLE program`",
    ),
    fails(
        "a query", "SELECT TRUE", "a predicate is one condition, not `SELECT TRUE`",
    ),
    fails(
        "function not allowed", "STRFTIME(sluttdato, '%d') = '01'",
        "TIMETOSTR is not allowed in a rule (`STRFTIME(sluttdato, '%d')`)",
    ),
    fails("unknown function", "GETENV('x') = 'x'", "function GETENV is not allowed"),
    fails(
        "plain function misspelt", "COALESC(avslutningsaarsak, 'x') = 'x'",
        "function COALESC is not allowed; did you mean 'COALESCE'?",
    ),
    fails(
        "own function misspelt", "FORFALD(sluttdato)",
        "function FORFALD is not allowed; did you mean 'FORFALT'?",
    ),
    fails(
        "too few arguments", "PLUSS_MND(sluttdato) < startdato",
        "write PLUSS_MND(d, n); it was given 1",
    ),
    fails(
        "argument to the extract date", "sluttdato < UTTREKKSDATO(1)",
        "write UTTREKKSDATO(); it was given 1",
    ),
    fails(
        "regex without anchors", "regexp_matches(avslutningsaarsak, '[A-Z]+')",
        "regex '[A-Z]+' is not anchored; use regexp_full_match",
    ),
    fails(
        "regex that is no text", "regexp_matches(avslutningsaarsak, kommunenummer)",
        "regex '' is not anchored; use regexp_full_match",
    ),
    fails(
        "date compared as text", "sluttdato < '2024-01-01'",
        "'2024-01-01' is compared as text; write DATE '2024-01-01'",
    ),
    fails(
        "dates between texts", "sluttdato BETWEEN DATE '2024-01-01' AND '2024-02-01'",
        "'2024-02-01' is compared as text; write DATE '2024-02-01'",
    ),
    fails(
        "today", "sluttdato < current_date",
        "CURRENT_DATE differs from day to day; use UTTREKKSDATO()",
    ),
    fails(
        "unqualified column in a subquery",
        "EXISTS (SELECT 1 FROM tiltak AS t WHERE program_id = program.program_id)",
        "inside a subquery say which table 'program_id' belongs to",
    ),
    fails(
        "unknown table in a subquery",
        "EXISTS (SELECT 1 FROM tiltka AS t WHERE t.program_id = program.program_id)",
        "unknown table 'tiltka'; did you mean 'tiltak'?",
    ),
    fails(
        "unknown column in a subquery",
        "EXISTS (SELECT 1 FROM tiltak AS t WHERE t.programid = program.program_id)",
        "table 'tiltak' has no column 'programid'; did you mean 'program_id'?",
    ),
    fails(
        "unknown alias in a subquery",
        "EXISTS (SELECT 1 FROM tiltak AS t WHERE x.program_id = program.program_id)",
        "'x' is not a table the predicate reads here",
    ),
    fails(
        "column of a table that is not read", "person.kjoenn = 'K'",
        "'person' is not a table the predicate reads here",
    ),
    fails(
        "table behind the derived ones", "EXISTS (SELECT 1 FROM basis.tiltak AS t)",
        "unknown table 'basis.tiltak'; did you mean 'tiltak'?",
    ),
    fails(
        "a file for a table", "EXISTS (SELECT 1 FROM read_csv('x.csv') AS t)",
        "unknown table 'READ_CSV('x.csv')'",
    ),
    # severity
    mistake(
        "last grade with when", LAST_GRADE, "  - {severity: info, when: avsluttet}", "severity:",
        "the last grade must hold always; drop its 'when'",
    ),
    mistake(
        "first grade without when", FIRST_GRADE, "  - {severity: feil}", "severity:",
        "only the last grade may be without 'when'",
    ),
    # messages
    Mistake(
        "unknown column in both messages", "{sluttdato}, men", "{slutdato}, men",
        tuple(
            (f"{form}: \"Prog", "the message names {slutdato}, which is no column; "
             "did you mean 'sluttdato'?")
            for form in MAALFORMER
        ),
    ),
    mistake(
        "other columns in nynorsk", "avslutta {sluttdato}", "avslutta {startdato}", "message:",
        "nb and nn must name the same columns",
    ),
    Mistake(
        "column that may not be shown", "{sluttdato}, men", "{foedselsdato}, men",
        tuple(
            (f"{form}: \"Prog", "{foedselsdato} may not be shown (inLetter is false)")
            for form in MAALFORMER
        ),
    ),
    Mistake(
        "true or false in a message", "{sluttdato}, men", "{avsluttet}, men",
        tuple(
            (f"{form}: \"Prog", "{avsluttet} is only true or false; say it in words")
            for form in MAALFORMER
        ),
    ),
    mistake(
        "brace left open", "avslutta {sluttdato}", "avslutta {sluttdato} {", "nn: \"Prog",
        "a brace is not closed; write {column}",
    ),
]  # fmt: skip


def number_of(case: Mistake) -> int:
    return 101 + MISTAKES.index(case)


def broken(case: Mistake) -> str:
    text = RULE.replace("id: NIR-100", f"id: NIR-{number_of(case)}")
    assert case.old in text, "the sound file no longer holds what this case edits"
    both_forms = len(case.said) > 1
    return text.replace(case.old, case.new, 2 if both_forms else 1)


def line_of(text: str, at: str) -> int:
    lines = [line.strip() for line in text.splitlines()]
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(at))


def copied(folder: Path) -> Path:
    """The rule book that ships, without its rules."""
    shutil.copytree(EXPECTATIONS, folder, ignore=shutil.ignore_patterns("NIR-*"))
    return folder


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def complaints(folder: Path) -> list[str]:
    with pytest.raises(RuleBookError) as caught:
        rulebook.load(folder)
    return [str(problem) for problem in caught.value.problems]


def edited(folder: Path, name: str, old: str, new: str) -> Path:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    return put(folder, name, text.replace(old, new, 1))


@pytest.fixture(scope="module")
def all_broken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """One rule book with every mistake in a file of its own, and what is said of it."""
    folder = copied(tmp_path_factory.mktemp("broken") / "expectations")
    for case in MISTAKES:
        put(folder, f"program/NIR-{number_of(case)}-feil.yaml", broken(case))
    return folder, complaints(folder)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A copy of the rule book without rules."""
    return copied(tmp_path / "expectations")


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case.name)
def test_a_mistake_is_told_with_file_and_line_and_what_to_do(
    case: Mistake, all_broken: tuple[Path, list[str]]
) -> None:
    folder, said = all_broken
    path = folder / "program" / f"NIR-{number_of(case)}-feil.yaml"

    told = [complaint for complaint in said if complaint.startswith(f"{path}:")]

    assert told == [f"{path}:{line_of(broken(case), at)}: {text}" for at, text in case.said]


def test_nothing_else_is_said_and_everything_at_once(
    all_broken: tuple[Path, list[str]],
) -> None:
    folder, said = all_broken

    files = {complaint.partition(":")[0] for complaint in said}

    assert files == {
        str(folder / "program" / f"NIR-{number_of(case)}-feil.yaml") for case in MISTAKES
    }


def test_a_sound_rule_file_is_taken(bare: Path) -> None:
    put(bare, "program/NIR-100-feil.yaml", RULE)

    book = rulebook.load(bare)

    assert [file.rule.id for file in book.files] == ["NIR-100"]


def test_mistakes_in_how_files_are_placed_are_told_all_at_once(bare: Path) -> None:
    kommune = RULE.replace("table: program", "table: kommune").replace("[program]", "[kommune]")
    kommune = kommune.replace("valid: {by: sluttdato, from: 2004-09-01, to: null}", "valid: always")
    kommune = kommune.replace("applies: avsluttet", "applies: antall_program > 0")
    kommune = kommune.replace("fails: avslutningsaarsak IS NULL", "fails: antall_tiltak = 0")
    kommune = kommune.replace("when: FORFALT(sluttdato)", "when: antall_program > 9")
    kommune = kommune.replace(FIELDS, "[antall_tiltak]").replace("{sluttdato}", "{antall_tiltak}")

    def numbered(number: int, text: str = RULE) -> str:
        return text.replace("NIR-100", f"NIR-{number}")

    wrong = [
        (put(bare, "program/NIR-100-en.yaml", RULE), None),
        (put(bare, "program/NIR-100-to.yaml", RULE), "1: NIR-100 is taken by NIR-100-en.yaml"),
        (
            put(bare, "program/NIR-102-feil.yaml", numbered(101)),
            "1: the file name must begin with 'NIR-101-' and be plain ASCII",
        ),
        (
            put(bare, "program/NIR-103-årsak.yaml", numbered(103)),
            "1: the file name must begin with 'NIR-103-' and be plain ASCII",
        ),
        (
            put(bare, "tiltak/NIR-104-feil.yaml", numbered(104)),
            "3: the rule belongs in the folder 'program'",
        ),
        (
            put(bare, "program/NIR-199-feil.yaml", numbered(199)),
            "1: no chapter in _chapters.yaml holds number 199",
        ),
        (
            put(bare, "kommune/NIR-380-feil.yaml", numbered(380, kommune)),
            "4: table 'kommune' has no regime; write ALLE",
        ),
        (put(bare, "program/NIR-105-feil.yaml", "- a\n"), "1: a rule file is a map of keys"),
        (put(bare, "program/NIR-106-feil.yaml", ""), "1: a rule file is a map of keys"),
        (put(bare, "program/NIR-107-feil.yaml", ""), "1: not UTF-8; save the file as UTF-8"),
    ]
    (bare / "program" / "NIR-107-feil.yaml").write_bytes(RULE.encode("latin-1"))

    said = complaints(bare)

    assert sorted(said) == sorted(f"{path}:{text}" for path, text in wrong if text)


def test_rules_that_would_hide_each_other_are_refused(bare: Path) -> None:
    def hidden_by(number: int, *others: str) -> Path:
        text = RULE.replace("NIR-100", f"NIR-{number}")
        text = text.replace("suppressed_by: []", f"suppressed_by: [{', '.join(others)}]")
        return put(bare, f"program/NIR-{number}-feil.yaml", text)

    first = hidden_by(100, "NIR-102", "NIR-119")
    hidden_by(101, "NIR-100")
    second = hidden_by(102, "NIR-103")
    third = hidden_by(103, "NIR-100", "NIR-102")

    said = complaints(bare)

    assert said == [
        f"{first}:11: NIR-100 is suppressed by itself in the end",
        f"{second}:11: NIR-102 is suppressed by itself in the end",
        f"{third}:11: NIR-103 is suppressed by itself in the end",
    ]


def test_a_rule_book_without_rules_is_refused_rather_than_satisfied(bare: Path) -> None:
    assert complaints(bare) == [f"{bare}: no rule files; an empty rule book finds nothing"]


def test_a_chapter_with_another_key_is_refused(bare: Path) -> None:
    path = edited(bare, "_chapters.yaml", "first: 0", "foerste: 0")

    said = complaints(bare)

    assert said == [f"{path}:1: a chapter has the keys name, first, last, nb, nn, all of them"]


def test_mistakes_in_the_contract_are_told_all_at_once(bare: Path) -> None:
    name = "_contract/nir-uttrekk-1.0.odcs.yaml"
    edited(bare, name, "primaryKey: true", "primaryKey: false")
    edited(bare, name, "value: kjoenn}", "value: kjonn}")
    path = edited(bare, name, "to: program.program_id", "to: program.programid")

    said = complaints(bare)

    assert said == [
        f"{path}: table 'person' needs exactly one key column",
        f"{path}: person.kjoenn: no code list 'kjonn.csv'",
        f"{path}: tiltak.program_id: points at an unknown column",
    ]


def test_a_rule_book_has_one_contract(bare: Path) -> None:
    for path in (bare / "_contract").glob("*.odcs.yaml"):
        path.rename(path.with_suffix(".yml"))

    said = complaints(bare)

    assert said == [f"{bare / '_contract'}: needs one *.odcs.yaml, found 0"]


def test_yaml_words_stay_the_words_they_are(tmp_path: Path) -> None:
    path = put(tmp_path, "a.yaml", "land: NO\nja: yes\nnummer: '0301'\ndag: 2024-02-29\n7: [on]\n")

    document = yamlfile.load(path)

    assert document == {
        "land": "NO", "ja": "yes", "nummer": "0301", "dag": date(2024, 2, 29), "7": ["on"]
    }  # fmt: skip


def test_a_line_that_is_not_known_is_that_of_the_nearest_one(tmp_path: Path) -> None:
    document = yamlfile.load(put(tmp_path, "a.yaml", "a: 1\nb:\n  - c: 1\n  - d\n"))

    lines = {
        keys: yamlfile.line_of(document, keys)
        for keys in [(), ("a",), ("b", 0, "c"), ("b", 1), ("b", 2), ("b", "x"), ("x", "a")]
    }

    assert lines == {
        (): 1, ("a",): 1, ("b", 0, "c"): 3, ("b", 1): 4, ("b", 2): 2, ("b", "x"): 2, ("x", "a"): 1
    }  # fmt: skip


def test_only_a_whole_day_is_a_date(tmp_path: Path) -> None:
    path = put(tmp_path, "a.yaml", "dag: 2024-02-28\ntid: 2024-01-01 25:00:00\nmnd: 2024-02\n")

    assert yamlfile.load(path) == {
        "dag": date(2024, 2, 28), "tid": "2024-01-01 25:00:00", "mnd": "2024-02"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x 1\nb: *x\n", "1: not valid YAML: anchors and aliases are not used here"),
        ("b: 1\na: !!python/name:os.system ''\n", "2: not valid YAML: tags are not used here"),
        ("a: 1\n---\nb: 1\n", "3: not valid YAML: a second document"),
        ("a: 1\n[b]: 1\n", "2: not valid YAML: a key must be a word"),
        ("a: 1\na: 1\n", '2: not valid YAML: found duplicate key "a"'),
    ],
)
def test_what_yaml_can_do_and_a_rule_has_no_use_for_is_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    path = put(tmp_path, "a.yaml", text)

    with pytest.raises(RuleBookError) as caught:
        yamlfile.load(path)

    assert str(caught.value) == f"{path}:{said}"


def test_a_file_nested_too_deep_is_told_too(tmp_path: Path) -> None:
    path = put(tmp_path, "a.yaml", "a: " + "[" * 500_000)

    with pytest.raises(RuleBookError, match="nested too deep"):
        yamlfile.load(path)


# What holds for every rule that ships.


def written(book: RuleBook) -> list[CompiledRule]:
    return [compiled for compiled in book.rules if compiled.chapter != CONTRACT_CHAPTER]


def test_no_two_rules_have_the_same_id(book: RuleBook) -> None:
    ids = [compiled.rule.id for compiled in book.rules]

    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)


def test_every_rule_file_is_in_the_book_and_in_its_chapter(book: RuleBook) -> None:
    files = sorted(EXPECTATIONS.glob("[!_]*/NIR-*.yaml"), key=lambda path: path.name)

    assert [file.path.name for file in sorted(book.files, key=lambda f: f.rule.id)] == [
        path.name for path in files
    ]
    for compiled in written(book):
        chapter = next(c for c in book.chapters if c.name == compiled.chapter)
        assert compiled.rule.number is not None
        assert chapter.first <= compiled.rule.number <= chapter.last


def test_chapters_do_not_overlap(book: RuleBook) -> None:
    numbers = [n for chapter in book.chapters for n in range(chapter.first, chapter.last + 1)]

    assert len(set(numbers)) == len(numbers)
    assert len({chapter.name for chapter in book.chapters}) == len(book.chapters)


def test_nynorsk_is_written_not_copied(book: RuleBook) -> None:
    copies = {
        (compiled.rule.id, name)
        for compiled in written(book)
        for name in ("meaning", "not_an_error", "fix")
        if getattr(compiled.rule, name).nb == getattr(compiled.rule, name).nn
    }

    assert copies == set()


def test_texts_are_sentences(book: RuleBook) -> None:
    wrong = []
    for compiled in written(book):
        rule = compiled.rule
        for form in MAALFORMER:
            ways = getattr(rule.fix, form)
            texts = [getattr(rule, name).model_dump()[form] for name in
                     ("message", "meaning", "not_an_error")]  # fmt: skip
            for text in [*texts, ways.nir, ways.fagsystem]:
                sentence = text[0].isupper() or text[0] in "«{"
                if not (sentence and text.endswith((".", "?"))) or "  " in text:
                    wrong.append((rule.id, form, text[:40]))
            if getattr(rule.title, form).endswith("."):
                wrong.append((rule.id, form, "title"))

    assert wrong == []


def test_a_retired_rule_takes_no_part_in_a_run(bare: Path) -> None:
    retired = "status: retired\nretired: {on: 2026-01-01, successor: NIR-102}"
    put(bare, "program/NIR-100-feil.yaml", RULE.replace("status: active", retired))
    put(bare, "program/NIR-102-feil.yaml", RULE.replace("NIR-100", "NIR-102"))

    book = rulebook.load(bare)

    running = {compiled.rule.id for compiled in book.running()}
    assert "NIR-100" in book.by_id
    assert "NIR-100" not in running
    assert "NIR-102" in running


def compiled_with(book: RuleBook, **keys: Any) -> CompiledRule:
    """NIR-100 with other keys."""
    rule = book.by_id["NIR-100"].rule.model_copy(update=keys)
    return compile_rule(rule, "fullstendighet", book.views, book.contract)


def test_the_worst_severity_is_the_gravest_grade_whatever_the_order(book: RuleBook) -> None:
    grades = [Grade(severity="info", when="avsluttet"), Grade(severity="advarsel")]

    assert compiled_with(book, severity=grades).worst == "advarsel"
    assert compiled_with(book, severity=grades[::-1]).worst == "advarsel"


@pytest.mark.parametrize(
    ("fails", "looks"),
    [
        ("avslutningsaarsak IS NULL", False),
        ("lengde_mnd > 24", False),
        ("lov = 'INTRO'", False),
        ("regime = 'IL'", True),
        ("lengde_mnd > grense_mnd", True),
        ("EXISTS (SELECT 1 FROM tiltak AS t WHERE t.regime = program.lov)", True),
    ],
)
def test_a_rule_knows_whether_it_looks_at_the_law(book: RuleBook, fails: str, looks: bool) -> None:
    assert compiled_with(book, fails=fails).reads_law is looks


def test_what_a_rule_reads_is_what_it_needs(book: RuleBook) -> None:
    earlier = "EXISTS (SELECT 1 FROM forrige.tiltak AS t WHERE t.program_id = program.program_id)"

    found = compiled_with(book, fails=f"utdanning_vgo = 'JA' OR {earlier}").needs

    assert found == (
        "forrige.tiltak", "forrige.tiltak.program_id", "person.utdanning_vgo", "program",
        "program.program_id", "program.sluttdato",
    )  # fmt: skip


@pytest.mark.parametrize(
    "sql",
    [
        "program.sluttdato IS NULL",
        "regexp_matches(avslutningsaarsak, '^[A-Z_]+$')",
        "regexp_matches(avslutningsaarsak, '\\bARBEID\\b')",
        "regexp_full_match(kommunenummer, '[0-9]{4}')",
        "sluttdato BETWEEN DATE '2024-01-01' AND PLUSS_MND(UTTREKKSDATO(), -2)",
        "kommunenummer IN ('0301', '4204') AND NOT contains(bydel, '99')",
        "(SELECT SUM(t.timer_per_uke) FROM tiltak AS t WHERE t.lov = program.lov) > 9",
        "CASE WHEN lov = 'INTRO' THEN lengde_mnd > 36 ELSE FALSE END",
        "EXISTS (SELECT 1 FROM forrige.program AS f WHERE f.program_id = program.program_id)",
    ],
)
def test_the_portable_subset_is_large_enough(book: RuleBook, sql: str) -> None:
    tree = grammar.parse(sql, "program", book.views)

    spark = book.views.functions.expand(tree).sql("spark", unsupported_level=ErrorLevel.RAISE)

    assert sqlglot.parse_one(spark, read="spark")


@pytest.mark.parametrize("part", ["findings", "counts", "views"])
def test_every_statement_is_sql_that_spark_understands(
    part: str, book: RuleBook, caplog: pytest.LogCaptureFixture
) -> None:
    views = [view.sql for view in book.views.ordered]
    statements = views if part == "views" else [getattr(rule, part) for rule in book.rules]

    with caplog.at_level(logging.WARNING, "sqlglot"):
        spark = [
            sqlglot.transpile(
                bind(sql, date(2024, 6, 30)),
                read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE,
            )
            for sql in statements
        ]  # fmt: skip

    assert caplog.messages == []
    for (sql,) in spark:
        assert sqlglot.parse_one(sql, read="spark")


def test_no_own_function_is_left_in_a_statement(book: RuleBook) -> None:
    left = {
        (compiled.rule.id, call.name.upper())
        for compiled in book.rules
        for call in sqlglot.parse_one(compiled.findings, read="duckdb").find_all(exp.Anonymous)
        if call.name.upper() in book.views.functions.names
    }

    assert left == set()


def test_the_allow_list_lets_nothing_read_files_or_clocks() -> None:
    dangerous = (
        exp.ReadCSV, exp.ReadParquet, exp.CurrentDate, exp.CurrentTimestamp, exp.Rand, exp.Uuid,
        exp.Command, exp.Insert, exp.Create, exp.Attach, exp.Copy, exp.Pragma, exp.Set, exp.Window,
    )  # fmt: skip

    assert [kind for kind in dangerous if issubclass(kind, ALLOWED)] == []


def test_the_hash_is_that_of_the_content_not_of_the_line_ends(bare: Path) -> None:
    path = put(bare, "program/NIR-100-feil.yaml", RULE)
    before = rulebook.load(bare).sha256

    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    same = rulebook.load(bare).sha256
    put(bare, "program/NIR-100-feil.yaml", RULE + "# a remark\n")
    other = rulebook.load(bare).sha256

    assert before == same
    assert before != other


# A rule as a page, and a new one.


@pytest.mark.parametrize("maalform", MAALFORMER)
def test_every_rule_has_a_page_with_all_it_says(book: RuleBook, maalform: Maalform) -> None:
    for compiled in book.rules:
        shown = "".join(page(compiled, maalform).split())

        rule = compiled.rule
        texts = (rule.title, rule.message, rule.meaning, rule.not_an_error)
        for text in [*(getattr(t, maalform) for t in texts), rule.applies, rule.fails, rule.why]:
            assert "".join(text.split()) in shown, rule.id
        assert "None" not in shown


def test_the_page_says_when_and_for_whom_the_rule_is(bare: Path) -> None:
    put(
        bare,
        "program/NIR-100-feil.yaml",
        RULE.replace("suppressed_by: []", "suppressed_by: [NIR-104]"),
    )
    always = RULE.replace("NIR-100", "NIR-102").replace(
        "valid: {by: sluttdato, from: 2004-09-01, to: null}",
        "valid: {by: sluttdato, to: 2020-12-31}",
    )
    put(bare, "program/NIR-102-feil.yaml", always.replace("[IL, INT, KAP6A]", "ALLE"))

    book = rulebook.load(bare)

    first = page(book.by_id["NIR-100"], "nb").splitlines()
    assert [line.split()[-1] for line in first if "NIR-104" in line] == ["NIR-104"]
    assert any(line.endswith("IL, INT, KAP6A") for line in first)
    assert any(line.endswith("sluttdato 2004-09-01–") for line in first)
    assert any(line.endswith("feil (FORFALT(sluttdato)) · til orientering") for line in first)
    second = page(book.by_id["NIR-102"], "nn").splitlines()
    assert any(line.endswith("sluttdato –2020-12-31") for line in second)


def test_a_new_rule_can_be_loaded_as_it_is_written(bare: Path) -> None:
    path = new_rule(bare, contract.load(bare), "NIR-119", "norsk", "maal-mangler")

    book = rulebook.load(bare)

    assert path == bare / "norsk" / "NIR-119-maal-mangler.yaml"
    assert [(file.rule.id, file.rule.status) for file in book.files] == [("NIR-119", "draft")]


def test_a_new_rule_may_be_about_a_whole_kommune(bare: Path) -> None:
    new_rule(bare, contract.load(bare), "NIR-399", "kommune", "noe-mangler")

    (file,) = rulebook.load(bare).files

    assert (file.rule.table, file.rule.regimes) == ("kommune", "ALLE")
    assert file.rule.applies == "kommunenummer IS NOT NULL"


@pytest.mark.parametrize(
    ("rule_id", "table", "slug", "said"),
    [
        ("NIR-1", "norsk", "feil", "'NIR-1' is not a rule id; write it as NIR-123"),
        ("NIR-119", "norsk", "Målet", "'Målet' is not a slug; use a-z, 0-9 and hyphens"),
        ("NIR-119", "norks", "feil", "unknown table 'norks'; did you mean 'norsk'?"),
        ("NIR-100", "norsk", "feil", "NIR-100 is taken by NIR-100-feil.yaml; "
         "numbers are never reused"),
    ],
)  # fmt: skip
def test_a_new_rule_with_a_wrong_name_is_refused(
    bare: Path, rule_id: str, table: str, slug: str, said: str
) -> None:
    put(bare, "program/NIR-100-feil.yaml", RULE)
    known = contract.load(bare)

    with pytest.raises(UsageError, match=re.escape(said)):
        new_rule(bare, known, rule_id, table, slug)

    assert list(bare.glob("*/NIR-*.yaml")) == [bare / "program" / "NIR-100-feil.yaml"]
