"""The letter of each kommune: the same counts everywhere, in its own written standard."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from extracts import EXPECTATIONS
from nircheck import run as runs
from nircheck.letters import Case, Choices, OpenRun, compose, open_run, recipients
from nircheck.letters.sender import Sender
from nircheck.rulebook import RuleBook
from nircheck.run import Run


@pytest.fixture(scope="module")
def opened(book: RuleBook, sample_run: Run, tmp_path_factory: pytest.TempPathFactory) -> OpenRun:
    """The run of the sample extract, as it is read back from disk."""
    return open_run(runs.write(sample_run, tmp_path_factory.mktemp("kjoering")), book)


@pytest.fixture(scope="module")
def cases(opened: OpenRun) -> dict[str, Case]:
    return {n: compose(opened, n, Choices(Sender())) for n in opened.recipients}


def test_a_case_has_the_counts_of_the_accounting(opened: OpenRun, cases: dict[str, Case]) -> None:
    for number, case in cases.items():
        facts = opened.info["kommuner"][number]
        accounted = opened.accounting[number]

        assert case.totals.findings == len(case.findings) == sum(row.fails for row in accounted)
        assert case.totals.findings == sum(rule.number for rule in case.rules)
        assert (case.totals.feil, case.totals.advarsel, case.totals.info) == (
            facts["feil"], facts["advarsel"], facts["info"]
        )  # fmt: skip


def test_a_case_holds_the_rows_of_its_own_kommune(cases: dict[str, Case]) -> None:
    for number, case in cases.items():
        assert set(case.findings["kommunenummer"]) <= {number}


def test_88_kommuner_and_the_two_uncertain_ones_are_written_to_in_nynorsk() -> None:
    known = recipients.load(EXPECTATIONS, date(2026, 10, 31), "nb")

    assert Counter(r.maalform for r in known.values()) == {"nb": 267, "nn": 90}
    assert known["1146"].maalform == known["1580"].maalform == "nn"


def test_neutral_kommuner_get_the_standard_that_is_chosen() -> None:
    known = recipients.load(EXPECTATIONS, date(2026, 10, 31), "nn")

    assert Counter(r.maalform for r in known.values()) == {"nb": 119, "nn": 238}


def test_every_letter_of_the_sample_is_of_the_right_kind(cases: dict[str, Case]) -> None:
    kinds = Counter(case.kind for case in cases.values())

    assert kinds == {"ingen_rader": 345, "funn": 10, "null": 2}
