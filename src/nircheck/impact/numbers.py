"""The numbers of an impact as they may be told: none that is small, or gives a small one away."""

from __future__ import annotations

from dataclasses import dataclass

from nircheck.impact.compare import Impact, RuleImpact
from nircheck.national.hiding import Cell, Sum, hidden

MEASURES = ("foer", "naa", "nye", "borte", "nytt_alvor", "som_foer")
TOTAL = ""


@dataclass(frozen=True)
class Shown:
    """Findings per rule and in all; None where a number is hidden. Kommuner are no persons."""

    rules: dict[str, dict[str, int | None]]
    total: dict[str, int | None]
    threshold: int


def shown(impact: Impact, threshold: int) -> Shown:
    """What may be told of these rules together; below 2 nothing is hidden."""
    values: dict[Cell, int] = {}
    sums: list[Sum] = []
    for rule in impact.rules:
        values |= {(m, "regel", rule.rule_id): n for m, n in _counts(rule).items()}
        sums += _bound("regel", rule.rule_id)
    for measure in MEASURES:
        parts = tuple((measure, "regel", rule.rule_id) for rule in impact.rules)
        values[(measure, "alle", TOTAL)] = sum(values[part] for part in parts)
        if parts:
            sums.append(Sum((measure, "alle", TOTAL), parts))
    sums += _bound("alle", TOTAL)
    values |= {("beholdt", split, part): n for split, part, n in _kept(values)}
    hide = hidden(values, sums, threshold) if threshold > 1 else frozenset()

    def told(split: str, part: str) -> dict[str, int | None]:
        cells = {measure: (measure, split, part) for measure in MEASURES}
        return {m: None if cell in hide else values[cell] for m, cell in cells.items()}

    rules = {rule.rule_id: told("regel", rule.rule_id) for rule in impact.rules}
    return Shown(rules, told("alle", TOTAL), threshold)


def _counts(rule: RuleImpact) -> dict[str, int]:
    both = rule.kept + rule.other_grade
    return {
        "foer": both + rule.gone,
        "naa": both + rule.added,
        "nye": rule.added,
        "borte": rule.gone,
        "nytt_alvor": rule.other_grade,
        "som_foer": rule.kept,
    }


def _bound(split: str, part: str) -> list[Sum]:
    """How the numbers of one rule hang together: what anyone can reckon."""

    def cell(measure: str) -> Cell:
        return (measure, split, part)

    return [
        Sum(cell("foer"), (cell("beholdt"), cell("borte"))),
        Sum(cell("naa"), (cell("beholdt"), cell("nye"))),
        Sum(cell("beholdt"), (cell("som_foer"), cell("nytt_alvor"))),
    ]


def _kept(values: dict[Cell, int]) -> list[tuple[str, str, int]]:
    """What stands on both sides; in no table, but anyone can subtract."""
    places = [(split, part) for measure, split, part in values if measure == "foer"]
    return [(s, p, values[("som_foer", s, p)] + values[("nytt_alvor", s, p)]) for s, p in places]
