"""What the cells of a workbook look like, and how wide its columns are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

_INK = "#1F3A4D"
_LINE = "#D5DCE1"
_TEXT: dict[str, Any] = {"font_name": "Calibri", "font_size": 10, "font_color": "#1A1A1A"}
_CELL = _TEXT | {"valign": "top", "bottom": 1, "bottom_color": _LINE, "quote_prefix": True}
_HEAD: dict[str, Any] = {
    "font_name": "Calibri", "font_size": 10, "bold": True, "font_color": "#FFFFFF",
    "valign": "vcenter", "text_wrap": True, "border": 1, "border_color": _INK,
}  # fmt: skip
SEVERITY_COLOURS: dict[str, dict[str, Any]] = {
    "feil": {"bg_color": "#F9DEDF", "font_color": "#7A1022", "bold": True},
    "advarsel": {"bg_color": "#FDEFC8", "font_color": "#5C3F00"},
    "info": {"bg_color": "#E3ECF3", "font_color": "#1F3A4D"},
}
"""The word says it too: the colour only helps the eye, and print is black and white."""

_KINDS: dict[str, dict[str, Any]] = {
    "title": {"font_name": "Calibri", "font_size": 18, "bold": True, "font_color": _INK},
    "lead": {"font_name": "Calibri", "font_size": 12},
    "heading": {"font_name": "Calibri", "font_size": 12, "bold": True, "font_color": _INK},
    "plain": _TEXT | {"font_size": 11},
    "faint": _TEXT | {"font_size": 9, "font_color": "#5A6670"},
    "number_head": _HEAD | {"bg_color": _INK, "align": "right"},
    "head": _HEAD | {"bg_color": _INK},
    "answer_head": _HEAD | {"bg_color": "#7A5200"},
    "text": _CELL | {"text_wrap": True},
    "id": _CELL | {"num_format": "@", "text_wrap": True},
    "faint_id": _CELL | {"num_format": "@", "text_wrap": True, "font_size": 8,
                         "font_color": "#5A6670"},
    "date": _CELL | {"num_format": "dd.mm.yyyy", "align": "left"},
    "place": _CELL | {"num_format": "0", "align": "left"},
    "number": _CELL | {"num_format": "# ##0"},
    "answer": _CELL | {"text_wrap": True, "bg_color": "#FFFBEF", "left": 1, "left_color": _LINE},
    "link": _CELL | {"text_wrap": True, "font_color": "#0B5394", "underline": 1},
    "sum": _TEXT | {"bold": True, "top": 2, "top_color": _INK, "num_format": "# ##0"},
    "meta": _TEXT | {"num_format": "@"},
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """How a kind of column is shown."""

    width: float
    kind: str


COLUMNS = {
    "feil_id": Look(9.5, "faint_id"),
    "regel": Look(9, "id"),
    "alvor": Look(10.5, "text"),
    "nir_id": Look(10, "id"),
    "foedselsdato": Look(10.5, "date"),
    "noekkel": Look(10, "id"),
    "kommune": Look(9, "id"),
    "bydel": Look(13, "text"),
    "hva": Look(36, "text"),
    "felt": Look(18, "text"),
    "verdi": Look(16, "text"),
    "ventet": Look(18, "text"),
    "dato": Look(10.5, "date"),
    "rett": Look(50, "text"),
    "siden_sist": Look(13, "text"),
    "foerst_sett": Look(14, "text"),
    "status": Look(16, "answer"),
    "kommentar": Look(26, "answer"),
    "fil": Look(14, "text"),
    "linje": Look(8, "place"),
    "fra_filen": Look(16, "text"),
    "antall": Look(9, "number"),
    "title": Look(48, "text"),
    "long": Look(56, "text"),
    "rule": Look(14, "id"),
    "whole_rule": Look(40, "id"),
}
_LINE_HEIGHT, _HIGHEST, _LETTERS_PER_WIDTH = 13, 409, 1.3
FROZEN = "nir_id"
"""Everything up to this column stays in sight."""


def height(cells: Iterable[tuple[str, float]]) -> float:
    """The height of a row in which each text has room in a column of its width."""
    lines = max((_lines(text, width) for text, width in cells), default=1)
    return min(_LINE_HEIGHT * lines + 3, _HIGHEST)


@lru_cache(maxsize=10_000)
def _lines(text: str, width: float) -> int:
    per_line = int(width * _LETTERS_PER_WIDTH)
    return sum(max(1, -(-len(part) // per_line)) for part in text.split("\n"))


class Looks:
    """The formats of one workbook, each made when it is first used."""

    def __init__(self, book: Workbook) -> None:
        """No format yet."""
        self._book = book
        self._made: dict[str, Format] = {}

    def __getitem__(self, kind: str) -> Format:
        """The format of a kind of cell."""
        if kind not in self._made:
            self._made[kind] = self._book.add_format(_KINDS[kind])
        return self._made[kind]

    def column(self, key: str) -> Format:
        """The format of the cells of a column."""
        return self[COLUMNS[key].kind]

    def severity(self, severity: str) -> Format:
        """The format of the cell with the word for a severity."""
        return self._own(f"severity {severity}", _CELL | SEVERITY_COLOURS[severity])

    @property
    def done(self) -> Format:
        """What is laid over a row that has been answered for."""
        return self._own("done", {"font_color": "#5F686E", "bg_color": "#F3F4F4"})

    @property
    def comment_wanted(self) -> Format:
        """What is laid over an empty comment that the answer asks for."""
        return self._own("comment wanted", {"bg_color": "#FFD966"})

    @property
    def next_person(self) -> Format:
        """What is laid over the first row of a person."""
        return self._own("next person", {"top": 1, "top_color": "#7D8B95"})

    def _own(self, name: str, properties: dict[str, Any]) -> Format:
        if name not in self._made:
            self._made[name] = self._book.add_format(properties)
        return self._made[name]
