"""Receipts: whole, confirmed without the data and with it, and without a clock."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from commands import Done, nircheck
from extracts import EXPECTATIONS, SAMPLE
from nircheck.run import Run, write


@pytest.fixture
def folder(sample_run: Run, tmp_path: Path) -> Path:
    return write(sample_run, tmp_path / "ut")


def verify(*arguments: object) -> Done:
    return nircheck("receipt", "verify", *arguments)


def test_an_audit_leaves_a_receipt_that_is_confirmed_without_the_data(folder: Path) -> None:
    done = verify(folder / "kvittering.json")

    assert done.code == 0
    assert "kjøringen: stemmer" in done.out
    assert "uttrekket: ikke prøvd" in done.out
    assert "Kvitteringen er bekreftet." in done.out


def test_it_holds_hashes_counts_and_version_and_no_time(sample_run: Run, folder: Path) -> None:
    content = json.loads((folder / "kvittering.json").read_text("utf-8"))

    assert content["tidspunkt"] is None
    assert content["counts"] == sample_run.facts["totals"]
    assert content["rulebook"] == sample_run.facts["rulebook"]
    assert {"run.json", "findings.parquet", "accounting.parquet"} < set(content["files"])
    assert len(content["inputs"]) == len(sample_run.facts["inputs"])


def test_the_same_run_gives_the_same_receipt(sample_run: Run, folder: Path, tmp_path: Path) -> None:
    other = write(sample_run, tmp_path / "igjen")

    assert (other / "kvittering.json").read_bytes() == (folder / "kvittering.json").read_bytes()


def test_a_time_is_told_when_it_is_given(sample_run: Run, tmp_path: Path) -> None:
    folder = write(sample_run, tmp_path, "2026-11-30T10:00:00")

    content = json.loads((folder / "kvittering.json").read_text("utf-8"))
    assert content["tidspunkt"] == "2026-11-30T10:00:00"
    assert verify(folder / "kvittering.json").code == 0


def test_a_changed_number_in_a_receipt_is_seen(folder: Path) -> None:
    path = folder / "kvittering.json"
    content = json.loads(path.read_text("utf-8"))
    content["counts"]["feil"] -= 1
    path.write_text(json.dumps(content), "utf-8")

    done = verify(path)

    assert done.code == 1
    assert "kvitteringen er hel: STEMMER IKKE" in done.out


def test_a_changed_or_missing_file_of_the_run_is_seen(folder: Path) -> None:
    (folder / "linked.parquet").unlink()
    with (folder / "run.json").open("a") as handle:
        handle.write(" ")

    done = verify(folder / "kvittering.json")

    assert done.code == 1
    assert "mangler linked.parquet, run.json er endret" in done.out


def test_the_extract_is_compared_when_it_is_given(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "kopi"
    shutil.copytree(SAMPLE, copy)

    same = verify(folder / "kvittering.json", "--uttrekk", copy)
    with (copy / "tiltak.csv").open("a") as handle:
        handle.write("\n")
    other = verify(folder / "kvittering.json", "--uttrekk", copy)

    assert (same.code, other.code) == (0, 1)
    assert "tiltak.csv er endret" in other.out


def test_another_rule_book_is_told_of_and_counts_only_when_it_was_named(
    folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "regelbok"
    shutil.copytree(EXPECTATIONS, other)
    with (other / "_policy.yaml").open("a") as handle:
        handle.write("# another\n")

    named = verify(folder / "kvittering.json", "--expectations", other)
    by_setting = nircheck(
        "receipt", "verify", folder / "kvittering.json",
        environment={"NIRCHECK_EXPECTATIONS": str(other)},
    )  # fmt: skip

    assert (named.code, by_setting.code) == (1, 0)
    assert "en annen regelbok" in by_setting.out


@pytest.mark.parametrize("command", ["gate", "selfcheck"])
def test_gate_and_selfcheck_write_one_when_asked(command: str, tmp_path: Path) -> None:
    path = tmp_path / "k" / "kvittering.json"

    nircheck(command, SAMPLE, "--kvittering", path, "--tidspunkt", "2026-11-30T10:00")
    done = verify(path, "--uttrekk", SAMPLE, "--maalform", "nn")

    content = json.loads(path.read_text("utf-8"))
    assert done.code == 0
    assert (content["command"], content["tidspunkt"]) == (command, "2026-11-30T10:00:00")
    assert content["inputs"][0]["rows"] > 0


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kvittering": 99}', "\x00"])
def test_what_is_no_receipt_is_wrong_use(text: str, tmp_path: Path) -> None:
    path = tmp_path / "k.json"
    path.write_text(text, "utf-8")

    done = verify(path)

    assert done.code == 2
    assert "not a receipt" in done.err
