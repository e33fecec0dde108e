"""Proposes which codes a fagsystem's own values are."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher

from nircheck.contract import CodeList
from nircheck.errors import Message
from nircheck.ingest import names
from nircheck.ingest.column_profile import FEW_VALUES, Profile
from nircheck.privacy import masked

_OFTEN = 3


@dataclass(frozen=True)
class Placed:
    """An own name, what it is proposed to be, and why."""

    own: str
    meant: str
    sure: bool
    why: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Unplaced:
    """An own name that nothing is proposed for, and what it may be."""

    own: str
    candidates: tuple[str, ...]


@dataclass
class Codes:
    """The values of one code column; those too rare to be shown are only counted."""

    placed: list[Placed] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    rare: int = 0


def propose_codes(profile: Profile, codes: CodeList) -> Codes:
    """Own values and the codes they are; a value is only shown if it is common or a known text."""
    result = Codes()
    known = {code.code for code in codes.codes}
    for value in sorted(set(profile.values) - known):
        code = codes.by_spelling.get(value.casefold())
        near = _nearest(value, codes)
        common = profile.values[value] >= _OFTEN and masked(value) == value
        if code:
            result.placed.append(Placed(value, code, True))
        elif common and len(near) == 1 and near[0][0] >= 0.8:
            result.placed.append(Placed(value, near[0][1], False))
        elif common and len(result.unplaced) < FEW_VALUES:
            result.unplaced.append(Unplaced(value, tuple(code for _, code in near)))
        else:
            result.rare += 1
    return result


def _nearest(value: str, codes: CodeList) -> list[tuple[float, str]]:
    """The codes a value is most like, the only one if it stands out."""
    likest: dict[str, float] = {}
    for spelling, code in codes.by_spelling.items():
        ratio = SequenceMatcher(None, names.plain(value), names.plain(spelling)).ratio()
        likest[code] = max(likest.get(code, 0), ratio)
    ranked = sorted(((r, c) for c, r in likest.items() if r >= 0.5), reverse=True)[:3]
    if len(ranked) > 1 and ranked[0][0] >= ranked[1][0] + 0.1:
        return ranked[:1]
    return ranked
