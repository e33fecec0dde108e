"""The runs that answers can be about, and what they know of the findings asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from nircheck.errors import NircheckError, UsageError
from nircheck.replies.model import Known
from nircheck.run import read_facts, read_table

_COLUMNS = ["finding_id", "kommunenummer", "rule_id", "values_hash"]


@dataclass(frozen=True)
class KnownRun:
    """A run on disk, of which only the facts have been read."""

    folder: Path
    facts: dict[str, Any]

    @property
    def run_id(self) -> str:
        """Which run it is."""
        return str(self.facts["run_id"])

    def name(self, kommunenummer: str) -> str:
        """The kommune as a sender: number and name."""
        name = self.facts["kommuner"].get(kommunenummer, {}).get("navn")
        return f"{kommunenummer} {name}" if name else kommunenummer

    def known(self, wanted: Collection[str]) -> dict[str, Known]:
        """What this run knows of these findings."""
        table = read_table(self.folder, "findings", _COLUMNS)
        asked = pa.array(sorted(wanted), pa.string())
        table = table.filter(pc.is_in(table.column("finding_id"), asked))
        return {
            row["finding_id"]: Known(
                row["kommunenummer"], row["rule_id"], row["values_hash"], self.run_id
            )
            for row in table.to_pylist()
        }


def known_runs(folders: Iterable[Path], among: Path) -> list[KnownRun]:
    """The runs in these folders, or when none is named every readable one in a folder of runs."""
    named = list(folders)
    runs = [KnownRun(folder, read_facts(folder)) for folder in named] if named else _in(among)
    if not runs:
        raise UsageError(f"{among}: no run here to match answers with; name one with --kjoering")
    return sorted(runs, key=lambda run: (str(run.facts["uttrekksdato"]), run.run_id))


def _in(among: Path) -> list[KnownRun]:
    found: dict[str, KnownRun] = {}
    for facts in sorted(among.glob("*/run.json")):
        try:
            run = KnownRun(facts.parent, read_facts(facts.parent))
        except NircheckError:
            continue
        found.setdefault(run.run_id, run)
    return list(found.values())
