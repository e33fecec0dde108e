"""What differs between two rule books, told as a kommune would notice it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nircheck.rulebook import Rule, RuleBook

NOTICED = (
    "status", "table", "regimes", "valid", "applies", "fails", "severity", "suppressed_by",
    "title", "message", "meaning", "fix", "not_an_error", "evidence",
)  # fmt: skip
"""The keys whose change is told of; `why` and `examples` are for those who build."""

JUDGING = ("status", "table", "regimes", "valid", "applies", "fails", "severity", "suppressed_by")
"""The keys that decide what is found and how grave it is."""


@dataclass(frozen=True)
class Changed:
    """A rule that both books have, and what is not the same in them."""

    before: Rule
    after: Rule
    keys: tuple[str, ...]

    @property
    def judges_otherwise(self) -> bool:
        """Whether other rows may be found, or with another severity."""
        return any(key in JUDGING for key in self.keys)

    def values(self, key: str) -> tuple[str, str]:
        """The value of a key in each book, in short."""
        return _short(getattr(self.before, key)), _short(getattr(self.after, key))


@dataclass(frozen=True)
class Limit:
    """A limit of the policy whose values are others than before."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Changes:
    """Rules that are new, gone, or changed; limits that are others."""

    new: tuple[Rule, ...]
    gone: tuple[Rule, ...]
    judged_otherwise: tuple[Changed, ...]
    reworded: tuple[Changed, ...]
    limits: tuple[Limit, ...]
    before: str
    after: str

    @property
    def none(self) -> bool:
        """Whether nothing that is told of has changed."""
        found = (self.new, self.gone, self.judged_otherwise, self.reworded, self.limits)
        return not any(found)


def compare(old: RuleBook, new: RuleBook) -> Changes:
    """The rules in files and the limits of both books, against each other."""
    before = {file.rule.id: file.rule for file in old.files if file.rule.status != "retired"}
    after = {file.rule.id: file.rule for file in new.files if file.rule.status != "retired"}
    both = [
        Changed(before[rule_id], after[rule_id], keys)
        for rule_id in sorted(before.keys() & after.keys())
        if (keys := _differing(before[rule_id], after[rule_id]))
    ]
    return Changes(
        new=tuple(after[rule_id] for rule_id in sorted(after.keys() - before.keys())),
        gone=tuple(before[rule_id] for rule_id in sorted(before.keys() - after.keys())),
        judged_otherwise=tuple(changed for changed in both if changed.judges_otherwise),
        reworded=tuple(changed for changed in both if not changed.judges_otherwise),
        limits=tuple(_limits(old, new)),
        before=old.sha256,
        after=new.sha256,
    )


def _differing(before: Rule, after: Rule) -> tuple[str, ...]:
    return tuple(key for key in NOTICED if getattr(before, key) != getattr(after, key))


def _limits(old: RuleBook, new: RuleBook) -> list[Limit]:
    before = {p.name: p for p in old.policy.parameters}
    after = {p.name: p for p in new.policy.parameters}
    return [
        Limit(name, _values(before[name]), _values(after[name]))
        for name in sorted(before.keys() & after.keys())
        if before[name].values != after[name].values
    ]


def _values(parameter: Any) -> str:
    return ", ".join(
        f"{dated.value}" + (f" ({dated.from_.isoformat()}–)" if dated.from_ else "")
        for dated in parameter.values
    )


def _short(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return " · ".join(map(_short, value)) or "–"
    if hasattr(value, "severity"):
        return f"{value.severity}" + (f" ({value.when})" if value.when else "")
    if hasattr(value, "by"):
        if value.by is None:
            return "–"
        return f"{value.by} {value.from_ or ''}–{value.to or ''}"
    return str(value)
