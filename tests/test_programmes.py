"""The programmes of each kommune, counted: every programme once, and nothing where none can say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from extracts import Extract, audited
from nircheck.rulebook import RuleBook
from nircheck.run import Run
from nircheck.run.programmes import COUNTS, SCHEMA


def sums(run: Run) -> dict[str, int]:
    """The counts over all groups."""
    return {name: sum(run.programmes.column(name).to_pylist()) for name in COUNTS}


@pytest.fixture(scope="module")
def five(book: RuleBook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In goal; a tiltak of the wrong year, in the same person; running; an unread reason; Oslo."""
    extract = Extract()
    extract.participant(sluttdato="2023-11-30", avslutningsaarsak="ARBEID")
    person = extract.tables["person"][0]["person_id"]
    late = extract.add(
        "program", person_id=person, startdato="2023-12-01", sluttdato="2024-01-31",
        avslutningsaarsak="",
    )  # fmt: skip
    extract.add("tiltak", program_id=late, person_id=person, startdato="2030-01-01",
                stoppdato="2029-01-01")  # fmt: skip
    extract.participant("KAP6A")
    extract.participant(sluttdato="2023-11-30", avslutningsaarsak="ARB\ufffdID")
    extract.participant(kommunenummer="0301", bydel="030101")
    return extract.write(tmp_path_factory.mktemp("five"), book)


@pytest.fixture(scope="module")
def run(book: RuleBook, five: Path) -> Run:
    """The run of one kommune of the two."""
    return audited(book, five, kommuner=("4204",))


def test_every_programme_of_the_kommune_is_counted_once(run: Run) -> None:
    assert run.programmes.schema == SCHEMA
    assert set(run.programmes.column("kommunenummer").to_pylist()) == {"4204"}
    counted = sums(run)
    assert (counted["programmer"], counted["deltakere"]) == (4, 3)
    assert (counted["avsluttet"], counted["uten_tiltak"], counted["i_maal"]) == (3, 0, 1)
    groups = {(row["startkvartal"], row["sluttaar"]) for row in run.programmes.to_pylist()}
    assert ("2023K4", 2024) in groups


def test_a_reason_that_cannot_be_read_is_neither_with_nor_without(run: Run) -> None:
    counted = sums(run)

    assert (counted["med_aarsak"], counted["uten_aarsak"]) == (1, 1)


def test_a_finding_on_a_tiltak_counts_for_its_programme(run: Run) -> None:
    on_tiltak = {f["rule_id"] for f in run.findings.to_pylist() if f["tabell"] == "tiltak"}

    assert on_tiltak
    for rule_id in on_tiltak:
        assert run.facts["rules"][rule_id]["programmer"] == 1


def test_the_facts_tell_the_same_sums(sample_run: Run) -> None:
    told = sums(sample_run)
    rows = sample_run.programmes.to_pylist()

    for name in ("programmer", "deltakere", "med_feil"):
        per_kommune: Counter[str] = Counter()
        for row in rows:
            per_kommune[row["kommunenummer"]] += row[name]
        said = {k: v[name] for k, v in sample_run.facts["kommuner"].items() if v[name]}
        assert said == {k: v for k, v in per_kommune.items() if v}
        assert sample_run.facts["totals"][name] == told[name]
    assert told["programmer"] == 301
