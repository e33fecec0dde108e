"""What can be said of a rule in a few words: for whom, when, how grave."""

from __future__ import annotations

from nircheck.contract import Maalform
from nircheck.rulebook import CompiledRule, Rule
from nircheck.texts import texts


def facts(compiled: CompiledRule, maalform: Maalform) -> list[tuple[str, str]]:
    """Each fact with its label."""
    rule, say = compiled.rule, texts(maalform).groups["regelside"]
    shown = [
        (say["status"], texts(maalform).groups["status"][rule.status]),
        (say["tabell"], rule.table),
        (say["lov"], laws(rule, maalform)),
        (say["gyldig"], validity(rule, maalform)),
        (say["alvor"], grades(rule, maalform)),
    ]
    if compiled.parameters:
        shown.append((say["grenser"], ", ".join(compiled.parameters)))
    if rule.suppressed_by:
        shown.append((say["vises_av"], ", ".join(rule.suppressed_by)))
    return shown


def grades(rule: Rule, maalform: Maalform) -> str:
    """How grave a defect is, and when it is less so."""
    severity = texts(maalform).groups["alvor"]
    return " · ".join(
        severity[grade.severity] + (f" ({grade.when})" if grade.when else "")
        for grade in rule.severity
    )


def laws(rule: Rule, maalform: Maalform) -> str:
    """The laws that the rule is for."""
    say = texts(maalform).groups["regelside"]
    return say["alle_lover"] if rule.regimes == "ALLE" else ", ".join(rule.regimes)


def validity(rule: Rule, maalform: Maalform) -> str:
    """The dates of a row on which the rule holds."""
    if rule.valid.by is None:
        return texts(maalform).groups["regelside"]["alltid"]
    start = rule.valid.from_.isoformat() if rule.valid.from_ else ""
    end = rule.valid.to.isoformat() if rule.valid.to else ""
    return f"{rule.valid.by} {start}–{end}"
