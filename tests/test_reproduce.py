"""A fault made anew without the person: it is still found, and nothing of the original is left."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import nircheck
from extracts import SAMPLE, audited
from nircheck import ingest
from nircheck.errors import UsageError
from nircheck.register import Register
from nircheck.reproduce import reproduce
from nircheck.reproduce.days import neutral_days
from nircheck.reproduce.neutral import as_day, originals
from nircheck.reproduce.rows import rows_of
from nircheck.rulebook import RuleBook
from nircheck.run import Run


@pytest.fixture(scope="module")
def register(book: RuleBook) -> Iterator[Register]:
    """The sample extract."""
    opened, _ = ingest.read([SAMPLE], ingest.Manifest(), book.contract, book.views, book.folder)
    with opened:
        yield opened


def first(run: Run, rule_id: str) -> dict[str, Any]:
    return next(row for row in run.findings.to_pylist() if row["rule_id"] == rule_id)


def cells(folder: Path, book: RuleBook) -> dict[tuple[str, str], set[str]]:
    """The values of an extract by table and column."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle, delimiter=";"):
                for name, text in row.items():
                    if text:
                        found.setdefault((path.stem, name), set()).add(text)
    return found


@pytest.mark.parametrize("rule_id", ["NIR-100", "NIR-170"])
def test_the_fault_is_found_anew_and_no_value_of_the_original_is_left(
    rule_id: str, register: Register, sample_run: Run, book: RuleBook, tmp_path: Path
) -> None:
    finding = first(sample_run, rule_id)
    out = tmp_path / "nytt"

    made = reproduce(finding, register, book, out)

    columns = {t.name: t.by_name for t in book.contract.tables.values()}
    before = originals(rows_of(register, finding["tabell"], finding["noekkel"]), columns)
    after = {
        text
        for (table, name), texts in cells(out, book).items()
        for text in texts
        if not columns[table][name].code_list
    }
    assert made.way == "moenster"
    assert after
    assert not after & before
    assert not {day.isoformat() for text in after if (day := as_day(text))} & before
    assert made.rows <= 2


def test_an_audit_of_what_was_made_finds_it(
    sample_folder: Path, sample_run: Run, book: RuleBook, tmp_path: Path
) -> None:
    finding = first(sample_run, "NIR-149")
    out = tmp_path / "nytt"

    done = nircheck(
        "reproduce", finding["finding_id"].upper(), "--kjoering", sample_folder,
        "--uttrekk", SAMPLE, "--ut", out,
    )  # fmt: skip

    assert (done.code, done.err) == (0, "")
    found = [row for row in audited(book, out).findings.to_pylist() if row["rule_id"] == "NIR-149"]
    assert len(found) == 1
    assert found[0]["finding_id"] in done.out
    assert found[0]["finding_id"] != finding["finding_id"]


def test_what_cannot_be_made_is_refused_in_one_line_and_nothing_is_written(
    sample_folder: Path, sample_run: Run, tmp_path: Path
) -> None:
    whole = first(sample_run, "NIR-383")["finding_id"]

    for finding, why in ((whole, "a whole kommune"), ("aaaa-bbbb-cccc-dddd", "no finding")):
        done = nircheck(
            "reproduce", finding, "--kjoering", sample_folder, "--uttrekk", SAMPLE,
            "--ut", tmp_path / "nytt",
        )  # fmt: skip
        assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
        assert why in done.err
    assert not (tmp_path / "nytt").exists()


def test_an_extract_that_does_not_have_the_row_is_refused(
    register: Register, sample_run: Run, book: RuleBook, tmp_path: Path
) -> None:
    finding = first(sample_run, "NIR-100") | {"noekkel": "P999999"}

    with pytest.raises(UsageError, match="no such row"):
        reproduce(finding, register, book, tmp_path / "nytt")


@given(st.lists(st.dates(date(1950, 1, 1), date(2028, 12, 31)), min_size=1, max_size=12))
def test_other_days_keep_the_order_and_are_none_of_the_original(days: list[date]) -> None:
    for replaced in neutral_days(days):
        known = sorted(set(days))
        assert sorted(replaced) == known
        assert not set(replaced.values()) & set(known)
        moved = [replaced[day] for day in known]
        assert moved == sorted(set(moved))
        assert all(abs(replaced[day] - day) < timedelta(days=366) for day in known)
