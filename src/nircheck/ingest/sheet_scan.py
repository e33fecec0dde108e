"""One pass over a sheet for what calamine does not give: lost cells, its reach, what is hidden.

calamine takes a cell that holds an error, and a formula that was never calculated, for an empty
one. It also sets aside room for every cell between the first and the last, so that one cell far
out could take all memory there is: how far the cells reach must be known before it is let in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from nircheck.ingest import references
from nircheck.ingest.references import MOST_COLUMNS, MOST_ROWS
from nircheck.ingest.unseen import Unseen

UNCALCULATED = "=…"


class Lost(str):
    """The text of a cell that has an error or an uncalculated formula."""

    __slots__ = ()


@dataclass
class Scan:
    """What one pass found; rows count from 1 as in the sheet, columns from 0."""

    lost: dict[int, dict[int, Lost]] = field(default_factory=dict)
    height: int = 0
    width: int = 0
    merged: list[tuple[int, int]] = field(default_factory=list)
    unseen: Unseen = field(default_factory=Unseen)


class Scanner:
    """An expat parser that fills in a `Scan`; cells out of order are a ValueError."""

    def __init__(self) -> None:
        """Get ready for one sheet."""
        self.scan = Scan()
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self._row = 0
        self._digits = "0"
        self._column = -1
        self._inside = False
        self._kind: str | None = None
        self._formula = False
        self._has_value = False
        self._text = ""

    def finish(self) -> Scan:
        """What was found, when all of the sheet has been fed."""
        if self._inside:
            self._close_cell()
        return self.scan

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            if self._inside:
                self._close_cell()
            self._open_cell(attributes)
        elif name == "v" or name == "is":
            if self._inside:
                self._value()
        elif name == "f":
            self._formula = self._inside
        else:
            if self._inside and name not in ("t", "r", "rPr"):
                self._close_cell()
            if name == "row":
                self._open_row(attributes)
            elif name == "mergeCell" and "ref" in attributes:
                self.scan.merged.append(references.rows(attributes["ref"]))
            else:
                self.scan.unseen.element(name, attributes)

    def _open_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._row + 1))
        if not self._row < number <= MOST_ROWS:
            raise ValueError("rows out of order")
        self._row = number
        self._digits = str(number)
        self._column = -1
        self.scan.unseen.row(number, attributes)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            column = self._column + 1
        elif reference.endswith(self._digits):
            column = references.column(reference[: -len(self._digits)])
        else:
            raise ValueError("a cell in another row")
        if not self._column < column < MOST_COLUMNS:
            raise ValueError("cells out of order")
        self._column = column
        self._inside = True
        self._kind = attributes.get("t")
        self._formula = self._has_value = False
        self._text = ""

    def _value(self) -> None:
        self._has_value = True
        self.scan.height = self._row
        if self._column >= self.scan.width:
            self.scan.width = self._column + 1
        if self._kind == "e" or (self._formula and self._kind != "str"):
            self.parser.CharacterDataHandler = self._characters

    def _characters(self, text: str) -> None:
        self._text += text

    def _close_cell(self) -> None:
        self._inside = False
        if self._kind != "e" and not self._formula:
            return
        if self._kind == "e":
            self._lose(self._text.strip() or "#")
        elif not self._has_value or (self._kind != "str" and not self._text.strip()):
            self._lose(UNCALCULATED)
        self.parser.CharacterDataHandler = None

    def _lose(self, text: str) -> None:
        self.scan.lost.setdefault(self._row, {})[self._column] = Lost(text)
