"""In which written standard a kommune is written to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from nircheck.contract import Maalform
from nircheck.letters.reference import in_force, rows

_DECIDED: dict[str, Maalform] = {"bokmål": "nb", "nynorsk": "nn"}


def load(path: Path, day: date, neutral: Maalform) -> dict[str, Maalform]:
    """The standard of every kommune in the table; neutral kommuner get the chosen one.

    Where the sources disagree whether a kommune is neutral or has nynorsk, nynorsk is right
    whichever is true.
    """
    return {row["kommunenummer"]: _chosen(row, neutral) for row in rows(path) if in_force(row, day)}


def _chosen(row: dict[str, str], neutral: Maalform) -> Maalform:
    uncertain = row["sikkerhet"] != "hoey"
    return _DECIDED.get(row["malform"], "nn" if uncertain else neutral)
