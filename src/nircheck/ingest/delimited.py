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
from itertools import islice
from pathlib import Path

from nircheck.errors import ExtractError, Message
from nircheck.ingest import disguise, header, limits

SEPARATORS = (";", "\t", ",")
_CHUNK = 1 << 20
_LONGEST_FIELD = 1 << 20
_NO_WIDTH = 1 << 30
_ZEROS_LOOKED_AT = 4096
_NORDIC = "æøåÆØÅäöÄÖéü–"
_ONE_IN = 100
"""Which letters tell that a file is UTF-8, and how many other places each of them outweighs."""
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Text:
    """A text file as UTF-8: the encoding it came in, and how many places of it are broken."""

    path: Path
    encoding: str
    broken: int = 0


@dataclass(frozen=True)
class Form:
    """How a text file is written: `line` is that of its header, `above` the lines over it."""

    separator: str
    header: list[str]
    line: int = 1
    above: int = 0


def as_utf8(path: Path, scratch: Path, shown: str) -> Text:
    """The file as UTF-8 (itself if it already is); what is no text is refused for what it is."""
    if path.name.lower().endswith(".gz"):
        path = _unzipped(path, scratch)
    disguise.refuse(path, shown)
    encoding = _encoding(path, shown)
    broken = 0 if encoding else _damage(path)[-1]
    if encoding in ("utf-8", "utf-8-sig"):
        return Text(path, encoding)
    target = scratch / f"{path.name}.utf8"
    with (
        path.open(encoding=encoding or "utf-8-sig", errors="replace", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        shutil.copyfileobj(source, out, _CHUNK)
    return Text(target, encoding or "utf-8", broken)


def form(path: Path, shown: str, known: header.Known) -> Form:
    """Separator, header and where it stands."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        numbered = ((number, line) for number, line in enumerate(handle, 1) if line.strip())
        first = list(islice(numbered, header.HEADER_WITHIN))
    if not first:
        raise ExtractError(Message("tom_fil", {"fil": shown}))
    lines = [line for _, line in first]
    separator, above, cells = _header(lines, known)
    at = first[above][0]
    return Form(separator, cells, at, above)


def _header(lines: list[str], known: header.Known) -> tuple[str, int, list[str]]:
    """Separator, place and cells of the header among the first lines."""
    for at, line in enumerate(lines):
        for separator in sorted(SEPARATORS, key=line.count, reverse=True):
            cells = _first_record(lines[at:], separator)
            if header.names_columns(cells, known):
                return separator, at, cells
    separator = max(SEPARATORS, key="".join(lines).count)
    at = header.place([line.split(separator) for line in lines], header.nothing_known)
    separator = max(SEPARATORS, key=lines[at].count)
    return separator, at, _first_record(lines[at:], separator)


def _first_record(lines: list[str], separator: str) -> list[str]:
    return next(_records(lines, separator, _NO_WIDTH), (1, []))[1]


def rows(path: Path, form: Form) -> Iterator[tuple[int, list[str]]]:
    """Every row after the header, as (physical line, fields); blank lines only count as lines."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        lines = islice(handle, form.line - 1, None)
        records = _records(lines, form.separator, len(form.header), form.line)
        next(records)
        yield from records


class _Lines:
    """The lines of a file; those behind a quote that was never closed can be given back.

    They `were_too_few` when a row had begun, and could not end for want of a quote.
    """

    def __init__(self, handle: Iterable[str]) -> None:
        self._waiting = iter(handle)
        self._returned: deque[str] = deque()
        self.taken: list[str] = []
        self.were_too_few = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._waiting, None)
        if line is None:
            self.were_too_few = bool(self.taken)
            raise StopIteration
        self.taken.append(line)
        return line

    def give_back(self) -> None:
        """Everything taken but the first line is to be read again."""
        self._returned.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def _records(
    handle: Iterable[str], separator: str, width: int, line: int = 1
) -> Iterator[tuple[int, list[str]]]:
    """Every record, as (physical line, fields); one that swallowed whole rows has no fields."""
    csv.field_size_limit(_LONGEST_FIELD)
    lines = _Lines(handle)
    reader = csv.reader(lines, delimiter=separator)
    while True:
        lines.taken.clear()
        lines.were_too_few = False
        fields: list[str] | None = None
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            pass
        several = len(lines.taken) > 1 and _whole_rows(lines.taken, separator, width) > 1
        unclosed = lines.were_too_few and width < _NO_WIDTH
        if fields is None or several or unclosed:
            lines.give_back()
            yield line, []
        elif len(fields) > 1 or any(field.strip() for field in fields):
            yield line, fields
        line += len(lines.taken)


def _whole_rows(lines: list[str], separator: str, width: int) -> int:
    return sum(line.count(separator) >= width - 1 for line in lines)


def _unzipped(path: Path, scratch: Path) -> Path:
    target = scratch / path.name[: -len(".gz")]
    packed_bytes, unpacked = path.stat().st_size, 0
    try:
        with gzip.open(path) as packed, target.open("wb") as out:
            while chunk := packed.read(_CHUNK):
                unpacked += len(chunk)
                if limits.too_large(unpacked, packed_bytes):
                    raise ExtractError(Message("gz_for_stor", {"fil": path.name}))
                out.write(chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise ExtractError(Message("gz_ulest", {"fil": path.name})) from None
    return target


def _encoding(path: Path, shown: str) -> str | None:
    """What a file is written in; nothing if it is UTF-8 in which places are broken."""
    with path.open("rb") as handle:
        start = handle.read(_ZEROS_LOOKED_AT)
    marked = [name for bom, name in _BOMS if start.startswith(bom)]
    wide = _wide(start, marked)
    if wide:
        if _decodes(path, wide):
            return wide
        raise ExtractError(Message("utf16_ulest", {"fil": shown}))
    disguise.refuse_bytes(path, shown)
    # A mark of UTF-16 above bytes without zeros is not believed, however well they decode.
    name = "utf-8-sig" if "utf-8-sig" in marked else "utf-8"
    if _decodes(path, name):
        return name
    nordic, other, broken = _damage(path)
    if nordic * _ONE_IN >= broken or other >= broken:
        return None
    return "cp1252" if _decodes(path, "cp1252") else "iso-8859-1"


def _wide(start: bytes, marked: list[str]) -> str | None:
    """The UTF-16 a file is written in, told by which of every two bytes is mostly zero."""
    half = len(start) // 2
    zeros = (start[::2].count(0), start[1::2].count(0))
    if max(zeros) * 2 <= half or min(zeros) * 10 > half:
        return None
    if "utf-16" in marked:
        return "utf-16"
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _damage(path: Path) -> tuple[int, int, int]:
    """How many Nordic letters a file has as UTF-8, how many others, how many broken places.

    Read as UTF-8, «RÅ» in cp1252 ends in a Latin letter and «Ø» in an Arabic one: such others are
    only believed where they are as many as what is broken.
    """
    nordic = other = broken = 0
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    with path.open("rb") as handle:
        at_end = False
        while not at_end:
            chunk = handle.read(_CHUNK)
            at_end = not chunk
            text = decoder.decode(chunk, final=at_end)
            lost = text.count("\ufffd")
            known = sum(map(text.count, _NORDIC))
            broken += lost
            nordic += known
            other += len(text) - len(text.encode("ascii", "ignore")) - lost - known
    return nordic, other, broken


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
