"""Rows of the reference tables, and whether they hold on a day."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of one table."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def in_force(row: dict[str, str], day: date) -> bool:
    """Whether a dated row holds on the day; an empty end is open."""
    start, end = row.get("gyldig_fra"), row.get("gyldig_til")
    return (not start or start <= day.isoformat()) and (not end or day.isoformat() <= end)
