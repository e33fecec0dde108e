"""Holds an extract against a contract, and against the extract before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from nircheck import __version__
from nircheck.contract import Contract
from nircheck.engine import Delivered, examine
from nircheck.gate import cells, previous, structure
from nircheck.gate.deviation import Checked, Deviation, in_order
from nircheck.gate.impact import with_rules
from nircheck.ingest import Survey
from nircheck.rulebook import RuleBook
from nircheck.rulebook.model import SEVERITIES

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Result:
    """What was found, what was looked at, and the facts of both."""

    deviations: tuple[Deviation, ...]
    checked: tuple[Checked, ...]
    facts: dict[str, Any]

    @property
    def not_run(self) -> tuple[str, ...]:
        """Every rule that some deviation stops."""
        return tuple(sorted({rule for d in self.deviations for rule in d.not_run}))

    def at_least(self, severity: str) -> tuple[Deviation, ...]:
        """The deviations that a gate which fails on this severity is closed by."""
        if severity == "aldri":
            return ()
        grave = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return tuple(d for d in self.deviations if d.severity in grave)


def check(
    survey: Survey, book: RuleBook, contract: Contract, before: Survey | None = None
) -> Result:
    """Every deviation, the gravest first; each cause is told once."""
    answers = examine(contract, _delivered(survey), previous.bounds(before, contract))
    counted = {
        table.name: cells.count(survey, table, contract)
        for table in contract.tables.values()
        if table.name in survey.shapes
    }
    found = list(structure.deviations(survey, answers, contract, book, before))
    told = {d.place for d in found if d.kind in ("tabell_tom", "radform")}
    found += cells.deviations(counted, survey, contract, published(book.contract, contract))
    if before is not None:
        outside = [name for name, answer in answers.items() if not answer.rows_within]
        found += [
            previous.rows_changed(name, survey, before) for name in outside if name not in told
        ]
        found += previous.deviations(survey, before, contract)
        found = previous.merged(found)
    return Result(
        in_order([d if d.not_run else with_rules(d, book) for d in found]),
        tuple(_checked(survey, counted)),
        facts(survey, book, contract, before),
    )


def published(*contracts: Contract) -> set[str]:
    """The codes anyone can read in a contract, and which may be named however few use them."""
    return {
        code.code
        for contract in contracts
        for codes in contract.code_lists.values()
        for code in codes.codes
    }


def _delivered(survey: Survey) -> dict[str, Delivered]:
    return {
        name: Delivered(
            (*(column for column in shape.named if column), *shape.unknown),
            survey.register.rows(name),
        )
        for name, shape in survey.shapes.items()
    }


def _checked(survey: Survey, counted: dict[str, cells.Cells]) -> Iterable[Checked]:
    for name in survey.register.contract.tables:
        yield Checked(f"KON-{name}-kolonner", name)
        if name in counted:
            yield from cells.checked(counted[name])


def facts(
    survey: Survey, book: RuleBook, contract: Contract, before: Survey | None
) -> dict[str, Any]:
    """What was held against what, with the hashes by which it can be known again."""
    day = survey.manifest.uttrekksdato
    return {
        "schema_version": SCHEMA_VERSION,
        "nircheck": __version__,
        "uttrekksdato": day.isoformat() if day else None,
        "contract": {"name": contract.name, "sha256": contract.sha256},
        "rulebook": {"sha256": book.sha256, "rules": len(book.running())},
        "inputs": _inputs(survey),
        "previous": _inputs(before) if before else None,
    }


def _inputs(survey: Survey) -> list[dict[str, Any]]:
    return sorted((asdict(file) for file in survey.register.files), key=lambda f: str(f["table"]))
