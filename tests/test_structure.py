"""The shape of the program: which room may know which, and who may open a file."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from extracts import ROOT

SRC = ROOT / "src" / "nircheck"
MODULES = sorted(SRC.rglob("*.py"))
ORDER = (
    "privacy", "errors", "suggest", "resources", "yamlfile", "settings", "contract", "texts",
    "templates", "sql", "register", "ingest", "rulebook", "spark", "book", "examples", "engine",
    "figures", "run", "history", "replies", "letters", "deadlines", "national", "impact", "gate",
    "sample", "reproduce", "cli",
)  # fmt: skip
"""From the ground up: a room may import those before it, never one after it."""


def room(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


@cache
def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def importers(package: str) -> set[str]:
    return {
        room(path)
        for path in MODULES
        if any(name == package or name.startswith(f"{package}.") for name in imports(path))
    }


def calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else None
            found.add(name or (function.id if isinstance(function, ast.Name) else ""))
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SRC).as_posix())
def test_a_room_knows_only_the_rooms_before_it(path: Path) -> None:
    here = room(path)
    if here in ("__init__", "__main__"):
        return

    known = {
        name.split(".")[1]
        for name in imports(path)
        if name.startswith("nircheck.") and name.split(".")[1] in ORDER
    }

    assert {other for other in known if ORDER.index(other) > ORDER.index(here)} == set()


def test_every_room_has_its_place_in_the_order() -> None:
    rooms = {room(path) for path in MODULES} - {"__init__", "__main__"}

    assert rooms == set(ORDER)


def test_great_expectations_stays_behind_one_door() -> None:
    assert importers("great_expectations") == {"engine"}


def test_pyspark_stays_in_one_module() -> None:
    users = [path for path in MODULES if any(n.split(".")[0] == "pyspark" for n in imports(path))]

    assert [path.relative_to(SRC).as_posix() for path in users] == ["spark/session.py"]


def test_rules_know_no_engine() -> None:
    assert "rulebook" not in importers("duckdb")
    assert "rulebook" not in importers("nircheck.engine")


def test_only_reading_opens_input_files() -> None:
    readers = ("python_calamine", "openpyxl", "zipfile", "gzip", "mmap")

    assert {room for package in readers for room in importers(package)} == {"ingest", "replies"}
    assert "replies" not in set().union(*map(importers, set(readers) - {"openpyxl"}))
    assert importers("openpyxl") == {"replies"}


def test_only_writers_write_files() -> None:
    writing = {"write_text", "write_bytes", "write_table", "mkdir", "mkdtemp", "mkstemp"}

    writers = {path.relative_to(SRC).as_posix() for path in MODULES if calls(path) & writing}

    assert writers == {
        "run/files.py",  # the run
        "history/disk.py",  # runs, answers and exceptions from month to month
        "history/lock.py",  # who is writing there
        "history/store.py",  # the folder they are in
        "letters/package.py",  # letters and workbooks, one folder per kommune
        "deadlines/files.py",  # the work lists
        "replies/files.py",  # the answers of kommuner
        "national/files.py",  # the national report
        "gate/files.py",  # reports of the gate, drafts, exports, receipts
        "letters/own_files.py",  # the workbook of a sender's own files
        "rulebook/scaffold.py",  # a new rule file
        "rulebook/kept.py",  # the rule book, read once
        "sample/files.py",  # an invented register
        "cli/rules.py",  # exported suites
        "cli/kolonnekart.py",  # a proposed column map
        "ingest/locate.py",  # a zip, unpacked in a scratch folder
    }


def test_no_network_or_clock_in_the_program() -> None:
    for package in ("socket", "requests", "urllib", "http", "httpx"):
        assert importers(package) == set()
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(date\.today|datetime\.now|time\.time)\(", text), path


def test_no_norwegian_sentence_stands_in_the_code() -> None:
    norwegian = re.compile(r"\b(ikke|ikkje|finnes|finst|mangler|kommunen|eller|rettes)\b")
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                sentence = " " in node.value and norwegian.search(node.value)
                assert not sentence, f"{path}:{node.lineno}: {node.value}"


def test_modules_stay_small() -> None:
    long = {
        path.relative_to(SRC).as_posix(): lines
        for path in MODULES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 340
    }

    assert long == {}, "ask which second job the module has taken"
