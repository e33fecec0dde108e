"""What a rule says of its examples, by the same statements that judge a real extract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nircheck.contract import kommuner
from nircheck.examples.text_table import Example, parse
from nircheck.examples.world import DEFAULT_REGIME, Defaults, World
from nircheck.register import Register
from nircheck.rulebook import CompiledRule, RuleBook
from nircheck.sql import bind

OK = "ok"
FAIL = "FAIL"


@dataclass(frozen=True)
class Verdict:
    """An example beside what the rule said of it."""

    example: Example
    said: str

    @property
    def right(self) -> bool:
        """Whether the rule said what the example expects."""
        expected = self.example.expected
        return expected == self.said or (expected == FAIL and self.said.startswith(FAIL))


def verdicts(
    compiled: CompiledRule, book: RuleBook, defaults: Defaults, regime: str = DEFAULT_REGIME
) -> list[Verdict]:
    """The rule's verdict on each of its own rows; `regime` is the law of rows that state none."""
    examples = parse(compiled.rule)
    world = World(book.contract, defaults, regime)
    world.place(examples)
    day = compiled.rule.example_date or defaults.uttrekksdato
    with _register(world, book, day) as register:
        found = dict(
            register.connection.execute(
                f"SELECT noekkel, severity FROM ({bind(compiled.findings, day)}) AS funn"
            ).fetchall()
        )
    judged = [example for example in examples if example.table == compiled.rule.table]
    return [Verdict(e, _said(found.get(world.keys[(e.table, e.number)]))) for e in judged]


def _said(severity: str | None) -> str:
    return f"{FAIL} {severity}" if severity else OK


def _register(world: World, book: RuleBook, day: date) -> Register:
    numbers = kommuner.load(book.folder, day)
    register = Register.open(book.contract, book.views, numbers, day, threads=1)
    for name, table in book.contract.tables.items():
        rows = list(world.tables.get(name, {}).values())
        register.stage_rows(name, [column.name for column in table.columns], rows)
    register.build()
    return register
