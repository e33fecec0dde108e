"""What a run holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pyarrow as pa

SCHEMA_VERSION = 3


class Outcome(StrEnum):
    """The one answer a rule gives for a kommune."""

    TEKNISK_FEIL = "teknisk_feil"
    IKKE_KJOERT = "ikke_kjoert"
    IKKE_RELEVANT = "ikke_relevant"
    AVVIK = "avvik"
    INGEN_AVVIK = "ingen_avvik"


def active_rules(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the facts of a run say of each rule that counts; drafts are left out."""
    return {k: rule for k, rule in facts["rules"].items() if rule["status"] == "active"}


@dataclass(frozen=True)
class Run:
    """Facts, findings, accounting, findings another rule shows, programmes, and key figures.

    `followed` is what has come and gone since the run before, when there is a history to tell it.
    """

    facts: dict[str, Any]
    findings: pa.Table
    accounting: pa.Table
    linked: pa.Table
    programmes: pa.Table
    figures: pa.Table
    followed: Mapping[str, pa.Table] = field(default_factory=dict)

    @property
    def run_id(self) -> str:
        """The same for the same extract, rule book, program version and choice of kommuner."""
        return str(self.facts["run_id"])

    @property
    def failed_rules(self) -> dict[str, str]:
        """The rules that raised, and the kind of error."""
        return {
            rule_id: rule["reason"]
            for rule_id, rule in self.facts["rules"].items()
            if rule["outcome"] == Outcome.TEKNISK_FEIL
        }
