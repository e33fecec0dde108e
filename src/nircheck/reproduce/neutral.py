"""Rows with nothing left of what they held but which cells are empty, the codes, and the order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from nircheck.contract import Column, Contract
from nircheck.reproduce.days import Days, neutral_days
from nircheck.reproduce.rows import Cells, Row

_KOMMUNER = ("0301", "1103", "4601", "1804", "3305", "5501", "3401")
_NUMBERS = (1, 3, 5, 8, 10, 16, 20, 25, 30, 36, 45, 60, 80, 120, 200, 500, 1000)
_NORWEGIAN = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_PERSONAL = ("foedselsnummer", "dufnummer")
UNKNOWN_CODE, NO_VALUE, TEXT = "UKJENT_KODE", "uleselig", "tekst"


def neutral_rows(rows: list[Row], contract: Contract) -> Iterator[list[Row]]:
    """The rows made neutral in several ways, the one that says least first."""
    columns = {t.name: t.by_name for t in contract.tables.values()}
    days = [
        day
        for row in rows
        for name, text in row.cells.items()
        if columns[row.table][name].kind == "date" and (day := as_day(text))
    ]
    for replaced in neutral_days(days):
        found = _Neutral(rows, columns, contract, replaced).rows()
        if not originals(rows, columns) & values(found, columns):
            yield found


def originals(rows: Iterable[Row], columns: dict[str, dict[str, Column]]) -> set[str]:
    """Every value of the rows that is no code, however it is written."""
    found = values(rows, columns)
    return found | {day.isoformat() for text in found if (day := as_day(text))}


def values(rows: Iterable[Row], columns: dict[str, dict[str, Column]]) -> set[str]:
    """Every value that is no code, and not what stands for zero."""
    return {
        text
        for row in rows
        for name, text in row.cells.items()
        if not columns[row.table][name].code_list and as_number(text) != 0
    }


def as_day(text: str) -> date | None:
    """A date as extracts write it."""
    match = _NORWEGIAN.fullmatch(text.strip())
    try:
        return date.fromisoformat("-".join(reversed(match.groups())) if match else text.strip())
    except ValueError:
        return None


def as_number(text: str) -> Decimal | None:
    """A number as extracts write it."""
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None


class _Neutral:
    """One way of making rows neutral; the same value becomes the same everywhere."""

    def __init__(
        self,
        rows: list[Row],
        columns: dict[str, dict[str, Column]],
        contract: Contract,
        days: Days,
    ) -> None:
        self._rows, self._columns, self._contract, self._days = rows, columns, contract, days
        self._names: dict[tuple[str, str], str] = {}
        self._there = originals(rows, columns)
        self._kommuner: dict[str, str] = {}

    def rows(self) -> list[Row]:
        return [Row(row.table, self._cells(row), row.defect) for row in self._rows]

    def _cells(self, row: Row) -> Cells:
        cells = {}
        for name, text in row.cells.items():
            value = self._value(self._columns[row.table][name], text)
            if value:
                cells[name] = value
        return cells

    def _value(self, column: Column, text: str) -> str | None:
        if column.is_identifier:
            target = column.references[0] if column.references else column.table
            return self._name(target, text)
        if column.code_list:
            return self._contract.code_lists[column.code_list].by_spelling.get(
                text.strip().casefold(), UNKNOWN_CODE
            )
        if column.kind == "date":
            day = as_day(text)
            return self._days[day].isoformat() if day else NO_VALUE
        if column.kind != "text":
            return self._number(text)
        if column.name in _PERSONAL:
            return None
        if column.pattern:
            return self._kommune(column, text)
        return TEXT

    def _name(self, table: str, text: str) -> str:
        number = sum(known == table for known, _ in self._names) + 1
        return self._names.setdefault((table, text), f"{table.upper()}-{number}")

    def _number(self, text: str) -> str:
        number = as_number(text)
        if number is None:
            return NO_VALUE
        if number == 0:
            return "0"
        sign = -1 if number < 0 else 1
        free = [n for n in _NUMBERS if n != abs(number) and str(sign * n) not in self._there]
        near = min(free, key=lambda n: (n < abs(number), abs(n - abs(number))), default=None)
        return NO_VALUE if near is None else str(sign * near)

    def _kommune(self, column: Column, text: str) -> str | None:
        """Another kommune for each; a bydel is left out, since it would tell which."""
        if not re.fullmatch(column.pattern or "", text):
            return NO_VALUE
        if len(text) != len(_KOMMUNER[0]):
            return None
        free = (k for k in _KOMMUNER if k not in self._there and k not in self._kommuner.values())
        if text not in self._kommuner:
            self._kommuner[text] = next(free, NO_VALUE)
        return self._kommuner[text]
