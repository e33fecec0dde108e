"""What it costs to gate a million rows, against reading them as an audit does.

Each round reads the extract as `audit` does up to typed tables and derived views, then gates it:
reads it as a survey, asks great_expectations for the structure, and counts every contract check of
the cells. CPU seconds of all threads, in one process; the median of the rounds' ratios is held
against what is promised. Run it with `make bench`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from reading import PERSON, PROGRAM, TILTAK, WORDS

from nircheck import ingest, resources, rulebook
from nircheck.gate.check import check
from nircheck.ingest import Limits, Manifest
from nircheck.register import Register
from nircheck.rulebook import RuleBook

PROMISED = 1.5
PERSONS = 100_000


def main() -> None:
    """Read and gate in turn, and print what each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    book = rulebook.load(resources.expectations())
    with tempfile.TemporaryDirectory() as scratch:
        folder = _extract(Path(scratch) / "uttrekk", asked.rows)
        _gate(folder, book)  # great_expectations is imported once, whatever is gated
        ratios, bare_ratios = [], []
        for _ in range(asked.rounds):
            bare = _cpu(lambda: _typed(folder, book))
            read = _cpu(lambda: _read(folder, book))
            gated = _cpu(lambda: _gate(folder, book))
            ratios.append(gated / read)
            bare_ratios.append(gated / bare)
            print(f"read {read:.2f} s, of it typed tables {bare:.2f} s; gated {gated:.2f} s of CPU")
    ratio, bare_ratio = statistics.median(ratios), statistics.median(bare_ratios)
    print(
        f"{asked.rows} rows: the gate takes {ratio:.2f} times the reading (promised {PROMISED}), "
        f"{bare_ratio:.2f} times the typed tables alone"
    )
    if ratio > PROMISED:
        raise SystemExit(f"more than {PROMISED} times the reading")


def _extract(folder: Path, rows: int) -> Path:
    folder.mkdir()
    persons = min(PERSONS, rows // 10)
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        for table, query in (("person", PERSON), ("program", PROGRAM), ("tiltak", TILTAK)):
            text = query.format(persons=persons, rows=rows - 2 * persons, words=WORDS, mark="''")
            target = folder / f"{table}.csv"
            connection.execute(f"COPY ({text}) TO '{target}' (DELIM ';', HEADER, QUOTE '')")
    (folder / "uttrekk.toml").write_text("uttrekksdato = 2026-10-31\n", encoding="utf-8")
    return folder


def _read(folder: Path, book: RuleBook) -> None:
    register, _ = ingest.read(
        [folder], Manifest(), book.contract, book.views, book.folder, Limits()
    )
    register.close()


def _typed(folder: Path, book: RuleBook) -> None:
    """The same without the derived views: what is no more than reading."""
    build = Register.build

    def shorter(register: Register, tables: Any = None) -> None:
        build(register, ())

    Register.build = shorter  # type: ignore[method-assign]
    try:
        register, _ = ingest.read(
            [folder], Manifest(uttrekksdato=date(2026, 10, 31)), book.contract, book.views,
            book.folder, Limits(),
        )  # fmt: skip
        register.close()
    finally:
        Register.build = build  # type: ignore[method-assign]


def _gate(folder: Path, book: RuleBook) -> None:
    with ingest.survey(
        [folder], Manifest(), book.contract, book.views, book.folder, Limits()
    ) as found:
        check(found, book, book.contract)


def _cpu(work: Callable[[], None]) -> float:
    before = os.times()
    work()
    after = os.times()
    return after.user + after.system - before.user - before.system


if __name__ == "__main__":
    main()
