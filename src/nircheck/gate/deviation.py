"""What the gate finds: one deviation for each cause, in numbers, never in the values of a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from nircheck.errors import Message
from nircheck.rulebook.model import SEVERITIES, Severity

Effect = Literal["brudd", "forenlig", "merknad"]
"""Whether a change breaks what rests on the old form, fits in with it, or is only to be known."""

SYSTEMATIC = 0.05
"""The share of rows from which a defect is a change of the extract, and no longer single rows."""
FEWEST = 3
"""Fewer rows than these are single rows, unless they are all there are."""

_COMPATIBLE = {
    "kolonne_ny", "kolonne_igjen", "kolonne_lagt_til", "tabell_ny", "tabell_lagt_til", "kode_ny",
    "krav_loest_verdi", "krav_loest_kolonne", "krav_loest_tabell", "moenster", "rettet",
}  # fmt: skip
_ABOUT_ALL = "uttrekk"


@dataclass(frozen=True)
class Deviation:
    """One thing that is not as the contract, or the extract before, has it."""

    kind: str
    severity: Severity
    table: str = ""
    column: str | None = None
    file: str = ""
    rows: int = 0
    of: int = 0
    values: dict[str, str | int] = field(default_factory=dict)
    reasons: tuple[Message | str, ...] = ()
    named_codes: dict[str, dict[str, int]] = field(default_factory=dict)
    not_run: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """`tabell.kolonne`, `tabell`, or that it is about the whole."""
        if not self.table:
            return _ABOUT_ALL
        return f"{self.table}.{self.column}" if self.column else self.table

    @property
    def rule_id(self) -> str:
        """The check that tells of it: the same whatever the file is called and the numbers are."""
        return f"KON-{self.place}-{self.kind}"

    @property
    def effect(self) -> Effect:
        """How much it matters to what rests on the old form."""
        if self.severity == "feil":
            return "brudd"
        return "forenlig" if self.kind in _COMPATIBLE else "merknad"


@dataclass(frozen=True)
class Checked:
    """A check that was made, whatever came of it."""

    rule_id: str
    table: str


def systematic(rows: int, of: int) -> bool:
    """Whether so many rows of so many are a change of the extract."""
    return rows > 0 and rows >= SYSTEMATIC * of and (rows >= FEWEST or rows == of)


def in_order(deviations: list[Deviation]) -> tuple[Deviation, ...]:
    """The gravest first, then by place and kind."""
    return tuple(sorted(deviations, key=_weight))


def _weight(deviation: Deviation) -> tuple[int, str, str, str]:
    gravity = SEVERITIES.index(deviation.severity)
    return gravity, deviation.place, deviation.kind, deviation.file
