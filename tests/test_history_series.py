"""A year of months whose truth is known is followed without one wrong status."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from extracts import EXPECTATIONS, write_csv
from nircheck import ingest, sample
from nircheck.engine import judge
from nircheck.history import compare, keep, writing
from nircheck.rulebook import RuleBook
from nircheck.run import Run, assemble

DEFECTS = {"NIR-100": 9, "NIR-106": 9, "NIR-140": 9, "NIR-231": 12, "NIR-270": 12, "NIR-337": 12}
MONTHS = 12
Told = dict[str, tuple[str, str | None, str]]


@dataclass(frozen=True)
class Series:
    """The extracts, and what must be said of each month: status and first month by finding."""

    months: list[Path]
    truth: dict[str, Told]


@pytest.fixture(scope="module")
def series(book: RuleBook, tmp_path_factory: pytest.TempPathFactory) -> Series:
    out = tmp_path_factory.mktemp("serie") / "ut"
    sample.make_series(book, sample.Order(350, 4, sample.SERIES_UTTREKKSDATO), DEFECTS, MONTHS, out)
    truth: dict[str, Told] = {}
    for row in pq.read_table(out / "fasit.parquet").to_pylist():
        month = truth.setdefault(str(row["maaned"]), {})
        month[row["finding_id"]] = (row["status"], row["hvorfor"], str(row["foerst_sett"]))
    return Series(sorted(path for path in out.iterdir() if path.is_dir()), truth)


@pytest.fixture(scope="module")
def few(book: RuleBook, tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    """The rule book with these rules only, and no key figures that rest on others."""
    folder = tmp_path_factory.mktemp("regelbok") / "expectations"
    shutil.copytree(EXPECTATIONS, folder, ignore=shutil.ignore_patterns("_noekkeltall.yaml"))
    rules = tuple(book.by_id[rule_id] for rule_id in DEFECTS)
    return replace(book, folder=folder, rules=rules)


def remembered(few: RuleBook, extract: Path, historikk: Path) -> Run:
    """The run of an extract, compared with those before it and taken in."""
    with writing(historikk, begins=True) as store:
        register, manifest = ingest.read(
            [extract], ingest.Manifest(), few.contract, few.views, few.folder
        )
        with register:
            run = assemble(register, manifest, few, judge(register, few.running()))
            outcome = compare(store, run, register, few)
        keep(store, outcome)
    return outcome.run


def told(run: Run) -> dict[str, dict[str, Any]]:
    """What the run says of every finding that is listed, or was open."""
    both = (*run.followed["gone"].to_pylist(), *run.followed["status"].to_pylist())
    return {row["finding_id"]: row for row in both if row["status"] != "flyttet"}


def otherwise_written(extract: Path, folder: Path, nth: int) -> Path:
    """The same rows in another order, and now and then as another kind of file."""
    folder.mkdir()
    (folder / "uttrekk.toml").write_bytes((extract / "uttrekk.toml").read_bytes())
    for path in sorted(extract.glob("*.csv")):
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        random.Random(nth).shuffle(lines)
        if nth % 2:
            columns = header.split(";")
            rows = [dict(zip(columns, line.split(";"), strict=True)) for line in lines]
            columns.reverse()
            write_csv(folder / path.name, columns, rows, encoding="cp1252", separator="\t")
        else:
            text = "\n".join([header, *lines]) + "\n"
            (folder / path.name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_twelve_months_are_followed_without_one_wrong_status(
    few: RuleBook, series: Series, tmp_path: Path
) -> None:
    seen: set[str] = set()
    wrong = []
    for nth, extract in enumerate(series.months):
        month = otherwise_written(extract, tmp_path / f"m{nth}", nth) if nth % 3 else extract
        run = remembered(few, month, tmp_path / "historikk")
        first = set(run.facts["historikk"]["foerste"])
        said = told(run)
        meant = series.truth.get(extract.name, {})
        assert said.keys() == meant.keys(), extract.name
        for finding_id, (status, _, since) in meant.items():
            line = said[finding_id]
            was = line["status"]
            if status == "ny" and line["grunn"] == "foerste_kontroll":
                # nobody had looked there before, which the truth does not tell apart
                assert line["kommunenummer"] in first
                was = "ny"
            if (was, line["foerst_sett"]) != (status, since):
                wrong.append((extract.name, finding_id, status, line))
        assert not (seen - meant.keys()) & said.keys()
        seen |= meant.keys()

    assert wrong == []
    assert {status for month in series.truth.values() for status, _, _ in month.values()} == {
        "ny", "fortsatt_aapen", "rettet", "gjenaapnet", "ikke_sammenlignbart"
    }  # fmt: skip
