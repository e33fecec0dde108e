"""A rule as a page of plain text."""

from __future__ import annotations

from nircheck.book.facts import facts
from nircheck.contract import Maalform
from nircheck.rulebook import CompiledRule
from nircheck.templates import plain
from nircheck.texts import texts


def page(compiled: CompiledRule, maalform: Maalform) -> str:
    """The rule in one written standard, as the rule book has it."""
    rule = compiled.rule
    return plain("rule.txt.j2").render(
        rule=rule.model_dump(),
        form=maalform,
        say=texts(maalform).groups["regelside"],
        facts=facts(compiled, maalform),
        examples=rule.example_tables.items(),
    )
