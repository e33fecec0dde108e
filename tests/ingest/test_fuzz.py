"""Bytes in disorder: what cannot be read is refused in words, and nothing else ever happens."""

from __future__ import annotations

import faulthandler
import time
from pathlib import Path

import pytest

from fuzzing import case, kinds, only_tiltak, told
from nircheck.rulebook import RuleBook

BUDGET = 20.0
HANGS = 120
FEWEST = 20


def test_what_the_damage_starts_from_is_read(book: RuleBook, tmp_path: Path) -> None:
    small = only_tiltak(book)
    for kind in kinds(small, tmp_path):
        whole = case(0, [kind])
        refused = told(
            type(whole)(0, "tiltak.csv" if kind.name.endswith("toml") else kind.name,
                        kinds(small, tmp_path)[0].content
                        if kind.name.endswith("toml") else kind.content, whole.manifest
                        if not kind.name.endswith("toml") else kind.content),
            small, tmp_path / "fuzz",
        )  # fmt: skip
        assert refused is None, kind.name


@pytest.mark.slow
def test_damaged_bytes_are_refused_or_read_and_nothing_else(
    book: RuleBook, tmp_path: Path
) -> None:
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
