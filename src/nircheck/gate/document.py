"""What the gate found as one JSON document."""

from __future__ import annotations

import json
from typing import Any

from nircheck.contract import MAALFORMER
from nircheck.gate.check import Result
from nircheck.gate.deviation import Deviation
from nircheck.gate.fingerprint import fingerprint
from nircheck.gate.wording import Wording
from nircheck.rulebook.model import SEVERITIES


def as_json(result: Result, fail_on: str) -> str:
    """The document, ready to be written."""
    return written(document(result, fail_on))


def document(result: Result, fail_on: str) -> dict[str, Any]:
    """The facts, the sums, and every deviation with the rules it stops."""
    wordings = [Wording(form) for form in MAALFORMER]
    return dict(result.facts) | {
        "fail_on": fail_on,
        "passed": not result.at_least(fail_on),
        "totals": totals(result.deviations),
        "checks": len(result.checked),
        "not_run": list(result.not_run),
        "deviations": [entry(d, wordings) for d in result.deviations],
    }


def entry(deviation: Deviation, wordings: list[Wording]) -> dict[str, Any]:
    """One deviation, its sentences in both written standards."""
    return {
        "rule_id": deviation.rule_id,
        "fingerprint": fingerprint(deviation),
        "kind": deviation.kind,
        "severity": deviation.severity,
        "effect": deviation.effect,
        "table": deviation.table or None,
        "column": deviation.column,
        "file": deviation.file or None,
        "rows": deviation.rows,
        "of": deviation.of,
        "values": deviation.values,
        "codes": deviation.named_codes,
        "not_run": list(deviation.not_run),
        "not_run_for_these_rows": list(deviation.partly),
        "message": {w.maalform: w.sentence(deviation) for w in wordings},
        "advice": {w.maalform: w.advice(deviation) for w in wordings},
    }


def totals(deviations: tuple[Deviation, ...]) -> dict[str, int]:
    """How many there are of each severity."""
    return {s: sum(d.severity == s for d in deviations) for s in SEVERITIES}


def written(content: Any) -> str:
    """JSON in one form, always."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
