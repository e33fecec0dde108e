"""A register month by month: what is found in each extract is what the truth says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from commands import nircheck
from nircheck import ingest, sample
from nircheck.engine import judge
from nircheck.ingest import column_map
from nircheck.rulebook import RuleBook
from nircheck.sample import Form
from nircheck.sample.chance import Chance
from nircheck.sample.lives import Life, drawn

DEFECTS = {"NIR-100": 9, "NIR-106": 9, "NIR-140": 9, "NIR-231": 12, "NIR-270": 12, "NIR-337": 12}
MONTHS = 5
FOUND = ("ny", "fortsatt_aapen", "gjenaapnet")
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def series(book: RuleBook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("serie") / "ut"
    order = sample.Order(500, 4, date(2024, 3, 31))
    sample.make_series(book, order, DEFECTS, MONTHS, out, (Form.CANONICAL, Form.SYSTEM))
    return out


def rows(path: Path) -> Rows:
    return list(pq.read_table(path).to_pylist())


def found_in(book: RuleBook, folder: Path, which: Callable[[str], bool]) -> Rows:
    path = folder / "kolonnekart.yaml"
    mapped = column_map.load(path, book.contract) if path.is_file() else None
    register, _ = ingest.read(
        [folder], ingest.Manifest(), book.contract, book.views, book.folder, column_map=mapped
    )  # fmt: skip
    with register:
        chosen = [compiled for compiled in book.running() if which(compiled.rule.id)]
        return list(judge(register, chosen).findings.to_pylist())


def months(series: Path) -> list[Path]:
    return sorted(path for path in series.iterdir() if path.is_dir())


@pytest.mark.slow
def test_every_month_has_just_the_findings_that_the_truth_calls_found(
    book: RuleBook, series: Path
) -> None:
    truth = rows(series / "fasit.parquet")
    assert len(months(series)) == MONTHS
    for folder in months(series):
        found = found_in(book, folder, lambda rule_id: rule_id in DEFECTS)

        meant = {
            (row["finding_id"], row["kommunenummer"])
            for row in truth
            if str(row["maaned"]) == folder.name and row["status"] in FOUND
        }
        assert {(each["finding_id"], each["kommunenummer"]) for each in found} == meant


@pytest.mark.slow
def test_no_other_active_rule_finds_anything(book: RuleBook, series: Path) -> None:
    drafts = {compiled.rule.id for compiled in book.rules if compiled.rule.status != "active"}
    looked_at = {c.rule.id for c in book.rules[::4]} | {"NIR-106", "NIR-235", "NIR-403"}

    found = found_in(book, months(series)[2], lambda rule_id: rule_id in looked_at - drafts)

    assert {each["rule_id"] for each in found} <= set(DEFECTS)


@pytest.mark.slow
def test_everything_happens_in_a_series(series: Path) -> None:
    told = Counter((row["status"], row["hvorfor"]) for row in rows(series / "fasit.parquet"))
    happened = {row["hendelse"] for row in rows(series / "hendelser.parquet")}

    assert {status for status, why in told if why is None} == {*FOUND, "rettet"}
    whys = {why for status, why in told if status == "ikke_sammenlignbart"}
    assert whys == {"kommune_mangler", "overfoering_feilet", "tabell_mangler"}
    assert happened == {*whys, "kommune_endret"}


@pytest.mark.slow
def test_a_kommune_that_is_missing_has_no_row_that_month(series: Path) -> None:
    missing = [r for r in rows(series / "hendelser.parquet") if r["hendelse"] == "kommune_mangler"]
    assert missing
    for event in missing:
        folder = series / str(event["maaned"])
        text = (folder / "program.csv").read_text(encoding="utf-8")
        header, *lines = text.splitlines()
        number = header.split(";").index("kommunenummer")
        assert event["kommunenummer"] not in {line.split(";")[number] for line in lines}


@pytest.mark.slow
def test_rows_stand_in_another_order_each_month(series: Path) -> None:
    first, second = (
        [line.split(";")[0] for line in (folder / "tiltak.csv").read_text("utf-8").splitlines()]
        for folder in months(series)[2::2]
    )
    both = set(first) & set(second)

    assert len(both) > 500
    assert [key for key in first if key in both] != [key for key in second if key in both]


def life(wrong: str) -> Life:
    return Life("NIR-100", "program", "PR1", "P1", np.array([sign == "x" for sign in wrong]))


def told(one: Life) -> dict[int, str]:
    return {month: status for month, status, _, _ in one.statuses()}


def test_a_defect_that_comes_goes_and_comes_back_is_told_so() -> None:
    assert told(life(".xx..x.")) == {
        1: "ny", 2: "fortsatt_aapen", 3: "rettet", 5: "gjenaapnet", 6: "rettet",
    }  # fmt: skip


@pytest.mark.parametrize(("wrong", "after"), [("xxx", "fortsatt_aapen"), ("xx.", "rettet")])
def test_what_nobody_could_see_is_neither_mended_nor_new(wrong: str, after: str) -> None:
    one = life(wrong)
    one.hidden[1] = "kommune_mangler"

    assert told(one) == {0: "ny", 1: "ikke_sammenlignbart", 2: after}


def test_a_defect_is_not_told_of_before_it_was_ever_seen() -> None:
    one = life("xx")
    one.hidden[0] = "tabell_mangler"

    assert told(one) == {1: "ny"}


def test_lives_differ() -> None:
    wrong = list(drawn(Chance(1, "liv"), 300, 12))

    turns = Counter(int(np.count_nonzero(np.diff(each.astype(int)))) for each in wrong)
    assert {0, 1, 2, 3} <= turns.keys()


@pytest.mark.parametrize(
    ("rule_id", "why"),
    [
        ("NIR-380", "whole kommuner"), ("NIR-236", "adds rows"), ("NIR-175", "other rules"),
        ("NIR-389", "two months"), ("NIR-362", "another kommune"), ("NIR-212", "extract date"),
    ],
)  # fmt: skip
def test_a_defect_that_would_not_stay_the_same_is_refused(
    tmp_path: Path, rule_id: str, why: str
) -> None:
    done = nircheck("sample", "--maaneder", 3, "--plant", f"{rule_id}=2", "--ut", tmp_path / "s")

    assert done.code == 2
    assert why in done.err
    assert not (tmp_path / "s").exists()
