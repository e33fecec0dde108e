"""Hours week by week and time without tiltak, against a plain count of days."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from random import Random
from typing import Any

import duckdb
import pytest
import sqlglot

from extracts import DAY, EXPECTATIONS
from nircheck import contract
from nircheck.contract import REFERENCE_COLUMNS, ROW_COLUMNS
from nircheck.sql import bind, load_views, quoted

CONTRACT = contract.load(EXPECTATIONS)
VIEWS = load_views(EXPECTATIONS, CONTRACT)
LAST_DUE = date(DAY.year, DAY.month - 2, DAY.day) - timedelta(1)
DEMAND_FROM = date(2024, 2, 1)
PROGRAMMES = 150


@dataclass
class Programme:
    """A made-up programme with its tiltak (kind, hours, first, last) and permisjoner."""

    key: str
    start: date
    end: date | None
    tiltak: list[tuple[str, int | None, date, date | None]] = field(default_factory=list)
    permisjon: list[tuple[date, date | None]] = field(default_factory=list)

    def active(self, day: date) -> set[tuple[str, int | None]]:
        """The tiltak of a day; two equal ones are one."""
        return {(kind, h) for kind, h, a, b in self.tiltak if a <= day <= (b or DAY)}

    def on_leave(self, day: date) -> bool:
        """Whether the day is in permisjon."""
        return any(a <= day <= min(b or DAY, self.end or DAY) for a, b in self.permisjon)

    def days(self) -> list[date]:
        """The days that are looked at."""
        length = (min(self.end or DAY, LAST_DUE) - self.start).days + 1
        return [self.start + timedelta(n) for n in range(length)]


def made_up() -> list[Programme]:
    chance = Random(20240630)
    start_of_all = DAY - timedelta(395)
    result = []
    for number in range(PROGRAMMES):
        start = start_of_all + timedelta(chance.randint(0, 200))
        end = None if chance.random() < 0.4 else start + timedelta(chance.randint(0, 250))
        programme = Programme(f"P{number}", start, end)
        for _ in range(chance.randint(0, 5)):
            first = start + timedelta(chance.randint(-40, 250))
            last = None if chance.random() < 0.15 else first + timedelta(chance.randint(-3, 120))
            kind = chance.choice(["NORSK", "VGO", "PRAKSIS_ARBEID", "ANNET"])
            programme.tiltak.append((kind, chance.choice([5, 10, 20, None]), first, last))
        for _ in range(chance.choice([0, 0, 1, 2])):
            first = start + timedelta(chance.randint(-10, 200))
            last = None if chance.random() < 0.1 else first + timedelta(chance.randint(0, 60))
            programme.permisjon.append((first, last))
        result.append(programme)
    return result


MADE_UP = made_up()


@pytest.fixture(scope="module")
def register() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA basis")
    for table in CONTRACT.tables.values():
        kinds = {column.name: column.sql_type for column in table.columns} | ROW_COLUMNS
        listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in kinds.items())
        connection.execute(f"CREATE TABLE basis.{table.name} ({listed})")
    connection.execute("CREATE SCHEMA referanse")
    for name, columns in REFERENCE_COLUMNS.items():
        listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        connection.execute(f"CREATE TABLE referanse.{name} ({listed})")
    for number, p in enumerate(MADE_UP):
        own = {"program_id": p.key, "person_id": p.key}
        _insert(
            connection, "program", number, p.key, own | {"startdato": p.start, "sluttdato": p.end}
        )
        for place, (kind, hours, first, last) in enumerate(p.tiltak):
            values = {
                "tiltakstype": kind,
                "timer_per_uke": hours,
                "startdato": first,
                "stoppdato": last,
            }
            _insert(connection, "tiltak", number * 10 + place, f"{p.key}-{place}", own | values)
        for place, (first, last) in enumerate(p.permisjon):
            values = {"fra_dato": first, "til_dato": last}
            _insert(connection, "permisjon", number * 10 + place, f"{p.key}-{place}", own | values)
    for view in VIEWS.ordered:
        connection.execute(f"CREATE TABLE {quoted(view.name)} AS {bind(view.sql, DAY)}")
    yield connection
    connection.close()


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, number: int, key: str, row: dict[str, Any]
) -> None:
    cells = {"rad": number, "noekkel": key, "forekomst": 1} | row
    marks = ", ".join("?" * len(cells))
    connection.execute(
        f"INSERT INTO basis.{table} ({', '.join(cells)}) VALUES ({marks})", list(cells.values())
    )


def _found(register: duckdb.DuckDBPyConnection, columns: str) -> dict[str, tuple[Any, ...]]:
    rows = register.execute(f"SELECT noekkel, {columns} FROM program").fetchall()
    return {row[0]: row[1:] for row in rows}


def test_the_longest_time_without_tiltak_is_what_counting_days_gives(
    register: duckdb.DuckDBPyConnection,
) -> None:
    found = _found(register, "lengste_hull_dager, lengste_hull_fra, lengste_hull_til")

    assert found == {p.key: _longest_gap(p) for p in MADE_UP}
    assert sum(gap[0] is not None for gap in found.values()) > PROGRAMMES / 4


def _longest_gap(p: Programme) -> tuple[int | None, date | None, date | None]:
    if all(first > (last or DAY) for _, _, first, last in p.tiltak):
        return None, None, None
    runs = [list(days) for busy, days in groupby(p.days(), lambda d: bool(p.active(d))) if not busy]
    gaps = [(sum(not p.on_leave(d) for d in r), r[0], r[-1]) for r in runs if len(r) >= 28]
    return max(gaps, key=lambda gap: (gap[0], -gap[1].toordinal()), default=(None, None, None))


def test_hours_and_weeks_are_what_counting_days_gives(register: duckdb.DuckDBPyConnection) -> None:
    found = _found(register, "dager_med_tiltak, uketimer_snitt, krav_uker, krav_uker_under_15")

    for p in MADE_UP:
        busy = [day for day in p.days() if p.active(day)]
        counted = [day for day in busy if not p.on_leave(day)]
        if not busy:
            assert found[p.key] == (None, None, None, None)
            continue
        days, mean, weeks, short = found[p.key]
        demanded = [day for day in counted if day >= max(_after_three_months(p.start), DEMAND_FROM)]
        lacking = [day for day in demanded if _hours(p, day, "PRAKSIS_ARBEID", "ANNET") < 15]
        assert (days, weeks, short) == (len(counted), len(demanded) // 7, len(lacking) // 7)
        if counted:
            hours = sum(
                _hours(p, day, "NORSK", "VGO", "PRAKSIS_ARBEID", "ANNET") for day in counted
            )
            assert float(mean) == pytest.approx(hours / len(counted), abs=0.051)


def _hours(p: Programme, day: date, *kinds: str) -> int:
    return sum(hours or 0 for kind, hours in p.active(day) if kind in kinds)


def _after_three_months(start: date) -> date:
    month = start.month + 3
    year, month = start.year + (month - 1) // 12, (month - 1) % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(1)).day
    return date(year, month, min(start.day, last)) + timedelta(1)


def test_a_tiltak_points_where_its_group_in_the_code_list_says() -> None:
    of_old_law = {"ANNEN_DELTAKELSE_ARBEIDSLIV", "AMO_KURS", "NAV_TILTAK"}
    with (EXPECTATIONS / "_kodelister" / "tiltakstype.csv").open(encoding="utf-8") as lines:
        groups = {row["kode"]: row["gruppe"] for row in csv.DictReader(lines)}

    for code, group in groups.items():
        wanted = "ARBEID" if code in of_old_law else group
        for given in (None, group or None):
            said = _direction(code, given)
            assert said == wanted or {said, wanted}.isdisjoint({"ARBEID", "UTDANNING"})


@pytest.mark.parametrize("code", ["ANNET", "HURTIGSPOR", "PRAKSIS_SPRAAK", "NOE_NYTT", None])
def test_what_may_hold_anything_is_not_taken_for_a_lack(code: str | None) -> None:
    assert _direction(code, None) == "UVISS"


@pytest.mark.parametrize("code", ["NORSK", "SPRAAKTILBUD_ENGELSK", "SPRAAKTILBUD_ANNET"])
def test_language_is_told_apart_from_other_content(code: str) -> None:
    assert _direction(code, "ANDRE") == "SPRAAK"


def _direction(code: str | None, group: str | None) -> str:
    call = VIEWS.functions.expand(sqlglot.parse_one("TILTAKSRETNING(kode, gruppe)")).sql("duckdb")
    row = duckdb.execute(f"SELECT {call} FROM (SELECT ? AS kode, ? AS gruppe)", [code, group])
    return str(row.fetchall()[0][0])
