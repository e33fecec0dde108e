"""Bytes in disorder: what cannot be read is refused in words, and nothing else ever happens."""

from __future__ import annotations

import faulthandler
import io
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fuzzing import TOML, Case, case, kinds, only_tiltak, told

from nircheck.rulebook import RuleBook

BUDGET = 20.0
HANGS = 120
FEWEST = 20


def test_what_the_damage_starts_from_is_read(book: RuleBook, tmp_path: Path) -> None:
    small = only_tiltak(book)
    for kind in kinds(small, tmp_path):
        if kind.name != "uttrekk.toml":
            whole = Case(0, kind.name, kind.content, TOML)
            assert told(whole, small, tmp_path / "fuzz") is None, kind.name


@pytest.mark.slow
def test_damaged_bytes_are_refused_or_read_and_nothing_else(book: RuleBook, tmp_path: Path) -> None:
    small = only_tiltak(book)
    among = kinds(small, tmp_path)
    until = time.monotonic() + BUDGET
    seed = 0
    while seed < FEWEST or time.monotonic() < until:
        faulthandler.dump_traceback_later(HANGS, exit=True)
        try:
            told(case(seed, among), small, tmp_path / "fuzz")
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
        finally:
            faulthandler.cancel_dump_traceback_later()
        seed += 1


def test_a_text_in_parquet_that_is_no_utf8_is_refused(book: RuleBook, tmp_path: Path) -> None:
    small = only_tiltak(book)
    whole = next(kind for kind in kinds(small, tmp_path) if kind.name == "tiltak.parquet")
    frame = pq.read_table(io.BytesIO(whole.content))
    at = frame.column_names.index("beskrivelse")
    broken = pa.array([b"spr\xe5k"] * len(frame), pa.binary()).view(pa.string())
    with io.BytesIO() as out:
        pq.write_table(frame.set_column(at, "beskrivelse", broken), out)
        content = out.getvalue()

    problems = told(Case(0, whole.name, content, TOML), small, tmp_path / "fuzz")

    assert problems is not None
    assert "tiltak.parquet" in problems[0]
