"""A rule book that was read before is taken from where it was kept, and never a wrong one."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import stat
import sys
from pathlib import Path

import pytest

from extracts import EXPECTATIONS
from nircheck import resources, rulebook
from nircheck.errors import RuleBookError
from nircheck.rulebook import RuleBook, kept
from nircheck.rulebook.load import load as read


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for what can be made again."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "nircheck"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The rule books that were read from their files, in order."""
    found: list[Path] = []

    def noted(expectations: Path, own_policy: Path | None = None) -> RuleBook:
        found.append(expectations)
        return read(expectations, own_policy)

    monkeypatch.setattr(kept, "read", noted)
    return found


@pytest.fixture
def expectations(tmp_path: Path) -> Path:
    """A small rule book of one's own."""
    own = tmp_path / "expectations"
    shutil.copytree(EXPECTATIONS, own, ignore=shutil.ignore_patterns("NIR-*"))
    name = next(EXPECTATIONS.glob("program/NIR-105-*.yaml")).relative_to(EXPECTATIONS)
    shutil.copy(EXPECTATIONS / name, own / name)
    return own


def only(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def said(book: RuleBook) -> list[tuple[object, ...]]:
    return [
        (c.rule.id, c.findings, c.counts, c.meaning, c.needs, c.parameters, c.plant)
        for c in book.rules
    ]


def test_the_second_command_need_not_read_the_rule_book(
    cache: Path, reads: list[Path], expectations: Path
) -> None:
    first = rulebook.load(expectations)
    second = rulebook.load(expectations)

    assert reads == [expectations]
    assert said(second) == said(first)
    assert second.sha256 == first.sha256
    assert [f.at("id") for f in second.files] == [f.at("id") for f in first.files]
    assert len(list(cache.iterdir())) == 1


def test_a_changed_rule_is_read_anew(cache: Path, reads: list[Path], expectations: Path) -> None:
    rulebook.load(expectations)
    path = next(expectations.glob("program/NIR-105-*.yaml"))
    path.write_text(path.read_text("utf-8") + "\n# seen\n", "utf-8")
    rulebook.load(expectations)

    assert len(reads) == 2


def test_another_policy_is_read_anew(
    cache: Path, reads: list[Path], expectations: Path, tmp_path: Path
) -> None:
    plain = rulebook.load(expectations)
    policy = tmp_path / "policy.yaml"
    policy.write_text("overrides: [{rule: NIR-105, severity: info, why: Seen.}]\n", "utf-8")
    book = rulebook.load(expectations, policy)

    assert len(reads) == 2
    assert "'info'" not in plain.by_id["NIR-105"].findings
    assert "'info'" in book.by_id["NIR-105"].findings


def test_another_program_reads_the_rule_book_anew(
    cache: Path, reads: list[Path], expectations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rulebook.load(expectations)
    monkeypatch.setattr(resources, "program_hash", lambda: "another")
    rulebook.load(expectations)

    assert len(reads) == 2


def test_a_rule_book_that_is_wrong_is_not_kept(cache: Path, expectations: Path) -> None:
    path = next(expectations.glob("program/NIR-105-*.yaml"))
    path.write_text(path.read_text("utf-8").replace("table: program", "table: programm"), "utf-8")

    for _ in range(2):
        with pytest.raises(RuleBookError, match="programm"):
            rulebook.load(expectations)
    assert not cache.exists()


def test_a_file_that_was_cut_off_is_not_believed(
    cache: Path, reads: list[Path], expectations: Path
) -> None:
    rulebook.load(expectations)
    path = only(cache)
    path.write_bytes(path.read_bytes()[:-100])
    rulebook.load(expectations)

    assert len(reads) == 2
    rulebook.load(expectations)
    assert len(reads) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no such modes")
def test_a_file_that_others_may_write_is_not_believed(
    cache: Path, reads: list[Path], expectations: Path
) -> None:
    rulebook.load(expectations)
    path = only(cache)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    path.chmod(0o666)
    rulebook.load(expectations)

    assert len(reads) == 2


def test_something_else_than_a_rule_book_is_not_believed(
    cache: Path, reads: list[Path], expectations: Path
) -> None:
    rulebook.load(expectations)
    content = pickle.dumps("no rule book")
    only(cache).write_bytes(hashlib.sha256(content).digest() + content)

    assert isinstance(rulebook.load(expectations), RuleBook)
    assert len(reads) == 2


def test_where_nothing_can_be_kept_the_rule_book_is_read_each_time(
    cache: Path, reads: list[Path], expectations: Path
) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text("a file where the folder would be", "utf-8")
    rulebook.load(expectations)
    rulebook.load(expectations)

    assert len(reads) == 2


def test_a_user_without_a_home_reads_the_rule_book_each_time(
    reads: list[Path], expectations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def homeless() -> Path:
        raise RuntimeError

    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    rulebook.load(expectations)
    rulebook.load(expectations)

    assert len(reads) == 2


def test_only_the_eight_used_last_are_kept(cache: Path, expectations: Path) -> None:
    rulebook.load(expectations)
    first = only(cache)
    for number in range(8):
        older = cache / f"{number}.regelbok"
        older.write_bytes(b"")
        os.utime(older, (number, number))
    path = next(expectations.glob("program/NIR-105-*.yaml"))
    path.write_text(path.read_text("utf-8") + "\n# seen\n", "utf-8")
    rulebook.load(expectations)

    names = {path.name for path in cache.iterdir()}
    assert len(names) == 8
    assert first.name in names
    assert {"0.regelbok", "1.regelbok"}.isdisjoint(names)
