"""What the gaps could do, for the country and each fylke: the tables and the plot."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from nircheck.contract import Maalform
from nircheck.figures import ALL
from nircheck.figures.headline import UNREADABLE
from nircheck.national.chart import Shown, Tick
from nircheck.national.figures import Figures, share
from nircheck.national.places import Places
from nircheck.national.range_cells import COUNTS, cell
from nircheck.national.source import Source
from nircheck.national.table import Column, Kind, Table, Value
from nircheck.texts import texts

CATALOGUE = "ranges"
_SHARES: tuple[tuple[str, Kind], ...] = (
    ("gjelder", "count"), ("ja", "count"), ("mangler", "count"), ("andel_kjente", "share"),
    ("laveste", "share"), ("hoeyeste", "share"), ("regel", "text"), ("regel_mangler", "count"),
)  # fmt: skip


class RangeTables:
    """The tables and the plot of one report."""

    def __init__(self, source: Source, places: Places, figures: Figures, form: Maalform) -> None:
        """Keep what they are made from."""
        self._source, self._places, self._figures = source, places, figures
        self._said = texts(form, CATALOGUE)
        self._form: Maalform = form
        self._everywhere = source.ranges.get(ALL, {})

    def label(self, figure: str) -> str:
        """What a figure is called."""
        return str(self._source.facts["figures"][figure]["label"][self._form])

    @property
    def hull(self) -> Table:
        """Every figure for the country; why, where there is none."""
        rows = []
        for figure, found in self._everywhere.items():
            why = texts(self._form).reason(found.reason) if found.reason else None
            about = str(self._source.facts["figures"][figure]["about"][self._form])
            values = self._values(figure, "land") if not found.reason else (None,) * len(_SHARES)
            rows.append((self.label(figure), *values, about, why))
        columns = self._columns(("tall", "text"), *_SHARES, ("om", "text"), ("grunn", "text"))
        return Table("hull", self._said.say("tabell", "hull"), columns, tuple(rows))

    @property
    def hull_fylke(self) -> Table:
        """Every figure in every fylke that it is about someone in."""
        rows = [
            (self.label(figure), name, *self._values(figure, "fylke", fylke))
            for figure in self._everywhere
            for fylke, name in self._places.fylker.items()
            if self._figures.is_something(cell(figure, "gjelder"), "fylke", fylke)
        ]
        columns = self._columns(("tall", "text"), ("fylke", "text"), *_SHARES)
        return Table("hull_fylke", self._said.say("tabell", "hull_fylke"), columns, tuple(rows))

    def _values(self, figure: str, split: str, part: str = "") -> tuple[Value, ...]:
        of, yes, no, open_, known = (
            self._figures.number(cell(figure, what), split, part) for what in COUNTS
        )
        unlike = share(no, of)
        rule = self._most(figure, split, part)
        number = self._figures.number(cell(figure, rule), split, part) if rule else None
        highest = 100 - unlike if isinstance(unlike, float) else unlike
        shares = (share(yes, known), share(yes, of), highest)
        return of, yes, open_, *shares, rule, number

    def _most(self, figure: str, split: str, part: str) -> str | None:
        """The rule that would narrow most here."""
        counted: Counter[str] = Counter()
        for place, figures in self._source.ranges.items():
            here = split == "land" or self._places.fylke(place) == part
            if place != ALL and here and figure in figures:
                counted.update(dict(figures[figure].gaps))
        counted.pop(UNREADABLE, None)
        return max(counted, key=lambda rule: (counted[rule], rule), default=None)

    def _columns(self, *kinds: tuple[str, Kind]) -> tuple[Column, ...]:
        return tuple(Column(key, self._said.say("kolonne", key), kind) for key, kind in kinds)

    def words(self) -> dict[str, str]:
        """The sentences of the section."""
        return self._said.groups["nasjonal"]

    def plot(self, shown: Shown) -> RangePlot:
        """The figures that are known for the country, one line each."""
        lines: list[RangeRow] = []
        for row in self.hull.only("tall", "andel_kjente", "laveste", "hoeyeste").rows:
            name, known, low, high = row
            if isinstance(low, float) and isinstance(high, float):
                lines.append(_line(str(name), known, low, high, len(lines), shown))
        ticks = tuple(Tick(_across(at), shown(float(at))) for at in (0, 25, 50, 75, 100))
        return RangePlot(tuple(lines), ticks, _TOP + len(lines) * _STEP + 26)


_TOP, _STEP = 22, 38


@dataclass(frozen=True)
class RangeRow:
    """A line from the lowest to the highest, and a dot where the known are."""

    name: str
    y: float
    left: float
    width: float
    dot: float | None
    told: str


@dataclass(frozen=True)
class RangePlot:
    """All lines, and the marks of the axis."""

    lines: tuple[RangeRow, ...]
    across: tuple[Tick, ...]
    height: int
    WIDTH: int = 720
    LEFT: int = 300
    RIGHT: int = 590


def _across(per_cent: float) -> float:
    return round(RangePlot.LEFT + per_cent / 100 * (RangePlot.RIGHT - RangePlot.LEFT), 1)


def _line(name: str, known: Value, low: float, high: float, at: int, shown: Shown) -> RangeRow:
    span = f"{shown(low)}–{shown(high)}"
    told = shown(low) if low == high else f"{shown(known)} ({span})"
    return RangeRow(
        name=name,
        y=_TOP + at * _STEP,
        left=_across(low),
        width=round(_across(high) - _across(low), 1),
        dot=_across(known) if isinstance(known, float) else None,
        told=told,
    )
