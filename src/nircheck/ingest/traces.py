"""Looks through the bytes of a UTF-8 file for characters that an ordinary file does not hold.

A file in plain Norwegian costs next to nothing: only pieces in which one of a few rare bytes occurs
are looked at closely.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from nircheck.register.characters import LOST, NONE, UNSEEN, WIDE_SPACES, Oddities

_CHUNK = 1 << 20
_LONGEST_SOUGHT = 5
_ASCII = bytes(range(0x80))
_UNSEEN = frozenset(WIDE_SPACES + UNSEEN) | {chr(mark) for mark in range(0x300, 0x370)}
"""Also the marks that are put on the letter before them, as in å in two parts."""
_TWICE = re.compile(rb"\xc3[\x82\x83][\xc2-\xf4]|\xc3\xa2\xe2\x82\xac")
_BEGINS_TWICE = frozenset("ÂÃâ")
_TELLING = {character.encode() for character in (*_UNSEEN, LOST, "€")}
_RARE = sorted({t[:1] for t in _TELLING} - {b"\xe2"} | {b"\x81", b"\x82", b"\x83"})
"""First bytes of what is sought, second ones after 0xE2, and the last of Â and Ã.

None of them is in a Norwegian letter, nor in a dash or quotation mark, which begin with 0xE2 0x80.
"""
_DASHES = 0xE2
_PLAIN_FROM, _PLAIN = np.uint8(0x90), np.uint8(0xA7 - 0x90)
"""The last bytes of dashes, quotation marks and dots, U+2010 to U+2027: nothing sought is there."""


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


def more(text: bytes | bytearray, found: Oddities, end: int | None = None) -> Oddities:
    """What is found, and what a piece of the file, up to its end, adds to it."""
    end = len(text) if end is None else end
    if text.isascii() or not (
        any(text.find(byte, 0, end) >= 0 for byte in _RARE) or _in_guise_of_a_dash(text, end)
    ):
        return found
    high = text[:end].translate(None, _ASCII)
    characters = set(high.decode("utf-8", "ignore"))
    return Oddities(
        unseen=found.unseen or not _UNSEEN.isdisjoint(characters),
        lost=found.lost or LOST in characters,
        twice=found.twice
        or (not _BEGINS_TWICE.isdisjoint(characters) and bool(_TWICE.search(high))),
    )


def _in_guise_of_a_dash(text: bytes | bytearray, end: int) -> bool:
    if text.find(_DASHES, 0, end) < 0:
        return False
    codes = np.frombuffer(text, np.uint8, count=end)
    is_sought = codes[2:] - _PLAIN_FROM > _PLAIN  # a byte below the plain ones wraps round
    return bool(((codes[:-2] == _DASHES) & is_sought).any())
