"""Which kommune, and which bydel, answers for each row of the extract.

A row's own number is followed to the kommune it has become. Where a kommune was split, the person's
latest kommune decides between the parts. Rows without a number of their own follow the person.
A bydel is taken over from the person only within the same kommune.
"""

from __future__ import annotations

from nircheck.contract import Table

UNKNOWN = "ukjent"
UNDIVIDED = "ikke_fordelt"

PERSON_KOMMUNE = """
WITH program AS (
  SELECT
    p.person_id, g.gjeldende, p.bydel,
    row_number() OVER (
      PARTITION BY p.person_id
      ORDER BY p.startdato DESC NULLS LAST, p.sluttdato DESC NULLS FIRST, p.noekkel
    ) AS nummer
  FROM typet.program AS p
  JOIN referanse.kommune AS g ON g.kommunenummer = p.kommunenummer AND g.gjeldende IS NOT NULL
  WHERE p.person_id IS NOT NULL
)
SELECT
  COALESCE(p.person_id, q.person_id) AS person_id,
  COALESCE(p.gjeldende, g.gjeldende) AS gjeldende,
  COALESCE(p.bydel, CASE WHEN COALESCE(p.gjeldende = g.gjeldende, TRUE) THEN q.bydel END) AS bydel
FROM (SELECT * FROM typet.person WHERE forekomst = 1 AND person_id IS NOT NULL) AS q
FULL JOIN (SELECT * FROM program WHERE nummer = 1) AS p ON p.person_id = q.person_id
LEFT JOIN referanse.kommune AS g ON g.kommunenummer = q.bosettingskommune
"""
"""`typet.personkommune`: the kommune of each person now."""


def base_view(table: Table) -> str:
    """The typed table with `kommunenummer_gjeldende` and `bydel_gjeldende` beside its columns."""
    if "kommunenummer" not in table.by_name:
        return (
            f"SELECT t.*, COALESCE(k.gjeldende, '{UNKNOWN}') AS kommunenummer_gjeldende, "
            f"k.bydel AS bydel_gjeldende FROM typet.{table.name} AS t "
            "LEFT JOIN typet.personkommune AS k ON k.person_id = t.person_id"
        )
    bydel = "CASE WHEN kommunenummer_gjeldende = k.gjeldende THEN k.bydel END"
    if "bydel" in table.by_name:
        bydel = f"COALESCE(t.bydel, {bydel})"
    return (
        f"SELECT t.*, CASE WHEN t.kommunenummer IS NULL THEN COALESCE(k.gjeldende, '{UNKNOWN}') "
        "WHEN g.gjeldende IS NOT NULL THEN g.gjeldende "
        "WHEN d.gjeldende IS NOT NULL THEN d.gjeldende "
        f"WHEN g.kommunenummer IS NOT NULL THEN '{UNDIVIDED}' ELSE '{UNKNOWN}' END "
        f"AS kommunenummer_gjeldende, {bydel} AS bydel_gjeldende "
        f"FROM typet.{table.name} AS t "
        "LEFT JOIN typet.personkommune AS k ON k.person_id = t.person_id "
        "LEFT JOIN referanse.kommune AS g ON g.kommunenummer = t.kommunenummer "
        "LEFT JOIN referanse.kommune_del AS d "
        "ON d.kommunenummer = t.kommunenummer AND d.gjeldende = k.gjeldende"
    )
