"""Our own SQL functions against plain Python, and against the readings that were settled."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import example, given
from hypothesis import strategies as st

from extracts import EXPECTATIONS
from nircheck.errors import RuleBookError
from nircheck.sql import Functions, bind

OWN = Functions.load(EXPECTATIONS / "_views" / "_funksjoner.sql")
DAY = date(2024, 6, 30)
CONNECTION = duckdb.connect()

days = st.dates(date(1930, 1, 1), date(2060, 12, 31))


def value(call: str, *arguments: object, day: date = DAY) -> Any:
    """What a call gives in the database; `$1`, `$2` … stand for the arguments."""
    sql = OWN.expand(sqlglot.parse_one(call, read="duckdb")).sql("duckdb")
    ((found,),) = CONNECTION.execute(f"SELECT {bind(sql, day)}", list(arguments)).fetchall()
    return found


def days_in(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def moved(day: date, months: int) -> date:
    """The same day of another month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, days_in(year, month + 1)))


def whole_months(start: date, end: date) -> int:
    """How many times a month can be added to `start` without passing `end`."""
    months = -1 if end < start else 0
    while end < start and moved(start, months) > end:
        months -= 1
    while end >= start and moved(start, months + 1) <= end:
        months += 1
    return months


def age(born: date, day: date) -> int:
    """Birthdays had: one every year, on 1 March for who has none that year."""
    birthdays = 0
    for year in range(born.year + 1, day.year + 1):
        missing = (born.month, born.day) == (2, 29) and days_in(year, 2) == 28
        birthday = date(year, 3, 1) if missing else date(year, born.month, born.day)
        birthdays += birthday <= day
    return birthdays


@given(days, st.integers(-60, 60))
@example(date(2024, 1, 31), 1)
@example(date(2023, 1, 31), 1)
@example(date(2024, 2, 29), 12)
@example(date(2024, 3, 31), -1)
@example(date(2023, 12, 31), 2)
def test_months_are_calendar_months_held_within_the_month(day: date, months: int) -> None:
    assert value("PLUSS_MND($1::DATE, $2::INTEGER)", day, months) == moved(day, months)


@given(days, st.integers(-5, 5))
@example(date(2024, 2, 29), 1)
@example(date(2024, 2, 29), 4)
def test_years_are_twelve_months(day: date, years: int) -> None:
    assert value("PLUSS_AAR($1::DATE, $2::INTEGER)", day, years) == moved(day, 12 * years)


@given(days, days)
@example(date(2024, 4, 30), date(2024, 6, 30))
@example(date(2024, 4, 29), date(2024, 6, 30))
@example(date(2023, 12, 31), date(2024, 2, 29))
@example(date(2023, 12, 30), date(2024, 2, 29))
def test_overdue_is_after_two_whole_months_not_on_the_day(day: date, extracted: date) -> None:
    assert value("FORFALT($1::DATE)", day, day=extracted) == (moved(day, 2) < extracted)


@given(days, days)
@example(date(2024, 1, 31), date(2024, 2, 29))
@example(date(2024, 1, 31), date(2024, 2, 28))
@example(date(2024, 2, 29), date(2025, 2, 28))
@example(date(2024, 6, 1), date(2024, 6, 1))
@example(date(2022, 6, 1), date(2024, 5, 31))
def test_months_between_days_are_the_whole_ones(start: date, end: date) -> None:
    found = value("MND($1::DATE, $2::DATE)", start, end)

    assert found == whole_months(start, end)


@given(days, days)
def test_both_ends_count_in_days(start: date, end: date) -> None:
    assert value("DAGER($1::DATE, $2::DATE)", start, end) == (end - start).days + 1


@given(days, st.integers(0, 40_000))
@example(date(2004, 2, 29), 365 * 18 + 4)
@example(date(2004, 2, 29), 365 * 18 + 5)
@example(date(1990, 5, 12), 0)
def test_age_is_in_whole_years_and_leap_day_is_first_of_march_elsewhere(
    born: date, later: int
) -> None:
    day = born + timedelta(days=later)

    assert value("ALDER($1::DATE, $2::DATE)", born, day) == age(born, day)


def test_a_birthday_is_had_on_the_day_itself() -> None:
    around = [date(2022, 5, day) for day in (11, 12, 13)]

    assert [value("ALDER($1::DATE, $2::DATE)", date(1966, 5, 12), day) for day in around] == [
        55, 56, 56
    ]  # fmt: skip


@pytest.mark.parametrize(
    "call",
    [
        "PLUSS_MND(NULL::DATE, 2)", "PLUSS_AAR(NULL::DATE, 2)", "FORFALT(NULL::DATE)",
        "MND(NULL::DATE, DATE '2024-01-01')", "MND(DATE '2024-01-01', NULL::DATE)",
        "DAGER(NULL::DATE, DATE '2024-01-01')", "ALDER(NULL::DATE, DATE '2024-01-01')",
        "SAMLET_ULEST(NULL, NULL)", "GRENSE_MND(NULL)", "MAKS_MND(NULL)",
    ],
)  # fmt: skip
def test_of_nothing_nothing_comes(call: str) -> None:
    assert value(call) is None


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [("|a|", None, "|a|"), (None, "|b|", "|b|"), ("|a|", "|b|", "|a||b|")],
)
def test_marks_of_two_sources_are_put_together(
    first: str | None, second: str | None, both: str
) -> None:
    assert value("SAMLET_ULEST($1, $2)", first, second) == both


PROTECTION, COLLECTIVE = "BESKYTTELSE_28", "KOLLEKTIV_34"


@pytest.mark.parametrize(
    ("basis", "granted", "arrived", "started", "law"),
    [
        # granted and arrived before 2021: introduksjonsloven
        (PROTECTION, "2020-12-31", "2020-12-31", "2021-02-01", "IL"),
        (PROTECTION, "2020-12-31", "2020-12-31", None, "IL"),
        (PROTECTION, "2018-03-01", "2018-03-01", "2018-08-01", "IL"),
        # granted from 2021, or granted before but arrived after: integreringsloven
        (PROTECTION, "2021-01-01", "2020-06-01", "2021-02-01", "INT"),
        (PROTECTION, "2021-01-01", None, None, "INT"),
        (PROTECTION, "2020-12-31", "2021-01-01", "2021-02-01", "INT"),
        (PROTECTION, "2020-12-31", "2021-01-01", "2020-12-01", "INT"),
        # granted before 2021 and no day of arrival: by the start of the programme
        (PROTECTION, "2020-12-31", None, "2020-12-31", "IL"),
        (PROTECTION, "2020-12-31", None, "2021-01-01", "UKJENT"),
        (PROTECTION, "2020-12-31", None, None, "UKJENT"),
        # collective protection from 11 March 2022: kapittel 6A, never from citizenship
        (COLLECTIVE, "2022-03-11", "2022-03-01", "2022-09-01", "KAP6A"),
        (COLLECTIVE, "2022-03-11", None, None, "KAP6A"),
        (COLLECTIVE, "2022-03-10", "2022-03-01", "2022-09-01", "INT"),
        ("FAMILIE", "2022-05-01", "2022-04-10", "2022-09-01", "INT"),
        # not enough to tell
        (None, "2022-05-01", "2022-04-10", "2022-09-01", "UKJENT"),
        (COLLECTIVE, None, "2022-04-10", "2022-09-01", "UKJENT"),
        (None, None, None, "2018-01-01", "UKJENT"),
    ],
)
def test_the_law_follows_from_permission_and_arrival(
    basis: str | None, granted: str | None, arrived: str | None, started: str | None, law: str
) -> None:
    found = value("REGIME($1, $2::DATE, $3::DATE, $4::DATE)", basis, granted, arrived, started)

    assert found == law


@pytest.mark.parametrize(
    ("law", "goal", "education", "group", "months", "most"),
    [
        ("IL", "FULLFOERE_VGO", "JA", "INTRO", 24, 36),
        ("IL", None, None, "INTRO", 24, 36),
        ("UKJENT", "FULLFOERE_VGO", "NEI", None, None, None),
        ("INT", "ARBEID_HAR_VGO", "JA", "HAR_VGO", 6, 12),
        ("INT", "HOEYERE_HAR_VGO", None, "HAR_VGO", 6, 12),
        ("KAP6A", "HOEYERE_HAR_VGO", "JA", "HAR_VGO", 6, 12),
        ("INT", "FULLFOERE_VGO", "NEI", "FULLFOERE_VGO", 36, 48),
        ("INT", "ARBEID_UTEN_VGO", "NEI", "OEVRIGE", 24, 36),
        ("KAP6A", "GRUNNSKOLE", None, "OEVRIGE", 24, 36),
        ("INT", "DELER_AV_VGO", "NEI", "OEVRIGE", 24, 36),
        # goal and education disagree: the longer limit
        ("INT", "FULLFOERE_VGO", "JA", "FULLFOERE_VGO", 36, 48),
        ("INT", "ARBEID_UTEN_VGO", "JA", "OEVRIGE", 24, 36),
        # no goal: education decides, and nothing decides nothing
        ("INT", None, "JA", "HAR_VGO", 6, 12),
        ("KAP6A", None, "NEI", "OEVRIGE", 24, 36),
        ("INT", None, None, None, None, None),
    ],
)
def test_the_limits_follow_from_law_goal_and_education(
    law: str,
    goal: str | None,
    education: str | None,
    group: str | None,
    months: int | None,
    most: int | None,
) -> None:
    found = value("PROGRAMGRUPPE($1, $2, $3)", law, goal, education)

    assert found == group
    assert (value("GRENSE_MND($1)", found), value("MAKS_MND($1)", found)) == (months, most)


def test_every_goal_in_the_code_list_has_a_group() -> None:
    lines = (EXPECTATIONS / "_kodelister" / "sluttmaal.csv").read_text(encoding="utf-8")
    goals = [line.split(",")[0] for line in lines.splitlines()[1:]]

    without = [g for g in goals if value("PROGRAMGRUPPE('INT', $1, NULL)", g) is None]

    assert without == []


def test_the_extract_date_is_bound_and_never_today() -> None:
    assert value("UTTREKKSDATO()", day=date(2019, 2, 28)) == date(2019, 2, 28)
    assert value("uttrekksdato()", day=date(2019, 2, 28)) == date(2019, 2, 28)


def test_an_argument_is_not_mistaken_for_a_parameter_of_the_same_name() -> None:
    tree = sqlglot.parse_one("MND(b, a)", read="duckdb")
    sql = OWN.expand(tree).sql("duckdb")

    ((found,),) = CONNECTION.execute(
        f"SELECT {sql} FROM (SELECT DATE '2024-03-01' AS a, DATE '2024-01-01' AS b)"
    ).fetchall()

    assert found == 2


def test_calls_within_calls_are_expanded() -> None:
    tree = OWN.expand(sqlglot.parse_one("FORFALT(PLUSS_AAR(PLUSS_MND(x, 1), 1))", read="duckdb"))

    assert not [name for name in OWN.names if name in tree.sql("duckdb").upper()]


def test_sql_of_others_is_left_as_it_is() -> None:
    tree = sqlglot.parse_one("noe_annet(x) > MIN(y)", read="duckdb")

    assert OWN.expand(tree) == tree


def test_a_definition_may_use_functions_and_columns_that_are_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "_funksjoner.sql"
    path.write_text("CREATE MACRO F(d) AS noe(d) + e", encoding="utf-8")

    sql = Functions.load(path).expand(sqlglot.parse_one("F(x)", read="duckdb")).sql("duckdb")

    assert sql == "(NOE((x)) + e)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT 1", ":1: holds something else than CREATE MACRO"),
        ("CREATE TABLE x AS SELECT 1", ":1: holds something else than CREATE MACRO"),
        ("CREATE MACRO F(d) AS d;\nCREATE MACRO G(d) AS (d", ":2: Expecting )"),
        ("CREATE MACRO F(d) AS 'd", ":1: Error tokenizing"),
    ],
)
def test_a_mistake_in_the_definitions_is_told_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "_funksjoner.sql"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(RuleBookError) as caught:
        Functions.load(path)

    assert str(caught.value).startswith(f"{path}{said}")
