"""Which rules find what the official statistics count wrongly, by the figure it changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nircheck import yamlfile
from nircheck.errors import RuleBookError
from nircheck.suggest import did_you_mean

FILE_NAME = "_statistikk.yaml"


@dataclass(frozen=True)
class Figure:
    """A figure of the statistics, and in how many years an event counts in it."""

    name: str
    years: int

    def counts(self, event: date | None, year: int) -> bool:
        """Whether what happened on a day is part of the figure for a year."""
        return event is None or year - self.years < event.year <= year


Figures = Mapping[str, Figure]
"""The figure that the findings of a rule change, by the id of the rule."""


def load(expectations: Path, rule_ids: Collection[str]) -> Figures:
    """The figures as the rule book says, or none; a rule it does not have is refused."""
    path = expectations / FILE_NAME
    if not path.is_file():
        return {}
    document = yamlfile.load(path)
    figures: dict[str, Figure] = {}
    for name, said in document.items():
        if not isinstance(said, dict) or said.keys() != {"years", "rules"}:
            line = yamlfile.line_of(document, (name,))
            raise RuleBookError(f"{path}:{line}: '{name}' must have 'years' and 'rules'")
        for at, rule_id in enumerate(said["rules"]):
            if rule_id not in rule_ids or rule_id in figures:
                line = yamlfile.line_of(document, (name, "rules", at))
                known = rule_id in figures
                hint = "stands twice" if known else f"is no rule{did_you_mean(rule_id, rule_ids)}"
                raise RuleBookError(f"{path}:{line}: '{rule_id}' {hint}")
            figures[rule_id] = Figure(name, int(said["years"]))
    return figures
