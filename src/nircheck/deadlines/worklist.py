"""The findings of each kommune as things to do, those that are most urgent first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from nircheck.deadlines.calendar import annual_deadline, two_months_after
from nircheck.deadlines.statistics import Figures
from nircheck.rulebook.model import SEVERITIES, Severity
from nircheck.run import Run, active_rules

SOON = 30
"""Days left within which a deadline is called near."""


@dataclass(frozen=True)
class Task:
    """One finding: what to correct, by when, and which figure depends on it."""

    finding_id: str
    rule_id: str
    severity: Severity
    tabell: str
    noekkel: str
    person_id: str | None
    message: dict[str, str]
    frist: date | None
    days: int | None
    figure: str | None
    """Of the statistics that are made after the next annual deadline; None if it is in none."""

    @property
    def overdue(self) -> bool:
        """Whether the two months are over."""
        return self.days is not None and self.days < 0

    @property
    def soon(self) -> bool:
        """Whether they soon are."""
        return self.days is not None and 0 <= self.days <= SOON

    @property
    def key(self) -> tuple[Any, ...]:
        """The gravest first of the overdue, then by days left; what has no day of its own last."""
        gravity = SEVERITIES.index(self.severity)
        if self.overdue:
            return (0, gravity, self.days, self.rule_id, self.noekkel)
        if self.days is not None:
            return (1, self.days, gravity, self.rule_id, self.noekkel)
        return (2, gravity, 0, self.rule_id, self.noekkel)


@dataclass(frozen=True)
class Worklist:
    """What one kommune has to do."""

    kommunenummer: str
    navn: str
    dato: date
    aarsfrist: date
    first: tuple[Task, ...]
    """What the official statistics count: to be corrected before the annual deadline."""
    rest: tuple[Task, ...]

    @property
    def days_to_statistics(self) -> int:
        """Days left to the annual deadline."""
        return (self.aarsfrist - self.dato).days

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Everything, what the statistics count first."""
        return (*self.first, *self.rest)


def worklists(
    run: Run, figures: Figures, dato: date, kommuner: Iterable[str] = ()
) -> list[Worklist]:
    """One list per kommune that has anything to do, in the order of their numbers."""
    asked, active = set(kommuner), active_rules(run.facts)
    found: dict[str, list[Task]] = defaultdict(list)
    deadline = annual_deadline(dato)
    for row in run.findings.to_pylist():
        kommune = row["kommunenummer"]
        if row["rule_id"] in active and (not asked or kommune in asked):
            found[kommune].append(_task(row, figures, dato, deadline))
    return [
        Worklist(
            kommunenummer=kommune,
            navn=run.facts["kommuner"].get(kommune, {}).get("navn") or "",
            dato=dato,
            aarsfrist=deadline,
            first=tuple(sorted((t for t in tasks if t.figure), key=lambda task: task.key)),
            rest=tuple(sorted((t for t in tasks if not t.figure), key=lambda task: task.key)),
        )
        for kommune, tasks in sorted(found.items())
    ]


def _task(row: dict[str, Any], figures: Figures, dato: date, deadline: date) -> Task:
    event = row["hendelsesdato"]
    frist = two_months_after(event) if event else None
    figure = figures.get(row["rule_id"])
    counts = figure is not None and figure.counts(event, deadline.year - 1)
    return Task(
        finding_id=row["finding_id"],
        rule_id=row["rule_id"],
        severity=row["severity"],
        tabell=row["tabell"],
        noekkel=row["noekkel"],
        person_id=row["person_id"],
        message={"nb": row["melding_nb"], "nn": row["melding_nn"]},
        frist=frist,
        days=(frist - dato).days if frist else None,
        figure=figure.name if figure and counts else None,
    )
