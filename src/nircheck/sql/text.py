"""Values and names as SQL text, and SQL files as syntax trees."""

from __future__ import annotations

from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from nircheck.errors import RuleBookError
from nircheck.privacy import IN_A_KEY, MASK, PATTERN, SHORTEST

LONGEST_SHOWN = 200
"""Characters of a value that are shown; the whole of it stands in the file."""


def literal(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def masked(text: str) -> str:
    """SQL for a text in which whatever looks like a personal number is blotted out."""
    return f"CASE WHEN length({text}) < {SHORTEST} THEN {text} ELSE {_blotted(text)} END"


def legible(text: str) -> str:
    """SQL for a text as people are shown it: masked, and cut where nobody reads on."""
    blotted = _blotted(text)
    return (
        f"CASE WHEN length({text}) < {SHORTEST} THEN {text} "
        f"WHEN length({text}) <= {LONGEST_SHOWN} THEN {blotted} "
        f"ELSE left({blotted}, {LONGEST_SHOWN}) || '…' END"
    )


def _blotted(text: str) -> str:
    return f"regexp_replace({text}, {literal(PATTERN)}, {literal(MASK)}, 'g')"


def looks_personal(text: str) -> str:
    """SQL for whether a key looks like a personal number."""
    return f"(length({text}) >= {SHORTEST} AND regexp_matches({text}, {literal(IN_A_KEY)}))"


def parsed(path: Path) -> list[exp.Expr]:
    """The statements of a file."""
    try:
        return [tree for tree in sqlglot.parse(path.read_text("utf-8"), read="duckdb") if tree]
    except ParseError as error:
        first = error.errors[0]
        raise RuleBookError(f"{path}:{first['line']}: {first['description']}") from None
    except TokenError as error:
        raise RuleBookError(f"{path}:1: {str(error).splitlines()[0]}") from None
