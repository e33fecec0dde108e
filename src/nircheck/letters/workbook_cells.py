"""What may stand in a cell: text that is nothing but text, whole or marked as cut."""

from __future__ import annotations

import re
from functools import lru_cache

from nircheck.privacy import masked

MOST = 32_767
"""The characters a cell of a workbook can hold, counted as UTF-16 counts them."""

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff]"
)
_PICTURES = {chr(code): chr(0x2400 + code) for code in range(0x20)} | {"\x7f": "\u2421"}


@lru_cache(maxsize=20_000)
def shown(text: str) -> str:
    """The text with every character visible and without personal numbers."""
    hidden = masked(text)
    return hidden if hidden.isprintable() else _UNSEEN.sub(_picture, hidden)


def fitted(text: str, cut: str, most: int = MOST) -> str:
    """The text if a cell can hold it, else as much as it can, and `cut` to say so."""
    if len(text) * 2 <= most or _units(text) <= most:
        return text
    room = most - _units(cut)
    return text.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore") + cut


def unique(names: list[str], taken: set[str], most: int = 255) -> list[str]:
    """The names as headings of one table: visible, not empty, none like another or like `taken`."""
    used = {name.casefold() for name in taken}
    chosen = []
    for name in names:
        heading = bare = fitted(shown(name.strip()), "…", most - 8) or "?"
        number = 2
        while heading.casefold() in used:
            heading, number = f"{bare} ({number})", number + 1
        used.add(heading.casefold())
        chosen.append(heading)
    return chosen


def _picture(match: re.Match[str]) -> str:
    return _PICTURES.get(match[0], "\ufffd")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
