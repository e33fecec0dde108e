"""Everything that one letter and its workbook say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pandas as pd

from nircheck.contract import Maalform
from nircheck.letters.ranges import Ranges
from nircheck.letters.rate import Rate
from nircheck.letters.sender import Sender
from nircheck.rulebook.model import Severity

Kind = Literal["funn", "null", "ingen_rader", "ikke_vurdert"]
"""Findings; none; no rows at all; rows, but nothing that could be judged."""


@dataclass(frozen=True)
class RuleLine:
    """One rule with findings here: how many, of how many, and what to do."""

    id: str
    title: str
    table: str
    table_label: str
    severity: Severity
    feil: int
    advarsel: int
    info: int
    number: int
    applies: int | None
    new: int | None
    fixed: int | None
    meaning: str
    fix_nir: str
    fix_fagsystem: str
    not_an_error: str

    @property
    def by_severity(self) -> dict[Severity, int]:
        """How many of each severity, those that are none left out."""
        counts: dict[Severity, int] = {
            "feil": self.feil, "advarsel": self.advarsel, "info": self.info
        }  # fmt: skip
        return {severity: number for severity, number in counts.items() if number}


@dataclass(frozen=True)
class NotJudged:
    """Rules that could not be judged, for any row or for some, and their common reason."""

    reason: str
    rules: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TableRows:
    """What was read of one table: its file, and how many of the rows belong here."""

    table: str
    label: str
    file: str
    rows: int


@dataclass(frozen=True)
class BydelLine:
    """The findings of one bydel."""

    number: str
    name: str
    rows: int | None
    feil: int
    advarsel: int
    info: int
    findings: int


@dataclass(frozen=True)
class Comparison:
    """The kommune beside those of its size and all of them; None where too few are behind it."""

    own: Rate
    group: Rate | None
    country: Rate
    smallest: int | None
    largest: int | None


@dataclass(frozen=True)
class Month:
    """The rates of one extract; `group` is none where too few kommuner are behind it."""

    day: date
    own: Rate
    group: Rate | None
    country: Rate


@dataclass(frozen=True)
class History:
    """What has come and gone since the run before; filled when runs are compared.

    What was open `before` is still open now, `fixed`, or one of those that are neither. `reason`
    says why nothing could be compared.
    """

    previous: date
    before: int
    new: int
    fixed: int
    new_by_rule: int = 0
    reopened: int = 0
    closed_by_rule: int = 0
    shown_by_other: int = 0
    arrived: int = 0
    departed: int = 0
    uncertain: int = 0
    quiet: int = 0
    rows_gone: int = 0
    rows_changed_late: int = 0
    reason: str | None = None
    months: tuple[Month, ...] = ()


@dataclass(frozen=True)
class Totals:
    """Sums of what was found and of what was judged."""

    findings: int
    feil: int
    advarsel: int
    info: int
    persons: int
    rows: int
    rules_judged: int
    rules_irrelevant: int
    rules_not_judged: int


@dataclass(frozen=True)
class Case:
    """One kommune, or one bydel of it. Everything is in its written standard."""

    kommunenummer: str
    navn: str
    kortnavn: str
    fylke: str
    organisasjonsnummer: str | None
    bydel: str | None
    bydelsnavn: str | None
    maalform: Maalform
    kind: Kind
    uttrekksdato: date
    dato: date
    frist: date | None
    referanse: str
    avsender: Sender
    totals: Totals
    rules: tuple[RuleLine, ...]
    not_judged: tuple[NotJudged, ...]
    partly_judged: tuple[NotJudged, ...]
    tables: tuple[TableRows, ...]
    notes: tuple[str, ...]
    bydeler: tuple[BydelLine, ...]
    ranges: Ranges | None
    comparison: Comparison | None
    history: History | None
    run_id: str
    rulebook_sha256: str
    nircheck: str
    kontrakt: str
    synthetic: bool
    labels: dict[str, str] = field(repr=False)
    findings: pd.DataFrame = field(repr=False)
    """The rows of findings.parquet that belong here, the gravest first, drafts left out."""

    @property
    def shows_birth_dates(self) -> bool:
        """Whether the workbook says when persons were born."""
        return "foedselsdato" in self.findings

    @property
    def melding(self) -> str:
        """The column of `findings` that says what is wrong."""
        return f"melding_{self.maalform}"
