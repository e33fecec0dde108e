"""Invented registers: the same every time, only synthetic numbers, and defects just where asked."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from stdnum.no import fodselsnummer

from commands import nircheck
from nircheck import sample
from nircheck.errors import UsageError
from nircheck.rulebook import RuleBook
from nircheck.rulebook.model import Plant
from nircheck.rulebook.plants import compile_plant
from nircheck.sample import numbers
from nircheck.sample.calendar import plus_months
from nircheck.sample.truth import Score

PLANTED = ("NIR-100", "NIR-147", "NIR-175", "NIR-230", "NIR-339", "NIR-380", "NIR-388")


ORDER = sample.Order(persons=400, seed=5)


@pytest.fixture(scope="module")
def scores(book: RuleBook) -> dict[str, Score]:
    found = sample.truth(book, sample.Order(persons=1500, seed=3), 2, PLANTED)
    return {score.rule_id: score for score in found}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(
    tmp_path: Path, book: RuleBook
) -> None:
    first, second, other = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    for folder, seed in ((first, 5), (second, 5), (other, 6)):
        sample.make(book, sample.Order(persons=400, seed=seed), {}, folder)

    for file in sorted(first.iterdir()):
        assert file.read_bytes() == (second / file.name).read_bytes()
    assert (first / "person.csv").read_bytes() != (other / "person.csv").read_bytes()


def test_a_planted_register_differs_from_the_clean_one_only_where_the_truth_says(
    tmp_path: Path, book: RuleBook
) -> None:
    clean, spoilt = tmp_path / "a", tmp_path / "b"
    sample.make(book, ORDER, {}, clean)

    done = nircheck(
        "sample", "--personer", ORDER.persons, "--froe", ORDER.seed, "--ut", spoilt,
        "--plant", "NIR-230=3",
    )  # fmt: skip

    assert (done.code, done.err) == (0, "")
    truth = pq.read_table(spoilt / "fasit.parquet").to_pylist()
    before = set((clean / "tiltak.csv").read_text(encoding="utf-8").splitlines())
    after = set((spoilt / "tiltak.csv").read_text(encoding="utf-8").splitlines())
    assert len(truth) == 3
    assert {line.split(";")[0] for line in before ^ after} == {row["noekkel"] for row in truth}
    assert (clean / "person.csv").read_bytes() == (spoilt / "person.csv").read_bytes()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, book: RuleBook) -> None:
    (tmp_path / "person.csv").write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match="holds something else"):
        sample.make(book, ORDER, {}, tmp_path)

    assert (tmp_path / "person.csv").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "options", [("--plant", "NIR-230"), ("--plant", "NIR-332=1"), ("--preset", "x")]
)
def test_what_cannot_be_planted_is_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = nircheck("sample", "--ut", tmp_path / "ut", *options)

    assert done.code == 2
    assert not (tmp_path / "ut").exists()


@pytest.mark.slow
@pytest.mark.parametrize("rule_id", PLANTED)
def test_a_planted_defect_is_found_and_nothing_else(scores: dict[str, Score], rule_id: str) -> None:
    score = scores[rule_id]

    assert score.told == ()
    assert (score.recall, score.precision) == (1.0, 1.0)


def test_a_rule_that_finds_too_little_or_too_much_is_not_right() -> None:
    assert Score("NIR-100", 5, 5, 5, 5).right
    assert not Score("NIR-100", 0, 0, 0, 0).right
    assert not Score("NIR-100", 5, 4, 4, 4).right
    assert not Score("NIR-100", 5, 5, 6, 5).right
    assert not Score("NIR-100", 5, 5, 5, 5, elsewhere=("NIR-101 as well",)).right
    assert not Score("NIR-100", 5, 5, 5, 5, never_also=("NIR-101",)).right


def test_every_number_is_synthetic_valid_and_of_one_person_only() -> None:
    born = np.repeat(np.array(["1975-02-28", "1999-12-31", "2004-02-29"], dtype="M8[D]"), 60)
    woman, foreign = np.arange(180) % 2 == 0, np.arange(180) % 9 == 0

    found = numbers.foedselsnummer(born, woman, foreign)

    texts = [f"{number:011}" for number in found]
    assert len(set(texts)) == 180
    for text, is_woman, is_foreign in zip(texts, woman, foreign, strict=True):
        assert int(text[2:4]) > 80
        control = fodselsnummer.calc_check_digit1(text), fodselsnummer.calc_check_digit2(text)
        assert "".join(control) == text[9:]
        assert (int(text[8]) % 2 == 0) == is_woman
        assert (int(text[0]) >= 4) == is_foreign


def test_months_are_calendar_months_clamped_to_the_last_day() -> None:
    days = np.array(["2024-01-31", "2023-01-31", "2024-03-15", "NaT"], dtype="M8[D]")

    moved = plus_months(days, 1)

    assert [str(day) for day in moved] == ["2024-02-29", "2023-02-28", "2024-04-15", "NaT"]


@pytest.mark.parametrize(
    ("planter", "said"),
    [
        ({"set": {"slutdato": None}}, "no column 'slutdato'"),
        ({"set": {"hus.navn": None}}, "unknown table 'hus'"),
        ({"set": {"sluttdato": "startdat - 1"}}, "no column 'startdat'"),
        ({"set": {"tiltak.stoppdato": "startdato"}}, "which table 'startdato' belongs to"),
        ({"where": "current_date > startdato", "set": {"sluttdato": None}}, "UTTREKKSDATO()"),
        ({"insert": {"vedtak": {"dato": None}}}, "no column 'dato'"),
        ({"delete": {"hus": "TRUE"}}, "unknown table 'hus'"),
    ],
)
def test_a_planter_that_cannot_be_meant_is_refused(
    book: RuleBook, planter: dict[str, object], said: str
) -> None:
    rule = book.by_id["NIR-140"].rule.model_copy(update={"plant": Plant.model_validate(planter)})

    with pytest.raises(ValueError, match=re.escape(said)):
        compile_plant(rule, "TRUE", "TRUE", "FALSE", book.views, book.contract, book.policy)


@pytest.mark.parametrize(
    ("fails", "value"),
    [
        ("sluttdato IS NULL", "NULL"),
        ("lov = 'INTRO' OR bydel IS NULL", "'INTRO'"),
        ("lov IN ('KAP6A', 'INTRO')", "'KAP6A'"),
        ("sluttdato > startdato", "startdato + 1"),
        ("sluttdato < startdato", "startdato - 1"),
    ],
)
def test_a_plain_predicate_tells_how_to_break_it(book: RuleBook, fails: str, value: str) -> None:
    rule = book.by_id["NIR-140"].rule.model_copy(update={"plant": None, "fails": fails})

    made = compile_plant(rule, "TRUE", "TRUE", "FALSE", book.views, book.contract, book.policy)

    assert made is not None
    assert f"({value})" in made.changes[0].query


@pytest.mark.parametrize("fails", ["antall_tiltak = 0", "FALSE", "sluttdato IS NOT NULL"])
def test_of_another_predicate_nothing_is_guessed(book: RuleBook, fails: str) -> None:
    rule = book.by_id["NIR-140"].rule.model_copy(update={"plant": None, "fails": fails})

    made = compile_plant(rule, "TRUE", "TRUE", "FALSE", book.views, book.contract, book.policy)

    assert made is None
