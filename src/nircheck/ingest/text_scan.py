"""Whether a text file can be read as it stands, found in one pass over its bytes, hash and all."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

import numpy as np
import pyarrow as pa

from nircheck.ingest import traces
from nircheck.ingest.delimited import SEPARATORS, Form
from nircheck.register.characters import NONE, Oddities

_AT_ONCE = 1 << 19
LONGEST_LINE = 16_000_000
_RETURN, _NEWLINE = b"\r\n"


@dataclass
class Scan:
    """The lines and separators of a file in UTF-8 that has neither quotes nor bare returns."""

    sha256: str = ""
    lines: int = 0
    separators: int = 0
    oddities: Oddities = NONE

    def is_even(self, rows: int, width: int) -> bool:
        """Whether every line of the file is one of `rows` rows, or the header, and as wide."""
        return self.lines == rows + 1 and self.separators == self.lines * (width - 1)


def beginning(path: Path) -> tuple[str, Form] | None:
    """Encoding and form of a file that begins with a header in UTF-8, without quotes near it."""
    with path.open("rb") as handle:
        line = handle.readline(LONGEST_LINE)
        quoted = b'"' in line + handle.read(_AT_ONCE)
    try:
        first = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if not first.strip() or not first.endswith("\n") or quoted:
        return None
    encoding = "utf-8-sig" if line.startswith(codecs.BOM_UTF8) else "utf-8"
    separator = max(SEPARATORS, key=first.count)
    return encoding, Form(separator, first.rstrip("\r\n").split(separator))


def scan(path: Path, separator: str, *, every_column_is_read: bool) -> Scan | None:
    """What the file is made of; nothing if its lines are not to be taken as they stand.

    DuckDB refuses what is no UTF-8 in a column that it reads, so only other columns need a look.
    """
    seen = Scan()
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as handle:
        mark = handle.read(len(codecs.BOM_UTF8))
        if mark == codecs.BOM_UTF8:
            digest.update(mark)
        else:
            handle.seek(0)
        for lines, end in _whole_lines(handle):
            if lines.find(b'"', 0, end) >= 0:
                return None
            piece = memoryview(lines)[:end]
            digest.update(piece)
            codes = np.frombuffer(piece, np.uint8)
            if lines.find(b"\r", 0, end) >= 0 and not _returns_end_lines(codes):
                return None
            if not (every_column_is_read or _is_utf8(codes)):
                return None
            seen.oddities = traces.more(lines, seen.oddities, end)
            seen.lines += int(np.count_nonzero(codes == _NEWLINE))
            seen.lines += lines[end - 1] != _NEWLINE
            seen.separators += int(np.count_nonzero(codes == ord(separator)))
    seen.sha256 = digest.hexdigest()
    return seen


def _whole_lines(handle: FileIO) -> Iterator[tuple[bytearray, int]]:
    """The file in pieces that end with a line, each in the same memory, up to where it ends there.

    To ask for memory anew, and to put two pieces together, costs a fifth of looking through them.
    A line longer than any that is read at full speed is cut.
    """
    memory, left = bytearray(_AT_ONCE), 0
    while read := handle.readinto(memoryview(memory)[left:]):
        end = memory.rfind(b"\n", 0, left + read) + 1
        if end:
            yield memory, end
            memory[: left + read - end] = memory[end : left + read]
        left += read - end
        if left == len(memory) and left > LONGEST_LINE:
            yield memory, left
            left = 0
        elif left == len(memory):
            memory = memory + bytearray(left)
    if left:
        yield memory, left


def _is_utf8(codes: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> bool:
    ends = pa.py_buffer(np.array([0, len(codes)], np.int64))
    text = pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(codes)])
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _returns_end_lines(codes: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> bool:
    """Whether a newline follows every return."""
    returns = codes == _RETURN
    return not returns[-1] and bool(np.all(codes[1:][returns[:-1]] == _NEWLINE))
