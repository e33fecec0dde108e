"""Two runs of one extract by two rule books, rule by rule and kommune by kommune."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nircheck.national.standing import Standing, standing
from nircheck.run import Outcome, Run, active_rules

Found = Mapping[str, Mapping[str, str]]
"""The findings of each rule: their severity by finding_id."""

ABSENT = "finnes_ikke"


@dataclass(frozen=True)
class Side:
    """What one rule book makes of a rule."""

    status: str
    outcome: str
    applies: int
    kommuner: frozenset[str]

    @property
    def judged(self) -> bool:
        """Whether the rule could be judged at all."""
        return self.outcome not in (Outcome.IKKE_KJOERT, Outcome.TEKNISK_FEIL, ABSENT)


@dataclass(frozen=True)
class RuleImpact:
    """One rule before and after."""

    rule_id: str
    title: Mapping[str, str]
    before: Side
    after: Side
    kept: int
    other_grade: int
    added: int
    gone: int
    touched: int
    """Kommuner where a finding came, went, or got another severity."""

    @property
    def changed(self) -> bool:
        """Whether anybody would notice."""
        sides = (self.before, self.after)
        judged = {(side.status, side.judged) for side in sides}
        return bool(self.added or self.gone or self.other_grade) or len(judged) > 1 or self.rejudged

    @property
    def rejudged(self) -> bool:
        """Whether it is about other rows than before, or more or fewer of them."""
        return self.before.applies != self.after.applies


@dataclass(frozen=True)
class Impact:
    """What the change does."""

    uttrekksdato: str
    books: tuple[str, str]
    rules: tuple[RuleImpact, ...]
    moves: Counter[tuple[Standing, Standing]]
    """How many kommuner went from one standing to another; those that stayed are not here."""
    with_rows: int
    failed: tuple[str, ...]

    @property
    def moved(self) -> int:
        """How many kommuner stand otherwise than before."""
        return self.moves.total()

    @property
    def percent(self) -> float:
        """How many in a hundred of the kommuner with rows stand otherwise."""
        return 100 * self.moved / self.with_rows if self.with_rows else 0.0


def compare(before: Run, after: Run) -> Impact:
    """What differs between two runs of the same extract."""
    found = _found(before), _found(after)
    places = _places(before), _places(after)
    ids = sorted(before.facts["rules"].keys() | after.facts["rules"].keys())
    rules = (_rule(rule_id, (before, after), found, places) for rule_id in ids)
    standings = _standings(before), _standings(after)
    stood = {k: (standings[0].get(k, "ingenting"), standings[1].get(k, "ingenting"))
             for k in standings[0].keys() | standings[1].keys()}  # fmt: skip
    return Impact(
        uttrekksdato=str(after.facts["uttrekksdato"]),
        books=(before.facts["rulebook"]["sha256"], after.facts["rulebook"]["sha256"]),
        rules=tuple(rule for rule in rules if rule.changed),
        moves=Counter(pair for pair in stood.values() if pair[0] != pair[1]),
        with_rows=sum(pair != ("ingenting", "ingenting") for pair in stood.values()),
        failed=tuple(after.failed_rules),
    )


def _rule(
    rule_id: str,
    runs: tuple[Run, Run],
    found: tuple[Found, Found],
    places: tuple[Mapping[str, str], Mapping[str, str]],
) -> RuleImpact:
    facts = [run.facts["rules"].get(rule_id) for run in runs]
    counts = _counting(facts)
    old, new = (f.get(rule_id, {}) if count else {} for f, count in zip(found, counts, strict=True))
    both = old.keys() & new.keys()
    other_grade = {finding for finding in both if old[finding] != new[finding]}
    added, gone = new.keys() - both, old.keys() - both
    moved = {places[1][f] for f in added | other_grade} | {places[0][f] for f in gone}
    sides = [
        _side(fact, frozenset(place[f] for f in listed))
        for fact, listed, place in zip(facts, (old, new), places, strict=True)
    ]
    return RuleImpact(
        rule_id=rule_id,
        title=next(fact["title"] for fact in reversed(facts) if fact),
        before=sides[0],
        after=sides[1],
        kept=len(both) - len(other_grade),
        other_grade=len(other_grade),
        added=len(added),
        gone=len(gone),
        touched=len(moved),
    )


def _counting(facts: Iterable[dict[str, Any] | None]) -> list[bool]:
    """On which sides findings count: a draft is compared with drafts only."""
    statuses = [fact["status"] if fact else None for fact in facts]
    if "active" not in statuses:
        return [status is not None for status in statuses]
    return [status == "active" for status in statuses]


def _side(fact: dict[str, Any] | None, kommuner: frozenset[str]) -> Side:
    if fact is None:
        return Side(ABSENT, ABSENT, 0, frozenset())
    return Side(fact["status"], fact["outcome"], fact["applies"], kommuner)


def _found(run: Run) -> Found:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    columns = (run.findings.column(c).to_pylist() for c in ("rule_id", "finding_id", "severity"))
    for rule_id, finding, severity in zip(*columns, strict=True):
        found[rule_id][finding] = severity
    return found


def _places(run: Run) -> dict[str, str]:
    columns = (run.findings.column(name).to_pylist() for name in ("finding_id", "kommunenummer"))
    return dict(zip(*columns, strict=True))


def _standings(run: Run) -> dict[str, Standing]:
    """How each kommune stands by the rules that count."""
    active = active_rules(run.facts)
    judged: Counter[str] = Counter()
    columns = ("rule_id", "kommunenummer", "applies")
    lines = zip(*(run.accounting.column(name).to_pylist() for name in columns), strict=True)
    for rule_id, kommune, applies in lines:
        if rule_id in active:
            judged[kommune] += applies
    return {
        kommune: standing(told, judged[kommune])
        for kommune, told in run.facts["kommuner"].items()
        if told["navn"]
    }
