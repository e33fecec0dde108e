"""Names the known word that is nearest to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The closest of the known words, if any is close enough to be meant."""
    matches = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A trailing hint for developers, or nothing."""
    match = nearest(word, known)
    return f"; did you mean '{match}'?" if match else ""
