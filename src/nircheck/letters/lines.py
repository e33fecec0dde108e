"""The figure of how a kommune has come on: one line per group, told apart without colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from babel.dates import format_date

from nircheck.letters import numbers
from nircheck.letters.case import Case, Month
from nircheck.letters.rate import Rate

WIDTH, HEIGHT = 400, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 248, 14, 118


@dataclass(frozen=True)
class Line:
    """One line: its points, and where and what its label is."""

    kind: str
    label: str
    points: str
    value: str
    x: float
    y: float


@dataclass(frozen=True)
class Lines:
    """All lines, the months under them, the numbers behind them, and the same in words."""

    lines: tuple[Line, ...]
    first: str
    last: str
    described: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def lines(case: Case, word: Callable[..., str]) -> Lines | None:
    """The months of a case; none without two of them."""
    if case.history is None or not case.history.months:
        return None
    months = case.history.months
    groups: list[tuple[str, str, list[Rate | None]]] = [
        ("own", word("utvikling", "dere"), [month.own for month in months]),
        ("group", word("utvikling", "like"), [month.group for month in months]),
        ("country", word("utvikling", "landet"), [month.country for month in months]),
    ]
    groups = [group for group in groups if any(group[2])]
    most = max(rate.per_100 for _, _, rates in groups for rate in rates if rate) or 1.0
    drawn = _apart([_line(*group, most, case) for group in groups])
    names = [_month(month, case) for month in months]
    said = [
        word("utvikling", "beskrevet", hvem=label, fra=names[0], til=names[-1],
             foerste=_said(rates[0], case), siste=_said(rates[-1], case))
        for _, label, rates in groups
    ]  # fmt: skip
    return Lines(
        lines=tuple(drawn),
        first=names[0],
        last=names[-1],
        described=". ".join(said) + ".",
        headings=(word("utvikling", "maaned"), *(label for _, label, _ in groups)),
        rows=tuple(
            (name, *(_said(rates[at], case) for _, _, rates in groups))
            for at, name in enumerate(names)
        ),
    )


def _line(kind: str, label: str, rates: Sequence[Rate | None], most: float, case: Case) -> Line:
    step = (_RIGHT - _LEFT) / (len(rates) - 1)
    at = [
        (round(_LEFT + place * step, 1), round(_BOTTOM - (_BOTTOM - _TOP) * rate.per_100 / most, 1))
        for place, rate in enumerate(rates)
        if rate
    ]
    last = next(rate for rate in reversed(rates) if rate)
    points = " ".join(f"{x},{y}" for x, y in at)
    return Line(kind, label, points, numbers.rate(last.per_100, case.maalform), *at[-1])


def _apart(drawn: Sequence[Line]) -> list[Line]:
    """The labels far enough from each other to be read."""
    placed: list[Line] = []
    for line in sorted(drawn, key=lambda line: line.y):
        lowest = placed[-1].y + 15 if placed else 0.0
        placed.append(
            Line(line.kind, line.label, line.points, line.value, line.x, max(line.y, lowest))
        )
    return placed


def _month(month: Month, case: Case) -> str:
    return format_date(month.day, "MMM y", locale=case.maalform)


def _said(rate: Rate | None, case: Case) -> str:
    return numbers.rate(rate.per_100, case.maalform) if rate else "–"
