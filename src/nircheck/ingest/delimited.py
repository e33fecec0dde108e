"""How a delimited text file is written, and its rows when it takes care to read them."""

from __future__ import annotations

import codecs
import csv
import gzip
import mmap
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nircheck.errors import ExtractError, Message

SEPARATORS = (";", "\t", ",")
_CHUNK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Form:
    """How a text file is written."""

    encoding: str
    separator: str
    header: list[str]
    plain: bool


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
    """Separator, header, and whether every line is one row without quotes."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        first = handle.readline()
    if not first.strip():
        raise ExtractError(Message("tom_fil", {"fil": shown}))
    separator = max(SEPARATORS, key=first.count)
    header = next(csv.reader([first], delimiter=separator))
    return Form(encoding, separator, header, _is_plain(path))


def rows(path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Every row after the header, as (physical line, fields); blank lines only count as lines."""
    csv.field_size_limit(1 << 27)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.reader(handle, delimiter=separator)
        next(reader)
        line = reader.line_num
        for fields in reader:
            if fields:
                yield line + 1, fields
            line = reader.line_num


def _unzipped(path: Path, scratch: Path) -> Path:
    target = scratch / path.name[: -len(".gz")]
    try:
        with gzip.open(path) as packed, target.open("wb") as out:
            shutil.copyfileobj(packed, out, _CHUNK)
    except (gzip.BadGzipFile, EOFError, OSError):
        raise ExtractError(Message("gz_ulest", {"fil": path.name})) from None
    return target


def _encoding(path: Path) -> str:
    with path.open("rb") as handle:
        start = handle.read(4)
        for bom, name in _BOMS:
            if start.startswith(bom):
                return name
    return next((name for name in ("utf-8", "cp1252") if _decodes(path, name)), "iso-8859-1")


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


def _is_plain(path: Path) -> bool:
    """Whether line n of the file is row n: no quotes, no blank lines, no bare carriage returns."""
    with (
        path.open("rb") as handle,
        mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        if any(data.find(mark) >= 0 for mark in (b'"', b"\n\n", b"\n\r")):
            return False
        return re.search(rb"\r(?!\n)", data) is None
