"""Derived tables cut down to a few columns hold in these what they held before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nircheck import sample
from nircheck.register import Register
from nircheck.rulebook import RuleBook
from nircheck.sample.built import built
from nircheck.sample.clean import clean
from nircheck.sql import narrowed, quoted

ORDER = sample.Order(persons=500, seed=5)
PARTS = 4


@pytest.fixture(scope="module")
def whole(book: RuleBook) -> Iterator[Register]:
    with built(clean(ORDER, book.contract, book.folder), book, ORDER.day) as register:
        yield register


def rows(register: Register, table: str, columns: frozenset[str]) -> list[tuple[object, ...]]:
    listed = ", ".join(map(quoted, sorted(columns)))
    return register.connection.execute(f"SELECT {listed} FROM {table} ORDER BY noekkel").fetchall()


@pytest.mark.parametrize("part", range(PARTS))
def test_the_columns_asked_for_are_as_in_the_whole(
    book: RuleBook, whole: Register, part: int
) -> None:
    wanted = {
        name: frozenset({"noekkel", *view.columns[part::PARTS]})
        for name, view in book.views.for_rules.items()
    }
    tables = clean(ORDER, book.contract, book.folder)
    with built(tables, book, ORDER.day, less=narrowed(book.views, wanted)) as register:
        for name, columns in wanted.items():
            assert rows(register, name, columns) == rows(whole, name, columns), name


def test_nothing_is_made_that_is_not_asked_for(book: RuleBook) -> None:
    less = narrowed(book.views, {"program": frozenset({"noekkel", "regime"})})

    assert [view.name for view in less.views.ordered] == ["_program_av_person", "program"]
    assert set(less.base) == {"person", "program"}
    assert "sluttmaal" not in less.base["program"]
