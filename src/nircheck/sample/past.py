"""An invented register as it was on earlier days: rows not yet there, dates not yet known.

Whoever is followed through the months must be without defects in each of them. So those are left
out whose frist comes near or is moved while they are followed, or who take a leave in that time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from nircheck.contract import Contract
from nircheck.sql import literal, quoted

_SOON = 62
"""A frist so many days ahead is told of by a rule."""
_NEWEST = 4
"""A programme shows so many days after its start."""
_LEAVE = 15
_CUT_OFF = 2

_SEEN = {
    "person": "greatest(r.innvilget_dato, r.ankomst_dato) <= $day",
    "program": "r.startdato <= $programme",
    "tiltak": "r.startdato <= $day AND r.program_id IN (FROM seen_program)",
    "vedtak": "r.vedtaksdato <= $day"
    " AND (r.program_id IS NULL OR r.program_id IN (FROM seen_program))"
    " AND (r.norsk_id IS NULL OR r.person_id IN (FROM seen_person))",
    "permisjon": "r.fra_dato <= $day AND r.program_id IN (FROM seen_program)",
    "fravaer": "r.til_dato <= $day AND r.program_id IN (FROM seen_program)",
    "norsk": "r.startdato <= $day AND r.person_id IN (FROM seen_person)",
    "norskproeve": "r.proevedato <= $day",
    "mottak": "r.sluttdato <= $day AND r.person_id IN "
    "(SELECT person_id FROM person WHERE greatest(innvilget_dato, ankomst_dato) <= $day)",
}
"""Which rows are there on a day."""
_STARTS = {
    "person": "greatest(r.innvilget_dato, r.ankomst_dato)",
    "vedtak": "r.vedtaksdato",
    "permisjon": "r.fra_dato",
    "fravaer": "r.til_dato",
}
"""When a row is from, where it is not its start."""
_UNTIL_THEN: dict[str, dict[str, dict[str, str | None]]] = {
    "person": {"bosatt_dato": {"bosatt_dato": None, "bosettingskommune": None, "bydel": None}},
    "program": {
        "sluttdato": {
            "sluttdato": None, "avslutningsgruppe": None, "avslutningsaarsak": None,
            "livsmestring_gjennomfoert": "NEI", "foreldreveiledning_gjennomfoert": "NEI",
        },
    },
    "norsk": {
        "sluttdato": {
            "sluttdato": None, "timer_samfunnskunnskap": None,
            "samfunnskunnskap_gjennomfoert": "NEI",
        },
    },
}  # fmt: skip
"""By table and date: what its columns hold until the date has come."""

_FOLLOWED = """
SELECT p.person_id FROM person AS p
WHERE greatest(p.innvilget_dato, p.ankomst_dato) <= $last
AND NOT EXISTS (FROM vedtak AS v WHERE v.person_id = p.person_id AND v.vedtaksdato > $first
  AND v.vedtakstype IN ('FORLENGELSE', 'UTVIDET_NORSK'))
AND NOT EXISTS (FROM permisjon AS l WHERE l.person_id = p.person_id AND l.fra_dato > $leave)
AND NOT EXISTS (FROM program AS g WHERE g.person_id = p.person_id AND g.gjenaapnet_dato > $first)
AND NOT EXISTS (FROM program AS g, UNNEST($days) AS m(day) WHERE g.person_id = p.person_id
  AND g.startdato <= m.day AND (g.sluttdato IS NULL OR g.sluttdato > m.day)
  AND (g.gjennomfoeringsfrist IS NULL
    OR CAST(g.gjennomfoeringsfrist AS DATE) <= CAST(m.day AS DATE) + $soon))
ORDER BY p.person_id
"""


@dataclass(frozen=True)
class Past:
    """A register of the last day, and the days it is looked back at from."""

    connection: duckdb.DuckDBPyConnection
    contract: Contract
    days: tuple[date, ...]
    persons: int
    """How many can be followed."""

    @classmethod
    def of(
        cls, tables: Iterator[tuple[str, pa.Table]], contract: Contract, days: tuple[date, ...]
    ) -> Past:
        """Keep those who can be followed through all the days."""
        connection = duckdb.connect()
        for name, table in tables:
            connection.register("frame", table)
            connection.execute(f"CREATE TABLE {quoted(name)} AS FROM frame")
            connection.unregister("frame")
        first = days[0]
        connection.execute(
            f"CREATE TABLE followed AS {_FOLLOWED}",
            {
                "first": first.isoformat(),
                "last": days[-1].isoformat(),
                "leave": (first - timedelta(_LEAVE)).isoformat(),
                "days": [day.isoformat() for day in days],
                "soon": _SOON,
            },
        )
        found = connection.execute("SELECT count(*) FROM followed").fetchall()[0][0]
        return cls(connection, contract, days, int(found))

    def keep(self, persons: int) -> None:
        """Only so many of them."""
        self.connection.execute(
            "DELETE FROM followed WHERE person_id NOT IN "
            f"(FROM followed ORDER BY person_id LIMIT {persons})"
        )

    def on(self, day: date) -> Iterator[tuple[str, pa.Table]]:
        """Each table as it was on the day."""
        newest = day - timedelta(_NEWEST)
        for table in ("program", "person"):
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE seen_{table} AS SELECT DISTINCT {table}_id "
                f"FROM program WHERE startdato <= {literal(newest.isoformat())}"
            )
        for name in self.contract.tables:
            seen = _SEEN[name].replace("$day", literal(day.isoformat()))
            seen = seen.replace("$programme", literal(newest.isoformat()))
            listed = ", ".join(self._columns(name, day))
            yield (
                name,
                self.connection.sql(
                    f"SELECT {listed} FROM {name} AS r WHERE {seen} "
                    f"AND r.person_id IN (FROM followed) ORDER BY ALL"
                ).to_arrow_table(),
            )

    def ended_before_new_year(self) -> set[str]:
        """Those whose programme ended the year before a January or February that is looked at.

        What such a programme lacks is counted for the whole kommune until the yearly cut-off.
        """
        years = sorted({day.year - 1 for day in self.days if day.month <= _CUT_OFF})
        rows = self.connection.execute(
            "SELECT DISTINCT person_id FROM program WHERE CAST(left(sluttdato, 4) AS INTEGER) "
            "IN (SELECT UNNEST($years))",
            {"years": years},
        ).fetchall()
        return {person for (person,) in rows}

    def _columns(self, name: str, day: date) -> Iterator[str]:
        then = {
            column: (when, value)
            for when, values in _UNTIL_THEN.get(name, {}).items()
            for column, value in values.items()
        }
        first = literal(self.days[0].isoformat())
        for column in self.contract.tables[name].by_name:
            own = f"r.{quoted(column)}"
            if column == "registrert_dato":
                # What came while they are followed is registered the same day.
                start = _STARTS.get(name, "r.startdato")
                own = f"CASE WHEN {own} > {first} THEN least({own}, {start}) ELSE {own} END"
            elif column in then:
                when, value = then[column]
                known = f"r.{when} <= {literal(day.isoformat())} OR r.{when} IS NULL"
                before = "NULL" if value is None else literal(value)
                own = f"CASE WHEN {known} OR {own} IS NULL THEN {own} ELSE {before} END"
            yield f"{own} AS {quoted(column)}"
