"""What a national report is made from: the facts of a run and counts of its rows, no person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from nircheck.contract import Maalform
from nircheck.errors import UsageError
from nircheck.figures import Range, read_ranges
from nircheck.run import active_rules, read_facts, read_table, table_in_parts

OSLO = "0301"
FINDING_COLUMNS = (
    "kommunenummer", "bydel", "rule_id", "severity", "tabell", "noekkel", "person_id", "felt",
    "verdi", "melding", "finding_id",
)  # fmt: skip
"""What a list of findings shows; `melding` is in the written standard of the report."""

_AT_A_TIME = 5000


@dataclass(frozen=True)
class Source:
    """A run of the whole country; drafts are left out."""

    folder: Path
    facts: dict[str, Any]
    accounting: pd.DataFrame
    programmes: pd.DataFrame
    ranges: dict[str, dict[str, Range]]
    bydel_findings: Counter[tuple[str, str]]
    """Findings in Oslo by severity and bydel; an empty text where none is known."""

    @property
    def day(self) -> date:
        """The day the extract was taken."""
        return date.fromisoformat(self.facts["uttrekksdato"])

    @cached_property
    def rules(self) -> dict[str, Any]:
        """The active rules."""
        return active_rules(self.facts)

    def findings(self, maalform: Maalform) -> Iterator[tuple[Any, ...]]:
        """The findings of active rules, a few thousand in memory at a time."""
        columns = [f"melding_{maalform}" if c == "melding" else c for c in FINDING_COLUMNS]
        at = columns.index("rule_id")
        for batch in table_in_parts(self.folder, "findings", columns, _AT_A_TIME):
            rows = zip(*(batch.column(name).to_pylist() for name in columns), strict=True)
            yield from (row for row in rows if row[at] in self.rules)


def read(folder: Path) -> Source:
    """The run in the folder, when it is of the whole country."""
    facts = read_facts(folder)
    if facts["populasjon"] != "nasjonal" or facts["asked"]:
        raise UsageError(f"{folder}: a run of some kommuner, not of the whole country")
    active = active_rules(facts)
    accounting = read_table(folder, "accounting", None).to_pandas()
    findings = read_table(folder, "findings", ["rule_id", "severity", "kommunenummer", "bydel"])
    columns = (findings.column(name).to_pylist() for name in findings.column_names)
    oslo = Counter(
        (severity, bydel or "")
        for rule_id, severity, kommune, bydel in zip(*columns, strict=True)
        if kommune == OSLO and rule_id in active
    )
    return Source(
        folder=folder,
        facts=facts,
        accounting=accounting[accounting["rule_id"].isin(list(active))],
        programmes=read_table(folder, "programmes", None).to_pandas(),
        ranges=read_ranges(read_table(folder, "figures", None)),
        bydel_findings=oslo,
    )
