"""What a rule file must hold; anything else in it is refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Severity = Literal["feil", "advarsel", "info"]
SEVERITIES: tuple[Severity, ...] = ("feil", "advarsel", "info")
Regime = Literal["IL", "INT", "KAP6A"]
Status = Literal["draft", "active", "retired"]
Dimension = Literal[
    "completeness", "consistency", "validity", "timeliness", "uniqueness", "accuracy"
]
Text = Annotated[str, Field(min_length=1)]
RuleId = Annotated[str, Field(pattern=r"^(NIR-[0-9]{3}|KON-[a-z0-9_.-]+)$")]


def _graded(value: object) -> object:
    return [{"severity": value}] if isinstance(value, str) else value


def _unbounded(value: object) -> object:
    return {"by": None} if value == "always" else value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Grade(_Strict):
    """A severity, and when it holds; without `when` it always does."""

    severity: Severity
    when: Text | None = None


class Validity(_Strict):
    """The days, by a date of the row itself, on which the rule was law."""

    by: Text | None
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None


class Texts(_Strict):
    """One text in both written standards."""

    nb: Text
    nn: Text


class Title(Texts):
    """The name of the fault; English for developers and foreign readers."""

    en: Text


class Ways(_Strict):
    """How to correct it, by where the kommune registers."""

    nir: Text
    fagsystem: Text


class Fix(_Strict):
    """Both ways in, in both written standards."""

    nb: Ways
    nn: Ways


class Retirement(_Strict):
    """Since when a rule is no longer used, and what is used in its place."""

    on: date
    successor: RuleId | None = None


class Survivor(_Strict):
    """A slip that no example can notice, and why it does no harm."""

    mutant: Text
    why: Text


class Change(_Strict):
    """What a rule has begun to say otherwise, from the day it did."""

    on: date
    what: Texts


Value = str | int | float | date | None
"""What a planter writes in a column: SQL over the chosen row, a CODE, a number, a day, nothing."""


class Plant(_Strict):
    """How the rule's defect is put into a clean register, one row at a time.

    Without `set`, `insert` and `delete` the predicate `fails` must tell by itself.
    """

    where: Text | None = None
    set_: dict[str, Value] = Field(default_factory=dict, alias="set")
    insert: dict[str, dict[str, Value]] = {}
    delete: dict[str, Text] = {}
    also: list[RuleId] = []
    cannot: Text | None = None


class Rule(_Strict):
    """One rule, as its file says it."""

    id: RuleId
    status: Status
    retired: Retirement | None = None
    table: Text
    regimes: Literal["ALLE"] | Annotated[list[Regime], Field(min_length=1)]
    valid: Annotated[Validity, BeforeValidator(_unbounded)]
    applies: Text
    fails: Text
    severity: Annotated[list[Grade], BeforeValidator(_graded), Field(min_length=1)]
    suppressed_by: list[RuleId] = []
    fields: Annotated[list[str], Field(min_length=1)]
    needs: Annotated[list[str], Field(min_length=1)]
    dimension: Dimension
    evidence: Annotated[list[str], Field(min_length=1)]
    title: Title
    message: Texts
    meaning: Texts
    fix: Fix
    not_an_error: Texts
    why: Text
    example_date: date | None = None
    examples: str | dict[str, str] | None = None
    survivors: list[Survivor] = []
    plant: Plant | None = None
    history: list[Change] = []

    @property
    def example_tables(self) -> dict[str, str]:
        """The examples as one text table per table."""
        if isinstance(self.examples, str):
            return {self.table: self.examples}
        return self.examples or {}

    @property
    def listed_fields(self) -> str:
        """The fields as a finding names them."""
        return ", ".join(self.fields)

    @property
    def number(self) -> int | None:
        """The number that decides the chapter; generated rules have none."""
        return int(self.id[4:]) if self.id.startswith("NIR-") else None


KEYS = {
    field.alias or name
    for model in (Rule, Retirement, Survivor, Plant, Change, Grade, Validity, Title, Ways, Fix)
    for name, field in model.model_fields.items()
}
"""Every key a rule file may have, at any depth."""
