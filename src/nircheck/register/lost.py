"""Rows in which characters were lost on the way, listed with the columns they were lost in."""

from __future__ import annotations

from nircheck.contract import MAALFORMER, Table
from nircheck.privacy import PATTERN
from nircheck.register.characters import LOST
from nircheck.sql import literal

_BETWEEN = f"{LOST}|⟨[^⟩]*⟩"
TABLE = "raa.tapte_tegn"
CREATE = (
    f"CREATE TABLE {TABLE} (tabell VARCHAR, fil VARCHAR, linje BIGINT, noekkel VARCHAR, "
    "person_id VARCHAR, kommunenummer_gjeldende VARCHAR, bydel_gjeldende VARCHAR, "
    "steder_nb VARCHAR, steder_nn VARCHAR)"
)


def insert(table: Table) -> str:
    """SQL that lists the rows of one table, from its unreadable values and where it is placed."""
    places = ", ".join(_places(table, form) for form in MAALFORMER)
    return (
        f"INSERT INTO {TABLE} SELECT {literal(table.name)}, b.fil, b.linje, b.noekkel, "
        f"b.person_id, b.kommunenummer_gjeldende, b.bydel_gjeldende, {places} "
        f"FROM raa.uleste AS u JOIN basis.{table.name} AS b ON b.rad = u.rad "
        f"WHERE u.tabell = {literal(table.name)} AND contains(u.verdi, {literal(LOST)}) "
        "GROUP BY ALL"
    )


def _places(table: Table, form: str) -> str:
    labels = " ".join(
        f"WHEN {literal(column.name)} THEN {literal(column.label[form])}"
        for column in table.columns
    )
    hidden = ", ".join(literal(c.name) for c in table.columns if not c.in_letter) or "''"
    whole = f"regexp_replace(u.verdi, {literal(_BETWEEN)}, '', 'g')"
    secret = f"u.kolonne IN ({hidden}) OR regexp_matches({whole}, {literal(PATTERN)})"
    value = f"CASE WHEN {secret} THEN '•••' ELSE u.verdi END"
    place = f"CASE u.kolonne {labels} END || ' «' || {value} || '»'"
    return f"string_agg({place}, ', ' ORDER BY u.kolonne)"
