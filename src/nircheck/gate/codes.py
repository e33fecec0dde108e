"""Codes that are not in their list: named only where nothing but a code can be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nircheck.contract import Column
from nircheck.privacy import masked
from nircheck.register import Register
from nircheck.sql import literal, quoted

FEWEST_ROWS = 5
"""A value in fewer rows than these is counted, and never named."""
MOST_NAMED = 30
_SHARE_OF_A_CODE = 0.001
_LOOKS_LIKE_CODE = re.compile(r"[A-ZÆØÅ][A-ZÆØÅ0-9]*(_[A-ZÆØÅ0-9]+)*|[0-9]{1,3}")
_LONGEST = 40
OTHERS = "…"


def unlisted(register: Register, column: Column, known: Iterable[str]) -> dict[str, int]:
    """The rows of each value of a column that is no code of its list."""
    name, listed = quoted(column.name), ", ".join(literal(code) for code in known)
    found = register.connection.execute(
        f"SELECT {name}, count(*) FROM typet.{column.table} "
        f"WHERE {name} IS NOT NULL AND {name} NOT IN ({listed}) GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    return dict(found)


def used(register: Register, column: Column, known: Iterable[str]) -> dict[str, int]:
    """The rows of each code of the list that is in use."""
    name, listed = quoted(column.name), ", ".join(literal(code) for code in known)
    found = register.connection.execute(
        f"SELECT {name}, count(*) FROM typet.{column.table} WHERE {name} IN ({listed}) "
        "GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return dict(found)


def named(values: dict[str, int], published: set[str]) -> dict[str, int]:
    """The values that may be named; the rest only as a sum under `…`.

    Those are the codes of any published list, and what has the form of a code and stands in several
    rows. In a column with very many values other than codes, something else than codes stands.
    """
    few = len(set(values) - published) <= MOST_NAMED
    shown = {
        value: rows
        for value, rows in values.items()
        if value in published or (few and rows >= FEWEST_ROWS and looks_like_code(value))
    }
    rest = sum(values.values()) - sum(shown.values())
    return shown | ({OTHERS: rest} if rest else {})


def looks_like_code(value: str) -> bool:
    """Whether a value has the form that codes have, and nothing else in the register has."""
    return (
        len(value) <= _LONGEST
        and _LOOKS_LIKE_CODE.fullmatch(value) is not None
        and masked(value) == value
    )


def is_new_code(values: dict[str, int], of: int) -> bool:
    """Whether one of the named values is in so many rows that it is no slip of the pen."""
    return any(
        rows >= max(FEWEST_ROWS, _SHARE_OF_A_CODE * of)
        for value, rows in values.items()
        if value != OTHERS
    )
