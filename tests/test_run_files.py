"""A run on disk: whole or not at all, the same bytes every time, never over another run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nircheck.errors import UsageError
from nircheck.run import Run, read, write
from nircheck.run.files import FACTS, RECEIPT, TABLES

FILES = {FACTS, RECEIPT, *(f"{name}.parquet" for name in TABLES)}


@pytest.fixture
def run() -> Run:
    """A run small enough to write often."""
    return Run(
        facts={
            "schema_version": 3,
            "run_id": "aaaa-1111",
            "uttrekksdato": "2024-06-30",
            "æ": 1.5,
            "nircheck": "0",
            "contract": {},
            "rulebook": {},
            "inputs": [],
            "totals": {},
            "kolonnekart": None,
            "policy": {},
            "previous": None,
            "kontrakt": "x",
            "miljoe": "x",
        },
        findings=pa.table({"finding_id": ["f1", "f2"], "linje": pa.array([2, None], pa.int64())}),
        accounting=pa.table({"rule_id": ["NIR-100"], "applies": [2]}),
        linked=pa.table({"finding_id": pa.array([], pa.string())}),
        programmes=pa.table({"kommunenummer": ["0301"], "programmer": [2]}),
        figures=pa.table({"kommunenummer": ["0301"], "gjelder": [2]}),
    )


@pytest.fixture
def other(run: Run) -> Run:
    """Another run of the same day."""
    return replace(run, facts=run.facts | {"run_id": "bbbb-2222"})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_run_is_read_back_as_it_was_written(run: Run, tmp_path: Path) -> None:
    place = write(run, tmp_path / "a" / "b")

    assert place == tmp_path / "a" / "b" / "2024-06-30"
    assert names(place) == FILES
    assert read(place) == run


def test_the_sample_run_is_read_back_as_it_was_written(sample_run: Run, tmp_path: Path) -> None:
    place = write(sample_run, tmp_path)

    assert read(place) == sample_run


def test_the_same_run_twice_is_the_same_bytes_and_one_folder(run: Run, tmp_path: Path) -> None:
    first = contents(write(run, tmp_path))
    second = contents(write(run, tmp_path))

    assert first == second
    assert names(tmp_path) == {"2024-06-30"}


def test_the_same_run_again_mends_what_is_damaged_and_leaves_other_files_alone(
    run: Run, tmp_path: Path
) -> None:
    place = write(run, tmp_path)
    (place / "findings.parquet").write_bytes(b"PAR1")
    (place / "notater.txt").write_text("mine", encoding="utf-8")

    write(run, tmp_path)

    assert read(place) == run
    assert (place / "notater.txt").read_text(encoding="utf-8") == "mine"


def test_another_run_is_moved_aside_never_lost(run: Run, other: Run, tmp_path: Path) -> None:
    write(run, tmp_path)
    write(other, tmp_path)
    write(run, tmp_path)
    write(other, tmp_path)

    assert names(tmp_path) == {
        "2024-06-30",
        "2024-06-30~aaaa-1111",
        "2024-06-30~aaaa-1111~2",
        "2024-06-30~bbbb-2222",
    }
    assert read(tmp_path / "2024-06-30") == other
    assert read(tmp_path / "2024-06-30~aaaa-1111~2") == run


@pytest.mark.parametrize("facts", [None, "{", "[]", "{}"])
def test_what_is_no_run_is_moved_aside_too(facts: str | None, run: Run, tmp_path: Path) -> None:
    for content in ("one", "two"):
        folder = tmp_path / "2024-06-30"
        folder.mkdir()
        (folder / "notater.txt").write_text(content, encoding="utf-8")
        if facts is not None:
            (folder / FACTS).write_text(facts, encoding="utf-8")
        place = write(run, tmp_path)
        place.rename(tmp_path / f"ferdig-{content}")

    assert names(tmp_path) == {
        "2024-06-30~ufullstendig",
        "2024-06-30~ufullstendig~2",
        "ferdig-one",
        "ferdig-two",
    }


@pytest.mark.parametrize("fault", [RuntimeError("stop"), KeyboardInterrupt(), MemoryError()])
def test_a_failure_while_writing_leaves_nothing_behind(
    fault: BaseException, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = pq.write_table

    def failing(table: Any, where: Path, **options: Any) -> None:
        if where.name == "linked.parquet":
            raise fault
        real(table, where, **options)

    monkeypatch.setattr(pq, "write_table", failing)
    with pytest.raises(type(fault)):
        write(run, tmp_path)

    assert names(tmp_path) == set()


def test_a_full_disk_is_told_as_such_and_leaves_the_old_run_in_place(
    run: Run, other: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    place = write(run, tmp_path)
    with monkeypatch.context() as patch, pytest.raises(UsageError, match="No space left"):
        patch.setattr(pq, "write_table", full)
        write(other, tmp_path)

    assert names(tmp_path) == {"2024-06-30"}
    assert read(place) == run


def test_an_interrupt_between_the_two_renames_puts_the_old_run_back(
    run: Run, other: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = Path.replace

    def interrupted(path: Path, target: Path) -> Path:
        if path.parent.name.startswith(".kladd-"):
            raise KeyboardInterrupt
        return real(path, target)

    place = write(run, tmp_path)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "replace", interrupted)
        write(other, tmp_path)

    assert names(tmp_path) == {"2024-06-30"}
    assert read(place) == run


def test_a_folder_that_cannot_be_written_to_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "fil").touch()

    with pytest.raises(UsageError, match="cannot write here"):
        write(run, tmp_path / "fil")


def test_a_run_is_as_open_as_the_folders_people_make(run: Run, tmp_path: Path) -> None:
    (tmp_path / "vanlig").mkdir()

    place = write(run, tmp_path)

    assert place.stat().st_mode == (tmp_path / "vanlig").stat().st_mode


def test_a_run_in_another_form_is_refused_with_a_remedy(run: Run, tmp_path: Path) -> None:
    place = write(replace(run, facts=run.facts | {"schema_version": 2}), tmp_path)

    with pytest.raises(UsageError, match=r"written in form 2, .* reads 3; run the audit again"):
        read(place)


@pytest.mark.parametrize("name", sorted(FILES - {RECEIPT}))
@pytest.mark.parametrize("content", [None, b"", b"PAR1 {"])
def test_an_incomplete_run_is_refused(
    name: str, content: bytes | None, run: Run, tmp_path: Path
) -> None:
    place = write(run, tmp_path)
    if content is None:
        (place / name).unlink()
    else:
        (place / name).write_bytes(content)

    with pytest.raises(UsageError, match="not a complete run; run the audit again"):
        read(place)


@pytest.mark.parametrize("facts", [{}, [], {"run_id": "x"}])
def test_facts_that_say_no_form_are_refused(facts: object, run: Run, tmp_path: Path) -> None:
    place = write(run, tmp_path)
    (place / FACTS).write_text(json.dumps(facts), encoding="utf-8")

    with pytest.raises(UsageError, match="not a complete run"):
        read(place)
