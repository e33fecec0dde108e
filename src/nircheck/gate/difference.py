"""The differences of two contracts, two extracts, or one of each, as a note people can be sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nircheck import templates
from nircheck.contract import MAALFORMER
from nircheck.gate import document
from nircheck.gate.check import SCHEMA_VERSION, Result
from nircheck.gate.deviation import Deviation, Effect, in_order
from nircheck.gate.wording import Wording

EFFECTS: tuple[Effect, ...] = ("brudd", "forenlig", "merknad")
_OF_NO_CHANGE = ("tabell_ikke_levert", "kolonne_ikke_levert")
_CONTRACTS = (".yaml", ".yml")


@dataclass(frozen=True)
class Side:
    """One of the two that are compared, by its kind and name."""

    kind: str
    name: str


@dataclass(frozen=True)
class Difference:
    """Both sides and every change from the first to the second."""

    before: Side
    after: Side
    changes: tuple[Deviation, ...]

    def of(self, effect: Effect) -> tuple[Deviation, ...]:
        """The changes that matter in one way."""
        return tuple(change for change in self.changes if change.effect == effect)


def is_contract(path: Path) -> bool:
    """Whether a path names a contract rather than an extract."""
    return path.suffix.lower() in _CONTRACTS


def between_extracts(before: Result, after: Result) -> tuple[Deviation, ...]:
    """What is told of the later extract and not of the earlier, and what is no longer told."""
    was, now = ({d.rule_id: d for d in result.deviations} for result in (before, after))
    new = [d for d in after.deviations if d.rule_id not in was or _is_worse(d, was[d.rule_id])]
    mended = [
        Deviation("rettet", "info", d.table, d.column, values={"hva": d.kind})
        for rule_id, d in was.items()
        if rule_id not in now and d.severity != "info" and not _replaced(d, now)
    ]
    return in_order([*(d for d in new if d.kind not in _OF_NO_CHANGE), *mended])


def _is_worse(now: Deviation, was: Deviation) -> bool:
    graver = now.severity == "feil" != was.severity
    return graver or bool(_new_codes(now) - _new_codes(was))


def _new_codes(deviation: Deviation) -> set[str]:
    return set(deviation.named_codes.get("nye", ()))


def _replaced(gone: Deviation, now: dict[str, Deviation]) -> bool:
    """Whether something else is now told of the same place."""
    return any(d.place == gone.place or d.place == gone.table for d in now.values())


def as_json(difference: Difference) -> str:
    """The changes as one JSON document, their sentences in both written standards."""
    wordings = [Wording(form) for form in MAALFORMER]
    content: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "before": {"kind": difference.before.kind, "name": difference.before.name},
        "after": {"kind": difference.after.kind, "name": difference.after.name},
        "totals": {effect: len(difference.of(effect)) for effect in EFFECTS},
        "changes": [document.entry(change, wordings) for change in difference.changes],
    }
    return document.written(content)


def as_markdown(difference: Difference, wording: Wording) -> str:
    """The changes as a note, what breaks first."""
    return templates.plain("gate_diff.md.j2").render(
        say=wording.say,
        before=_named(difference.before, wording),
        after=_named(difference.after, wording),
        counts={effect: len(difference.of(effect)) for effect in EFFECTS},
        groups=[(effect, difference.of(effect)) for effect in EFFECTS if difference.of(effect)],
        wording=wording,
    )


def _named(side: Side, wording: Wording) -> str:
    return wording.say("diff", side.kind, navn=side.name)
