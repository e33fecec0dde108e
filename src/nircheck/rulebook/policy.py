"""Limits, switches and severities that are policy rather than law: data, dated, per kommune."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from sqlglot import exp

from nircheck import yamlfile
from nircheck.errors import RuleBookError
from nircheck.rulebook.model import RuleId, Severity, Text
from nircheck.suggest import did_you_mean

FILE_NAME = "_policy.yaml"
CALL = "PARAMETER"
PLACEHOLDER = "parameter."
_KOMMUNE = "kommunenummer_gjeldende"

Number = Annotated[Decimal, BeforeValidator(lambda value: _number(value))]


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("Input should be a number")
    return Decimal(str(value))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Switch(_Strict):
    """Something decided but perhaps not in force: every value that names it waits for it."""

    name: Text
    on: bool
    meaning: Text


class Dated(_Strict):
    """A value from a day on; `switch` names what must be on for it to count."""

    value: Number
    from_: date | None = Field(default=None, alias="from")
    switch: Text | None = None


class Parameter(_Strict):
    """A number that rules use by name."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    unit: Text
    meaning: Text
    values: Annotated[list[Dated], Field(min_length=1)]


class Override(_Strict):
    """Another value or severity, for a kommune or all, in extracts from a period."""

    parameter: Text | None = None
    value: Number | None = None
    rule: RuleId | None = None
    severity: Severity | None = None
    kommunenummer: Annotated[str, Field(pattern=r"^[0-9]{4}$")] | None = None
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    why: Text


class _Document(_Strict):
    switches: list[Switch] = []
    parameters: list[Parameter] = []
    overrides: list[Override] = []


@dataclass(frozen=True)
class Policy:
    """What `_policy.yaml` says, changed by a file of the user's own if there is one."""

    switches: tuple[Switch, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def names(self) -> list[str]:
        """The parameters there are."""
        return [parameter.name for parameter in self.parameters]

    def call_problem(self, call: exp.Anonymous) -> str | None:
        """What is wrong with a call of PARAMETER, if anything is."""
        arguments = call.expressions
        name = arguments[0] if arguments else None
        if not isinstance(name, exp.Literal) or not name.is_string or len(arguments) > 2:
            return f"write {CALL}('name') or {CALL}('name', date_column)"
        if name.name not in self.names:
            return f"unknown parameter '{name.name}'{did_you_mean(name.name, self.names)}"
        return None

    def filled(self, tree: exp.Expr, table: str) -> exp.Expr:
        """The predicate over `table` with the value of every parameter in its place."""

        def fill(node: exp.Expr) -> exp.Expr:
            if not isinstance(node, exp.Anonymous) or node.name.upper() != CALL:
                return node
            name, *day = node.expressions
            return self._value(name.name, day[0] if day else _today(), table)

        return tree.transform(fill, copy=True)

    def shown(self, name: str, table: str) -> exp.Expr:
        """The value on the extract date, as a caseworker reads it: 37,5."""
        value = self._value(name, _today(), table)
        return value.transform(lambda node: _written(node) if _is_value(node) else node)

    def severities(self, rule_id: str, table: str) -> list[tuple[exp.Expr, Severity]]:
        """The severities that have been put in place of the rule's own, and when they hold."""
        return [
            (_holds(override, table), override.severity)
            for override in self.overrides
            if override.rule == rule_id and override.severity
        ]

    def on_day(self, name: str, day: date) -> Decimal:
        """The value of a parameter for kommuner without their own, on a day."""
        values = [v for v in self._in_force(name) if v.from_ is None or v.from_ <= day]
        return values[-1].value

    def as_facts(self, day: date) -> dict[str, Any]:
        """What a run says of its policy: the values on the day, and who has others."""
        return {
            "parameters": {name: _plain(self.on_day(name, day)) for name in sorted(self.names)},
            "switches": {switch.name: switch.on for switch in self.switches},
            "overrides": [
                override.model_dump(mode="json", by_alias=True, exclude_none=True)
                | ({"value": _plain(override.value)} if override.value is not None else {})
                for override in self.overrides
            ],
        }

    def _in_force(self, name: str) -> list[Dated]:
        """The values that count, the oldest first."""
        on = {switch.name for switch in self.switches if switch.on}
        parameter = next(p for p in self.parameters if p.name == name)
        counting = [v for v in parameter.values if v.switch is None or v.switch in on]
        return sorted(counting, key=lambda value: value.from_ or date.min)

    def _value(self, name: str, day: exp.Expr, table: str) -> exp.Expr:
        values = self._in_force(name)
        chosen = exp.Case()
        for override in self.overrides:
            if override.parameter == name and override.value is not None:
                chosen = chosen.when(_holds(override, table), _literal(override.value))
        for value in reversed(values[1:]):
            assert value.from_ is not None
            chosen = chosen.when(
                exp.GTE(this=day.copy(), expression=_day(value.from_)), _literal(value.value)
            )
        first = _literal(values[0].value)
        return exp.paren(chosen.else_(first)) if chosen.args.get("ifs") else first


def load(expectations: Path, own: Path | None = None) -> Policy:
    """The policy of a rule book; values and overrides of a file of one's own come before it."""
    policy = _read(expectations / FILE_NAME)
    return policy if own is None else _changed(policy, _read(own, base=policy))


def _changed(policy: Policy, own: Policy) -> Policy:
    switches = {switch.name: switch for switch in (*policy.switches, *own.switches)}
    parameters = {p.name: p for p in (*policy.parameters, *own.parameters)}
    return Policy(
        tuple(switches.values()), tuple(parameters.values()), (*own.overrides, *policy.overrides)
    )


def _read(path: Path, base: Policy | None = None) -> Policy:
    if not path.is_file():
        raise RuleBookError(f"{path}: there is no such policy file")
    document = yamlfile.load(path)
    try:
        said = _Document.model_validate(document or {})
    except ValidationError as error:
        raise RuleBookError(
            *(
                f"{path}:{yamlfile.line_of(document, e['loc'])}: "
                f"'{'.'.join(map(str, e['loc']))}': {e['msg'].removeprefix('Value error, ')}"
                for e in error.errors()
            )
        ) from None
    problems = list(_problems(said, base or Policy(), path, document))
    if problems:
        raise RuleBookError(*problems)
    return Policy(tuple(said.switches), tuple(said.parameters), tuple(said.overrides))


def _problems(said: _Document, base: Policy, path: Path, document: Any) -> Iterator[str]:
    def at(*keys: str | int) -> str:
        return f"{path}:{yamlfile.line_of(document, keys)}"

    switches = [switch.name for switch in (*base.switches, *said.switches)]
    own = [parameter.name for parameter in said.parameters]
    for index, parameter in enumerate(said.parameters):
        here = ("parameters", index)
        if own.index(parameter.name) < index:
            yield f"{at(*here)}: parameter '{parameter.name}' stands twice"
        starts = [value.from_ for value in parameter.values]
        if starts[0] is not None or parameter.values[0].switch or None in starts[1:]:
            yield f"{at(*here)}: the first value holds from the beginning, the others have 'from'"
        for value in parameter.values:
            if value.switch and value.switch not in switches:
                hint = did_you_mean(value.switch, switches)
                yield f"{at(*here)}: unknown switch '{value.switch}'{hint}"
    known = [*base.names, *own]
    for index, override in enumerate(said.overrides):
        here = ("overrides", index)
        pairs = ((override.parameter, override.value), (override.rule, override.severity))
        if sorted(sum(part is not None for part in pair) for pair in pairs) != [0, 2]:
            yield f"{at(*here)}: an override has parameter and value, or rule and severity"
        elif override.parameter and override.parameter not in known:
            hint = did_you_mean(override.parameter, known)
            yield f"{at(*here)}: unknown parameter '{override.parameter}'{hint}"


def _holds(override: Override, table: str | None) -> exp.Expr:
    """When an override counts: the kommune's row, in an extract from its period."""
    conditions: list[exp.Expr] = []
    if override.kommunenummer:
        column = exp.column(_KOMMUNE, table=table)
        conditions.append(
            exp.EQ(this=column, expression=exp.Literal.string(override.kommunenummer))
        )
    if override.from_:
        conditions.append(exp.GTE(this=_today(), expression=_day(override.from_)))
    if override.to:
        conditions.append(exp.LTE(this=_today(), expression=_day(override.to)))
    return exp.and_(*conditions) if conditions else exp.true()


def _today() -> exp.Expr:
    return exp.Anonymous(this="UTTREKKSDATO")


def _day(day: date) -> exp.Expr:
    return exp.cast(exp.Literal.string(day.isoformat()), "date")


def _literal(value: Decimal) -> exp.Expr:
    return exp.Literal.number(str(value))


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _is_value(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string


def _written(number: exp.Expr) -> exp.Expr:
    return exp.Literal.string(number.name.replace(".", ","))


NONE = Policy()
