"""The figure of a letter: one bar per group, in lengths that can be read without colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nircheck.letters import numbers
from nircheck.letters.case import Case, Comparison
from nircheck.letters.rate import Rate

LONGEST = 340
_FIRST, _STEP = 22, 48


@dataclass(frozen=True)
class Bar:
    """One bar, its label and its value."""

    kind: str
    label: str
    value: str
    persons: int
    y: int
    width: float


@dataclass(frozen=True)
class Bars:
    """All bars, the height they take, and the same in words."""

    bars: tuple[Bar, ...]
    height: int
    described: str


def bars(case: Case, say: Callable[..., str]) -> Bars | None:
    """The kommune, those of its size and all of them; None without a comparison."""
    if case.comparison is None:
        return None
    compared = case.comparison
    rates = [("own", say("kommune", navn=case.kortnavn), compared.own)]
    if compared.group is not None:
        rates.append(("group", _size(compared, compared.group, say), compared.group))
    rates.append(("country", say("landet", antall=compared.country.kommuner), compared.country))
    most = max(rate.per_100 for _, _, rate in rates) or 1.0
    drawn = tuple(
        Bar(
            kind=kind,
            label=label,
            value=numbers.rate(rate.per_100, case.maalform),
            persons=rate.persons,
            y=_FIRST + place * _STEP,
            width=round(max(LONGEST * rate.per_100 / most, 1), 1),
        )
        for place, (kind, label, rate) in enumerate(rates)
    )
    described = ". ".join(f"{bar.label}: {bar.value}" for bar in drawn) + "."
    return Bars(drawn, _FIRST + len(drawn) * _STEP - 20, described)


def _size(compared: Comparison, group: Rate, say: Callable[..., str]) -> str:
    if compared.smallest is None:
        return say("mindre", stoerst=compared.largest, antall=group.kommuner)
    if compared.largest is None:
        return say("stoerre", minst=compared.smallest, antall=group.kommuner)
    return say(
        "mellom", minst=compared.smallest, stoerst=compared.largest - 1, antall=group.kommuner
    )
