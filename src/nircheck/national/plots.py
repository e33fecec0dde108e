"""Where everything is in the plots: numbers to places along axes; the page draws them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nircheck.letters.recipients import SIZES
from nircheck.national.chart import Shown, Tick
from nircheck.national.table import Table, Value


@dataclass(frozen=True)
class Dot:
    """A kommune in the scatter plot."""

    x: float
    y: float
    told: str


@dataclass(frozen=True)
class Step:
    """The share of a whole group of kommuner: a line from one size to another."""

    from_x: float
    to_x: float
    y: float


@dataclass(frozen=True)
class Scatter:
    """Population across on a logarithmic scale, share up."""

    dots: tuple[Dot, ...]
    names: tuple[Tick, ...]
    name_heights: tuple[float, ...]
    steps: tuple[Step, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    left_out: int
    WIDTH: int = 720
    HEIGHT: int = 400
    LEFT: int = 56
    RIGHT: int = 700
    TOP: int = 16
    BOTTOM: int = 348


_FEWEST, _MOST = 150, 1_000_000
_SCALES = ((10, 2), (20, 5), (40, 10), (60, 10), (80, 20), (100, 20))


def scatter(kommuner: Table, sizes: Table, shown: Shown) -> Scatter:
    """Every kommune by size against its share of ended programmes without tiltak."""
    known = [
        (str(name), int(people), float(share))
        for name, people, share in kommuner.only("kommune", "folketall", "andel_uten_tiltak").rows
        if isinstance(people, int) and isinstance(share, (int, float))
    ]
    highest = max((share for *_, share in known), default=10)
    roof, every = next(scale for scale in _SCALES if highest <= scale[0])

    def y(share: float) -> float:
        return round(Scatter.BOTTOM - share / roof * (Scatter.BOTTOM - Scatter.TOP), 1)

    limits = (_FEWEST, *SIZES, _MOST)
    largest = sorted(known, key=lambda k: -k[1])[:2]
    return Scatter(
        dots=tuple(Dot(_x(p), y(share), f"{name}: {shown(share)}") for name, p, share in known),
        names=tuple(Tick(_x(people), name.split(" - ")[0]) for name, people, _ in largest),
        name_heights=tuple(y(share) for *_, share in largest),
        steps=tuple(
            Step(_x(low), _x(high), y(float(share)))
            for low, high, share in zip(
                limits[:-1], limits[1:], sizes.column("andel_uten_tiltak"), strict=False
            )
            if isinstance(share, (int, float))
        ),
        across=tuple(Tick(_x(n), shown(n)) for n in (200, 1000, 5000, 20_000, 100_000, 700_000)),
        up=tuple(Tick(y(at), shown(float(at))) for at in range(0, roof + 1, every)),
        left_out=sum(row is not None for row in kommuner.column("folketall")) - len(known),
    )


def _x(people: int) -> float:
    along = (math.log10(max(people, _FEWEST)) - math.log10(_FEWEST)) / (
        math.log10(_MOST) - math.log10(_FEWEST)
    )
    return round(Scatter.LEFT + along * (Scatter.RIGHT - Scatter.LEFT), 1)


@dataclass(frozen=True)
class Bar:
    """A quarter: the whole bar, and the part of it that has a feil."""

    x: float
    top: float
    height: float
    part: float | None
    told: str


@dataclass(frozen=True)
class Bars:
    """Programmes by the quarter they started in."""

    bars: tuple[Bar, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    wide: float
    WIDTH: int = 720
    HEIGHT: int = 300
    LEFT: int = 56
    RIGHT: int = 710
    TOP: int = 14
    BOTTOM: int = 262


def bars(cohorts: Table, shown: Shown) -> Bars:
    """The quarters with a known start, of which the number may be told."""
    rows = [
        (str(name), whole, part)
        for name, whole, part in cohorts.only("kvartal", "programmer", "med_feil").rows
    ]
    highest = max((w for _, w, _ in rows if isinstance(w, int)), default=1)
    step = _round_step(highest)
    roof = math.ceil(highest / step) * step
    tall = Bars.BOTTOM - Bars.TOP
    room = (Bars.RIGHT - Bars.LEFT) / max(1, len(rows))
    made: list[Bar] = []
    across: list[Tick] = []
    for at, (name, whole, part) in enumerate(rows):
        x = round(Bars.LEFT + at * room, 1)
        height = round(whole / roof * tall, 1) if isinstance(whole, int) else 0.0
        inner = round(part / roof * tall, 1) if isinstance(part, int) else None
        told = f"{name}: {shown(whole)}, {shown(part)}"
        made.append(Bar(x, round(Bars.BOTTOM - height, 1), height, inner, told))
        year = name.rsplit(" ", 1)[-1]
        if year.isdigit() and (not across or across[-1].label != year):
            across.append(Tick(round(x + room * 0.4, 1), year))
    up = [Tick(round(Bars.BOTTOM - n / roof * tall, 1), shown(n)) for n in range(0, roof + 1, step)]
    return Bars(tuple(made), tuple(across), tuple(up), round(room * 0.8, 1))


def _round_step(highest: int) -> int:
    """A step of 1, 2 or 5 times a power of ten that makes at most five of them."""
    power = 10 ** max(0, len(str(highest)) - 2)
    steps = (power * times for times in (1, 2, 5, 10, 20, 50))
    return int(next(step for step in steps if highest / step <= 5))


@dataclass(frozen=True)
class Pair:
    """A fylke: goal reached by either denominator."""

    y: float
    name: str
    known: float | None
    everyone: float | None
    known_told: str
    everyone_told: str


@dataclass(frozen=True)
class Pairs:
    """The fylker under one another."""

    pairs: tuple[Pair, ...]
    across: tuple[Tick, ...]
    height: int
    WIDTH: int = 720
    LEFT: int = 170
    RIGHT: int = 700
    ROW: int = 26


def pairs(goals: Table, shown: Shown) -> Pairs:
    """Both shares of each fylke, and of the country last."""

    def x(share: Value) -> float | None:
        if not isinstance(share, (int, float)):
            return None
        return round(Pairs.LEFT + share / 100 * (Pairs.RIGHT - Pairs.LEFT), 1)

    lines = [*goals.rows, *([goals.last] if goals.last else [])]
    made = tuple(
        Pair(
            14 + at * Pairs.ROW + (8 if at == len(goals.rows) else 0),
            str(line[0]),
            x(line[-2]),
            x(line[-1]),
            shown(line[-2]),
            shown(line[-1]),
        )
        for at, line in enumerate(lines)
    )
    across = tuple(Tick(x(float(at)) or 0, shown(float(at))) for at in range(0, 101, 20))
    return Pairs(made, across, 14 + len(lines) * Pairs.ROW + 30)
