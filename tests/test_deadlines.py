"""Deadlines: counted in calendar months from the event, the statistics first, no clock asked."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import nircheck
from extracts import DAY, Extract, audited
from nircheck import deadlines
from nircheck.deadlines.calendar import annual_deadline, two_months_after
from nircheck.deadlines.statistics import Figure
from nircheck.deadlines.worklist import Task, worklists
from nircheck.errors import RuleBookError
from nircheck.rulebook import RuleBook
from nircheck.run import Run, active_rules, write
from nircheck.texts import texts

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("event", "last"),
    [
        ("2026-08-30", "2026-10-30"),
        ("2026-12-31", "2027-02-28"),
        ("2023-12-30", "2024-02-29"),
        ("2024-12-31", "2025-02-28"),
        ("2026-11-15", "2027-01-15"),
    ],
)
def test_two_months_are_calendar_months(event: str, last: str) -> None:
    assert two_months_after(date.fromisoformat(event)) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("today", "deadline"),
    [
        ("2026-11-20", "2027-02-28"),
        ("2027-02-28", "2027-02-28"),
        ("2027-03-01", "2028-02-29"),
        ("2028-02-29", "2028-02-29"),
    ],
)
def test_the_annual_deadline_is_the_next_last_day_of_february(today: str, deadline: str) -> None:
    assert annual_deadline(date.fromisoformat(today)) == date.fromisoformat(deadline)


@given(st.dates(date(2015, 1, 1), date(2035, 12, 31)), st.integers(0, 200))
def test_a_deadline_is_over_just_when_a_rule_would_say_so(event: date, later: int) -> None:
    """FORFALT(d) is PLUSS_MND(d, 2) < UTTREKKSDATO()."""
    import duckdb

    today = event + timedelta(days=later)
    query = "SELECT CAST(? + INTERVAL 2 MONTH AS DATE) < ?"
    (due,) = duckdb.execute(query, [event, today]).fetchone() or ()

    assert ((two_months_after(event) - today).days < 0) == due


def test_an_end_counts_in_its_own_year_only_and_what_has_no_day_always() -> None:
    once, long = Figure("avslutning", 1), Figure("maal", 4)

    assert [once.counts(date(year, 12, 31), 2026) for year in (2025, 2026, 2027)] == [
        False, True, False
    ]  # fmt: skip
    assert [long.counts(date(year, 1, 1), 2026) for year in (2022, 2023)] == [False, True]
    assert once.counts(None, 2026)


def test_every_finding_that_counts_is_one_task_in_the_order_of_urgency(
    sample_run: Run, book: RuleBook
) -> None:
    lists = worklists(sample_run, deadlines.load(book.folder, book.by_id), TODAY)
    tasks = [task for work in lists for task in work.tasks]
    active = active_rules(sample_run.facts)
    rows = sample_run.findings.to_pylist()

    assert sorted(t.finding_id for t in tasks) == sorted(
        row["finding_id"] for row in rows if row["rule_id"] in active
    )
    for work in lists:
        assert all(task.figure for task in work.first)
        for part in (work.first, work.rest):
            days = [task.days for task in part if not task.overdue]
            assert days == sorted(days, key=lambda n: (n is None, n))
            late = [task.overdue for task in part]
            assert late == sorted(late, reverse=True)


def test_a_feil_that_waits_for_the_deadline_is_overdue_and_an_info_is_not(
    sample_run: Run, book: RuleBook
) -> None:
    day = date.fromisoformat(sample_run.facts["uttrekksdato"])
    lists = worklists(sample_run, {}, day)
    graded = [t for work in lists for t in work.tasks if t.rule_id == "NIR-100"]

    assert {(task.severity, task.overdue) for task in graded} == {("feil", True), ("info", False)}


def test_the_day_of_the_event_is_the_rules_own_and_an_extract_will_do_for_a_run(
    book: RuleBook, tmp_path: Path
) -> None:
    extract = Extract()
    extract.participant(sluttdato="2024-05-02", avslutningsaarsak=None)
    extract.participant(startdato="2024-01-10", sluttdato=None, sluttmaal=None)
    folder = extract.write(tmp_path / "uttrekk", book)
    run = audited(book, folder)

    events = {row["rule_id"]: row["hendelsesdato"] for row in run.findings.to_pylist()}
    lists = [
        nircheck("frister", place, "--format", "json").out
        for place in (folder, write(run, tmp_path / "ut"))
    ]

    assert events["NIR-100"] == date(2024, 5, 2)
    assert events["NIR-105"] == date(2024, 1, 10)
    assert all(event is None or event <= DAY for event in events.values())
    assert lists[0] == lists[1]
    assert "NIR-100" in lists[0]


def test_a_list_is_shown_told_and_written(sample_folder: Path, tmp_path: Path) -> None:
    ask = ("frister", sample_folder, "--kommune", "0301", "--dato", TODAY)
    table = nircheck(*ask, "--ut", tmp_path / "sider", "--maalform", "nn")
    told = json.loads(nircheck(*ask, "--format", "json").out)
    page = (tmp_path / "sider" / "frister-0301.html").read_text(encoding="utf-8")

    (work,) = told
    first = [task for task in work["oppgaver"] if task["statistikk"]]
    assert table.code == 0
    assert f"Start her: {len(first)} funn" in table.out
    assert (work["aarsfrist"], work["dager_til_aarsfrist"]) == ("2027-02-28", 100)
    assert 0 < len(first) < len(work["oppgaver"])
    assert all(task["finding_id"] in page for task in work["oppgaver"])
    assert "http" not in re.sub(r"http-equiv", "", page)
    assert "<script" not in page
    assert [p.name for p in (tmp_path / "sider").iterdir()] == ["frister-0301.html"]


def test_a_day_before_the_extract_is_refused(sample_folder: Path) -> None:
    done = nircheck("frister", sample_folder, "--dato", "2026-10-30")

    assert (done.code, done.out) == (2, "")
    assert "before the extract was taken" in done.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("maal: {years: 1, rules: [NIR-1000]}", "'NIR-1000' is no rule; did you mean 'NIR-100'?"),
        ("maal: {years: 1, rules: [NIR-100, NIR-100]}", "'NIR-100' stands twice"),
        ("maal: [NIR-100]", "'maal' must have 'years' and 'rules'"),
    ],
)
def test_a_wrong_list_of_figures_is_refused_with_its_line(
    text: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "_statistikk.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(RuleBookError, match=re.escape(f"_statistikk.yaml:1: {said}")):
        deadlines.load(tmp_path, {"NIR-100"})


def test_every_figure_has_a_name(book: RuleBook) -> None:
    figures = deadlines.load(book.folder, book.by_id)
    active = {c.rule.id for c in book.rules if c.rule.status == "active"}

    assert {figure.name for figure in figures.values()} == set(
        texts("nb", "deadlines").groups["tall"]
    )
    assert figures.keys() <= active


def test_tasks_of_the_same_day_stand_in_a_fixed_order() -> None:
    def task(**values: Any) -> Task:
        plain: dict[str, Any] = {
            "finding_id": "f", "rule_id": "NIR-1", "severity": "feil", "tabell": "program",
            "noekkel": "P1", "person_id": None, "message": {}, "frist": None, "days": None,
            "figure": None,
        }  # fmt: skip
        return Task(**(plain | values))

    ordered = [
        task(days=-1), task(days=-9, severity="info"), task(days=3), task(days=3, severity="info"),
        task(), task(noekkel="P2"),
    ]  # fmt: skip

    assert sorted([*ordered[3:], *ordered[:3]], key=lambda t: t.key) == ordered
