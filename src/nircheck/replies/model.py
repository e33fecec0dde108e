"""What is read from returned workbooks: answers, and what could not be taken as one and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Verdict(StrEnum):
    """What a kommune can say of a finding."""

    RETTET = "rettet"
    IKKE_FEIL = "ikke_feil"
    UNDER_ARBEID = "under_arbeid"
    FEIL_I_NIR = "feil_i_nir"
    IKKE_VAAR = "ikke_vaar"


@dataclass(frozen=True, order=True)
class Place:
    """Where in the returned workbooks something stands."""

    fil: str
    ark: str = ""
    rad: int = 0


@dataclass(frozen=True)
class Line:
    """A row of a workbook in which somebody has written something."""

    place: Place
    finding_id: str | None
    said: tuple[str, ...]
    comment: str


@dataclass(frozen=True)
class Known:
    """What a run knows of a finding that was asked about."""

    kommunenummer: str
    rule_id: str
    values_hash: str
    run_id: str


@dataclass(frozen=True)
class Answer:
    """An answer that can be acted on."""

    finding_id: str
    known: Known
    svar: Verdict
    begrunnelse: str
    avsender: str
    dato: date
    place: Place


@dataclass(frozen=True)
class Refused:
    """A row, a sheet or a whole file that gave no answer, and the key of the reason."""

    place: Place
    why: str
    finding_id: str = ""
    text: str = ""
    rows: int = 1


@dataclass(frozen=True)
class Conflict:
    """A finding that has been answered in more than one way; none of the answers counts."""

    finding_id: str
    known: Known
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class FileRead:
    """How one file was understood; `why` is set when nothing of it was."""

    fil: str
    kommunenummer: str = ""
    run_id: str = ""
    rows: int = 0
    answered: int = 0
    accepted: int = 0
    why: str | None = None


@dataclass(frozen=True)
class Replies:
    """All that the returned workbooks say."""

    dato: date
    answers: tuple[Answer, ...]
    conflicts: tuple[Conflict, ...]
    refused: tuple[Refused, ...]
    files: tuple[FileRead, ...] = field(default=())

    @property
    def counts(self) -> Counter[str]:
        """How many findings got each answer."""
        return Counter(answer.svar.value for answer in self.answers)

    @property
    def readable(self) -> bool:
        """Whether any file could be understood at all."""
        return any(file.why is None for file in self.files)

    @property
    def whole(self) -> bool:
        """Whether every row somebody had answered became an answer."""
        return not self.conflicts and not self.refused
