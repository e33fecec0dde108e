"""What a rule says of its examples, by the same statements that judge a real extract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nircheck.contract import kommuner
from nircheck.examples.text_table import Example, parse
from nircheck.examples.world import DEFAULT_REGIME, Defaults, Rows, World
from nircheck.register import Register
from nircheck.rulebook import CompiledRule, Rule, RuleBook
from nircheck.rulebook.grammar import PREVIOUS
from nircheck.sql import bind

OK = "ok"
FAIL = "FAIL"
_A_MONTH = timedelta(days=30)

Judged = tuple[Register, list[tuple[Example, str]]]
"""A register with the examples of a rule in it, and the judged ones with their row keys."""


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


def laws(rule: Rule, defaults: Defaults) -> list[str]:
    """The laws under which a rule judges."""
    return defaults.laws if rule.regimes == "ALLE" else list(rule.regimes)


def verdicts(
    compiled: CompiledRule, book: RuleBook, defaults: Defaults, regime: str = DEFAULT_REGIME
) -> list[Verdict]:
    """The rule's verdict on each of its own rows; `regime` is the law of rows that state none.

    A rule that does not look at the law must say the same under every law it is for, so its rows
    are put under `regime` also when they state another of these.
    """
    with examples_register(compiled, book, defaults, regime) as examples:
        return verdicts_in(examples, compiled, defaults)


def verdicts_in(examples: Judged, compiled: CompiledRule, defaults: Defaults) -> list[Verdict]:
    """The rule's verdict on each of its own rows in a register that is open."""
    register, keys = examples
    day = example_day(compiled.rule, defaults)
    found = dict(
        register.connection.execute(
            f"SELECT noekkel, severity FROM ({bind(compiled.findings, day)}) AS funn"
        ).fetchall()
    )
    return [Verdict(example, _said(found.get(key))) for example, key in keys]


def example_day(rule: Rule, defaults: Defaults) -> date:
    """The extract date that the examples of a rule are judged on."""
    return rule.example_date or defaults.uttrekksdato


@contextmanager
def examples_register(
    compiled: CompiledRule, book: RuleBook, defaults: Defaults, regime: str
) -> Iterator[Judged]:
    """The examples of a rule where rows that state no law are put under `regime`."""
    swapped = () if compiled.reads_law else laws(compiled.rule, defaults)
    world, earlier = worlds(compiled.rule, book, defaults, regime, frozenset(swapped))
    day = example_day(compiled.rule, defaults)
    with opened(world.rows, earlier.rows, compiled.needs, day, book) as register:
        yield register, judged(compiled.rule, world)


@contextmanager
def under_each_law(
    compiled: CompiledRule, book: RuleBook, defaults: Defaults
) -> Iterator[dict[str, Judged]]:
    """The examples of a rule in a register of each law it is for."""
    with ExitStack() as stack:
        yield {
            law: stack.enter_context(examples_register(compiled, book, defaults, law))
            for law in laws(compiled.rule, defaults)
        }


def worlds(
    rule: Rule,
    book: RuleBook,
    defaults: Defaults,
    regime: str,
    swapped: frozenset[str] = frozenset(),
) -> tuple[World, World]:
    """The examples of a rule among clean rows, and those of the month before."""
    examples = parse(rule)
    world, earlier = (World(book.contract, defaults, regime, swapped) for _ in ("now", "before"))
    world.place([example for example in examples if not example.table.startswith(PREVIOUS)])
    earlier.place(
        [
            replace(example, table=example.table.removeprefix(PREVIOUS))
            for example in examples
            if example.table.startswith(PREVIOUS)
        ]
    )
    return world, earlier


def judged(rule: Rule, world: World) -> list[tuple[Example, str]]:
    """The examples that the rule must say something of, with their row keys."""
    own = [example for example in parse(rule) if example.table == rule.table]
    return [(example, world.keys[example.table, example.number]) for example in own]


@contextmanager
def opened(
    now: Rows, before: Rows, needs: Iterable[str], day: date, book: RuleBook
) -> Iterator[Register]:
    """A register with these rows, and with those of the month before where they are needed."""
    needs = list(needs)
    with _register(now, book, needs, day) as register:
        needed = [n.removeprefix(PREVIOUS) for n in needs if n.startswith(PREVIOUS)]
        if needed:
            with _register(before, book, needed, day - _A_MONTH) as previous:
                register.attach_previous(previous)
        yield register


def _said(severity: str | None) -> str:
    return f"{FAIL} {severity}" if severity else OK


def _register(tables: Rows, book: RuleBook, needs: Iterable[str], day: date) -> Register:
    numbers = kommuner.load(book.folder, day)
    register = Register.open(book.contract, book.views, numbers, day, threads=1)
    for name, rows in tables.items():
        stated = {column for row in rows for column in row}
        columns = [column for column in book.contract.tables[name].by_name if column in stated]
        register.stage_rows(name, columns, rows)
    register.build({needed.partition(".")[0] for needed in needs})
    return register
