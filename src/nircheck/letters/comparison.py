"""A kommune beside others of its size: feil and advarsler per 100 persons, never a ranking."""

from __future__ import annotations

from collections.abc import Mapping

from nircheck.letters.case import Comparison
from nircheck.letters.rate import Rate, together
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
    own = run.rates.get(number)
    if own is None or own.persons < FEWEST_PERSONS or len(run.rates) < FEWEST_KOMMUNER:
        return None
    size = run.recipients[number].size
    group = together(rates_alike(run, run.rates, size))
    return Comparison(
        own=own,
        group=group if group.kommuner >= FEWEST_KOMMUNER else None,
        country=together(run.rates.values()),
        smallest=SIZES[size - 1] if size else None,
        largest=SIZES[size] if size is not None and size < len(SIZES) else None,
    )


def rates_alike(run: OpenRun, rates: Mapping[str, Rate], size: int | None) -> list[Rate]:
    """The rates of the kommuner of a size; none where the size is not known."""
    if size is None:
        return []
    return [rate for number, rate in rates.items() if run.recipients[number].size == size]
