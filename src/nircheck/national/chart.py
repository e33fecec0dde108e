"""Maps: the shade of each kommune, and of each rule in each fylke; the page draws them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from nircheck.national.figures import HIDDEN
from nircheck.national.places import Places
from nircheck.national.standing import Standing
from nircheck.national.table import Table, Value

STEPS = (10, 25, 50)
"""Per cent where one shade of the map ends and the next begins."""

HEAT_STEPS = (2, 5, 10)
MOST_RULES = 25
Shown = Callable[[Value], str]


@dataclass(frozen=True)
class Shape:
    """A kommune on the map."""

    outline: str
    shade: str
    name: str
    told: str


@dataclass(frozen=True)
class Map:
    """The outlines with their shades, and how many kommuner have each."""

    shapes: tuple[Shape, ...]
    counts: Counter[str]


def outlined(kommuner: Table, places: Places, standings: dict[str, Standing], shown: Shown) -> Map:
    """The map: share of programmes with a feil, or why there is none."""
    shares = dict(zip(kommuner.column("nummer"), kommuner.column("andel_med_feil"), strict=True))
    shapes = tuple(
        Shape(
            places.outlines.get(number, ""),
            shade_of(shares[number], standings[number]),
            places.name(number),
            shown(shares[number]),
        )
        for number in places.kommuner
    )
    return Map(shapes, Counter(shape.shade for shape in shapes))


def shade_of(share: Value, standing: Standing) -> str:
    """The shade of a kommune on the map."""
    if standing == "ingenting":
        return "ingenting"
    if share is HIDDEN:
        return "skjermet"
    if standing == "ikke_vurdert" or not isinstance(share, (int, float)):
        return "ikke_vurdert"
    return _step(share, STEPS)


def _step(share: float, steps: tuple[int, ...]) -> str:
    return "k0" if share == 0 else f"k{1 + sum(share >= step for step in steps)}"


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class HeatCell:
    """A square: where, how dark, and what it says."""

    x: float
    y: float
    shade: str
    label: str
    told: str


@dataclass(frozen=True)
class Heat:
    """Rules down, fylker across."""

    cells: tuple[HeatCell, ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    width: int
    height: int
    LEFT: int = 300
    TOP: int = 108
    SIDE: int = 38
    ROW: int = 26


def heat(rules: Table, shown: Shown) -> Heat:
    """The map of rules and fylker, for the first rules only."""
    left, top, side, row = Heat.LEFT, Heat.TOP, Heat.SIDE, Heat.ROW
    fylker = rules.columns[2:]
    cells = []
    for down, (rule_id, title, *shares) in enumerate(rules.rows[:MOST_RULES]):
        for across, (fylke, share) in enumerate(zip(fylker, shares, strict=True)):
            known = isinstance(share, (int, float))
            shade = "skjermet" if share is HIDDEN else "ikke_vurdert"
            cells.append(HeatCell(
                left + across * side, top + down * row,
                _step(float(share), HEAT_STEPS) if known else shade,  # type: ignore[arg-type]
                _bare(share), f"{rule_id} {title}, {fylke.label}: {shown(share)}",
            ))  # fmt: skip
    listed = rules.rows[:MOST_RULES]
    return Heat(
        cells=tuple(cells),
        rows=tuple(
            Tick(top + at * row + row / 2, _cut(f"{line[0]} {line[1]}", 42))
            for at, line in enumerate(listed)
        ),
        columns=tuple(
            Tick(left + at * side + side / 2, fylke.label) for at, fylke in enumerate(fylker)
        ),
        width=left + len(fylker) * side + 40,
        height=top + len(listed) * row + 2,
    )


def _bare(share: Value) -> str:
    """The number without its per cent sign, as there is room for."""
    if not isinstance(share, (int, float)):
        return ""
    return "<1" if 0 < share < 1 else str(round(share))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
