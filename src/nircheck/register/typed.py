"""SQL that turns the raw text of one table into typed columns, losing nothing.

A value that cannot be typed becomes NULL in the typed column and its name is put in `ulest`, so
that no rule mistakes an unreadable value for a missing one.
"""

from __future__ import annotations

from nircheck.contract import TECHNICAL_COLUMNS, Column, Table
from nircheck.sql import literal, looks_personal, quoted

_BLANKS = " \t\r\n\u00a0\u202f\u200b\ufeff"
_ISO_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_EXCEL_ERRORS = (
    "N/A", "I/T", "REF!", "VALUE!", "VERDI!", "NAME[?]", "NAVN[?]", "DIV/0!", "NULL!", "NUM!",
)  # fmt: skip
_DAMAGED = f"-?[0-9](?:[.,][0-9]+)?[Ee][+][0-9]{{2,3}}|#(?:{'|'.join(_EXCEL_ERRORS)})|=…"
"""An id that Excel has put something else in the place of, in its English and Norwegian."""


def empty_table(table: Table) -> str:
    """The columns of a typed table, for a table that was not delivered."""
    columns = {column.name: column.sql_type for column in table.columns} | TECHNICAL_COLUMNS
    return ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())


def cleaned(column: str, table: str | None = None) -> str:
    """The raw value without blanks around it; nothing at all is NULL."""
    name = f"{table}.{quoted(column)}" if table else quoted(column)
    return (
        f"CASE WHEN {_begins_and_ends(name)} THEN {name} "
        f"ELSE NULLIF(trim({name}, {literal(_BLANKS)}), '') END"
    )


def _begins_and_ends(text: str) -> str:
    """Whether a text begins and ends in plain ASCII: cheaper to see than to trim it."""
    return f"({text} BETWEEN '!' AND '~' AND {text}[-1] BETWEEN '!' AND '~')"


def filled(columns: set[str]) -> str:
    """Whether a raw row holds anything at all."""
    listed = sorted(columns, key=lambda name: (not name.endswith("_id"), name))
    begins = f"{quoted(listed[0])} BETWEEN '!' AND '~'"  # cheap, and true of every usual key
    return f"({begins} OR COALESCE({', '.join(map(cleaned, listed))}) IS NOT NULL)"


def norwegian_date(text: str) -> str:
    """Whether a text is written dd.mm.yyyy."""
    return f"length({text}) = 10 AND substr({text}, 3, 1) = '.'"


def select(table: Table, raw: str, delivered: set[str], respelt: dict[str, dict[str, str]]) -> str:
    """The typed table from `raw`; `respelt` maps labels found per code column to their codes."""
    texts = ", ".join(
        f"{cleaned(c.name) if c.name in delivered else 'CAST(NULL AS VARCHAR)'} AS {quoted(c.name)}"
        for c in table.columns
    )
    typed = ", ".join(
        f"{_typed(c, respelt.get(c.name, {}))} AS {quoted('t_' + c.name)}" for c in table.columns
    )
    result = ", ".join(f"{quoted('t_' + c.name)} AS {quoted(c.name)}" for c in table.columns)
    marks = " || ".join(
        f"CASE WHEN {quoted(c.name)} IS NOT NULL AND {quoted('t_' + c.name)} IS NULL "
        f"THEN {literal(c.unread_mark)} ELSE '' END"
        for c in table.columns
        if c.can_be_unread
    )
    key = quoted("t_" + table.key.name)
    return (
        f"WITH tekst AS (SELECT rowid AS rad, fil, linje, {texts} FROM {raw} "
        f"WHERE {filled(delivered)}), "
        f"typet AS (SELECT *, {typed} FROM tekst) "
        f"SELECT {result}, rad, fil, linje, "
        f"CASE WHEN {key} IS NULL OR {looks_personal(key)} "
        f"THEN 'linje-' || COALESCE(linje, rad) ELSE {key} END AS noekkel, "
        f"CAST(1 AS BIGINT) AS forekomst, NULLIF({marks or literal('')}, '') AS ulest FROM typet"
    )


def _typed(column: Column, respelt: dict[str, str]) -> str:
    text = quoted(column.name)
    if column.kind == "date":
        return _date(text)
    if column.kind == "decimal":
        return (
            f"CASE WHEN regexp_full_match({text}, '-?[0-9]{{1,7}}([.,][0-9]+)?') "
            f"THEN TRY_CAST(replace({text}, ',', '.') AS {column.sql_type}) END"
        )
    if column.pattern:
        pattern = column.pattern.removeprefix("^").removesuffix("$")
        return f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN {text} END"
    if column.is_identifier:
        damaged = f"regexp_full_match({text}, {literal(_DAMAGED)})"
        cheap = f"(contains({text}, '+') OR starts_with({text}, '#') OR {text} = '=…')"
        return f"CASE WHEN NOT ({cheap} AND {damaged}) THEN {text} END"
    if respelt:
        whens = " ".join(
            f"WHEN {literal(found)} THEN {literal(code)}" for found, code in sorted(respelt.items())
        )
        return f"CASE {text} {whens} ELSE {text} END"
    return text


def _date(text: str) -> str:
    """ISO or dd.mm.yyyy, to the letter; a midnight behind the day is dropped."""
    iso = (
        f"CASE WHEN {norwegian_date(text)} "
        f"THEN substr({text}, 7, 4) || '-' || substr({text}, 4, 2) || '-' || substr({text}, 1, 2) "
        f"WHEN length({text}) = 19 AND substr({text}, 11) IN (' 00:00:00', 'T00:00:00') "
        f"THEN substr({text}, 1, 10) ELSE {text} END"
    )
    day = f"TRY_CAST({iso} AS DATE)"
    in_form = f"regexp_full_match({iso}, {literal(_ISO_DATE)})"
    return f"CASE WHEN {in_form} AND CAST({day} AS VARCHAR) = {iso} THEN {day} END"


def unknown_codes(raw: str, column: Column, codes: list[str], most: int) -> str:
    """The spellings in a code column that are not codes as they stand."""
    known = ", ".join(literal(code) for code in ["", *codes])
    value = cleaned(column.name)
    return (
        f"SELECT {value} AS funnet, count(*) AS antall FROM {raw} "
        f"WHERE {value} IS NOT NULL AND {value} NOT IN ({known}) "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {most}"
    )
