"""The cells of a sheet as the text a file would have, and an account of what that took."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from nircheck.contract import Column
from nircheck.ingest.sheet_scan import UNCALCULATED, Lost

_BEYOND_EXACT = 10.0**15
"""Excel keeps fifteen digits of a number; what it says of the sixteenth is not to be believed."""
_DIGITS = {"foedselsnummer": 11, "dufnummer": 12}
_MAY_START_WITH_ZERO = ("foedselsnummer",)
_WIDTH = re.compile(r"\{([0-9]+)\}")


class Cells:
    """Turns cells into text; `counts` says how many of which column were turned in which way."""

    def __init__(self) -> None:
        """Start counting."""
        self.counts: Counter[tuple[str, str]] = Counter()

    def text(self, cell: Any, column: Column | None = None) -> str:
        """A cell as the canonical form would write it."""
        if isinstance(cell, str):
            return self._text(cell, column)
        if isinstance(cell, bool):
            self._count("xlsx_logisk", column)
            return "JA" if cell else "NEI"
        if isinstance(cell, int | float):
            return self._number(float(cell), column)
        if isinstance(cell, datetime):
            return _moment(cell)
        if isinstance(cell, timedelta):
            return _duration(cell)
        assert isinstance(cell, date | time)
        return cell.isoformat()

    def _text(self, cell: str, column: Column | None) -> str:
        if isinstance(cell, Lost):
            self._count("xlsx_uberegnet" if cell == UNCALCULATED else "xlsx_feilcelle", column)
            return str(cell)
        if cell[:1] == "'" and column is not None and _is_strict(column):
            self._count("xlsx_apostrof", column)
            return cell[1:]
        return cell

    def _number(self, cell: float, column: Column | None) -> str:
        if not cell.is_integer():
            return format(Decimal(f"{cell:.15g}"), "f")
        if abs(cell) >= _BEYOND_EXACT:
            return _scientific(cell)
        text = str(int(cell))
        if column is None or column.kind != "text":
            return text
        width = _width(column)
        if width is None:
            self._count("xlsx_tall_i_tekst", column)
        elif len(text) == width - 1 and text.isdigit() and _may_start_with_zero(column):
            self._count("xlsx_null_foran", column)
            return f"0{text}"
        return text

    def _count(self, key: str, column: Column | None) -> None:
        if column is not None:
            self.counts[key, column.qualified] += 1


def _width(column: Column) -> int | None:
    """How many digits a value of this column has, if that is always the same."""
    match = _WIDTH.search(column.pattern or "")
    return int(match[1]) if match else _DIGITS.get(column.name)


def _may_start_with_zero(column: Column) -> bool:
    return column.pattern is not None or column.name in _MAY_START_WITH_ZERO


def _is_strict(column: Column) -> bool:
    """Whether an apostrophe can be no part of a value."""
    return bool(
        column.can_be_unread or column.code_list or column.references or column.name in _DIGITS
    )


def _scientific(number: float) -> str:
    """The number in the form that tells that its digits are lost: 1.01E+16."""
    mantissa, _, exponent = f"{number:.14E}".partition("E")
    return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"


def _moment(cell: datetime) -> str:
    """A date, if the clock stands at midnight to the nearest second, as it does in Excel."""
    rounded = (cell + timedelta(milliseconds=500)).replace(microsecond=0)
    return rounded.date().isoformat() if rounded.time() == time() else rounded.isoformat(" ")


def _duration(cell: timedelta) -> str:
    minutes, seconds = divmod(round(cell.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
