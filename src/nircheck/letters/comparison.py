"""A kommune beside others of its size: feil and advarsler per 100 persons, never a ranking."""

from __future__ import annotations

from nircheck.letters.case import Comparison, Rate
from nircheck.letters.recipients import SIZES
from nircheck.letters.run_folder import OpenRun

FEWEST_PERSONS = 10
"""With fewer persons than this a rate says nothing."""

FEWEST_KOMMUNER = 5
"""With fewer kommuner than this, the figure of another one could be worked out."""


def compare(run: OpenRun, number: str) -> Comparison | None:
    """The comparison, where the extract is of the whole country and enough stand behind it."""
    if run.info["populasjon"] != "nasjonal" or run.info["asked"]:
        return None
    own = _together(run, [number])
    here = [n for n in run.recipients if n in run.info["kommuner"] and _persons(run, n)]
    if own.persons < FEWEST_PERSONS or len(here) < FEWEST_KOMMUNER:
        return None
    size = run.recipients[number].size
    alike = [n for n in here if size is not None and run.recipients[n].size == size]
    return Comparison(
        own=own,
        group=_together(run, alike) if len(alike) >= FEWEST_KOMMUNER else None,
        country=_together(run, here),
        smallest=SIZES[size - 1] if size else None,
        largest=SIZES[size] if size is not None and size < len(SIZES) else None,
    )


def _together(run: OpenRun, numbers: list[str]) -> Rate:
    kommuner = [run.info["kommuner"][n] for n in numbers]
    return Rate(
        kommuner=len(kommuner),
        persons=sum(_persons(run, n) for n in numbers),
        findings=sum(k["feil"] + k["advarsel"] for k in kommuner),
    )


def _persons(run: OpenRun, number: str) -> int:
    return int(run.info["kommuner"][number]["rader"].get("person", 0))
