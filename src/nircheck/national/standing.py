"""How each kommune stands, in one word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from nircheck.national.places import Places
from nircheck.national.source import Source

Standing = Literal["ingenting", "ikke_vurdert", "feil", "andre", "uten"]
STANDINGS: tuple[Standing, ...] = ("feil", "andre", "uten", "ikke_vurdert", "ingenting")


def standings(source: Source, places: Places) -> dict[str, Standing]:
    """For every kommune of the day, also those that the run has no row of."""
    judged = source.accounting.groupby("kommunenummer")["applies"].sum().to_dict()
    told = source.facts["kommuner"]
    return {
        number: standing(told[number], int(judged.get(number, 0)))
        if number in told
        else "ingenting"
        for number in places.kommuner
    }


def standing(told: Mapping[str, object], judged: int) -> Standing:
    """How a kommune stands by what a run says of it, and how many rows were judged there."""
    rows = told["rader"]
    if not isinstance(rows, dict) or not sum(rows.values()):
        return "ingenting"
    if told["feil"]:
        return "feil"
    if told["advarsel"] or told["info"]:
        return "andre"
    return "uten" if judged else "ikke_vurdert"
