"""Registers made to satisfy what has been published, one preset for each publication."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from nircheck import yamlfile
from nircheck.rulebook import RuleBook
from nircheck.sample import aid, fafo, fafo_content, files
from nircheck.sample.chance import Chance
from nircheck.sample.columns import Columns, arrow
from nircheck.sample.fitting import NotFittedError
from nircheck.sample.roster import tables, towns

FOLDER = "_marginer"
_DRAWS = 20
_APART = 1_000_003
"""Between the seeds of two draws: far enough that nobody asks for both."""

Made = tuple[date, dict[str, Columns]]


def presets(expectations: Path) -> tuple[str, ...]:
    """The publications there are margins for."""
    return tuple(path.stem for path in sorted((expectations / FOLDER).glob("*.yaml")))


def make_published(book: RuleBook, preset: str, seed: int, out: Path) -> dict[str, int]:
    """Write the register of a preset; its size and day are those of the publication."""
    files.require_free(out)
    day, made = columns(book, preset, seed)
    return files.write(_text(made, book), out, book.contract, day)


def columns(book: RuleBook, preset: str, seed: int) -> Made:
    """The day of the extract and its tables, drawn anew until the margins hold at once."""
    margins = yamlfile.load(book.folder / FOLDER / f"{preset}.yaml")
    for attempt in range(_DRAWS - 1):
        with suppress(NotFittedError):
            return _MAKERS[preset](book.folder, margins, seed + attempt * _APART)
    return _MAKERS[preset](book.folder, margins, seed + (_DRAWS - 1) * _APART)


def _text(made: dict[str, Columns], book: RuleBook) -> Iterator[tuple[str, pa.Table]]:
    for name, table in book.contract.tables.items():
        if name in made:
            yield name, arrow(made[name], tuple(table.by_name))


def _fafo(expectations: Path, margins: Any, seed: int) -> Made:
    day = margins["extract_date"]
    these = fafo.ended(margins, seed)
    everyone = fafo.roster(margins, these, towns(expectations, np.datetime64(day)), seed)
    made = tables(everyone, Chance(seed, "fafo rader"), np.datetime64(day))
    return day, made | {"tiltak": fafo_content.content(margins, these, everyone, seed)}


def _aid(expectations: Path, margins: Any, seed: int) -> Made:
    day = margins["extract_date"]
    these = aid.group(margins, seed)
    everyone, extended = aid.roster(margins, these, towns(expectations, np.datetime64(day)), seed)
    made = tables(everyone, Chance(seed, "aid rader"), np.datetime64(day))
    del made["permisjon"]
    return day, made | aid.tables(margins, these, everyone, extended, seed)


_MAKERS: dict[str, Callable[[Path, Any, int], Made]] = {
    "fafo-2024-09": _fafo,
    "aid-2023-07": _aid,
}
