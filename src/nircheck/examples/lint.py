"""What a rule owes its readers beyond being loadable; each complaint says how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from nircheck.examples.mutation import score_in
from nircheck.examples.text_table import ExampleError, parse
from nircheck.examples.verdicts import FAIL, OK, Judged, Verdict, under_each_law, verdicts_in
from nircheck.examples.world import Defaults
from nircheck.rulebook.load import RuleBook, RuleFile

_WISHES = {" skal ", " må ", " bør "}


def lint(
    files: Iterable[RuleFile], book: RuleBook, defaults: Defaults, *, run: bool = True
) -> Iterator[str]:
    """Every complaint about these rule files, as file:line: text; `run` also runs the examples."""
    for file in files:
        yield from _text_problems(file)
        try:
            yield from _example_problems(file)
            if run:
                with under_each_law(book.by_id[file.rule.id], book, defaults) as registers:
                    yield from _verdict_problems(file, registers, book, defaults)
                    yield from _limit_problems(file, registers, book, defaults)
        except ExampleError as error:
            yield f"{file.at('examples')}: {error}"


def _text_problems(file: RuleFile) -> Iterator[str]:
    rule = file.rule
    for form in ("nb", "nn"):
        title = getattr(rule.title, form)
        if any(wish in f" {title} " for wish in _WISHES):
            yield f"{file.at('title', form)}: the title must name the fault, not the wish"
    for name in ("meaning", "not_an_error"):
        text = getattr(rule, name)
        if text.nb == text.nn:
            yield f"{file.at(name, 'nn')}: the nynorsk text is a copy of the bokmål"
    if rule.fix.nb == rule.fix.nn:
        yield f"{file.at('fix', 'nn')}: the nynorsk text is a copy of the bokmål"


def _example_problems(file: RuleFile) -> Iterator[str]:
    expected = [e.expected or "" for e in parse(file.rule) if e.table == file.rule.table]
    if OK not in expected:
        yield f"{file.at('examples')}: no row says 'ok'; add one a step away from each FAIL"
    if not any(verdict.startswith(FAIL) for verdict in expected):
        yield f"{file.at('examples')}: no row says '{FAIL}'; add the fault itself"
    elif len(file.rule.severity) > 1:
        for at, grade in enumerate(file.rule.severity):
            said = f"{FAIL} {grade.severity}"
            if said not in expected:
                where = file.at("severity", at)
                yield f"{where}: no row says '{said}'; add one, or drop the grade"


def _verdict_problems(
    file: RuleFile, registers: Mapping[str, Judged], book: RuleBook, defaults: Defaults
) -> Iterator[str]:
    """The examples under every law the rule is for: what they do not say must not matter."""
    for law, examples in registers.items():
        for verdict in verdicts_in(examples, book.by_id[file.rule.id], defaults):
            if not verdict.right:
                yield f"{file.at('examples')}: {describe(verdict, law)}"


def _limit_problems(
    file: RuleFile, registers: Mapping[str, Judged], book: RuleBook, defaults: Defaults
) -> Iterator[str]:
    """Limits that could be moved one step without any example noticing."""
    compiled = book.by_id[file.rule.id]
    scored = score_in(registers.values(), compiled, book, defaults, limits_only=True)
    for slip in scored.survivors:
        yield (
            f"{file.at('examples')}: no row stands at a limit: {slip} would not be noticed; "
            "add the row on each side of it, or name it under survivors with the reason"
        )


def describe(verdict: Verdict, regime: str) -> str:
    """An example that came out otherwise than it says."""
    example = verdict.example
    return f"{example.name}: expected {example.expected}, the rule says {verdict.said} ({regime})"
