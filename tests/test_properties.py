"""What must hold for every extract: order does not matter, and running once is enough."""

from __future__ import annotations

import random
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extracts import SAMPLE, Extract, audited, write_csv
from nircheck import ingest
from nircheck.engine import judge
from nircheck.rulebook import RuleBook
from nircheck.run import Run, write

KOMMUNER = ("0301", "1103", "4204", "4640")
DATES = st.sampled_from(
    ["", "2022-06-01", "2023-05-31", "2024-04-29", "2024-04-30", "2024-06-30", "2025-01-01",
     "31.12.2023", "2023-02-30", "ukjent"]
)  # fmt: skip
CODES = st.sampled_from(["", "ARBEID", "IKKE_REGISTRERT", "FLYTTET", "Arbeid", "FEILKODE"])
GOALS = st.sampled_from(["", "ARBEID_HAR_VGO", "HOEYERE_HAR_VGO", "FULLFOERE_VGO", "GRUNNSKOLE"])
HOURS = st.sampled_from(["", "0", "15", "37,5", "37.5", "mye"])
TILTAK = st.fixed_dictionaries({"startdato": DATES, "stoppdato": DATES, "timer_per_uke": HOURS})
PROGRAM = st.fixed_dictionaries(
    {"startdato": DATES, "sluttdato": DATES, "avslutningsaarsak": CODES, "sluttmaal": GOALS}
)
PARTICIPANT = st.tuples(
    st.sampled_from(["INT", "IL", "KAP6A", "UKJENT"]),
    st.sampled_from(KOMMUNER),
    st.sampled_from(["JA", "NEI", ""]),
    PROGRAM,
    st.lists(TILTAK, max_size=2),
)


PARTICIPANTS = st.lists(PARTICIPANT, min_size=2, max_size=20)
FEW_BUT_LARGE = settings(max_examples=5)
"""What judging costs hardly depends on how many there are: fewer extracts, which may be larger."""


def built(participants: list[tuple[Any, ...]]) -> Extract:
    extract = Extract()
    for regime, kommune, vgo, program, measures in participants:
        person = extract.add("person", regime, utdanning_vgo=vgo, bosettingskommune=kommune)
        key = extract.add("program", regime, person_id=person, kommunenummer=kommune, **program)
        for measure in measures:
            extract.add(
                "tiltak", regime, program_id=key, person_id=person, kommunenummer=kommune, **measure
            )
    return extract


def told(findings: pa.Table) -> set[tuple[Any, ...]]:
    """Everything a finding says, except where in which file it stood."""
    return {
        tuple(value for name, value in finding.items() if name not in ("fil", "linje"))
        for finding in findings.to_pylist()
    }


def judged(run: Run) -> set[tuple[Any, ...]]:
    return told(run.findings)


def found_in(extract: Path, book: RuleBook) -> set[tuple[Any, ...]]:
    """What the rules find, without the accounting that a run has besides."""
    read, _ = ingest.read([extract], ingest.Manifest(), book.contract, book.views, book.folder)
    with read as register:
        return told(judge(register, book.running()).findings)


@pytest.fixture(scope="module")
def few(book: RuleBook) -> RuleBook:
    """The rules about the three tables the random extracts have: quicker, and all that can fire."""
    tables = {"person", "program", "tiltak"}
    return replace(book, rules=tuple(c for c in book.rules if c.rule.table in tables))


@pytest.mark.slow
@FEW_BUT_LARGE
@given(PARTICIPANTS)
def test_running_per_kommune_gives_the_same_findings_as_running_once(
    few: RuleBook, participants: list[tuple[Any, ...]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        whole = built(participants)
        once = found_in(whole.write(Path(name) / "hele", few), few)
        apart: set[tuple[Any, ...]] = set()
        for kommune in {participant[1] for participant in participants}:
            part = Extract()
            persons = {
                row["person_id"]
                for row in whole.tables["program"]
                if row["kommunenummer"] == kommune
            }
            for table, rows in whole.tables.items():
                part.tables[table] = [row for row in rows if row["person_id"] in persons]
            apart |= found_in(part.write(Path(name) / kommune, few), few)

        assert once == apart


@pytest.mark.slow
@FEW_BUT_LARGE
@given(PARTICIPANTS, st.integers())
def test_the_order_of_rows_and_columns_does_not_matter(
    few: RuleBook, participants: list[tuple[Any, ...]], seed: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        extract = built(participants)
        extract.tables["tiltak"] += extract.tables["tiltak"][:1]  # a repeated key
        first = extract.write(Path(name) / "a", few)
        second = extract.write(Path(name) / "b", few)
        for table, rows in extract.tables.items():
            shuffler = random.Random(seed)
            columns = extract.columns(table, few)
            shuffler.shuffle(columns)
            shuffled = list(rows)
            shuffler.shuffle(shuffled)
            write_csv(second / f"{table}.csv", columns, shuffled)

        assert found_in(first, few) == found_in(second, few)


@pytest.mark.slow
def test_the_sample_with_every_table_shuffled_gives_the_same_findings(
    book: RuleBook, sample_run: Run, tmp_path: Path
) -> None:
    shutil.copytree(SAMPLE, tmp_path / "u")
    for path in (tmp_path / "u").glob("*.csv"):
        header, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        random.Random(1).shuffle(lines)
        path.write_text(header + "".join(lines), encoding="utf-8", newline="")

    shuffled = audited(book, tmp_path / "u")

    assert judged(shuffled) == judged(sample_run)
    assert shuffled.accounting.equals(sample_run.accounting)


def test_only_the_kommuner_asked_for_are_in_the_run(book: RuleBook, sample_run: Run) -> None:
    run = audited(book, SAMPLE, kommuner=("0301", "4640"))

    assert {f["kommunenummer"] for f in run.findings.to_pylist()} == {"0301"}
    assert set(run.facts["kommuner"]) == {"0301", "4640"}
    assert judged(run) == {f for f in judged(sample_run) if "0301" in f}
    assert run.run_id != sample_run.run_id


@pytest.mark.slow
def test_two_runs_of_the_same_extract_are_the_same_to_the_byte(
    book: RuleBook, sample_folder: Path, tmp_path: Path
) -> None:
    again = write(audited(book, SAMPLE), tmp_path / "igjen")

    for name in ("run.json", "findings.parquet", "accounting.parquet", "linked.parquet"):
        assert (again / name).read_bytes() == (sample_folder / name).read_bytes(), name


def test_no_finding_id_holds_a_run_of_eleven_digits(sample_run: Run) -> None:
    ids = sample_run.findings.column("finding_id").to_pylist()

    assert len(set(ids)) == len(ids)
    assert all(len(part) == 4 for finding_id in ids for part in finding_id.split("-"))
