"""A made-up register of a few rows, audited month by month without rules or files."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from nircheck.contract.kommuner import Kommuner
from nircheck.history import Compared, Store, keep, writing
from nircheck.history.exceptions import Unntak
from nircheck.history.model import Found, Look, Now
from nircheck.history.observe import before as read_before
from nircheck.history.schema import table
from nircheck.history.store import begin
from nircheck.history.tracks import named
from nircheck.history.update import compared
from nircheck.rulebook.compile import finding_id
from nircheck.run import Run

ACCOUNTING = pa.schema(
    [(n, pa.string()) for n in ("rule_id", "kommunenummer", "outcome", "reason")]
)
LINKED = pa.schema([("finding_id", pa.string())])
FINDINGS = pa.schema([(name, pa.string()) for name in Found._fields])
ROWS = 10
"""Rows without defects that every kommune has, so that one more or less is no failed transfer."""


@dataclass
class Person:
    """A row that may be wrong: which rules find it so, and the values they read."""

    kommune: str
    wrong: set[str] = field(default_factory=set)
    values: int = 0


@dataclass
class Register:
    """The rows, and the rules that judge them; `meaning` changes when a rule does."""

    folder: Path
    persons: dict[str, Person] = field(default_factory=dict)
    rules: dict[str, int] = field(default_factory=lambda: {"NIR-100": 1, "NIR-101": 1})
    kommuner: list[str] = field(default_factory=lambda: ["0301", "1103"])
    renamed: dict[str, str] = field(default_factory=dict)
    split: dict[str, tuple[str, ...]] = field(default_factory=dict)
    day: date = date(2026, 1, 31)
    not_judged: set[tuple[str, str]] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)
    halved: set[str] = field(default_factory=set)
    unjudged_rows: set[tuple[str, str]] = field(default_factory=set)
    shown_by_others: set[tuple[str, str]] = field(default_factory=set)

    def known(self) -> Kommuner:
        """Where every number has gone."""
        current = {number: number for number in self.kommuner} | self.renamed
        return Kommuner({n: n for n in self.kommuner}, current, self.split)

    def hidden(self, person: str) -> bool:
        """Whether the row did not come with this month's extract."""
        kommune = self.persons[person].kommune
        half = sorted(p for p, row in self.persons.items() if row.kommune == kommune)
        return kommune in self.empty or (kommune in self.halved and person in half[1:])

    def findings(self) -> list[Found]:
        """What the rules that run find, without what another rule shows."""
        return [
            Found(
                finding_id(f"{rule}|person|{name}"), f"v{row.values}", rule, "feil", row.kommune,
                None, "person", name, name,
            )
            for name, row in self.persons.items()
            for rule in sorted(row.wrong)
            if rule in self.rules and (rule, row.kommune) not in self.not_judged
            and not self.hidden(name)
            and (rule, name) not in self.unjudged_rows | self.shown_by_others
        ]  # fmt: skip

    def rows(self) -> dict[str, dict[str, int]]:
        """How many rows each kommune has."""
        counts = {}
        for number in self.kommuner:
            here = sum(row.kommune == number for row in self.persons.values())
            whole = ROWS + here
            many = 0 if number in self.empty else whole // 3 if number in self.halved else whole
            counts[number] = {"person": many} if many else {}
        return counts

    def run(self) -> Run:
        """This month's run."""
        found, rows = self.findings(), self.rows()
        accounting = [
            (rule, number, "ikke_kjoert", "tabell_mangler:fravaer")
            if (rule, number) in self.not_judged
            else (rule, number, "ingen_avvik" if rows[number] else "ikke_relevant", None)
            for rule in self.rules
            for number in self.kommuner
        ]
        sums = dict.fromkeys(("programmer", "deltakere", "med_feil", "advarsel", "info"), 0)
        facts: dict[str, Any] = {
            "uttrekksdato": self.day.isoformat(), "populasjon": "nasjonal", "kommunenummer": None,
            "asked": [], "run_id": finding_id(self.day.isoformat()), "nircheck": "0",
            "rulebook": {"sha256": "0"}, "avsender": None, "miljoe": "syntetisk",
            "rules": {rule: {"status": "active"} for rule in self.rules},
            "kommuner": {
                number: {
                    "navn": number, "rader": rows[number],
                    "feil": sum(f.kommunenummer == number for f in found), **sums,
                }
                for number in self.kommuner
            },
        }  # fmt: skip
        linked = [(finding_id(f"{rule}|person|{name}"),) for rule, name in self.shown_by_others]
        return Run(facts, table(found, FINDINGS), table(accounting, ACCOUNTING),
                   table(linked, LINKED), pa.table({}), pa.table({}))  # fmt: skip

    def audit(self, accepted: Collection[str] = ()) -> Compared:
        """Compare this month with the one before, and keep it; the months go on."""
        with writing(self.folder, begins=True) as store:
            begin(store, "syntetisk")
            outcome = self.compare(store, accepted)
            keep(store, outcome)
        self.day = _next_month(self.day)
        for once in (self.not_judged, self.empty, self.halved, self.unjudged_rows):
            once.clear()
        return outcome

    def compare(self, store: Store, accepted: Collection[str] = ()) -> Compared:
        """Compare this month with the one before."""
        run, kommuner = self.run(), self.known()
        before = read_before(store.before("nasjonal", self.day.isoformat()), kommuner)
        now = Now(
            day=self.day.isoformat(),
            found=dict(named(self.findings(), kommuner)),
            shown_by_others=frozenset(run.linked.column("finding_id").to_pylist()),
            meanings={rule: str(version) for rule, version in self.rules.items()},
            rows=self.rows(),
        )
        tracks = before.tracks.values() if before else ()
        look = Look(
            unjudged=frozenset(
                t.spor for t in tracks if (t.found.rule_id, t.found.noekkel) in self.unjudged_rows
            ),
            kommune={
                t.spor: self.persons[t.found.noekkel].kommune
                for t in tracks
                if t.found.noekkel in self.persons and not self.hidden(t.found.noekkel)
            },
        )
        return compared(store, run, "nasjonal", (before, now, look), kommuner,
                        dict.fromkeys(self.rules, frozenset({"person"})), accepted)  # fmt: skip


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 28)


def statuses(outcome: Compared) -> dict[tuple[str, str], str]:
    """What became of each finding that is listed, by rule and finding."""
    told = outcome.run.followed["status"].to_pylist()
    return {(row["rule_id"], row["finding_id"]): row["status"] for row in told}


def gone(outcome: Compared) -> dict[tuple[str, str], str]:
    """What became of each finding that was open and is not listed."""
    told = outcome.run.followed["gone"].to_pylist()
    return {(row["rule_id"], row["finding_id"]): row["status"] for row in told}


def quiet(outcome: Compared) -> set[str]:
    """The findings that an exception keeps quiet."""
    return {
        row["finding_id"] for row in outcome.run.followed["status"].to_pylist() if row["unntak_til"]
    }


def unntak(store: Store) -> set[Unntak]:
    """The exceptions in a store."""
    return {Unntak(**row) for row in store.exceptions().to_pylist()}
