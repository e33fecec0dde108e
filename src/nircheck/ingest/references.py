"""How a sheet names its columns, and the rows an area of it reaches over."""

from __future__ import annotations

import re
from functools import cache

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
_LETTERS = re.compile("[A-Z]{1,3}")
_AREA = re.compile(r"[A-Z]{0,3}([0-9]{0,7})(?::[A-Z]{0,3}([0-9]{0,7}))?")


def letters(column: int) -> str:
    """The name a column (from 0) has in the sheet."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


@cache
def column(letters: str) -> int:
    """Which column (from 0) is called so."""
    if not _LETTERS.fullmatch(letters):
        raise ValueError("no column")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def rows(area: str) -> tuple[int, int]:
    """The first and the last row (from 1) of an area such as `A3:D5`, `A:D` or `B2`."""
    match = _AREA.fullmatch(area.replace("$", ""))
    if match is None:
        raise ValueError("no area")
    first, last = match.groups(default=match[1])
    return int(first or 1), int(last or MOST_ROWS)
