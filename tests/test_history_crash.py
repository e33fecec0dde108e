"""A history stays whole whenever its writer is killed, and has one writer at a time."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from commands import nircheck
from extracts import SAMPLE
from months import Person, Register, statuses
from nircheck.errors import UsageError
from nircheck.history import Store, read, writing

HERE = Path(__file__).parent
MOST_STEPS = 60


@pytest.fixture
def register(tmp_path: Path) -> Register:
    register = Register(tmp_path / "historikk")
    register.persons["P1"] = Person("0301", {"NIR-100"})
    register.audit()
    return register


def whole(store: Store) -> list[str]:
    """The months in a history, each of its tables read and found to be what was written."""
    for entry in store.entries():
        for name in ("funn", "regler", "celler", "rader", "kommuner"):
            entry.table(name)
    assert store.replies().num_rows in (0, 1)
    return [entry.day for entry in store.entries()]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes the way of Unix")
def test_killed_at_any_step_of_writing_the_history_is_whole(
    register: Register, tmp_path: Path
) -> None:
    copies = [
        Path(shutil.copytree(register.folder, tmp_path / str(step))) for step in range(MOST_STEPS)
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])}

    done = subprocess.run(
        [sys.executable, HERE / "killed_while_writing.py", *copies],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip

    ended = done.stdout.splitlines()
    steps = ended.count("killed")
    assert ended == ["killed"] * steps + ["whole 0"]
    assert steps > 20
    found = [whole(read(copy)) for copy in copies[: steps + 1]]
    assert set(map(tuple, found)) == {("2026-01-31",), ("2026-01-31", "2026-02-28")}
    assert found == sorted(found), "the later the step, the more is there"
    for copy in copies[:steps:6]:
        again = Register(copy)
        again.persons["P1"] = Person("0301", {"NIR-100"})
        again.day = again.day.replace(month=3, day=31)
        (status,) = statuses(again.audit()).values()
        assert status == "fortsatt_aapen"
        assert not list(copy.rglob(".kladd-*"))


def test_a_second_writer_is_turned_away_at_once_and_told_why(register: Register) -> None:
    before = sorted(register.folder.rglob("*"))
    with writing(register.folder):
        done = nircheck("audit", SAMPLE, "--historikk", register.folder, cwd=register.folder.parent)
        replied = nircheck("historikk", "godta", register.folder, "--alle", "--av", "Ola")

    assert (done.code, replied.code) == (2, 2)
    for said in (done, replied):
        assert f"in use by another nircheck (process {os.getpid()} on " in said.err
        assert "try again when it is done" in said.err
        assert said.err.count("\n") == 1
    assert sorted(p for p in register.folder.rglob("*") if p.name != ".laas-holder") == [
        p for p in before if p.name != ".laas-holder"
    ]


def test_the_lock_of_a_killed_process_is_no_lock(register: Register) -> None:
    code = (
        "import sys, time; from pathlib import Path; from nircheck.history import writing\n"
        "with writing(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, register.folder], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(UsageError, match="in use by another"), writing(register.folder):
            pass
        holder.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        holder.wait()

    with writing(register.folder) as store:
        assert whole(store) == ["2026-01-31"]


@pytest.mark.parametrize("table", ["funn", "kommuner"])
def test_a_table_that_is_not_what_was_written_is_refused(register: Register, table: str) -> None:
    (path,) = register.folder.glob(f"*/*/{table}.parquet")
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    with pytest.raises(UsageError, match="not what was written; take this folder from a backup"):
        register.audit()


def test_a_folder_of_something_else_is_no_history(tmp_path: Path) -> None:
    (tmp_path / "notater.txt").write_text("viktig", encoding="utf-8")

    done = nircheck("audit", SAMPLE, "--historikk", tmp_path, "--ut", tmp_path / "ut")

    assert done.code == 2
    assert "not a history; name an empty folder or one that is not there" in done.err


def test_real_and_invented_people_are_not_mixed(register: Register) -> None:
    about = register.folder / "historikk.json"
    about.write_text(about.read_text().replace("syntetisk", "produksjon"), encoding="utf-8")

    with pytest.raises(UsageError, match="Real and invented people"):
        register.audit()
