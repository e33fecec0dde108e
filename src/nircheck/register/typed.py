"""SQL that turns the raw text of one table into typed columns, losing nothing.

A value that cannot be typed becomes NULL in the typed column and its name is put in `ulest`, so
that no rule mistakes an unreadable value for a missing one.
"""

from __future__ import annotations

from collections.abc import Collection

from nircheck.contract import TECHNICAL_COLUMNS, Column, Table
from nircheck.register.characters import LOST, NONE, Oddities, compared, visible
from nircheck.sql import literal, looks_personal, quoted

_EXCEL_ERRORS = (
    "N/A", "I/T", "REF!", "VALUE!", "VERDI!", "NAME[?]", "NAVN[?]", "DIV/0!", "NULL!", "NUM!",
)  # fmt: skip
_DAMAGED = f"-?[0-9](?:[.,][0-9]+)?[Ee][+][0-9]{{2,3}}|#(?:{'|'.join(_EXCEL_ERRORS)})|=…"
"""An id that Excel has put something else in the place of, in its English and Norwegian."""


def empty_table(table: Table) -> str:
    """A typed table without rows, for a table that was not delivered."""
    columns = {column.name: column.sql_type for column in table.columns} | TECHNICAL_COLUMNS
    none = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in columns.items())
    return f"SELECT {none} WHERE FALSE"


def cleaned(column: str, odd: Oddities = NONE) -> str:
    """The raw value as it is compared, without blanks around it; nothing at all is NULL."""
    name = quoted(column)
    bare = f"NULLIF({compared(name, odd)}, '')"
    if odd.unseen:
        return bare
    return f"CASE WHEN {_has_no_blank_around(name)} THEN {name} ELSE {bare} END"


def _has_no_blank_around(text: str) -> str:
    """Whether a text begins and ends after the blanks in ASCII: cheaper to see than to trim it."""
    return f"({text} >= '!' AND {text}[-1] >= '!')"


def as_it_stood(column: str, odd: Oddities, table: str) -> str:
    """The raw value as it is shown where it could not be read."""
    return visible(f"{table}.{quoted(column)}", odd)


def unread(column: Column, odd: Oddities, raw: str, typed: str) -> str:
    """What stood in the file where a value of this column could not be read, for `raa.uleste`."""
    return (
        f"SELECT {literal(column.table)} AS tabell, t.rad, {literal(column.name)} AS kolonne, "
        f"{as_it_stood(column.name, odd, 'r')} AS verdi "
        f"FROM {raw} AS r JOIN {typed} AS t ON t.rad = r.rowid "
        f"WHERE contains(t.ulest, {literal(column.unread_mark)})"
    )


def filled(columns: set[str], odd: Oddities = NONE) -> str:
    """Whether a raw row holds anything at all."""
    listed = sorted(columns, key=lambda name: (not name.endswith("_id"), name))
    begins = f"{quoted(listed[0])} BETWEEN '!' AND '~'"  # cheap, and true of every usual key
    anything = ", ".join(cleaned(name, odd) for name in listed)
    return f"({begins} OR COALESCE({anything}) IS NOT NULL)"


def norwegian_date(text: str) -> str:
    """Whether a text is written dd.mm.yyyy, a clock time behind it or not."""
    return (
        f"length({text}) >= 10 AND substr({text}, 3, 1) = '.' AND substr({text}, 6, 1) = '.' "
        f"AND (length({text}) = 10 OR {with_midnight(text)})"
    )


def with_midnight(text: str) -> str:
    """Whether a clock that stands at midnight follows a day."""
    clock = f"regexp_full_match(substr({text}, 11), '[ T]00:00(:00([.,]0+)?)?')"
    return f"(length({text}) >= 16 AND {clock})"


def excel_day(text: str) -> str:
    """Whether a text is a day as Excel counts them, from 1927 to 2064."""
    return f"length({text}) = 5 AND regexp_full_match({text}, '[1-5][0-9]{{4}}')"


def can_be_unread(column: Column, odd: Oddities) -> bool:
    """Whether a value of this column may be unreadable: any value may, that has lost characters."""
    return column.can_be_unread or odd.lost


def select(
    table: Table,
    raw: str,
    delivered: set[str],
    respelt: dict[str, dict[str, str]],
    turned: Collection[str],
    odd: Oddities = NONE,
    place: str = "fil, linje",
) -> str:
    """The typed table from `raw`; `respelt` maps labels found per code column to their codes.

    `turned` are the date columns in which a day may be written in another form than that of ISO.
    """
    texts = ", ".join(
        f"{cleaned(c.name, odd) if c.name in delivered else 'CAST(NULL AS VARCHAR)'} "
        f"AS {quoted(c.name)}"
        for c in table.columns
    )
    iso = ", ".join(
        f"{in_iso(quoted(c.name))} AS {quoted(c.name)}" if c.name in turned else quoted(c.name)
        for c in table.columns
    )
    typed = ", ".join(
        f"{_kept(c, _typed(c, respelt.get(c.name, {})), odd)} AS {quoted('t_' + c.name)}"
        for c in table.columns
    )
    result = ", ".join(f"{quoted('t_' + c.name)} AS {quoted(c.name)}" for c in table.columns)
    key = quoted("t_" + table.key.name)
    return (
        f"WITH tekst AS (SELECT rowid AS rad, {place}, {texts} FROM {raw} "
        f"WHERE {filled(delivered, odd)}), "
        f"iso AS (SELECT rad, fil, linje, {iso} FROM tekst), "
        f"typet AS (SELECT *, {typed} FROM iso) "
        f"SELECT {result}, rad, fil, linje, "
        f"CASE WHEN {key} IS NULL OR {looks_personal(key)} "
        f"THEN 'linje-' || COALESCE(linje, rad) ELSE {key} END AS noekkel, "
        f"CAST(1 AS BIGINT) AS forekomst, {_unread(table, odd)} AS ulest FROM typet"
    )


def _unread(table: Table, odd: Oddities) -> str:
    """The marks of the columns that could not be read; put together only where there are any."""
    asked = [
        (f"({quoted(c.name)} IS NOT NULL AND {quoted('t_' + c.name)} IS NULL)", _mark(c, odd))
        for c in table.columns
        if can_be_unread(c, odd)
    ]
    if not asked:
        return "CAST(NULL AS VARCHAR)"
    any_is = " OR ".join(is_unread for is_unread, _ in asked)
    marks = " || ".join(
        f"CASE WHEN {is_unread} THEN {mark} ELSE '' END" for is_unread, mark in asked
    )
    return f"CASE WHEN {any_is} THEN {marks} END"


def _kept(column: Column, typed: str, odd: Oddities) -> str:
    """The typed value, unless characters of it are lost."""
    if not odd.lost:
        return typed
    return f"CASE WHEN NOT {_has_lost(column)} THEN {typed} END"


def _mark(column: Column, odd: Oddities) -> str:
    mark = literal(column.unread_mark)
    if not odd.lost:
        return mark
    lost = literal(column.unread_mark + column.lost_mark)
    return f"CASE WHEN {_has_lost(column)} THEN {lost} ELSE {mark} END"


def _has_lost(column: Column) -> str:
    return f"contains({quoted(column.name)}, {literal(LOST)})"


def _typed(column: Column, respelt: dict[str, str]) -> str:
    text = quoted(column.name)
    if column.kind == "date":
        return _day(text)
    if column.kind == "decimal":
        return (
            f"CASE WHEN regexp_full_match({text}, '[0-9]{{1,7}}([.,][0-9]+)?') "
            f"THEN TRY_CAST(replace({text}, ',', '.') AS {column.sql_type}) END"
        )
    if column.pattern:
        pattern = column.pattern.removeprefix("^").removesuffix("$")
        return f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN {text} END"
    if column.is_identifier:
        damaged = f"regexp_full_match({text}, {literal(_DAMAGED)})"
        cheap = f"(contains({text}, '+') OR starts_with({text}, '#') OR {text} = '=…')"
        # A branch of its own for letters: under a NOT, DuckDB tries the pattern on every row.
        return (
            f"CASE WHEN {text} >= 'A' THEN {text} "
            f"WHEN {cheap} AND {damaged} THEN NULL ELSE {text} END"
        )
    if respelt:
        whens = " ".join(
            f"WHEN {literal(found)} THEN {literal(code)}" for found, code in sorted(respelt.items())
        )
        return f"CASE {text} {whens} ELSE {text} END"
    return text


def in_iso(text: str) -> str:
    """What is written dd.mm.yyyy turned round; a midnight behind the day is dropped.

    Another hour is not: written in the time of Greenwich, 22:00 or 23:00 is the day after.
    """
    return (
        f"CASE WHEN {norwegian_date(text)} "
        f"THEN substr({text}, 7, 4) || '-' || substr({text}, 4, 2) || '-' || substr({text}, 1, 2) "
        f"WHEN {with_midnight(text)} THEN substr({text}, 1, 10) ELSE {text} END"
    )


def _day(text: str) -> str:
    return f"CASE WHEN {is_iso_day(text)} THEN TRY_CAST({text} AS DATE) END"


def is_iso_day(text: str) -> str:
    """Whether a day is written as ISO has it, to the letter."""
    return f"(strlen({text}) = 10 AND CAST(TRY_CAST({text} AS DATE) AS VARCHAR) = {text})"


def may_be_turned(raw: str) -> str:
    """Whether a raw text can be a day in another form than that of ISO: cheap to see."""
    iso = f"strlen({raw}) = 10 AND contains({raw}, '-') AND NOT contains({raw}, '.')"
    return f"({raw} <> '' AND NOT ({iso}))"


def no_code(column: str, codes: list[str], odd: Oddities) -> str:
    """Whether something stands in a code column that is none of these codes."""
    known = ", ".join(literal(code) for code in ["", *codes])
    value = cleaned(column, odd)
    return f"{value} IS NOT NULL AND {value} NOT IN ({known})"


def unknown_codes(raw: str, column: str, codes: list[str], most: int, odd: Oddities) -> str:
    """The spellings in a code column that are not codes as they stand."""
    return (
        f"SELECT {cleaned(column, odd)} AS funnet, count(*) AS antall FROM {raw} "
        f"WHERE {no_code(column, codes, odd)} "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {most}"
    )
