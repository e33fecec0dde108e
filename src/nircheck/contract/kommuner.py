"""Which kommune a number stands for on a given day, after mergers, splits and renumbering."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Kommuner:
    """The kommuner of one day, where older numbers have gone, and when each number was in use."""

    names: dict[str, str]
    current: dict[str, str]
    split: dict[str, tuple[str, ...]]
    valid: tuple[tuple[str, date | None, date | None], ...] = ()


@cache
def load(expectations: Path, day: date) -> Kommuner:
    """The kommuner valid on `day`; every number ever known leads to one of them or to several."""
    folder = expectations / "_referanse"
    names = _valid_on(folder / "kommuner_historisk.csv", day) | _valid_on(
        folder / "kommuner.csv", day
    )
    steps: dict[str, set[str]] = {}
    for row in _rows(folder / "kommune_endringer.csv"):
        if date.fromisoformat(row["dato"]) <= day and row["gammelt_nummer"] != row["nytt_nummer"]:
            steps.setdefault(row["gammelt_nummer"], set()).add(row["nytt_nummer"])
    current, split = {}, {}
    for number in sorted(steps.keys() | names.keys()):
        ends = _ends(number, steps, names)
        if len(ends) == 1:
            current[number] = ends[0]
        else:
            split[number] = ends
    valid = sorted(
        (row["kommunenummer"], _day(row["gyldig_fra"]), _day(row["gyldig_til"]))
        for row in _rows(folder / "kommuner_historisk.csv")
    )
    return Kommuner(names, current, split, tuple(valid))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _ends(number: str, steps: dict[str, set[str]], names: dict[str, str]) -> tuple[str, ...]:
    if number in names:
        return (number,)
    return tuple(
        sorted({end for after in steps.get(number, ()) for end in _ends(after, steps, names)})
    )


def _valid_on(path: Path, day: date) -> dict[str, str]:
    return {
        row["kommunenummer"]: row.get("navn") or row["navn_offisielt"]
        for row in _rows(path)
        if (not row["gyldig_fra"] or date.fromisoformat(row["gyldig_fra"]) <= day)
        and (not row["gyldig_til"] or day <= date.fromisoformat(row["gyldig_til"]))
    }


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
