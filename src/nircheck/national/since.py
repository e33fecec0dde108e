"""What a national report says of how findings have come on since the run before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from nircheck.contract import Maalform
from nircheck.letters.numbers import long_day
from nircheck.national.figures import HIDDEN, Figures
from nircheck.national.places import Places
from nircheck.run import HISTORY

_TOLD = ("ny", "rettet", "gjenaapnet", "fortsatt_aapen")


def developed(
    facts: Mapping[str, Any],
    figures: Figures,
    places: Places,
    maalform: Maalform,
    say: Callable[..., str],
    shown: Callable[..., str],
) -> list[str]:
    """Sentences; one small number hides them all, since they add up with numbers of last month."""
    told = facts.get(HISTORY)
    if not told or not told["forrige"]:
        return [say("tekst", "utvikling")]
    day = long_day(date.fromisoformat(told["forrige"]["uttrekksdato"]), maalform)
    numbers = {name: figures.alone(told["sum"].get(name, 0)) for name in _TOLD}
    if HIDDEN in numbers.values():
        numbers = dict.fromkeys(numbers, HIDDEN)
    counts = {name: shown(number) for name, number in numbers.items()}
    missing = [
        places.name(number) if number in places.kommuner else number
        for number, place in told["kommuner"].items()
        if "ikke_sammenlignbart_fordi" in place
    ]
    said = [say("tekst", "utvikling_siden", dato=day, **counts)]
    if missing:
        said.append(say("tekst", "ikke_sammenlignbare", navn=", ".join(missing)))
    return said
