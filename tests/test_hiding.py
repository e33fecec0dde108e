"""Small numbers and what would give them away: nothing hidden can be read or reckoned out."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nircheck.national.hiding import Cell, Sum, hidden

THRESHOLD = 5
Table = tuple[dict[Cell, int], list[Sum]]


def crossed(counts: list[list[int]]) -> Table:
    """A table with a sum of each row, of each column, and of all."""
    values: dict[Cell, int] = {}
    sums = []
    rows, columns = range(len(counts)), range(len(counts[0]))
    for row in rows:
        for column in columns:
            values["n", str(row), str(column)] = counts[row][column]
        values["n", str(row), "sum"] = sum(counts[row])
        parts = tuple(("n", str(row), str(column)) for column in columns)
        sums.append(Sum(("n", str(row), "sum"), parts))
    for column in (*map(str, columns), "sum"):
        parts = tuple(("n", str(row), column) for row in rows)
        values["n", "sum", column] = sum(values[part] for part in parts)
        sums.append(Sum(("n", "sum", column), parts))
    return values, sums


counts = st.integers(1, 5).flatmap(
    lambda wide: st.lists(
        st.lists(st.one_of(st.integers(0, 7), st.integers(0, 60)), min_size=wide, max_size=wide),
        min_size=1,
        max_size=7,
    )
)


def known_for_sure(hide: frozenset[Cell], sums: list[Sum]) -> set[Cell]:
    """The hidden cells with one value only in all solutions, by exact elimination."""
    cells = sorted(hide)
    rows = [
        [Fraction((c in s.parts) - (c == s.whole)) for c in cells]
        for s in sums
        if hide & {s.whole, *s.parts}
    ]
    done = 0
    for at in range(len(cells)):
        pivot = next((r for r in range(done, len(rows)) if rows[r][at]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][at] for value in rows[done]]
        for other in range(len(rows)):
            if other != done and rows[other][at]:
                factor = rows[other][at]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[done], strict=True)]
        done += 1
    alone = [row for row in rows[:done] if sum(value != 0 for value in row) == 1]
    return {cells[next(at for at, value in enumerate(row) if value)] for row in alone}


@given(counts)
def test_every_small_number_is_hidden(table: list[list[int]]) -> None:
    values, sums = crossed(table)

    hide = hidden(values, sums, THRESHOLD)

    assert {cell for cell, value in values.items() if 0 < value < THRESHOLD} <= hide


@given(counts)
def test_no_row_or_column_has_one_hidden_number(table: list[list[int]]) -> None:
    values, sums = crossed(table)

    hide = hidden(values, sums, THRESHOLD)

    for equation in sums:
        assert len(hide & {equation.whole, *equation.parts}) != 1


@given(counts)
def test_what_is_hidden_in_a_shown_sum_is_not_small_together(table: list[list[int]]) -> None:
    values, sums = crossed(table)

    hide = hidden(values, sums, THRESHOLD)

    for equation in sums:
        parts = [part for part in equation.parts if part in hide]
        if parts and equation.whole not in hide:
            assert sum(values[part] for part in parts) >= THRESHOLD


@given(counts)
def test_no_hidden_number_follows_from_all_the_sums_together(table: list[list[int]]) -> None:
    values, sums = crossed(table)

    hide = hidden(values, sums, THRESHOLD)

    assert known_for_sure(hide, sums) == set()


@given(counts)
def test_nothing_is_hidden_when_nothing_is_small(table: list[list[int]]) -> None:
    large = [[value and value + THRESHOLD for value in row] for row in table]

    assert hidden(*crossed(large), THRESHOLD) == frozenset()
    assert hidden(*crossed(table), 0) == frozenset()


@pytest.mark.parametrize(
    ("parts", "also"),
    [
        ((3, 9, 20), {"b"}),  # the smallest of the others, since 3 is 32 less 9 and 20
        ((3, 0, 20), {"c"}),  # nothing hides nothing
        ((3, 4, 20), set()),  # two already, seven together
        ((1, 2, 20), {"c"}),  # two, but three together
        ((3, 0, 0), {"sum"}),  # the only one: the sum tells it
        ((0, 0, 8), set()),
    ],
)
def test_a_small_number_takes_others_with_it(parts: tuple[int, ...], also: set[str]) -> None:
    cells: list[Cell] = [("n", "x", name) for name in "abc"]
    whole: Cell = ("n", "x", "sum")
    values = dict(zip(cells, parts, strict=True)) | {whole: sum(parts)}
    small = {cell for cell, value in values.items() if 0 < value < THRESHOLD}

    hide = hidden(values, [Sum(whole, tuple(cells))], THRESHOLD)

    assert {cell[2] for cell in hide - small} == also - {cell[2] for cell in small}


@pytest.mark.parametrize(
    "table",
    [
        [[9, 0, 53, 2, 7], [30, 6, 2, 54, 30], [30, 60, 49, 13, 21], [2, 3, 37, 50, 20],
         [3, 1, 44, 44, 21]],
        [[9, 0, 30, 41, 30], [42, 0, 60, 29, 9], [60, 48, 58, 1, 2]],
    ],
)  # fmt: skip
def test_two_hidden_in_every_line_is_not_always_enough(table: list[list[int]]) -> None:
    values, sums = crossed(table)

    assert known_for_sure(hidden(values, sums, THRESHOLD), sums) == set()
