"""Text tables: `|` between cells, `#` before a remark, an empty cell is an empty value."""

from __future__ import annotations

from dataclasses import dataclass

from nircheck.rulebook import Rule
from nircheck.rulebook.model import SEVERITIES

_EXPECTED = "?"


class ExampleError(ValueError):
    """What is wrong with a text table, in one sentence."""


@dataclass(frozen=True)
class Example:
    """One row: its cells, and for rows of the rule's own table what the rule should say."""

    table: str
    number: int
    cells: dict[str, str | None]
    expected: str | None
    remark: str

    @property
    def name(self) -> str:
        """How a test calls it."""
        return f"{self.table} {self.number}" + (f": {self.remark}" if self.remark else "")


def parse(rule: Rule) -> list[Example]:
    """Every example row of a rule, those of its own table with a verdict."""
    return [
        example
        for table, text in rule.example_tables.items()
        for example in _rows(table, text, judged=table == rule.table)
    ]


def _rows(table: str, text: str, *, judged: bool) -> list[Example]:
    lines = [line for line in text.splitlines() if line.partition("#")[0].strip()]
    if not lines:
        raise ExampleError(f"the table '{table}' is empty")
    header = [cell.strip() for cell in lines[0].partition("#")[0].split("|")]
    for name in header:
        if header.count(name) > 1:
            raise ExampleError(f"the header of '{table}' names '{name}' twice")
    if judged and header[-1] != _EXPECTED:
        raise ExampleError(f"the last column of '{table}' must be '{_EXPECTED}'")
    examples = []
    for number, line in enumerate(lines[1:], start=1):
        content, _, remark = line.partition("#")
        cells: list[str | None] = [cell.strip() or None for cell in content.split("|")]
        if len(cells) != len(header):
            raise ExampleError(
                f"row {number} of '{table}' has {len(cells)} cells, the header {len(header)}"
            )
        row = dict(zip(header, cells, strict=True))
        expected = row.pop(_EXPECTED, None)
        if judged:
            _check_expected(table, number, expected)
        examples.append(Example(table, number, row, expected, remark.strip()))
    return examples


def _check_expected(table: str, number: int, expected: str | None) -> None:
    allowed = ["ok", "FAIL", *(f"FAIL {severity}" for severity in SEVERITIES)]
    if expected not in allowed:
        raise ExampleError(f"row {number} of '{table}' must say one of: {', '.join(allowed)}")
