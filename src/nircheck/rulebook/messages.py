"""Message templates compiled to SQL, so that the database fills in 200 000 of them at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from nircheck.contract import CodeList, Column, Contract, Maalform
from nircheck.sql import View, legible, literal, masked, quoted

EMPTY = "–"
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholders(template: str) -> list[str]:
    """The columns a template names, in order."""
    return _PLACEHOLDER.findall(template)


def filled(template: str, shown: Callable[[str], str]) -> str:
    """The template with something to read in the place of each placeholder."""
    return _PLACEHOLDER.sub(lambda match: shown(match[1]), template)


def balanced(template: str) -> bool:
    """Whether every brace belongs to a placeholder."""
    return not set("{}") & set(_PLACEHOLDER.sub("", template))


def shown(view: View, column: str, contract: Contract, maalform: Maalform) -> str:
    """SQL for the value as a caseworker reads it: 31.12.2025, 37,5, the label of a code."""
    name = quoted(column)
    source = _source(view, column, contract)
    if view.types[column] == "DATE":
        text = f"strftime({name}, '%d.%m.%Y')"
    elif view.types[column].startswith("DECIMAL"):
        text = _decimal(name)
    elif source and source.code_list:
        text = _label(name, contract.code_lists[source.code_list], maalform)
    elif view.types[column] == "TEXT":
        text = legible(name)
    else:
        text = f"CAST({name} AS VARCHAR)"
    return f"COALESCE({text}, {literal(EMPTY)})"


def compiled(
    template: str,
    view: View,
    contract: Contract,
    maalform: Maalform,
    limits: Mapping[str, str] | None = None,
) -> str:
    """SQL for the whole sentence; `limits` has the SQL of placeholders that are no column."""
    parts = list(_parts(template, view, contract, maalform, limits or {}))
    return " || ".join(parts) or literal("")


def canonical(view: View, column: str, written: Callable[[str], str] = masked) -> str:
    """SQL for the value in the contract's own written form, personal numbers masked."""
    name = quoted(column)
    text = f"CAST({name} AS VARCHAR)"
    return written(text) if view.types[column] == "TEXT" else text


def _parts(
    template: str,
    view: View,
    contract: Contract,
    maalform: Maalform,
    limits: Mapping[str, str],
) -> Iterator[str]:
    for index, piece in enumerate(_PLACEHOLDER.split(template)):
        if index % 2 and piece in limits:
            yield limits[piece]
        elif index % 2:
            yield shown(view, piece, contract, maalform)
        elif piece:
            yield literal(piece)


def _source(view: View, column: str, contract: Contract) -> Column | None:
    shows = view.shows(column)
    return contract.column(shows) if shows else None


def _decimal(name: str) -> str:
    plain = f"regexp_replace(CAST({name} AS VARCHAR), '[.]?0+$', '')"
    return f"replace({plain}, '.', ',')"


def _label(name: str, codes: CodeList, maalform: Maalform) -> str:
    whens = " ".join(
        f"WHEN {literal(code.code)} THEN {literal(code.label[maalform])}" for code in codes.codes
    )
    return f"CASE {name} {whens} ELSE {legible(name)} END"
