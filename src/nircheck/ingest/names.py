"""Recognises table and column names however they are spelt: æøå, spaces, case, labels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from nircheck.contract import Table
from nircheck.register.characters import UNSEEN

_UNSEEN = dict.fromkeys(map(ord, UNSEEN))
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def plain(name: str) -> str:
    """The name in the contract's own spelling: lower-case ASCII with underscores."""
    text = unicodedata.normalize("NFC", name.translate(_UNSEEN)).strip().casefold()
    return re.sub(r"[^a-z0-9]+", "_", text.translate(_LETTERS)).strip("_")


def match(name: str, known: Iterable[str]) -> str | None:
    """The known name that this one is a spelling of, if any."""
    wanted = plain(name)
    return next((candidate for candidate in known if candidate == wanted), None)


def columns(header: list[str], table: Table) -> list[str | None]:
    """For each header cell the contract column it names (by name or label), or nothing."""
    spellings = {plain(text): c.name for c in table.columns for text in c.label.values()}
    spellings |= {column.name: column.name for column in table.columns}
    return [spellings.get(plain(cell)) or spellings.get(plain(once(cell))) for cell in header]


def once(text: str) -> str:
    """The text behind one that was read as cp1252 or latin-1 when it was UTF-8: «Ã¸» is «ø»."""
    for encoding in ("cp1252", "iso-8859-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text
