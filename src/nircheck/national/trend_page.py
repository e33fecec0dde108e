"""The page of a trend: a line and a table for each place, which ask for nothing from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from babel.dates import format_date
from markupsafe import Markup

from nircheck import templates
from nircheck.contract import Maalform
from nircheck.letters.html import sri
from nircheck.letters.numbers import number, rate
from nircheck.national.figures import HIDDEN, Hidden
from nircheck.national.trend import FYLKE, KOMMUNE, LAND, MEASURES, Place, Point, Trend
from nircheck.texts import texts

_WIDTH, _TOP, _BOTTOM, _LEFT, _RIGHT = 640, 16, 150, 8, 560


@dataclass(frozen=True)
class Drawn:
    """A line: its pieces between gaps, its points, and the same in words."""

    pieces: tuple[str, ...]
    dots: tuple[tuple[float, float, str], ...]
    described: str
    last: tuple[float, float, str] | None


@dataclass(frozen=True)
class Told:
    """One place: its line and its numbers."""

    key: str
    name: str
    drawn: Drawn
    rows: tuple[tuple[str, ...], ...]


class TrendPage:
    """The page in one written standard."""

    def __init__(self, trend: Trend, maalform: Maalform, threshold: int) -> None:
        """Keep what the page is made from."""
        self._trend, self._form, self._threshold = trend, maalform, threshold
        self._say = texts(maalform, "trend").say

    def html(self, kommuner: Sequence[str] = ()) -> str:
        """The whole page; with `kommuner`, these with all their numbers."""
        style = Markup(templates.html("_national.css.j2").render())
        days = self._trend.days
        fylker = [
            self._told((FYLKE, number_), name)
            for number_, name in self._trend.places.fylker.items()
            if (FYLKE, number_) in self._trend.points
        ]
        return templates.html("trend.html.j2").render(
            form=self._form,
            style=style,
            style_hash=sri(style),
            t=texts(self._form, "trend").groups["side"],
            title=self._say("side", "tittel"),
            lead=self._say("side", "ingress", fra=self._month(days[0]), til=self._month(days[-1])),
            hidden=self._say("side", "skjermet", under=self._threshold)
            if self._threshold > 1
            else self._say("side", "uskjermet"),
            left_out=[self._left_out(day) for day in days if self._trend.left_out[day]],
            months=[self._month(day) for day in days],
            width=_WIDTH,
            country=self._told((LAND, ""), self._say("side", "landet")),
            chosen=[
                self._told((KOMMUNE, number_), self._trend.places.name(number_))
                for number_ in kommuner
            ],
            fylker=fylker,
            kommuner=list(self._kommuner()),
        )

    def _told(self, place: Place, name: str) -> Told:
        points = self._trend.points[place]
        return Told(
            key="-".join(filter(None, place)),
            name=name,
            drawn=self._drawn(points, name),
            rows=tuple(
                (
                    self._month(point.day),
                    *(self._count(point, measure) for measure in MEASURES),
                    self._rate(point.per_100),
                )
                for point in points
            ),
        )

    def _kommuner(self) -> list[tuple[str, ...]]:
        """Every kommune: its rate in each month."""
        lines = []
        for kommune in self._trend.places.kommuner:
            points = self._trend.points.get((KOMMUNE, kommune))
            if points and any(point.numbers for point in points):
                rates = (self._rate(point.per_100) for point in points)
                lines.append((kommune, self._trend.places.name(kommune), *rates))
        return lines

    def _drawn(self, points: Sequence[Point], name: str) -> Drawn:
        rates = [point.per_100 for point in points]
        most = max((r for r in rates if isinstance(r, float)), default=0.0) or 1.0
        step = (_RIGHT - _LEFT) / max(len(points) - 1, 1)
        placed = [
            (
                round(_LEFT + at * step, 1),
                round(_BOTTOM - (_BOTTOM - _TOP) * value / most, 1),
                f"{self._month(points[at].day)}: {self._rate(value)}",
            )
            if isinstance(value, float)
            else None
            for at, value in enumerate(rates)
        ]
        pieces = [
            " ".join(f"{dot[0]},{dot[1]}" for dot in run if dot)
            for drawn, run in groupby(placed, key=bool)
            if drawn
        ]
        dots = tuple(dot for dot in placed if dot)
        last = dots[-1] if dots else None
        said = "; ".join(dot[2] for dot in dots) or self._say("side", "ingen_tall")
        return Drawn(tuple(pieces), dots, f"{name}. {said}", last and (*last[:2], _value(last[2])))

    def _left_out(self, day: date) -> str:
        known = self._trend.places.kommuner
        names = ", ".join(
            self._trend.places.name(n) if n in known else n for n in self._trend.left_out[day]
        )
        return self._say("side", "utelatt", maaned=self._month(day), navn=names)

    def _month(self, day: date) -> str:
        return format_date(day, "MMM y", locale=self._form)

    def _count(self, point: Point, measure: str) -> str:
        value = point.numbers.get(measure)
        if value is HIDDEN:
            return self._say("side", "skjult")
        return number(value, self._form) if isinstance(value, int) else "–"

    def _rate(self, value: float | Hidden | None) -> str:
        if value is HIDDEN:
            return self._say("side", "skjult")
        return rate(value, self._form) if isinstance(value, float) else "–"


def _value(told: str) -> str:
    return told.rpartition(": ")[2]
