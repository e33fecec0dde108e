"""Where this run can be compared with the one before, and why not where it cannot."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from nircheck.contract.kommuner import Kommuner
from nircheck.history.model import Cell
from nircheck.history.tracks import ends
from nircheck.run import Outcome

FEWEST_LOST = 3
"""Fewer rows than this are never a failed transfer, however large a part they are."""

NO_ROWS = "ingen_rader"
FELL = "falt"
UNCOMPARED = "ikke_i_kjoeringen"
REQUIRED = ("person", "program", "tiltak")
"""When one of these fails, nothing that is said of the kommune can be trusted."""

_UNJUDGED = (Outcome.IKKE_KJOERT.value, Outcome.TEKNISK_FEIL.value)
_NUMBER = re.compile("[0-9]{4}")


def is_kommune(place: str) -> bool:
    """Whether it is a number, and not where rows go that belong to no kommune."""
    return _NUMBER.fullmatch(place) is not None


@dataclass(frozen=True)
class Ground:
    """Why a kommune, a table of it, or a rule in it cannot be compared."""

    places: frozenset[str]
    kommuner: dict[str, str]
    tables: dict[tuple[str, str], str]
    rules: dict[Cell, str]
    everywhere: dict[str, str]
    needs: Mapping[str, frozenset[str]]

    def against(self, rule_id: str, kommunenummer: str) -> str | None:
        """The reason, or none if the rule was judged there."""
        if kommunenummer not in self.places:
            return UNCOMPARED if is_kommune(kommunenummer) else self.everywhere.get(rule_id)
        if kommunenummer in self.kommuner:
            return self.kommuner[kommunenummer]
        if (rule_id, kommunenummer) in self.rules:
            return self.rules[Cell(rule_id, kommunenummer)]
        fallen = (self.tables.get((kommunenummer, t)) for t in sorted(self.needs.get(rule_id, ())))
        return next((reason for reason in fallen if reason), None)


def ground(
    accounting: Iterable[tuple[str, str, str, str | None]],
    rows: Mapping[str, Mapping[str, int]],
    before: Mapping[str, Mapping[str, int]],
    needs: Mapping[str, frozenset[str]],
    kommuner: Kommuner,
    accepted: Collection[str] = (),
) -> Ground:
    """Weigh the rows of every kommune now against those it had when it could last be compared.

    `accounting` has rule, kommune, outcome and reason; `needs` the tables that each rule reads.
    Kommuner that were divided or put together since are weighed together. `accepted` are those
    whose fall someone has looked into and says is right.
    """
    whole: dict[str, str] = {
        number: NO_ROWS for number, held in rows.items() if not sum(held.values())
    }
    parts: dict[tuple[str, str], str] = {}
    for old, new in _families(before, kommuner):
        if new & set(accepted):
            continue
        for table in sorted({table for number in old for table in before[number]}):
            held = sum(before[number].get(table, 0) for number in old)
            has = sum(rows.get(number, {}).get(table, 0) for number in new)
            if held - has < FEWEST_LOST or 2 * has >= held:
                continue
            for number in new:
                if table in REQUIRED:
                    whole.setdefault(number, f"{FELL}:{table}")
                else:
                    parts[number, table] = f"{FELL}:{table}"
    unjudged: dict[Cell, str] = {}
    everywhere: dict[str, str | None] = {}
    for rule_id, number, outcome, reason in accounting:
        why = (reason or outcome) if outcome in _UNJUDGED else None
        if why:
            unjudged[Cell(rule_id, number)] = why
        if not why or rule_id not in everywhere:
            everywhere[rule_id] = why
    nowhere = {rule_id: why for rule_id, why in everywhere.items() if why}
    return Ground(frozenset(rows), whole, parts, unjudged, nowhere, needs)


def _families(
    before: Mapping[str, Mapping[str, int]], kommuner: Kommuner
) -> list[tuple[set[str], set[str]]]:
    """Old numbers and the numbers they have become, those that share any of these together."""
    families: list[tuple[set[str], set[str]]] = []
    for number in sorted(before):
        if not is_kommune(number):
            continue
        old, new = {number}, set(ends(number, kommuner))
        apart = []
        for family in families:
            if family[1] & new:
                old |= family[0]
                new |= family[1]
            else:
                apart.append(family)
        families = [*apart, (old, new)]
    return families
