"""Columns of invented rows: numbers and days as arrays, written as text only at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Days = npt.NDArray[np.datetime64]
Numbers = npt.NDArray[np.int64]
Whole = npt.NDArray[np.signedinteger[Any]]
Shares = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
NO_DAY = np.datetime64("NaT", "D")
NOTHING = -1


@dataclass(frozen=True)
class Coded:
    """Codes as positions in a list; -1 is empty."""

    codes: Whole
    names: tuple[str, ...]

    def taken(self, rows: Any) -> Coded:
        """Those of some rows."""
        return Coded(self.codes[rows], self.names)

    def equals(self, *names: str) -> Flags:
        """Which rows hold one of these codes."""
        return np.isin(self.codes, [self.names.index(name) for name in names])


@dataclass(frozen=True)
class Keys:
    """Whole numbers written with a prefix and leading zeros; -1 is empty."""

    prefix: str
    width: int
    numbers: Whole

    def taken(self, rows: Any) -> Keys:
        """Those of some rows."""
        return Keys(self.prefix, self.width, self.numbers[rows])


Column = Coded | Keys | npt.NDArray[Any]
Columns = dict[str, Column]


def fixed(name: str, rows: int) -> Coded:
    """The same code in every row."""
    return Coded(np.zeros(rows, dtype=np.int64), (name,))


def flagged(yes: Flags, names: tuple[str, str] = ("NEI", "JA")) -> Coded:
    """The second code where it holds, the first where not."""
    return Coded(yes.astype(np.int64), names)


def joined(parts: list[Columns]) -> Columns:
    """Rows below one another; a column that a part lacks is empty there."""
    rows = [_rows(part) for part in parts]
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: _stacked([part.get(name) for part in parts], rows) for name in names}


def sorted_by(columns: Columns, *keys: npt.NDArray[Any]) -> Columns:
    """The rows in the order of the keys, the last of which counts most."""
    order = np.lexsort(keys)
    return {name: taken(column, order) for name, column in columns.items()}


def taken(column: Column, rows: Any) -> Column:
    """A column of some rows."""
    return column[rows] if isinstance(column, np.ndarray) else column.taken(rows)


def picked(columns: Columns, rows: Any) -> Columns:
    """All columns of some rows."""
    return {name: taken(column, rows) for name, column in columns.items()}


def compact(columns: Columns) -> Columns:
    """The same in as little room as the codes and numbers need."""
    return {name: _compact(column) for name, column in columns.items()}


def arrow(columns: Columns, order: tuple[str, ...]) -> pa.Table:
    """The rows as text, in the columns of the contract; what is not there is empty."""
    rows = _rows(columns)
    return pa.table(
        {
            name: _text(columns[name]) if name in columns else pa.nulls(rows, pa.string())
            for name in order
        }
    )


def _compact(column: Column) -> Column:
    if isinstance(column, Coded):
        return Coded(_smaller(column.codes), column.names)
    if isinstance(column, Keys):
        return Keys(column.prefix, column.width, _smaller(column.numbers))
    return column


def _smaller(numbers: Whole) -> Whole:
    highest = int(numbers.max(initial=0))
    kind = next(k for k in (np.int16, np.int32, np.int64) if highest <= np.iinfo(k).max)
    return numbers.astype(kind)


def _rows(columns: Columns) -> int:
    column = next(iter(columns.values()))
    if isinstance(column, Coded):
        return len(column.codes)
    return len(column.numbers if isinstance(column, Keys) else column)


def _stacked(parts: list[Column | None], rows: list[int]) -> Column:
    model = next(part for part in parts if part is not None)
    if isinstance(model, Keys):
        numbers = [_numbers(part, count) for part, count in zip(parts, rows, strict=True)]
        return Keys(model.prefix, model.width, np.concatenate(numbers))
    if isinstance(model, Coded):
        coded = [part for part in parts if isinstance(part, Coded)]
        names = tuple(dict.fromkeys(name for part in coded for name in part.names))
        places = [
            _moved(part, names) if isinstance(part, Coded) else np.full(count, NOTHING)
            for part, count in zip(parts, rows, strict=True)
        ]
        return Coded(np.concatenate(places), names)
    empty = NO_DAY if model.dtype.kind == "M" else np.nan
    arrays = [
        part if isinstance(part, np.ndarray) else np.full(count, empty, dtype=model.dtype)
        for part, count in zip(parts, rows, strict=True)
    ]
    return np.concatenate(arrays)


def _numbers(part: Column | None, count: int) -> Numbers:
    return part.numbers if isinstance(part, Keys) else np.full(count, NOTHING)


def _moved(part: Coded, names: tuple[str, ...]) -> Numbers:
    places = np.array([names.index(name) for name in part.names] + [NOTHING])
    return places[part.codes]


def _text(column: Column) -> pa.Array:
    if isinstance(column, Coded):
        codes = pa.array(column.codes.astype(np.int32), mask=column.codes < 0)
        return pa.DictionaryArray.from_arrays(codes, pa.array(column.names)).dictionary_decode()
    if isinstance(column, Keys):
        numbers = pa.array(column.numbers, mask=column.numbers < 0).cast(pa.string())
        padded = pc.utf8_lpad(numbers, column.width, "0") if column.width else numbers
        return pc.binary_join_element_wise(column.prefix, padded, "")
    if column.dtype.kind == "M":
        return pa.array(column, pa.date32()).cast(pa.string())
    return _decimals(column)


def _decimals(column: npt.NDArray[Any]) -> pa.Array:
    """With a point, and without decimals that are zero."""
    whole = np.nan_to_num(column) == np.floor(np.nan_to_num(column))
    missing = np.isnan(column)
    as_whole = pa.array(np.nan_to_num(column).astype(np.int64), mask=missing).cast(pa.string())
    as_is = pa.array(column, mask=missing).cast(pa.string())
    return pc.if_else(pa.array(whole), as_whole, as_is)
