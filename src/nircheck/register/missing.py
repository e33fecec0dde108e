"""Why a table or column cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

PREVIOUS = "forrige."


class Delivery(Protocol):
    """What can tell of a delivery whether something is missing in it."""

    def missing(self, needed: str) -> str | None:
        """The reason, if it cannot be read."""


def missing(
    needed: str, delivered: Mapping[str, set[str]], previous: Delivery | None
) -> str | None:
    """The reason why `tabell` or `tabell.kolonne` cannot be read, if it cannot."""
    if needed.startswith(PREVIOUS):
        if previous is None:
            return "forrige_mangler"
        return previous.missing(needed.removeprefix(PREVIOUS))
    table, _, column = needed.partition(".")
    if table == "kommune":
        table = "program"
    if table not in delivered:
        return f"tabell_mangler:{table}"
    if column and column not in delivered[table]:
        return f"kolonne_mangler:{needed}"
    return None
