"""Our own functions, defined once in SQL and expanded in the syntax tree for every engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlglot
from sqlglot import exp

from nircheck.contract import CodeList
from nircheck.errors import RuleBookError
from nircheck.sql.text import literal, parsed

_EXTRACT_DATE = "UTTREKKSDATO"
_DATE_TOKEN = "DATE_OF_EXTRACT"
_ENVIRONMENT = "MILJOE"
_ENVIRONMENT_TOKEN = "ENVIRONMENT_OF_EXTRACT"
PRODUCTION = "produksjon"
"""What an extract is of when it does not say: real people."""


@dataclass(frozen=True)
class _Macro:
    parameters: tuple[str, ...]
    body: exp.Expr


class Functions:
    """The functions of `_funksjoner.sql`, ready to be expanded."""

    def __init__(self, macros: dict[str, _Macro]) -> None:
        """Keep the definitions by upper-case name, and what the extract says of itself."""
        day = exp.cast(exp.Literal.string(_DATE_TOKEN), "date")
        environment = exp.Literal.string(_ENVIRONMENT_TOKEN)
        self._macros = {
            **macros,
            _EXTRACT_DATE: _Macro((), day),
            _ENVIRONMENT: _Macro((), environment),
        }

    @classmethod
    def load(cls, path: Path) -> Functions:
        """The definitions in a file of `CREATE MACRO` statements."""
        macros = {}
        for statement in parsed(path):
            if not isinstance(statement, exp.Create) or statement.args.get("kind") != "MACRO":
                raise RuleBookError(f"{path}:1: holds something else than CREATE MACRO")
            signature = statement.this
            macros[signature.this.name.upper()] = _Macro(
                tuple(parameter.name for parameter in signature.expressions),
                statement.expression,
            )
        return cls(macros)

    def with_code_lists(self, lists: Iterable[CodeList]) -> Functions:
        """The same, and `GYLDIG_<LISTE>` for each list that says where its codes may be used."""
        made = {f"GYLDIG_{c.name.upper()}": _valid_use(c) for c in lists if c.says_where}
        return Functions({**self._macros, **made})

    @property
    def names(self) -> set[str]:
        """The functions a rule may call beside plain SQL."""
        return set(self._macros)

    def expand(self, tree: exp.Expr) -> exp.Expr:
        """The same tree in plain SQL, with the facts about the extract left to be bound."""
        return tree.transform(self._expand_one, copy=True)

    def _expand_one(self, node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Anonymous):
            return node
        name = node.name.upper()
        macro = self._macros.get(name)
        if macro is None:
            return node
        if len(node.expressions) != len(macro.parameters):
            wanted = ", ".join(macro.parameters)
            raise ValueError(f"write {name}({wanted}); it was given {len(node.expressions)}")
        arguments = dict(zip(macro.parameters, map(self.expand, node.expressions), strict=True))
        holder = exp.Paren(this=macro.body.copy())
        for column in list(holder.find_all(exp.Column)):
            if column.name in arguments and not column.table:
                column.replace(exp.paren(arguments[column.name].copy(), copy=False))
        return self._expand_body(holder)

    def _expand_body(self, body: exp.Expr) -> exp.Expr:
        for call in list(body.find_all(exp.Anonymous)):
            if call.name.upper() in self.names:
                call.replace(self._expand_one(call))
        return body


def _valid_use(codes: CodeList) -> _Macro:
    """Whether a law, a group and a day go with a code; NULL when the list has no such code.

    What is asked with NULL, and what a row of the list leaves empty, is not looked at.
    """
    rows: dict[str, list[str]] = {}
    for use in codes.uses:
        asked = [_asked("lov", "=", use.law), _asked("gruppe", "=", use.group)]
        asked += [_asked("dag", ">=", use.first_day), _asked("dag", "<=", use.last_day)]
        rows.setdefault(use.code, []).append(" AND ".join(filter(None, asked)) or "TRUE")
    whens = " ".join(
        f"WHEN {literal(code)} THEN ({' OR '.join(f'({row})' for row in dict.fromkeys(either))})"
        for code, either in rows.items()
    )
    body = sqlglot.parse_one(f"CASE kode {whens} END", read="duckdb")
    return _Macro(("kode", "lov", "gruppe", "dag"), body)


def _asked(parameter: str, comparison: str, value: str | date | None) -> str:
    if value is None:
        return ""
    written = f"DATE '{value}'" if isinstance(value, date) else literal(value)
    return f"({parameter} IS NULL OR {parameter} {comparison} {written})"


def bind(sql: str, day: date, environment: str = PRODUCTION) -> str:
    """The statement with the extract date and `miljoe` in their places."""
    return sql.replace(_DATE_TOKEN, day.isoformat()).replace(_ENVIRONMENT_TOKEN, environment)
