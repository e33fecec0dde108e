"""Whether two runs of the same extract say the same, rule by rule."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from nircheck.run.model import Run

_DIGITS = 12
_OTHERS = ("programmes", "figures")


@dataclass(frozen=True)
class Said:
    """What a run says of one rule: how many findings, and a hash of every value of every row."""

    findings: int
    digest: str


@dataclass(frozen=True)
class Pair:
    """What two runs say of one rule, or of something that is no rule."""

    name: str
    first: Said
    second: Said
    is_rule: bool = True

    @property
    def same(self) -> bool:
        """Whether nothing is different, to the last character."""
        return self.first == self.second


def compared(first: Run, second: Run) -> list[Pair]:
    """Every rule of either run; then what they tell of the extract, and in all."""
    here, there = _by_rule(first), _by_rule(second)
    nothing = Said(0, _digest([]))
    pairs = [
        Pair(rule, here.get(rule, nothing), there.get(rule, nothing))
        for rule in sorted(here.keys() | there.keys())
    ]
    for name in ("run.json", *_OTHERS):
        pairs.append(Pair(name, _other(first, name), _other(second, name), is_rule=False))
    return pairs


def _by_rule(run: Run) -> dict[str, Said]:
    rows: dict[str, list[Any]] = {rule_id: [] for rule_id in run.facts["rules"]}
    for table in (run.findings, run.accounting, run.linked):
        for row in _rows(table):
            rows.setdefault(row["rule_id"], []).append(row)
    found = run.findings.column("rule_id").value_counts().to_pylist()
    many = {count["values"]: count["counts"] for count in found}
    return {rule: Said(many.get(rule, 0), _digest(listed)) for rule, listed in rows.items()}


def _other(run: Run, name: str) -> Said:
    if name == "run.json":
        return Said(0, _digest([run.facts]))
    table = getattr(run, name)
    return Said(table.num_rows, _digest(list(_rows(table))))


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in table.to_batches(max_chunksize=50_000):
        yield from batch.to_pylist()


def _digest(rows: list[Any]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, sort_keys=True, ensure_ascii=False, default=str).encode())
    return digest.hexdigest()[:_DIGITS]
