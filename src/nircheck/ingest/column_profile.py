"""What the header and the values of one column look like, and how far that fits the contract."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from nircheck.contract import CodeList, Column
from nircheck.ingest import names
from nircheck.privacy import masked

_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}\.[0-9]{2}\.[0-9]{4})([ T]00:00:00)?")
_DECIMAL = re.compile(r"-?[0-9]{1,7}([.,][0-9]+)?")
_PERSONAL = re.compile(r"[0-9]{6}[ .-]?[0-9]{5}")
_DUF = re.compile(r"[0-9]{12}")
_BYDEL = re.compile(r"[0-9]{6}")
_GENERIC = {"dato", "datoen", "id", "nr", "nummer", "kode", "type", "for", "i", "er", "og"}
_ID_ENDINGS = ("id", "nr", "nummer", "noekkel", "ref")
_LONGEST_ID = 40
FEW_VALUES = 30


@dataclass(frozen=True)
class Profile:
    """One column of a file: its header, and every value with how often it stands there."""

    header: str
    position: int
    rows: int
    values: Counter[str]

    @cached_property
    def filled(self) -> int:
        """How many rows have a value."""
        return self.values.total()

    def share(self, fits: Callable[[str], object]) -> float:
        """The share of the values that fit."""
        fitting = sum(number for value, number in self.values.items() if fits(value))
        return fitting / self.filled if self.filled else 0.0

    @cached_property
    def dates(self) -> float:
        """The share that are dates."""
        return self.share(_DATE.fullmatch)

    @cached_property
    def personal(self) -> float:
        """The share that hold what looks like a personal number or a DUF-nummer."""
        return self.share(lambda value: masked(value) != value)

    @property
    def may_be_key(self) -> bool:
        """Whether every row has its own value, and none is a date or a personal number."""
        return (
            self.filled == self.rows == len(self.values) > 0
            and not self.dates
            and not self.personal
            and max(map(len, self.values)) <= _LONGEST_ID
        )

    @property
    def sounds_like_id(self) -> bool:
        """Whether the header ends the way a number or id does."""
        return names.plain(self.header).endswith(_ID_ENDINGS)

    def within(self, keys: Iterable[str]) -> float:
        """The share of the values that are among these keys."""
        return self.share(set(keys).__contains__)


def profiles(header: list[str], rows: list[list[str]]) -> list[Profile]:
    """A profile of each column that has a header."""
    return [
        Profile(
            " ".join(cell.split()),
            at,
            len(rows),
            Counter(value for row in rows if at < len(row) and (value := row[at].strip())),
        )
        for at, cell in enumerate(header)
        if cell.strip()
    ]


def no_header(header: list[str]) -> bool:
    """Whether the first row holds values, as it does in a file without a header."""
    return any(_DATE.fullmatch(cell.strip()) or masked(cell) != cell for cell in header)


def likeness(header: str, column: Column) -> float:
    """How like a header is to a column's name, its labels, or what it is said to be (0 to 1)."""
    own = names.plain(header)
    spellings = {column.name, *(names.plain(label) for label in column.label.values())}
    return max(*(alike(own, spelling) for spelling in spellings), _described(own, column))


def alike(one: str, other: str) -> float:
    """How alike two plain names are, words that stand in every other name left out."""
    if one == other:
        return 1.0
    bare_one, bare_other = _bare(one), _bare(other)
    if not bare_one or not bare_other:
        return 0.5 * SequenceMatcher(None, one, other).ratio()
    if bare_one == bare_other:
        return 0.9
    return 0.95 * SequenceMatcher(None, bare_one, bare_other).ratio()


def _bare(name: str) -> str:
    words = [word for word in name.split("_") if word not in _GENERIC]
    return "_".join(word.removesuffix("dato") or word for word in words)


def _described(own: str, column: Column) -> float:
    """Whether the words of a header are those the column is explained with."""
    words = [word for word in own.split("_") if len(word) > 3 and word not in _GENERIC]
    explained = {
        word for text in column.explanation.values() for word in names.plain(text).split("_")
    }
    return 0.7 if words and all(word in explained for word in words) else 0.0


def fit(profile: Profile, column: Column, codes: CodeList | None, kommuner: set[str]) -> float:
    """How well values suit a column: 0 not at all, 0.5 they say nothing, 1 in every way."""
    if not profile.filled:
        return 0.5
    if column.kind == "date":
        return _at_least(profile.dates, 0.5)
    if column.kind == "decimal":
        return 0.9 * _at_least(profile.share(_DECIMAL.fullmatch), 0.5)
    if column.name == "foedselsnummer":
        return _at_least(profile.share(_PERSONAL.fullmatch), 0.5)
    if column.name == "dufnummer":
        return _at_least(profile.share(_DUF.fullmatch), 0.5)
    if column.pattern:
        form = _BYDEL.fullmatch if "{6}" in column.pattern else kommuner.__contains__
        return _at_least(profile.share(form), 0.5)
    if profile.dates > 0.5 or profile.personal > 0.5:
        return 0.0
    return _coded(profile, codes) if codes else 0.5


def known_codes(profile: Profile, codes: CodeList) -> float:
    """The share of the values that are codes of this list, or texts for them."""
    return profile.share(lambda value: value.casefold() in codes.by_spelling)


def _coded(profile: Profile, codes: CodeList) -> float:
    known = known_codes(profile, codes)
    few = len(profile.values) <= min(FEW_VALUES, max(2, profile.filled // 2))
    return max(known, 0.3 if few else 0.0) if known > 0.2 or few else 0.0


def _at_least(share: float, least: float) -> float:
    return share if share >= least else 0.0
