"""Which numbers must be hidden so that no small one can be read or reckoned out.

A number from 1 up to the threshold is small. Tables share cells, so all sums that are shown are one
system of equations: a cell is hidden when it is small, or when it would give a small one away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Cell = tuple[str, str, str]
"""A measure, what it is split by, and which part."""

_PRIME = 2**31 - 1
"""Sums are solved in whole numbers modulo this, so that nothing is rounded."""


@dataclass(frozen=True)
class Sum:
    """A cell that is the sum of others."""

    whole: Cell
    parts: tuple[Cell, ...]


def hidden(values: Mapping[Cell, int], sums: Iterable[Sum], threshold: int) -> frozenset[Cell]:
    """The cells to hide: none is left from which a hidden one follows.

    In every shown sum the hidden parts come to at least the threshold together, and no hidden cell
    has one value only that fits all the sums.
    """
    equations = tuple(sums)
    hide = {cell for cell, value in values.items() if 0 < value < threshold}
    of_cell: dict[Cell, list[Sum]] = {}
    for equation in equations:
        for cell in (equation.whole, *equation.parts):
            of_cell.setdefault(cell, []).append(equation)
    waiting = list(
        dict.fromkeys(e for cell in values if cell in hide for e in of_cell.get(cell, ()))
    )
    while True:
        while waiting:
            equation = waiting.pop()
            added = _covering(equation, values, hide, threshold)
            if added is not None:
                hide.add(added)
                waiting += of_cell[added]
        given_away = _determined(hide, equations)
        near = [e for cell in values if cell in given_away for e in of_cell[cell]]
        far = [e for e in equations if given_away and not hide.isdisjoint((e.whole, *e.parts))]
        added = next((c for e in near + far if (c := _next(e, values, hide)) is not None), None)
        if added is None:
            return frozenset(hide)
        hide.add(added)
        waiting = list(of_cell[added])


def _covering(
    equation: Sum, values: Mapping[Cell, int], hide: set[Cell], threshold: int
) -> Cell | None:
    """One more cell of the sum to hide, if what is hidden in it does not yet cover itself."""
    parts = [cell for cell in equation.parts if cell in hide]
    if equation.whole in hide:
        return None if parts else _next(equation, values, hide)
    if not parts or (len(parts) > 1 and sum(values[cell] for cell in parts) >= threshold):
        return None
    return _next(equation, values, hide)


def _next(equation: Sum, values: Mapping[Cell, int], hide: set[Cell]) -> Cell | None:
    """The smallest part that is something and is shown; when there is none, the whole."""
    shown = [cell for cell in equation.parts if cell not in hide and values[cell]]
    if shown:
        return min(shown, key=lambda cell: values[cell])
    return None if equation.whole in hide else equation.whole


def _determined(hide: set[Cell], equations: tuple[Sum, ...]) -> set[Cell]:
    """The hidden cells that have one value only in all solutions of the sums.

    The sums are solved as far as they go; a cell that then stands alone in one is determined.
    """
    rows: dict[int, dict[Cell, int]] = {}
    where: dict[Cell, set[int]] = {}
    for at, equation in enumerate(equations):
        row = {part: 1 for part in equation.parts if part in hide}
        if equation.whole in hide:
            row[equation.whole] = -1
        if row:
            rows[at] = row
        for cell in row:
            where.setdefault(cell, set()).add(at)
    for at in sorted(rows, key=lambda at: len(rows[at])):
        row = rows[at]
        if not row:
            continue
        pivot = min(row, key=lambda cell: len(where[cell]))
        for other in sorted(where[pivot] - {at}):
            times = rows[other][pivot] * pow(row[pivot], -1, _PRIME)
            _subtract(rows[other], row, times, where, other)
    return {cell for row in rows.values() if len(row) == 1 for cell in row}


def _subtract(
    row: dict[Cell, int],
    other: dict[Cell, int],
    times: int,
    where: dict[Cell, set[int]],
    at: int,
) -> None:
    for cell, number in other.items():
        left = (row.get(cell, 0) - times * number) % _PRIME
        if left:
            row[cell] = left
            where[cell].add(at)
        elif cell in row:
            del row[cell]
            where[cell].discard(at)
