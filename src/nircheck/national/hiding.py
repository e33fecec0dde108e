"""Which numbers must be hidden so that no small one can be read or reckoned out.

A number from 1 up to the threshold is small. Tables share cells, so all sums that are shown are one
system of equations: a cell is hidden when it is small, or when it would give a small one away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

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
    of_cell: dict[Cell, list[Sum]] = {}
    for equation in equations:
        for cell in (equation.whole, *equation.parts):
            of_cell.setdefault(cell, []).append(equation)
    solved = _Solved(equations)
    hide: set[Cell] = set()

    def put_away(cell: Cell) -> None:
        hide.add(cell)
        solved.hide(cell)

    for cell, value in values.items():
        if 0 < value < threshold:
            put_away(cell)
    waiting = list(
        dict.fromkeys(e for cell in values if cell in hide for e in of_cell.get(cell, ()))
    )
    while True:
        while waiting:
            added = _covering(waiting.pop(), values, hide, threshold)
            if added is not None:
                put_away(added)
                waiting += of_cell[added]
        given_away = solved.determined
        near = (e for cell in values if cell in given_away for e in of_cell[cell])
        far = (e for e in equations if given_away and not hide.isdisjoint((e.whole, *e.parts)))
        wanted = (_next(equation, values, hide) for equation in chain(near, far))
        added = next((cell for cell in wanted if cell is not None), None)
        if added is None:
            return frozenset(hide)
        put_away(added)
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


class _Solved:
    """The sums, solved for the hidden cells as far as they go, one cell more at a time.

    A row is a sum of cells that comes to nothing. Each hidden cell that some row can be solved for
    is in that row only; when no other hidden cell is in it, the cell is determined.
    """

    def __init__(self, equations: tuple[Sum, ...]) -> None:
        self.determined: set[Cell] = set()
        self._rows = [dict.fromkeys(e.parts, 1) | {e.whole: -1} for e in equations]
        self._solved_for: dict[int, Cell] = {}
        self._hidden: set[Cell] = set()
        self._where: dict[Cell, set[int]] = {}
        for at, row in enumerate(self._rows):
            for cell in row:
                self._where.setdefault(cell, set()).add(at)

    def hide(self, cell: Cell) -> None:
        """Hide one more cell, and tell anew which of the hidden are determined."""
        self._hidden.add(cell)
        changed = set(self._where.get(cell, ()))
        open_rows = [at for at in changed if at not in self._solved_for]
        if open_rows:
            solved = min(open_rows, key=lambda at: (len(self._rows[at]), at))
            self._solved_for[solved] = cell
            row = self._rows[solved]
            inverse = pow(row[cell], -1, _PRIME)
            for other in changed - {solved}:
                self._subtract(other, row, self._rows[other][cell] * inverse)
        for at in changed & self._solved_for.keys():
            alone = sum(part in self._hidden for part in self._rows[at]) == 1
            (self.determined.add if alone else self.determined.discard)(self._solved_for[at])

    def _subtract(self, at: int, other: dict[Cell, int], times: int) -> None:
        row = self._rows[at]
        for cell, number in other.items():
            left = (row.get(cell, 0) - times * number) % _PRIME
            if left:
                row[cell] = left
                self._where[cell].add(at)
            elif cell in row:
                del row[cell]
                self._where[cell].discard(at)
