"""Our own functions, defined once in SQL and expanded in the syntax tree for every engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlglot import exp

from nircheck.errors import RuleBookError
from nircheck.sql.text import parsed

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
        body = macro.body.copy()
        holder = exp.Paren(this=body)
        for column in list(holder.find_all(exp.Column)):
            if column.name in arguments and not column.table:
                column.replace(exp.paren(arguments[column.name].copy(), copy=False))
        return self._expand_body(holder)

    def _expand_body(self, body: exp.Expr) -> exp.Expr:
        for call in list(body.find_all(exp.Anonymous)):
            if call.name.upper() in self.names:
                call.replace(self._expand_one(call))
        return body


def bind(sql: str, day: date, environment: str = PRODUCTION) -> str:
    """The statement with the extract date and `miljoe` in their places."""
    return sql.replace(_DATE_TOKEN, day.isoformat()).replace(_ENVIRONMENT_TOKEN, environment)
