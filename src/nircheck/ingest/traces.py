"""Looks through the bytes of a UTF-8 file for characters that an ordinary file does not hold.

A file in plain Norwegian costs next to nothing: only pieces in which one of a few rare bytes occurs
are looked at closely.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from nircheck.register.characters import LOST, NONE, UNSEEN, WIDE_SPACES, Oddities

_CHUNK = 1 << 20
_LONGEST_SOUGHT = 5
_ASCII = bytes(range(0x80))
_LOST = LOST.encode()
_SOUGHT = [character.encode() for character in WIDE_SPACES + UNSEEN]
_UNSEEN = re.compile(b"|".join(map(re.escape, _SOUGHT)) + rb"|\xcc|\xcd[\x80-\xaf]")
_TWICE = re.compile(rb"\xc3[\x82\x83][\xc2-\xf4]|\xc3\xa2\xe2\x82\xac")
_RARE = sorted({sought[:1] for sought in [*_SOUGHT, _LOST]} | {b"\xcc", b"\xcd", b"\x82", b"\x83"})
"""First bytes of what is sought, and the last of Â and Ã: none of them is in a Norwegian letter."""


def of(path: Path) -> Oddities:
    """What a UTF-8 file holds of such characters; a mark at its very beginning does not count."""
    found = NONE
    before = b""
    with path.open("rb") as handle:
        if handle.read(3) != b"\xef\xbb\xbf":
            handle.seek(0)
        while chunk := handle.read(_CHUNK):
            piece = before + chunk
            found = more(piece, found)
            before = piece[1 - _LONGEST_SOUGHT :]
    return found


def more(chunk: bytes, found: Oddities) -> Oddities:
    """What is found, and what a piece of the file adds to it."""
    if chunk.isascii() or not any(byte in chunk for byte in _RARE):
        return found
    high = chunk.translate(None, _ASCII)
    return replace(
        found,
        unseen=found.unseen or bool(_UNSEEN.search(high)),
        lost=found.lost or _LOST in high,
        twice=found.twice or bool(_TWICE.search(high)),
    )
