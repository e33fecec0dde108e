"""What a person who opens a sheet does not see in it: hidden and filtered rows, hidden columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from xml.parsers import expat

from nircheck.ingest import references
from nircheck.ingest.references import MOST_COLUMNS


class Unseen:
    """What the elements of a sheet, and of the tables in it, hide; none is too odd to be passed by.

    Rows count from 1 as in the sheet, columns from 0.
    """

    def __init__(self) -> None:
        """Nothing is hidden yet."""
        self.hidden_rows: set[int] = set()
        self._columns = bytearray(MOST_COLUMNS)
        self._filters: list[tuple[int, int]] = []
        self._filter: tuple[int, int] | None = None

    def row(self, number: int, attributes: dict[str, str]) -> None:
        """A row begins."""
        if _is_hidden(attributes, "ht"):
            self.hidden_rows.add(number)

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Something else begins, of a sheet or of a table."""
        if name == "col":
            if _is_hidden(attributes, "width"):
                self._hide_columns(attributes)
        elif name == "autoFilter":
            self._filter = _rows(attributes)
        elif name == "filterColumn" and self._filter:
            self._filters.append(self._filter)
            self._filter = None

    def hidden_columns(self, width: int) -> list[int]:
        """Those of the first columns that are hidden."""
        return [column for column, is_hidden in enumerate(self._columns[:width]) if is_hidden]

    def filtered(self, rows: Iterable[int]) -> int:
        """How many of these rows stand where a filter is set."""
        filters = sorted(self._filters)
        firsts = [first for first, _ in filters]
        reach = [0, *accumulate((last for _, last in filters), max)]
        return sum(row <= reach[bisect_right(firsts, row)] for row in rows)

    def parser(self) -> expat.XMLParserType:
        """A parser for a table in the sheet, which may have a filter too."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = lambda name, attributes: self.element(
            name.rpartition(":")[2], attributes
        )
        return parser

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        try:
            first, last = int(attributes["min"]), int(attributes["max"])
        except (KeyError, ValueError):
            return
        columns = range(MOST_COLUMNS)[max(first - 1, 0) : max(last, 0)]
        self._columns[columns.start : columns.stop] = b"\x01" * len(columns)


def is_true(text: str | None) -> bool:
    """Whether XML says that something is so; calamine asks for the calendar in the same words."""
    return text in ("1", "true")


def _is_hidden(attributes: dict[str, str], size: str) -> bool:
    return is_true(attributes.get("hidden")) or (size in attributes and _is_zero(attributes[size]))


def _is_zero(text: str) -> bool:
    try:
        return float(text) == 0
    except ValueError:
        return False


def _rows(attributes: dict[str, str]) -> tuple[int, int] | None:
    try:
        return references.rows(attributes["ref"])
    except (KeyError, ValueError):
        return None
