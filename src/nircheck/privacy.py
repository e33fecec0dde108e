"""What a personal number looks like, and how it is blotted out wherever something is shown."""

from __future__ import annotations

import re

_BETWEEN = "[ \u00a0.-]?"
PATTERN = (
    f"[0-9][0-9]{{3}}(?:[0-9]{{2}}{_BETWEEN}[0-9]{{5,6}}|{_BETWEEN}[0-9]{{6}}{_BETWEEN}[0-9]{{2}})"
)
"""Eleven or twelve digits as people and systems write them; the same text in Python and in SQL.
The first digit stands alone because Python then leaps from digit to digit: five times as fast."""

IN_A_KEY = (
    "[0-9]{11}|[0-7][0-9](?:[048][1-9]|[159][0-2])[0-9]{2}[ \u00a0.-][0-9]{5}"
    "|[0-9]{4}[ \u00a0][0-9]{6}[ \u00a0][0-9]{2}"
)
"""As many digits on end as a fødselsnummer has, or it or a DUF-nummer parted as people write it.
Narrower than `PATTERN`: a key that is hidden without need can no longer be looked up."""

SHORTEST = 11
MASK = "•" * SHORTEST

_PERSONAL = re.compile(PATTERN)


def masked(text: str) -> str:
    """The text with whatever looks like a personal number blotted out."""
    return _PERSONAL.sub(MASK, text)
