"""A table as it is told: columns with headings, rows of values, and a sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nircheck.national.figures import Hidden

Kind = Literal["text", "count", "share"]
Value = str | int | float | Hidden | None


@dataclass(frozen=True)
class Column:
    """A column: its key, its heading, and what it holds."""

    key: str
    label: str
    kind: Kind


@dataclass(frozen=True)
class Table:
    """Rows of values; `last` is the sum, for people to see below the others."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    last: tuple[Value, ...] | None = None

    def column(self, key: str) -> list[Value]:
        """The values of one column."""
        at = [column.key for column in self.columns].index(key)
        return [row[at] for row in self.rows]

    @property
    def lines(self) -> tuple[tuple[Value, ...], ...]:
        """The rows, and the sum if there is one."""
        return (*self.rows, self.last) if self.last else self.rows

    def only(self, *keys: str) -> Table:
        """The table with these columns, in this order."""
        known = [column.key for column in self.columns]
        places = [known.index(key) for key in keys]
        return Table(
            self.key,
            self.caption,
            tuple(self.columns[at] for at in places),
            tuple(tuple(row[at] for at in places) for row in self.rows),
            self.last and tuple(self.last[at] for at in places),
        )
