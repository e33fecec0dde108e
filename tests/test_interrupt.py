"""Ctrl-C at any moment: 130, one line, and nothing half written anywhere."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from commands import nircheck
from extracts import SAMPLE
from nircheck.cli import terminal

COPIES = 60
START = """
import sys
print("ready", file=sys.stderr, flush=True)
from nircheck.cli.main import main
main()
"""


@dataclass(frozen=True)
class Desk:
    """Where one audit reads, writes and keeps its temporary files."""

    extract: Path
    out: Path
    scratch: Path

    def left_behind(self) -> list[str]:
        """Everything in the two folders that should be empty."""
        return [path.name for folder in (self.out, self.scratch) for path in folder.rglob("*")]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample many times over, in an encoding that must be converted on the way in."""
    folder = tmp_path_factory.mktemp("stort")
    (folder / "uttrekk.toml").write_bytes((SAMPLE / "uttrekk.toml").read_bytes())
    for table in ("person", "program", "tiltak"):
        with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
            header, *rows = csv.reader(handle, delimiter=";")
        keys = [index for index, name in enumerate(header) if name.endswith("_id")]
        with (folder / f"{table}.csv").open("w", encoding="utf-16", newline="") as out:
            writer = csv.writer(out, delimiter=";", lineterminator="\n")
            writer.writerow(header)
            for copy in range(COPIES):
                for row in rows:
                    numbered = [f"{v}x{copy}" if i in keys and v else v for i, v in enumerate(row)]
                    writer.writerow(numbered)
    return folder


@pytest.fixture
def desk(large: Path, tmp_path: Path) -> Desk:
    for name in ("ut", "tmp"):
        (tmp_path / name).mkdir()
    return Desk(large, tmp_path / "ut", tmp_path / "tmp")


@pytest.fixture
def audit(desk: Desk) -> Iterator[subprocess.Popen[str]]:
    """An audit that has just begun."""
    with subprocess.Popen(
        [sys.executable, "-c", START, "audit", str(desk.extract), "--ut", str(desk.out)],
        env=os.environ | {"TMPDIR": str(desk.scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr is not None
        assert running.stderr.readline() == "ready\n"
        yield running
        running.kill()


def until(happened: Callable[[], bool], audit: subprocess.Popen[str]) -> None:
    """Wait for something that must happen while the audit lasts."""
    limit = time.monotonic() + 60
    while not happened():
        assert audit.poll() is None
        assert time.monotonic() < limit
        time.sleep(0.005)


def importing(desk: Desk, audit: subprocess.Popen[str]) -> None:
    time.sleep(0.3)


def reading(desk: Desk, audit: subprocess.Popen[str]) -> None:
    until(lambda: any(desk.scratch.iterdir()), audit)


def making_tables(desk: Desk, audit: subprocess.Popen[str]) -> None:
    until(lambda: any(desk.scratch.glob("*/tiltak.csv.utf8")), audit)
    time.sleep(0.5)


def judging(desk: Desk, audit: subprocess.Popen[str]) -> None:
    making_tables(desk, audit)
    until(lambda: not any(desk.scratch.glob("*/tiltak.csv.utf8")), audit)
    time.sleep(0.5)


@pytest.mark.slow
@pytest.mark.parametrize("moment", [importing, reading, making_tables, judging])
def test_an_interrupted_audit_gives_130_and_leaves_nothing(
    moment: Callable[[Desk, subprocess.Popen[str]], None], desk: Desk, audit: subprocess.Popen[str]
) -> None:
    moment(desk, audit)
    assert audit.poll() is None
    assert all(path.stat().st_mode & 0o077 == 0 for path in desk.scratch.iterdir())

    audit.send_signal(signal.SIGINT)
    out, err = audit.communicate(timeout=60)

    assert audit.returncode == 130
    assert (out, err.strip()) == ("", "nircheck: interrupted; nothing was left half written")
    assert desk.left_behind() == []


@pytest.mark.slow
def test_impatience_and_being_told_to_end_leave_nothing_either(
    desk: Desk, audit: subprocess.Popen[str]
) -> None:
    making_tables(desk, audit)

    for wish in (signal.SIGTERM, signal.SIGINT, signal.SIGINT):
        audit.send_signal(wish)
    audit.communicate(timeout=60)

    assert audit.returncode == 130
    assert desk.left_behind() == []


def test_an_interrupt_that_a_library_took_for_an_error_of_its_own_still_stops_the_audit(
    clean_extract: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """DuckDB answers Ctrl-C with RuntimeError, and great_expectations then goes on."""
    judged = terminal.Progress.judged
    told: list[str] = []

    def swallowing(progress: terminal.Progress, rule_id: str, seconds: float) -> None:
        if not told:
            with suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
        told.append(rule_id)
        judged(progress, rule_id, seconds)

    monkeypatch.setattr(terminal.Progress, "judged", swallowing)
    done = nircheck("audit", clean_extract, cwd=tmp_path)

    assert (done.code, done.out, len(told)) == (130, "", 1)
    assert not (tmp_path / "ut").exists()


def test_an_interrupt_that_ends_as_an_error_is_told_as_an_interrupt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def queried(*_: object) -> None:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr("nircheck.rulebook.load", queried)
    done = nircheck("rules", "list")

    assert (done.code, done.out) == (130, "")
    assert done.err == "nircheck: interrupted; nothing was left half written\n"


def test_an_interrupt_that_python_drops_is_not_told_of_but_other_dropped_errors_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Python drops what is raised where nobody can catch it: while it tidies up an object."""

    class Untidy:
        def __init__(self, error: BaseException) -> None:
            self.error = error

        def __del__(self) -> None:
            raise self.error

    def dropping(*_: object) -> None:
        for error in (KeyboardInterrupt(), ValueError()):
            Untidy(error)
        raise ValueError

    told: list[type[BaseException] | None] = []
    monkeypatch.setattr("nircheck.rulebook.load", dropping)
    monkeypatch.setattr(sys, "unraisablehook", lambda dropped: told.append(dropped.exc_type))
    done = nircheck("rules", "list")

    assert done.code == 4
    assert told == [ValueError]
