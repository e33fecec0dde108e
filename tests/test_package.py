"""The wheel carries its rule book and its texts, and works far from the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from extracts import ROOT, SAMPLE


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the repository as it stands."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT],
        check=True,
    )
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_every_rule_view_code_list_and_text(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name.partition("/_shipped/")[2] for name in archive.namelist()}

    for folder in ("expectations", "reports"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file():
                assert path.relative_to(ROOT).as_posix() in packed


@pytest.mark.slow
def test_the_installed_wheel_audits_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", place, wheel],
        check=True,
    )
    environment = os.environ | {"PYTHONPATH": str(place), "PYTHONSAFEPATH": "1"}
    program = (
        "import sys, nircheck; from nircheck.cli.main import main; "
        f"assert nircheck.__file__.startswith({str(place)!r}), nircheck.__file__; main()"
    )

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, "audit", SAMPLE, "--fail-on", "aldri"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "ut" / "2026-10-31" / "findings.parquet").is_file()


def test_the_lock_files_pin_every_dependency_with_hashes_and_name_no_index() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = [line for line in lock.splitlines() if "==" in line]

    assert lock.count("--hash=sha256:") >= len(pins) > 30
    assert "://" not in lock + (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    for dependency in project["dependencies"]:
        name = dependency.split(">")[0].lower().replace(".", "-")
        assert any(pin.startswith(f"{name}==") for pin in pins), name
