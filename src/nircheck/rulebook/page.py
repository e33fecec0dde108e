"""A rule as a page of plain text."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from nircheck import resources
from nircheck.contract import Maalform
from nircheck.rulebook.compile import CompiledRule
from nircheck.texts import texts


def page(compiled: CompiledRule, maalform: Maalform) -> str:
    """The rule in one written standard, as the rule book has it."""
    rule, say = compiled.rule, texts(maalform).groups["regelside"]
    tables = rule.examples if isinstance(rule.examples, dict) else {rule.table: rule.examples}
    template = _environment().get_template("rule.txt.j2")
    return template.render(
        rule=rule.model_dump(),
        form=maalform,
        say=say,
        facts=_facts(compiled, say, maalform),
        examples=[(name, text) for name, text in tables.items() if text],
    )


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(resources.reports()),
        undefined=StrictUndefined,
        keep_trailing_newline=False,
        autoescape=False,  # plain text
    )


def _facts(
    compiled: CompiledRule, say: dict[str, str], maalform: Maalform
) -> list[tuple[str, str]]:
    rule = compiled.rule
    severity = texts(maalform).groups["alvor"]
    grades = [
        severity[grade.severity] + (f" ({grade.when})" if grade.when else "")
        for grade in rule.severity
    ]
    law = say["alle_lover"] if rule.regimes == "ALLE" else ", ".join(rule.regimes)
    facts = [
        (say["status"], rule.status),
        (say["tabell"], rule.table),
        (say["lov"], law),
        (say["gyldig"], _validity(compiled, say)),
        (say["alvor"], " · ".join(grades)),
    ]
    if compiled.parameters:
        facts.append((say["grenser"], ", ".join(compiled.parameters)))
    if rule.suppressed_by:
        facts.append((say["vises_av"], ", ".join(rule.suppressed_by)))
    return facts


def _validity(compiled: CompiledRule, say: dict[str, str]) -> str:
    valid = compiled.rule.valid
    if valid.by is None:
        return say["alltid"]
    start = valid.from_.isoformat() if valid.from_ else ""
    end = valid.to.isoformat() if valid.to else ""
    return f"{valid.by} {start}–{end}"
