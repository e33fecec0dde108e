"""The counts behind the key figures, by fylke and in all, and the sums that would tell them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from nircheck.figures import ALL, Range
from nircheck.national.hiding import Cell, Sum
from nircheck.national.places import Places
from nircheck.national.source import Source

COUNTS = ("gjelder", "ja", "nei", "mangler", "kjente")
ENDED = ("avsluttet", "avsluttet_ny", "i_program")
GAPS = ("uten_tiltak", "uten_aarsak")


def cell(figure: str, what: str) -> str:
    """The measure of a count of a figure: `gjelder`, `ja`, `nei`, ..., or the id of a gap."""
    return f"hull:{figure}:{what}"


def cells(source: Source, places: Places) -> tuple[dict[Cell, int], list[Sum]]:
    """Every count by fylke and for the country, and the sums they are bound by."""
    values: Counter[Cell] = Counter()
    for place, figures in source.ranges.items():
        if place == ALL:
            continue
        for found in figures.values():
            for what, number in _counts(found):
                measure = cell(found.figure, what)
                values[measure, "fylke", places.fylke(place)] += number
                values[measure, "land", ""] += number
    return dict(values), list(_sums(values))


def _counts(found: Range) -> Iterator[tuple[str, int]]:
    answered = found.of - found.open
    numbers = (found.of, found.yes, answered - found.yes, found.open, answered)
    yield from zip(COUNTS, numbers, strict=True)
    yield from found.gaps


def _sums(values: Mapping[Cell, int]) -> Iterator[Sum]:
    by_measure: dict[str, list[Cell]] = {}
    for measure, split, part in values:
        by_measure.setdefault(measure, [])
        if split == "fylke":
            by_measure[measure].append((measure, split, part))
    for measure, parts in by_measure.items():
        yield Sum((measure, "land", ""), tuple(sorted(parts)))
    gaps: dict[str, list[str]] = {}
    for measure in by_measure:
        _, figure, what = measure.split(":")
        gaps.setdefault(figure, [])
        if what not in COUNTS:
            gaps[figure].append(measure)
    for split, part in sorted({(split, part) for _, split, part in values}):
        for figure, found in gaps.items():
            own = {what: (cell(figure, what), split, part) for what in COUNTS}
            if own["gjelder"] in values:
                yield Sum(own["gjelder"], (own["kjente"], own["mangler"]))
                yield Sum(own["kjente"], (own["ja"], own["nei"]))
                here = tuple((m, split, part) for m in found if (m, split, part) in values)
                if here:
                    yield Sum(own["mangler"], here)


def within(values: Mapping[Cell, int]) -> tuple[dict[Cell, int], list[Sum]]:
    """What is left of a number that holds another, for whoever would subtract.

    Which number holds which is taken from the numbers themselves: nowhere is it the smaller one.
    """
    by_fylke: dict[str, dict[str, int]] = {}
    for (measure, split, part), number in values.items():
        if split == "fylke" and (measure in (*ENDED, *GAPS) or measure.startswith("hull:")):
            by_fylke.setdefault(measure, {})[part] = number
    rests: dict[Cell, int] = {}
    sums: list[Sum] = []
    for whole, inside in _pairs(by_fylke):
        rest = f"{whole}-{inside}"
        for split in ("fylke", "land"):
            places = sorted(part for m, s, part in values if (m, s) == (whole, split))
            for part in places:
                held = values.get((inside, split, part))
                if held is not None:
                    rests[rest, split, part] = values[whole, split, part] - held
                    parts = ((inside, split, part), (rest, split, part))
                    sums.append(Sum((whole, split, part), parts))
    return rests, sums


def _pairs(by_fylke: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, str]]:
    """Each measure with the smallest that it is part of, as far as the numbers tell."""
    heads = [m for m in by_fylke if m.endswith(":gjelder")]
    for inside in by_fylke:
        if not inside.startswith("hull:"):
            continue
        what = inside.rsplit(":", 1)[1]
        others = ENDED if what == "gjelder" else GAPS if what not in COUNTS else ()
        for family in (others, heads if what == "gjelder" else ()):
            holding = [
                (sum(by_fylke[whole].values()), whole)
                for whole in family
                if whole in by_fylke and whole != inside and _holds(by_fylke, whole, inside)
            ]
            if holding:
                yield min(holding)[1], inside


def _holds(by_fylke: Mapping[str, Mapping[str, int]], whole: str, inside: str) -> bool:
    """Nowhere smaller; of two that are equal everywhere, only the first in the alphabet."""
    of, held = by_fylke[whole], by_fylke[inside]
    if of == held and whole.startswith("hull:") and whole > inside:
        return False
    return all(number <= of.get(at, 0) for at, number in held.items())
