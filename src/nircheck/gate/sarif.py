"""What the gate found as SARIF 2.1.0, for code scanning: one result per check and table."""

from __future__ import annotations

from typing import Any

from nircheck.contract import MAALFORMER, Maalform
from nircheck.gate.check import Result
from nircheck.gate.deviation import Deviation
from nircheck.gate.document import written
from nircheck.gate.fingerprint import VERSION, fingerprint
from nircheck.gate.wording import Wording

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
_LEVELS = {"feil": "error", "advarsel": "warning", "info": "note"}


def as_sarif(result: Result, maalform: Maalform, base: str = "") -> str:
    """The log; paths of files are put after `base`."""
    wording = Wording(maalform)
    ids = sorted({d.rule_id for d in result.deviations})
    kinds = {d.rule_id: d.kind for d in result.deviations}
    run = {
        "tool": {
            "driver": {
                "name": "nircheck",
                "version": result.facts["nircheck"],
                "semanticVersion": result.facts["nircheck"],
                "rules": [_rule(rule_id, kinds[rule_id]) for rule_id in ids],
            }
        },
        "columnKind": "unicodeCodePoints",
        "properties": {
            "contract": result.facts["contract"],
            "rulebook": result.facts["rulebook"],
            "rulesNotRun": list(result.not_run),
        },
        "results": [_result(d, ids.index(d.rule_id), wording, base) for d in result.deviations],
    }
    return written({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule_id: str, kind: str) -> dict[str, Any]:
    titles = {form: Wording(form).title(kind) for form in MAALFORMER}
    return {
        "id": rule_id,
        "name": kind,
        "shortDescription": {"text": titles["nb"]},
        "properties": {"titleNn": titles["nn"]},
    }


def _result(d: Deviation, index: int, wording: Wording, base: str) -> dict[str, Any]:
    said = " ".join(filter(None, (wording.sentence(d), wording.advice(d), wording.rules(d, 12))))
    physical = {
        "artifactLocation": {"uri": address(d.file or "uttrekk.toml", base)},
        "region": {"startLine": 1},
    }
    return {
        "ruleId": d.rule_id,
        "ruleIndex": index,
        "level": _LEVELS[d.severity],
        "message": {"text": said},
        "locations": [
            {
                "physicalLocation": physical,
                "logicalLocations": [
                    {
                        "fullyQualifiedName": d.place,
                        "kind": "member" if d.column else "type",
                    }
                ],
            }
        ],
        "partialFingerprints": {VERSION: fingerprint(d)},
        "occurrenceCount": max(1, d.rows),
        "properties": {
            "effect": d.effect,
            "rows": d.rows,
            "of": d.of,
            "codes": d.named_codes,
            "rulesNotRun": list(d.not_run),
            "rulesNotRunForTheseRows": list(d.partly),
        },
    }


def address(shown: str, base: str) -> str:
    """A file as a relative address; of a workbook without the sheet."""
    file = shown.split(" [")[0]
    path = f"{base.rstrip('/')}/{file}" if base.strip("/.") else file
    return "".join(chr(b) if b in _UNRESERVED else f"%{b:02X}" for b in path.encode())
