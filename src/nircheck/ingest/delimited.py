"""How a delimited text file is written, and its rows when it takes care to read them."""

from __future__ import annotations

import codecs
import csv
import gzip
import shutil
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nircheck.errors import ExtractError, Message

SEPARATORS = (";", "\t", ",")
_CHUNK = 1 << 20
_LONGEST_FIELD = 1 << 20
_NO_WIDTH = 1 << 30
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Form:
    """How a text file is written."""

    encoding: str
    separator: str
    header: list[str]


def as_utf8(path: Path, scratch: Path) -> tuple[Path, str]:
    """The file as plain UTF-8 (itself if it already is), and the encoding it came in."""
    if path.name.lower().endswith(".gz"):
        path = _unzipped(path, scratch)
    encoding = _encoding(path)
    if encoding in ("utf-8", "utf-8-sig"):
        return path, encoding
    target = scratch / f"{path.name}.utf8"
    with (
        path.open(encoding=encoding, newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        shutil.copyfileobj(source, out, _CHUNK)
    return target, encoding


def form(path: Path, encoding: str, shown: str) -> Form:
    """Separator and header."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        first = next((line for line in handle if line.strip()), "")
    if not first:
        raise ExtractError(Message("tom_fil", {"fil": shown}))
    separator = max(SEPARATORS, key=first.count)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        _, header = next(_records(handle, separator, _NO_WIDTH))
    return Form(encoding, separator, header)


def rows(path: Path, form: Form) -> Iterator[tuple[int, list[str]]]:
    """Every row after the header, as (physical line, fields); blank lines only count as lines."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        records = _records(handle, form.separator, len(form.header))
        next(records)
        yield from records


class _Lines:
    """The lines of a file; those behind a quote that was never closed can be given back."""

    def __init__(self, handle: Iterable[str]) -> None:
        self._waiting = iter(handle)
        self._returned: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._waiting)
        self.taken.append(line)
        return line

    def give_back(self) -> None:
        """Everything taken but the first line is to be read again."""
        self._returned.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def _records(handle: Iterable[str], separator: str, width: int) -> Iterator[tuple[int, list[str]]]:
    """Every record, as (physical line, fields); one that swallowed whole rows has no fields."""
    csv.field_size_limit(_LONGEST_FIELD)
    lines = _Lines(handle)
    reader = csv.reader(lines, delimiter=separator)
    line = 1
    while True:
        lines.taken.clear()
        fields: list[str] | None = None
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            pass
        several = len(lines.taken) > 1 and _whole_rows(lines.taken, separator, width) > 1
        if fields is None or several:
            lines.give_back()
            yield line, []
        elif len(fields) > 1 or any(field.strip() for field in fields):
            yield line, fields
        line += len(lines.taken)


def _whole_rows(lines: list[str], separator: str, width: int) -> int:
    return sum(line.count(separator) >= width - 1 for line in lines)


def _unzipped(path: Path, scratch: Path) -> Path:
    target = scratch / path.name[: -len(".gz")]
    try:
        with gzip.open(path) as packed, target.open("wb") as out:
            shutil.copyfileobj(packed, out, _CHUNK)
    except (EOFError, OSError, zlib.error):
        raise ExtractError(Message("gz_ulest", {"fil": path.name})) from None
    return target


def _encoding(path: Path) -> str:
    with path.open("rb") as handle:
        start = handle.read(4)
    marked = [name for bom, name in _BOMS if start.startswith(bom)]
    possible = (*marked, "utf-8", "cp1252")
    return next((name for name in possible if _decodes(path, name)), "iso-8859-1")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as handle:
        try:
            while chunk := handle.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
