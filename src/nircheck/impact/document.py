"""An impact as Markdown to paste in a pull request, and as JSON."""

from __future__ import annotations

import json
from typing import Any

from nircheck import templates
from nircheck.contract import Maalform
from nircheck.impact.compare import Impact, Side
from nircheck.impact.numbers import Shown
from nircheck.texts import texts


def as_markdown(impact: Impact, numbers: Shown, limit: float, maalform: Maalform) -> str:
    """The report as people read it."""
    catalogue = texts(maalform, "impact")

    def told(number: int | None) -> str:
        return f"1–{numbers.threshold - 1}" if number is None else str(number)

    def status(before: Side, after: Side) -> str:
        words = [catalogue.groups["status"][_status(side)] for side in (before, after)]
        return words[0] if words[0] == words[1] else " → ".join(words)

    return templates.plain("impact.md.j2").render(
        impact=impact,
        numbers=numbers,
        limit=limit,
        form=maalform,
        t=catalogue.groups,
        say=catalogue.say,
        told=told,
        status=status,
        moves=sorted(impact.moves.items()),
    )


def as_json(impact: Impact, numbers: Shown, limit: float) -> str:
    """The same for other programs; a hidden number is null."""
    return json.dumps(_document(impact, numbers, limit), ensure_ascii=False, indent=1)


def _document(impact: Impact, numbers: Shown, limit: float) -> dict[str, Any]:
    return {
        "uttrekksdato": impact.uttrekksdato,
        "regelbok": dict(zip(("foer", "naa"), impact.books, strict=True)),
        "kommuner": {
            "med_rader": impact.with_rows,
            "ny_status": impact.moved,
            "prosent": round(impact.percent, 1),
            "grense": limit,
            "overganger": [
                {"fra": before, "til": after, "kommuner": number}
                for (before, after), number in sorted(impact.moves.items())
            ],
        },
        "skjerm_under": numbers.threshold,
        "funn": numbers.total,
        "regler": [
            {
                "rule_id": rule.rule_id,
                "status": {"foer": _status(rule.before), "naa": _status(rule.after)},
                "funn": numbers.rules[rule.rule_id],
                "kommuner": {
                    "foer": len(rule.before.kommuner),
                    "naa": len(rule.after.kommuner),
                    "beroert": rule.touched,
                },
                "andre_rader": rule.rejudged,
            }
            for rule in impact.rules
        ],
        "teknisk_feil": list(impact.failed),
    }


def _status(side: Side) -> str:
    """Whether a rule is in use; that it could not be judged goes before."""
    return side.status if side.judged else side.outcome
