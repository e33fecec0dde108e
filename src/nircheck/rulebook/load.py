"""The catalogue: every rule file, checked and compiled, all complaints at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from nircheck import yamlfile
from nircheck.contract import MAALFORMER, Contract
from nircheck.contract import load as load_contract
from nircheck.errors import RuleBookError
from nircheck.rulebook import chapters, contract_rules, grammar, messages
from nircheck.rulebook import policy as policies
from nircheck.rulebook.chapters import Chapter
from nircheck.rulebook.compile import CompiledRule, compile_rule
from nircheck.rulebook.model import KEYS, Rule
from nircheck.rulebook.plants import compile_plant
from nircheck.rulebook.policy import Policy
from nircheck.sql import Views, load_views
from nircheck.suggest import did_you_mean


@dataclass(frozen=True)
class RuleFile:
    """A rule and the file it stands in."""

    rule: Rule
    path: Path
    document: Any

    def at(self, *keys: str | int) -> str:
        """Where in the file a complaint belongs."""
        return f"{self.path}:{yamlfile.line_of(self.document, keys)}"


@dataclass(frozen=True)
class RuleBook:
    """Contract, views and rules that belong together, and their common hash."""

    folder: Path
    contract: Contract
    views: Views
    chapters: tuple[Chapter, ...]
    files: tuple[RuleFile, ...]
    rules: tuple[CompiledRule, ...]
    policy: Policy
    sha256: str

    @cached_property
    def by_id(self) -> dict[str, CompiledRule]:
        """The rules by their id."""
        return {compiled.rule.id: compiled for compiled in self.rules}

    def without_planter(self) -> tuple[str, ...]:
        """Active rules whose defect cannot be planted, and no reason is given for it."""
        return tuple(
            c.rule.id
            for file in self.files
            if (c := self.by_id[file.rule.id]).rule.status == "active"
            and c.plant is None
            and not (c.rule.plant and c.rule.plant.cannot)
        )

    def running(self) -> tuple[CompiledRule, ...]:
        """The rules that take part in a run: everything but the retired."""
        return tuple(c for c in self.rules if c.rule.status != "retired")


def load(expectations: Path, own_policy: Path | None = None) -> RuleBook:
    """The whole rule book, or one error that holds every complaint."""
    policy = policies.load(expectations, own_policy)
    contract = load_contract(expectations)
    views = load_views(expectations, contract)
    known_chapters = chapters.load(expectations)
    problems: list[str] = []
    files: list[RuleFile] = []
    compiled: list[CompiledRule] = []
    for path in sorted(expectations.glob("[!_]*/*.yaml")):
        try:
            file = _read(path)
            files.append(file)
            found = list(_problems(file, views, contract, policy))
            if found:
                problems += found
                continue
            assert file.rule.number is not None
            chapter = chapters.chapter_of(file.rule.number, known_chapters, file.at("id"))
            compiled.append(compile_rule(file.rule, chapter, views, contract, policy))
        except RuleBookError as error:
            problems += [str(problem) for problem in error.problems]
    problems += _repeated(files)
    problems += _in_circles(files)
    if problems:
        raise RuleBookError(*problems)
    if not compiled:
        raise RuleBookError(f"{expectations}: no rule files; an empty rule book finds nothing")
    rules = (*contract_rules.load(expectations, contract), *compiled)
    return RuleBook(
        folder=expectations,
        contract=contract,
        views=views,
        chapters=known_chapters,
        files=tuple(files),
        rules=tuple(sorted(rules, key=lambda c: c.rule.id)),
        policy=policy,
        sha256=content_hash(expectations, own_policy),
    )


def _read(path: Path) -> RuleFile:
    document = yamlfile.load(path)
    if not isinstance(document, dict):
        raise RuleBookError(f"{path}:1: a rule file is a map of keys")
    try:
        rule = Rule.model_validate(document)
    except ValidationError as error:
        raise RuleBookError(*(_said(path, document, e) for e in error.errors())) from None
    return RuleFile(rule, path, document)


def _said(path: Path, document: Any, error: Any) -> str:
    unknown = error["type"] == "extra_forbidden"
    keys = tuple(key for key in error["loc"] if unknown or isinstance(key, int) or key in KEYS)
    where = f"{path}:{yamlfile.line_of(document, keys)}"
    name = ".".join(str(key) for key in keys)
    if error["type"] == "missing":
        return f"{where}: '{name}' is missing"
    if unknown:
        return f"{where}: unknown key '{name}'{did_you_mean(str(keys[-1]), KEYS)}"
    return f"{where}: '{name}': {error['msg']}{_about_quotes(error)}"


def _about_quotes(error: Any) -> str:
    """What makes YAML read `0301` as a number, or a date as a text."""
    if error["type"] == "string_type" and isinstance(error["input"], int | float | date):
        return "; put it in quotes"
    if error["type"] == "date_type" and isinstance(error["input"], str):
        return "; write it as 2024-01-31, without quotes"
    return ""


def _problems(file: RuleFile, views: Views, contract: Contract, policy: Policy) -> Iterator[str]:
    rule = file.rule
    if not file.path.name.startswith(f"{rule.id}-") or not file.path.name.isascii():
        yield f"{file.at('id')}: the file name must begin with '{rule.id}-' and be plain ASCII"
    if (rule.status == "retired") != (rule.retired is not None):
        yield f"{file.at('status')}: a retired rule says when: retired: {{on: 2027-01-01}}"
    if rule.table not in views.for_rules:
        hint = did_you_mean(rule.table, views.for_rules)
        yield f"{file.at('table')}: unknown table '{rule.table}'{hint}"
        return
    if file.path.parent.name != rule.table:
        yield f"{file.at('table')}: the rule belongs in the folder '{rule.table}'"
    wrong = list(_predicate_problems(file, views, policy))
    yield from wrong or _plant_problems(file, views, contract, policy)
    yield from _column_problems(file, views)
    yield from _message_problems(file, views, contract, policy)
    yield from _need_problems(file, views, contract)
    grades = rule.severity
    if grades[-1].when is not None:
        yield f"{file.at('severity')}: the last grade must hold always; drop its 'when'"
    if any(grade.when is None for grade in grades[:-1]):
        yield f"{file.at('severity')}: only the last grade may be without 'when'"


def _predicate_problems(file: RuleFile, views: Views, policy: Policy) -> Iterator[str]:
    rule = file.rule
    predicates: list[tuple[tuple[str | int, ...], str]] = [
        (("applies",), rule.applies),
        (("fails",), rule.fails),
    ]
    predicates += [
        (("severity", index, "when"), grade.when)
        for index, grade in enumerate(rule.severity)
        if grade.when
    ]
    for keys, sql in predicates:
        try:
            views.functions.expand(grammar.parse(sql, rule.table, views, policy))
        except ValueError as error:
            yield f"{file.at(*keys)}: {error}"


def _column_problems(file: RuleFile, views: Views) -> Iterator[str]:
    rule, view = file.rule, views.for_rules[file.rule.table]
    columns, by = view.columns, rule.valid.by
    for name in rule.fields:
        if name not in columns:
            hint = did_you_mean(name, columns)
            yield f"{file.at('fields')}: table '{rule.table}' has no column '{name}'{hint}"
    if by and by not in columns:
        hint = did_you_mean(by, columns)
        yield f"{file.at('valid')}: table '{rule.table}' has no column '{by}'{hint}"
    elif by and view.types[by] != "DATE":
        yield f"{file.at('valid')}: '{by}' is no date; name a date of the row itself"
    if rule.regimes != "ALLE" and "regime" not in columns:
        yield f"{file.at('regimes')}: table '{rule.table}' has no regime; write ALLE"


def _message_problems(
    file: RuleFile, views: Views, contract: Contract, policy: Policy
) -> Iterator[str]:
    rule, view = file.rule, views.for_rules[file.rule.table]
    templates: dict[str, str] = {form: getattr(rule.message, form) for form in MAALFORMER}
    used = {form: set(messages.placeholders(text)) for form, text in templates.items()}
    if used["nb"] != used["nn"]:
        yield f"{file.at('message')}: nb and nn must name the same columns"
    for form, template in templates.items():
        where = file.at("message", form)
        if not messages.balanced(template):
            yield f"{where}: a brace is not closed; write {{column}}"
        limits = {name for name in used[form] if name.startswith(policies.PLACEHOLDER)}
        for name in sorted(limits - {policies.PLACEHOLDER + known for known in policy.names}):
            hint = did_you_mean(name.removeprefix(policies.PLACEHOLDER), policy.names)
            yield f"{where}: the message names {{{name}}}, which is no parameter{hint}"
        for name in sorted(used[form] - limits):
            source = contract.column(view.shows(name) or "") if name in view.columns else None
            if name not in view.columns:
                hint = did_you_mean(name, view.columns)
                yield f"{where}: the message names {{{name}}}, which is no column{hint}"
            elif source and not source.in_letter:
                yield f"{where}: {{{name}}} may not be shown (inLetter is false)"
            elif view.types[name] == "BOOLEAN":
                yield f"{where}: {{{name}}} is only true or false; say it in words"


def _need_problems(file: RuleFile, views: Views, contract: Contract) -> Iterator[str]:
    rule = file.rule
    for name in rule.needs:
        table, _, column = name.removeprefix("forrige.").partition(".")
        if column and contract.column(f"{table}.{column}") is None:
            yield f"{file.at('needs')}: the contract has no column '{name}'"
        elif table not in views.for_rules:
            hint = did_you_mean(table, views.for_rules)
            yield f"{file.at('needs')}: unknown table '{table}'{hint}"
    if rule.table not in {name.partition(".")[0] for name in rule.needs}:
        yield f"{file.at('needs')}: must name the rule's own table '{rule.table}'"


def _plant_problems(
    file: RuleFile, views: Views, contract: Contract, policy: Policy
) -> Iterator[str]:
    try:
        compile_plant(file.rule, "TRUE", "TRUE", "FALSE", views, contract, policy)
    except ValueError as error:
        yield f"{file.at('plant')}: {error}"


def _repeated(files: list[RuleFile]) -> list[str]:
    first: dict[str, RuleFile] = {}
    problems = []
    for file in files:
        if file.rule.id in first:
            other = first[file.rule.id].path.name
            problems.append(f"{file.at('id')}: {file.rule.id} is taken by {other}")
        first.setdefault(file.rule.id, file)
    return problems


def _in_circles(files: list[RuleFile]) -> Iterator[str]:
    """Rules that would each leave the row to the other, so that none shows it."""
    shown_by = {file.rule.id: file.rule.suppressed_by for file in files}
    for file in files:
        reached, ahead = set[str](), list(file.rule.suppressed_by)
        while ahead:
            other = ahead.pop()
            if other not in reached:
                reached.add(other)
                ahead += shown_by.get(other, [])
        if file.rule.id in reached:
            yield f"{file.at('suppressed_by')}: {file.rule.id} is suppressed by itself in the end"


def content_hash(expectations: Path, own_policy: Path | None) -> str:
    """The common hash of all that a rule book is written in, whatever ends its lines."""
    digest = hashlib.sha256()
    for path in sorted(expectations.rglob("*")):
        if path.is_file() and path.suffix in {".yaml", ".sql", ".csv"}:
            digest.update(path.relative_to(expectations).as_posix().encode())
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    if own_policy:
        digest.update(own_policy.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()
