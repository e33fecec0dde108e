"""Which missing column an unknown one is, told by its name and its values together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nircheck.contract import CodeList, Column
from nircheck.ingest.column_profile import Profile, fit, likeness
from nircheck.ingest.proposal import assigned

_PLACED = 0.7
_HINTED = 0.5
_NAME, _VALUES = 0.65, 0.35


@dataclass(frozen=True)
class Renamed:
    """The header that stands for a column, and how well its values suit it (0 to 100)."""

    header: str
    suits: int


@dataclass(frozen=True)
class Renamings:
    """By contract column: what it is now called, and where that is uncertain, what it may be."""

    sure: dict[str, Renamed]
    maybe: dict[str, str]


NONE = Renamings({}, {})


def renamings(
    unknown: Iterable[Profile],
    missing: Iterable[Column],
    code_lists: dict[str, CodeList],
    kommuner: set[str],
) -> Renamings:
    """Pairs of unknown and missing columns that stand out by name and are not denied by values."""
    missing = list(missing)
    profiles = {profile.header: profile for profile in unknown}
    suits = {
        (header, column.name): _suits(profile, column, code_lists, kommuner)
        for header, profile in profiles.items()
        for column in missing
    }
    scores = {
        pair: _NAME * likeness(pair[0], column) + _VALUES * value
        for column in missing
        for pair, value in suits.items()
        if pair[1] == column.name and value
    }
    sure = {
        name: Renamed(header, round(100 * suits[header, name]))
        for header, name in assigned(scores, _PLACED).items()
    }
    taken = {renamed.header for renamed in sure.values()}
    maybe: dict[str, str] = {}
    for (header, name), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if score >= _HINTED and name not in sure and header not in taken:
            maybe.setdefault(name, header)
    return Renamings(sure, maybe)


def _suits(
    profile: Profile, column: Column, code_lists: dict[str, CodeList], kommuner: set[str]
) -> float:
    if column.is_key and profile.filled:
        return 1.0 if profile.may_be_key else 0.0
    codes = code_lists[column.code_list] if column.code_list else None
    return fit(profile, column, codes, kommuner)
