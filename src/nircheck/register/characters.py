"""Characters that do not show, were lost, or are in two parts, and SQL that sees past them."""

from __future__ import annotations

from dataclasses import dataclass

from nircheck.privacy import PATTERN
from nircheck.sql import literal

SPACES = " \t\r\n\v\f"
WIDE_SPACES = "\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""Blanks that look like a space or nothing, and are not one."""
UNSEEN = "\u00ad\u061c\u180e\ufeff" + "".join(
    chr(code)
    for first, last in ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x2069))
    for code in range(first, last + 1)
)
"""Characters that take no room: soft hyphens, zero-width joints, marks of direction."""
LOST = "\ufffd"
"""What stands where bytes could not be read."""
COMBINING = "\u0300-\u036f"

_TWICE = "".join(
    sorted(
        {
            bytes([byte]).decode(encoding, "ignore")
            for byte in range(0x80, 0xC0)
            for encoding in ("cp1252", "iso-8859-1")
        }
    )
)
TWICE = f"[ÂÃ][{_TWICE}]|â€"
"""A character of two bytes or more read as one byte each, and written down so: «Ã¸» for «ø»."""


@dataclass(frozen=True)
class Oddities:
    """What a file holds that an ordinary one does not; it is only looked for where it may be."""

    unseen: bool = False
    lost: bool = False
    twice: bool = False


NONE = Oddities()


def compared(text: str, odd: Oddities) -> str:
    """SQL for a text as it is compared: nothing around it, nothing unseen in it, NFC."""
    plain = f"trim({text}, {literal(SPACES)})"
    if not odd.unseen:
        return plain
    bare = f"regexp_replace({text}, {literal(f'[{UNSEEN}]')}, '', 'g')"
    bare = f"regexp_replace({bare}, {literal(f'[{WIDE_SPACES}]')}, ' ', 'g')"
    whole = f"trim(nfc_normalize({bare}), {literal(SPACES)})"
    return f"CASE WHEN strlen({text}) = length({text}) THEN {plain} ELSE {whole} END"


def visible(text: str, odd: Oddities) -> str:
    """SQL for a text as it is shown: what cannot be seen in it is named, as in ⟨U+00AD⟩.

    Not where a personal number would be told by it, and no longer be recognised.
    """
    bare = compared(text, odd)
    if not odd.unseen:
        return bare
    shown = f"trim({text}, {literal(SPACES + WIDE_SPACES + UNSEEN)})"
    for character in sorted(WIDE_SPACES + UNSEEN):
        shown = f"replace({shown}, {literal(character)}, '⟨U+{ord(character):04X}⟩')"
    hidden = f"regexp_matches({bare}, {literal(PATTERN)})"
    return f"CASE WHEN {hidden} THEN {bare} ELSE {shown} END"


def looked_for(columns: list[str]) -> str:
    """SQL that looks through a table for each kind of oddity, in the order of `Oddities`."""
    classes = (f"[{WIDE_SPACES}{UNSEEN}{COMBINING}]", LOST, TWICE)
    return ", ".join(
        "COALESCE(bool_or("
        + (
            " OR ".join(
                f"strlen({column}) > length({column}) AND regexp_matches({column}, {literal(kind)})"
                for column in columns
            )
            or "FALSE"
        )
        + "), FALSE)"
        for kind in classes
    )
