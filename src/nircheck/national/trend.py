"""How findings have come on month by month, in the country, its fylker and its kommuner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nircheck.contract import kommuner as kommuner_of
from nircheck.contract.kommuner import Kommuner
from nircheck.errors import UsageError
from nircheck.history import Store
from nircheck.history.schema import rows
from nircheck.history.store import Entry
from nircheck.history.tracks import ends, present
from nircheck.national import hiding, places
from nircheck.national.figures import HIDDEN, Hidden, Number
from nircheck.national.hiding import Cell, Sum
from nircheck.national.places import Places

MONTHS = 12
POPULATION = "nasjonal"
LAND, FYLKE, KOMMUNE = "land", "fylke", "kommune"
PERSONS, FOUND, NEW, FIXED = "personer", "funn", "nye", "rettet"
MEASURES = (PERSONS, FOUND, NEW, FIXED)
_CAME_OR_WENT = "kom_eller_gikk"
_NEEDED = (
    "kommunenummer", "ikke_sammenlignbart", "personer", "feil", "advarsel", "nye", "rettet"
)  # fmt: skip
Place = tuple[str, str]


@dataclass(frozen=True)
class Point:
    """One place in one month; none of it where the place could not be compared."""

    day: date
    numbers: dict[str, Number]

    @property
    def per_100(self) -> float | Hidden | None:
        """Feil and advarsler per 100 persons."""
        persons, found = self.numbers.get(PERSONS), self.numbers.get(FOUND)
        if persons is None or found is None:
            return None
        if persons is HIDDEN or found is HIDDEN:
            return HIDDEN
        assert isinstance(persons, int) and isinstance(found, int)
        return 100 * found / persons if persons else None


@dataclass(frozen=True)
class Trend:
    """Every place that has been told of, month by month, and what could not be compared."""

    days: tuple[date, ...]
    places: Places
    points: dict[Place, tuple[Point, ...]]
    left_out: dict[date, tuple[str, ...]]


def trend(store: Store, expectations: Path, threshold: int) -> Trend:
    """The last twelve months of a national history, small numbers hidden."""
    entries = store.valid(POPULATION)[-MONTHS:]
    if not entries:
        raise UsageError(f"{store.folder}: no run of the whole country in this history")
    last = date.fromisoformat(entries[-1].day)
    known = places.load(expectations, last)
    numbers = kommuner_of.load(expectations, last)
    points: dict[Place, list[Point]] = {}
    days, left_out = [], {}
    for entry in entries:
        day = date.fromisoformat(entry.day)
        values, without = _counted(entry, known, numbers)
        hide = hiding.hidden(values, list(_sums(values, known)), threshold)
        for place in dict.fromkeys((split, part) for _, split, part in values):
            told: dict[str, Number] = {
                measure: HIDDEN if (cell := (measure, *place)) in hide else values[cell]
                for measure in MEASURES
            }
            if HIDDEN in (told[NEW], told[FIXED]):  # either, even a 0, would give the other away
                told[NEW] = told[FIXED] = HIDDEN
            points.setdefault(place, []).append(Point(day, told))
        days.append(day)
        left_out[day] = without
    return Trend(
        tuple(days), known, {place: _whole(held, days) for place, held in points.items()}, left_out
    )


def _counted(
    entry: Entry, known: Places, numbers: Kommuner
) -> tuple[dict[Cell, int], tuple[str, ...]]:
    """The numbers of a month by kommune, fylke and country; and the kommuner left out of them."""
    values: dict[Cell, int] = {}
    without = []
    for number, why, persons, feil, advarsel, new, fixed in rows(
        entry.table("kommuner").select(list(_NEEDED))
    ):
        if why is not None:
            if why != "ingen_rader":
                without.append(number)
            continue
        if len(ends(number, numbers)) != 1:
            continue
        kommune = present(number, numbers)
        counts = (persons, feil + advarsel, new, fixed)
        for place in ((KOMMUNE, kommune), (FYLKE, known.fylke(kommune)), (LAND, "")):
            for measure, count in zip(MEASURES, counts, strict=True):
                values[measure, *place] = values.get((measure, *place), 0) + count
            cell = (_CAME_OR_WENT, *place)
            values[cell] = values.get(cell, 0) + new + fixed
    return values, tuple(without)


def _sums(values: dict[Cell, int], known: Places) -> Iterable[Sum]:
    """What adds up to what; new and corrected are hidden together, or each gives the other away."""
    for measure in (*MEASURES, _CAME_OR_WENT):
        within: dict[str, list[Cell]] = {}
        for cell in values:
            if cell[0] == measure and cell[1] == KOMMUNE:
                within.setdefault(known.fylke(cell[2]), []).append(cell)
        for fylke, parts in within.items():
            yield Sum((measure, FYLKE, fylke), tuple(parts))
        yield Sum((measure, LAND, ""), tuple((measure, FYLKE, fylke) for fylke in within))
    for measure, split, part in values:
        if measure == _CAME_OR_WENT:
            yield Sum((measure, split, part), ((NEW, split, part), (FIXED, split, part)))


def _whole(held: list[Point], days: list[date]) -> tuple[Point, ...]:
    """A point for every month, with nothing in it for those that have none."""
    by_day = {point.day: point for point in held}
    return tuple(by_day.get(day, Point(day, {})) for day in days)
