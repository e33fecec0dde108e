"""Whether every planted defect is found where it was planted, and nothing else: no near miss."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from nircheck.engine import judge
from nircheck.examples import NearMisses, near_misses
from nircheck.register import Register
from nircheck.rulebook import RuleBook
from nircheck.rulebook.compile import finding_id
from nircheck.sample.built import built
from nircheck.sample.clean import Order, clean
from nircheck.sample.planting import Planting, plant_all


@dataclass(frozen=True)
class Score:
    """What became of one rule."""

    rule_id: str
    planted: int
    found: int
    reported: int
    expected: int
    elsewhere: tuple[str, ...] = ()
    never_also: tuple[str, ...] = ()
    near_misses: int = 0

    @property
    def recall(self) -> float:
        """The share of the planted defects that were found."""
        return self.found / self.planted if self.planted else 0.0

    @property
    def precision(self) -> float:
        """The share of the rule's findings that were meant."""
        return self.expected / self.reported if self.reported else 1.0

    @property
    def told(self) -> tuple[str, ...]:
        """What is wrong, a line each."""
        never = (f"{rule_id}, named in `also`, is never found" for rule_id in self.never_also)
        return (*self.elsewhere, *never)

    @property
    def right(self) -> bool:
        """Whether there is nothing to mend."""
        whole = self.planted > 0 and self.found == self.planted and self.expected == self.reported
        return whole and not self.elsewhere and not self.never_also


def truth(
    book: RuleBook, order: Order, per_rule: int, rule_ids: Iterable[str] | None = None
) -> list[Score]:
    """Plant so many of each, judge once, and compare; then judge each rule's near misses."""
    asked = set(rule_ids or ())
    wanted = plantable(book, per_rule, asked)
    with spoilt(book, order, wanted) as (register, planting):
        judgement = judge(register, book.running())
    planted, whole = planting.truth, planting.whole
    found = judgement.findings.to_pylist()
    behind = set(judgement.linked.column("finding_id").to_pylist())
    drafts = {c.rule.id for c in book.rules if c.rule.status != "active"} - asked
    found = [finding for finding in found if finding["rule_id"] not in drafts]
    scores = _scores(wanted, planted, found, behind, whole)
    with near_misses(book, wanted) as nearby:
        return [_among(nearby.get(score.rule_id), score) for score in scores]


def plantable(book: RuleBook, per_rule: int, asked: set[str]) -> dict[str, float]:
    """So many defects of each rule asked for, or of all that are active."""
    return {
        compiled.rule.id: float(per_rule)
        for compiled in book.running()
        if compiled.plant
        and (compiled.rule.id in asked if asked else compiled.rule.status == "active")
    }


@contextmanager
def spoilt(
    book: RuleBook, order: Order, wanted: Mapping[str, float]
) -> Iterator[tuple[Register, Planting]]:
    """A register with these defects as an audit would have it, and what was planted."""
    with built(clean(order, book.contract, book.folder), book, order.day) as register:
        planting = plant_all(register, book, wanted, order.seed)
        tables = dict(planting.tables())
        before = dict(planting.tables(before=True)) if planting.restored else None
    with ExitStack() as stack:
        now = stack.enter_context(built(tables.items(), book, order.day))
        if before is not None:
            now.attach_previous(stack.enter_context(built(before.items(), book, order.day)))
        yield now, planting


def _scores(
    wanted: Mapping[str, float],
    planted: list[dict[str, Any]],
    found: list[dict[str, Any]],
    behind: set[str],
    whole: Mapping[str, str],
) -> Iterator[Score]:
    whose = _Whose(planted, whole)
    reported = Counter(finding["rule_id"] for finding in found)
    expected: Counter[str] = Counter()
    hits: dict[str, set[str]] = defaultdict(set)
    elsewhere: dict[str, Counter[str]] = defaultdict(Counter)
    seen_also: dict[str, set[str]] = defaultdict(set)
    for finding in found:
        plant = whose.of(finding)
        rule_id = finding["rule_id"]
        if plant is None:
            elsewhere[rule_id][f"{rule_id} where nothing was planted ({finding['noekkel']})"] += 1
        elif rule_id == plant["rule_id"]:
            expected[rule_id] += 1
            if finding["noekkel"] in (plant["noekkel"], plant["ny_noekkel"]):
                hits[rule_id].add(plant["noekkel"])
        elif rule_id in plant["ogsaa"]:
            expected[rule_id] += 1
            seen_also[plant["rule_id"]].add(rule_id)
        else:
            elsewhere[plant["rule_id"]][f"{rule_id} as well ({finding['noekkel']})"] += 1
    for plant in planted:
        if plant["ogsaa"] and _finding_id(plant) in behind:
            hits[plant["rule_id"]].add(plant["noekkel"])
    many = Counter(plant["rule_id"] for plant in planted)
    also = {plant["rule_id"]: set(plant["ogsaa"]) for plant in planted}
    for rule_id in sorted({*wanted, *elsewhere}):
        yield Score(
            rule_id, many[rule_id], len(hits[rule_id]), reported[rule_id], expected[rule_id],
            tuple(f"{what} × {times}" for what, times in _summed(elsewhere[rule_id]).items()),
            tuple(sorted(also.get(rule_id, set()) - seen_also[rule_id])),
        )  # fmt: skip


def _among(nearby: NearMisses | None, score: Score) -> Score:
    """The score when the rule's near misses are in the register too."""
    if nearby is None:
        return score
    mistaken = sorted(nearby.mistaken)
    return replace(
        score,
        near_misses=len(nearby.keys),
        reported=score.reported + len(mistaken),
        elsewhere=(
            *score.elsewhere,
            *(f"{score.rule_id} on a near miss ({key})" for key in mistaken),
        ),
    )


def _finding_id(plant: dict[str, Any]) -> str:
    """What the finding is called; for a rule that another always shows in place of."""
    name = f"{plant['rule_id']}|{plant['tabell']}|{plant['noekkel']}"
    return finding_id(name)


def _summed(told: Counter[str]) -> Counter[str]:
    """One of each kind with how many there were."""
    example: dict[str, str] = {}
    many: Counter[str] = Counter()
    for what, times in told.items():
        kind = what.partition("(")[0]
        example.setdefault(kind, what)
        many[kind] += times
    return Counter({example[kind]: times for kind, times in many.items()})


class _Whose:
    """Which planted defect a finding is of."""

    def __init__(self, planted: list[dict[str, Any]], whole: Mapping[str, str]) -> None:
        self._by_row: dict[tuple[str, str], dict[str, Any]] = {}
        self._by_person: dict[str, dict[str, Any]] = {}
        self._by_kommune: dict[str, dict[str, Any]] = {}
        for plant in planted:
            for key in (plant["noekkel"], plant["ny_noekkel"]):
                if key:
                    self._by_row[plant["tabell"], key] = plant
            if plant["person_id"]:
                self._by_person[plant["person_id"]] = plant
            else:
                self._by_kommune[plant["noekkel"]] = plant
            if plant["tabell"] == "person" and plant["ny_noekkel"]:
                self._by_person[plant["ny_noekkel"]] = plant

        for person, kommune in whole.items():
            self._by_person[person] = self._by_kommune[kommune]

    def of(self, finding: dict[str, Any]) -> dict[str, Any] | None:
        """By its row, its person, or its kommune."""
        return (
            self._by_row.get((finding["tabell"], finding["noekkel"]))
            or self._by_person.get(finding["person_id"])
            or self._by_kommune.get(finding["kommunenummer"])
        )
