"""What has happened to rows between two extracts: those that are gone, and those changed late."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa

from nircheck.contract import Table
from nircheck.contract.kommuner import Kommuner
from nircheck.history.comparable import Ground, is_kommune
from nircheck.history.schema import CHANGES, REKKER, table
from nircheck.history.tracks import ends
from nircheck.register import Register
from nircheck.sql import literal, quoted

GONE, LATE = "forsvunnet", "endret_etterpaa"
_ENDS = ("sluttdato", "til_dato", "proevedato", "vedtaksdato")
_PLACE = ("kommunenummer", "bosettingskommune", "bydel")

_COMPARED = """
SELECT
  f.tabell, f.noekkel, f.kommunenummer, f.ferdig, f.innhold,
  n.noekkel IS NULL AS borte, n.kommunenummer AS naa
FROM foer AS f
LEFT JOIN naa AS n ON n.tabell = f.tabell AND n.noekkel = f.noekkel
WHERE n.noekkel IS NULL OR (n.innhold <> f.innhold AND f.ferdig <= {day})
ORDER BY ALL
"""


def held(register: Register) -> pa.Table:
    """Every row that has a key of its own: where it belongs, when it ended, a hash of what it says.

    Values that may not be shown are no part of the hash, nor is the kommune, whose number changes.
    """
    tables = (register.contract.tables[name] for name in sorted(register.delivered))
    query = " UNION ALL ".join(_rows(table) for table in tables)
    found: pa.Table = register.connection.sql(f"{query} ORDER BY ALL").to_arrow_table()
    return found.cast(REKKER)


def changes(
    register: Register,
    before: pa.Table,
    now: pa.Table,
    day: str,
    found: Collection[tuple[str, str]],
    ground: Ground,
    kommuner: Kommuner,
) -> tuple[pa.Table, pa.Table]:
    """Rows that are gone, and rows changed though they had ended when the run before was made.

    A row with a finding is meant to be changed, and what a kommune or a whole table did not deliver
    is not gone row by row: neither is told. What was not delivered is kept with the rows of now,
    for the next run to ask for.
    """
    for name, rows_ in (("foer", before), ("naa", now)):
        register.connection.register(name, rows_)
    compared = register.connection.execute(_COMPARED.format(day=literal(day))).fetchall()
    for name in ("foer", "naa"):
        register.connection.unregister(name)
    told, kept = [], []
    for of, key, number, ended, says, is_gone, here in compared:
        places = ends(number, kommuner) if is_gone else (here,)
        delivered = of in register.delivered and not any(
            place in ground.kommuner or (place, of) in ground.tables for place in places
        )
        in_run = is_kommune(places[0]) and places[0] in ground.places
        if delivered and in_run and (of, key) not in found:
            told.append((places[0], of, GONE if is_gone else LATE, key))
        elif is_gone and not delivered:
            kept.append((of, key, number, ended, says))
    return table(sorted(told), CHANGES), pa.concat_tables([now, table(kept, REKKER)])


def _rows(of: Table) -> str:
    end = next((name for name in _ENDS if name in of.by_name), None)
    shown = [c.name for c in of.columns if c.in_letter and c.name not in (*_PLACE, of.key.name)]
    values = ", ".join(f"COALESCE(CAST({quoted(name)} AS VARCHAR), '')" for name in shown)
    return (
        f"SELECT {literal(of.name)} AS tabell, noekkel, kommunenummer_gjeldende AS kommunenummer, "
        f"{f'CAST({quoted(end)} AS VARCHAR)' if end else 'NULL'} AS ferdig, "
        f"md5_number_lower(concat_ws('|', '', {values})) AS innhold "
        f"FROM basis.{of.name} WHERE NOT starts_with(noekkel, 'linje-')"
    )
