"""What was read, as one document that other programs can read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nircheck.replies.model import Answer, Replies, Verdict
from nircheck.replies.precision import Precision


def document(replies: Replies, rules: Iterable[Precision]) -> dict[str, Any]:
    """Files, answers, what was not accepted, conflicts, and how the rules fared."""
    counts = replies.counts
    return {
        "dato": replies.dato.isoformat(),
        "filer": [
            {
                "fil": file.fil,
                "kommunenummer": file.kommunenummer or None,
                "run_id": file.run_id or None,
                "rader": file.rows,
                "besvart": file.answered,
                "godtatt": file.accepted,
                "grunn": file.why,
            }
            for file in replies.files
        ],
        "svar": {verdict.value: counts[verdict.value] for verdict in Verdict},
        "ikke_godtatt": [
            {
                "fil": row.place.fil,
                "ark": row.place.ark or None,
                "rad": row.place.rad or None,
                "rader": row.rows,
                "finding_id": row.finding_id or None,
                "grunn": row.why,
                "tekst": row.text or None,
            }
            for row in replies.refused
        ],
        "motstrid": [
            {
                "finding_id": conflict.finding_id,
                "kommunenummer": conflict.known.kommunenummer,
                "rule_id": conflict.known.rule_id,
                "svar": [_said(answer) for answer in conflict.answers],
            }
            for conflict in replies.conflicts
        ],
        "regler": [
            {
                "rule_id": rule.rule_id,
                "besvart": rule.answered,
                "ikke_feil": rule.not_an_error,
                "prosent": round(rule.percent, 1),
                "kommuner": rule.kommuner,
                "foreslaas_nedgradert": rule.demote,
            }
            for rule in rules
        ],
    }


def _said(answer: Answer) -> dict[str, Any]:
    place = answer.place
    return {"svar": answer.svar.value, "fil": place.fil, "ark": place.ark, "rad": place.rad}
