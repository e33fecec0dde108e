"""Finds, before anything is rendered, what a template names that nobody will give it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from string import Formatter

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from nircheck import resources
from nircheck.contract import Maalform
from nircheck.errors import RuleBookError
from nircheck.suggest import did_you_mean
from nircheck.texts import texts


def check(
    environment: Environment,
    name: str,
    catalogue: str,
    maalform: Maalform,
    known: Mapping[str, type | None],
) -> None:
    """Refuse a template with an unknown variable, field, sentence, or value of a sentence."""
    path = resources.reports() / name
    try:
        tree = environment.parse(path.read_text(encoding="utf-8"))
    except TemplateSyntaxError as error:
        raise RuleBookError(f"{path}:{error.lineno}: {error.message}") from None
    groups = texts(maalform, catalogue).groups
    problems = [
        f"{path}: unknown variable '{variable}'{did_you_mean(variable, known)}"
        for variable in sorted(meta.find_undeclared_variables(tree) - known.keys())
    ]
    for access in tree.find_all(nodes.Getattr):
        given = _fields(access, groups, known)
        if given is not None and access.attr not in given:
            hint = did_you_mean(access.attr, given)
            problems.append(f"{path}:{access.lineno}: unknown '{access.attr}'{hint}")
    for call in tree.find_all(nodes.Call):
        problems += [f"{path}:{call.lineno}: {problem}" for problem in _unsaid(call, groups)]
    if problems:
        raise RuleBookError(*sorted(set(problems)))


def _fields(
    access: nodes.Getattr,
    groups: dict[str, dict[str, str]],
    known: Mapping[str, type | None],
) -> set[str] | None:
    """What the thing to the left of the dot has, where that is known."""
    if not isinstance(access.node, nodes.Name):
        return None
    if access.node.name == "t":
        return set(groups["brev"])
    kind = known.get(access.node.name)
    if kind is None or not dataclasses.is_dataclass(kind):
        return None
    return {field.name for field in dataclasses.fields(kind)}


def _unsaid(call: nodes.Call, groups: dict[str, dict[str, str]]) -> list[str]:
    """What is wrong with `say("key", name=…)`, when the key stands there."""
    first = call.args[0] if call.args else None
    if not (isinstance(call.node, nodes.Name) and call.node.name == "say"):
        return []
    if not isinstance(first, nodes.Const):
        return []
    if first.value not in groups["brev"]:
        return [f"no sentence '{first.value}'{did_you_mean(first.value, groups['brev'])}"]
    needed = {n for _, n, _, _ in Formatter().parse(groups["brev"][first.value]) if n}
    missing = needed - {keyword.key for keyword in call.kwargs}
    return [f"the sentence '{first.value}' needs '{name}'" for name in sorted(missing)]
