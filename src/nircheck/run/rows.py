"""How many rows of each table every kommune has, and every bydel in it."""

from __future__ import annotations

from typing import Any

from nircheck.register import JudgedRegister

_BYDEL = "regexp_full_match(bydel_gjeldende, '[0-9]{6}')"


def rows_per_kommune(register: JudgedRegister) -> dict[str, dict[str, Any]]:
    """`rader`: the rows per delivered table; `bydeler`: the same for each bydel that has rows."""
    found: dict[str, dict[str, Any]] = {}
    for table in sorted(register.delivered):
        query = (
            "SELECT kommunenummer_gjeldende, "
            f"CASE WHEN {_BYDEL} THEN bydel_gjeldende END AS bydel, count(*) "
            f"FROM basis.{table} GROUP BY ALL ORDER BY ALL"
        )
        for kommune, bydel, number in register.connection.execute(query).fetchall():
            place = found.setdefault(kommune, {"rader": {}, "bydeler": {}})
            place["rader"][table] = place["rader"].get(table, 0) + number
            if bydel:
                place["bydeler"].setdefault(bydel, {})[table] = number
    return found
