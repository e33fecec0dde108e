"""What the programmes of each kommune come to, counted: all that reports may know of them."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from nircheck.register import JudgedRegister

GROUPS = ("kommunenummer", "bydel", "regime", "startkvartal", "sluttaar")
COUNTS = (
    "programmer", "deltakere", "med_feil", "avsluttet", "uten_tiltak", "med_aarsak", "uten_aarsak",
    "i_maal",
)  # fmt: skip
SCHEMA = pa.schema(
    [(name, pa.int64() if name == "sluttaar" else pa.string()) for name in GROUPS]
    + [(name, pa.int64()) for name in COUNTS]
)
"""One row per group; the counts add up.

`deltakere` counts a person at the first programme in a kommune. `med_feil` has a finding of the
severity feil on the programme, on a row that belongs to it, or on the participant. `uten_tiltak`
to `i_maal` are of those that have ended; a reason that cannot be read is neither with nor without.
"""

_TOUCHED = """
WITH rader AS ({rows})
SELECT DISTINCT f.rule_id, f.severity, r.program AS noekkel
FROM funn AS f
JOIN rader AS r ON r.tabell = f.tabell AND r.noekkel = f.noekkel
"""

_OF_PROGRAMME = """
SELECT 'program' AS tabell, t.noekkel, p.noekkel AS program
FROM basis.program AS t
JOIN program AS p ON p.forekomst = 1
  AND COALESCE(p.program_id, p.noekkel) = COALESCE(t.program_id, t.noekkel)
"""
_OF_ROW = """
SELECT '{table}' AS tabell, t.noekkel, p.noekkel AS program
FROM basis.{table} AS t
JOIN program AS p ON p.forekomst = 1 AND p.program_id = t.program_id
"""
_OF_PERSON = """
SELECT 'person' AS tabell, t.noekkel, p.noekkel AS program
FROM basis.person AS t
JOIN program AS p ON p.forekomst = 1 AND p.person_id = t.person_id
"""

_PROGRAMMES = """
WITH alle AS (
  SELECT
    p.kommunenummer_gjeldende AS kommunenummer, p.bydel_gjeldende AS bydel, p.regime,
    CAST(year(p.startdato) AS VARCHAR) || 'K' || CAST(quarter(p.startdato) AS VARCHAR)
      AS startkvartal,
    CASE WHEN p.avsluttet THEN year(p.sluttdato) END AS sluttaar,
    p.avsluttet, p.antall_tiltak, p.ekte_avsluttet, p.avslutningsaarsak,
    CONTAINS(COALESCE(p.ulest, ''), '|program.avslutningsaarsak|') AS aarsak_ulest,
    b.noekkel IS NOT NULL AS med_feil,
    row_number() OVER (
      PARTITION BY p.kommunenummer_gjeldende, COALESCE(p.person_id, p.noekkel)
      ORDER BY p.startdato NULLS LAST, p.noekkel
    ) = 1 AS foerste
  FROM program AS p
  LEFT JOIN feilende AS b ON b.noekkel = p.noekkel
  WHERE p.forekomst = 1
)
SELECT
  kommunenummer, bydel, regime, startkvartal, sluttaar,
  COUNT(*) AS programmer,
  COUNT(*) FILTER (WHERE foerste) AS deltakere,
  COUNT(*) FILTER (WHERE med_feil) AS med_feil,
  COUNT(*) FILTER (WHERE avsluttet) AS avsluttet,
  COUNT(*) FILTER (WHERE avsluttet AND antall_tiltak = 0) AS uten_tiltak,
  COUNT(*) FILTER (WHERE ekte_avsluttet AND NOT aarsak_ulest) AS med_aarsak,
  COUNT(*) FILTER (WHERE avsluttet AND NOT ekte_avsluttet AND NOT aarsak_ulest) AS uten_aarsak,
  COUNT(*) FILTER (
    WHERE ekte_avsluttet AND avslutningsaarsak IN ('ARBEID', 'UTDANNING', 'ARBEID_OG_UTDANNING')
  ) AS i_maal
FROM alle
GROUP BY ALL
ORDER BY ALL NULLS LAST
"""


def touched(register: JudgedRegister, findings: pa.Table) -> pa.Table:
    """Each programme that a finding is about, with rule and severity, once."""
    own = [
        _OF_ROW.format(table=name)
        for name, table in register.contract.tables.items()
        if "program_id" in table.by_name and name != "program"
    ]
    rows = " UNION ALL ".join([_OF_PROGRAMME, _OF_PERSON, *own])
    columns = findings.select(["rule_id", "severity", "tabell", "noekkel"])
    register.connection.register("funn", columns)
    result = register.connection.sql(_TOUCHED.format(rows=rows)).to_arrow_table()
    register.connection.unregister("funn")
    return result


def count(
    register: JudgedRegister, defects: pa.Table, active: Iterable[str], kommuner: list[str]
) -> pa.Table:
    """The programmes of these kommuner; `defects` is what `touched` gave."""
    shown = pc.and_(
        pc.equal(defects.column("severity"), "feil"),
        pc.is_in(defects.column("rule_id"), pa.array(sorted(active), pa.string())),
    )
    wrong = defects.filter(shown).select(["noekkel"]).group_by("noekkel").aggregate([])
    register.connection.register("feilende", wrong)
    table = register.connection.sql(_PROGRAMMES).to_arrow_table().cast(SCHEMA)
    register.connection.unregister("feilende")
    return table.filter(pc.is_in(table.column("kommunenummer"), pa.array(kommuner, pa.string())))
