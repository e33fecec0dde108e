"""What is ready to use in CI: the scripts are run, and the hook by pre-commit itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from extracts import ROOT, SAMPLE

Step = dict[str, Any]


def document(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with an extract in it, and `nircheck` on the path."""
    place = tmp_path / "prosjekt"
    shutil.copytree(SAMPLE, place / "uttrekk", ignore=shutil.ignore_patterns("*.py", "kolonnekart"))
    command = tmp_path / "bin" / "nircheck"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nircheck "$@"\n')
    command.chmod(0o755)
    return place


def shell(script: str, project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{project.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=project,
        env=os.environ | {"PATH": path} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def spoilt(project: Path) -> None:
    path = project / "uttrekk" / "program.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(";sluttdato;", ";sluttdatoen;", 1), encoding="utf-8")


def test_the_action_stops_a_changed_extract_says_where_and_writes_every_report(
    project: Path,
) -> None:
    action = document("action.yml")
    (gate,) = (step for step in action["runs"]["steps"] if step.get("name") == "Gate")
    given = {
        name: action["inputs"][value.split("inputs.")[1].split(" ")[0]].get("default", "")
        for name, value in gate["env"].items()
    }
    spoilt(project)
    evil = project / "x$(touch rammet); uttrekk"
    shutil.move(project / "uttrekk", evil)
    given |= {
        "UTTREKK": evil.name, "SARIF": "ut/a.sarif", "JUNIT": "b.xml", "KVITTERING": "k.json",
    }  # fmt: skip

    done = shell(gate["run"], project, **given)

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"::error file={evil.name}/program.csv,line=1,title=")
    assert json.loads((project / "ut" / "a.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert (project / "b.xml").is_file()
    assert (project / "k.json").is_file()
    assert not (project / "rammet").exists()
    assert all("${{" not in step.get("run", "") for step in action["runs"]["steps"])


def scripts(name: str) -> list[str]:
    """The lines that a pipeline runs, but for the installing."""
    if name == "gitlab-ci.yml":
        lines = document(f"docs/ci/{name}")["nircheck-gate"]["script"]
    else:
        steps = document(f"docs/ci/{name}")["steps"]
        lines = [step["script"] for step in steps if "script" in step]
    return [line for line in lines if "pip install" not in line]


def test_the_line_of_both_pipelines_makes_what_they_publish(project: Path) -> None:
    (line,) = scripts("gitlab-ci.yml")
    spoilt(project)

    done = shell(line, project, UTTREKK="uttrekk")

    assert scripts("azure-pipelines.yml") == [line]
    assert done.returncode == 1
    assert "<failure" in (project / "nircheck-junit.xml").read_text("utf-8")
    assert (project / "kvittering.json").is_file()


def test_the_github_example_uses_inputs_the_action_has() -> None:
    steps = document("docs/ci/github-actions.yml")["jobs"]["gate"]["steps"]
    (used,) = (step for step in steps if "nircheck" in step.get("uses", ""))

    assert set(used["with"]) <= set(document("action.yml")["inputs"])


def git(place: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.invalid")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=place, capture_output=True, encoding="utf-8", check=True
    ).stdout.strip()


def test_the_hook_stops_a_commit_when_pre_commit_runs_it(project: Path, tmp_path: Path) -> None:
    source = tmp_path / "kilde"
    source.mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", source)
    for place in (source, project):
        git(place, "init", "-q")
        git(place, "add", ".")
        git(place, "commit", "-qm", "x")
    hook = {"id": "nircheck-gate", "args": ["uttrekk"], "language": "system"}
    repository = {"repo": str(source), "rev": git(source, "rev-parse", "HEAD"), "hooks": [hook]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [repository]}))
    git(project, "add", ".pre-commit-config.yaml")
    run = f'"{sys.executable}" -m pre_commit run'
    cache = {"PRE_COMMIT_HOME": str(tmp_path / "lager")}

    (project / "annet.txt").write_text("x")
    git(project, "add", "annet.txt")
    skipped = shell(run, project, **cache)
    spoilt(project)
    git(project, "add", "uttrekk")
    stopped = shell(run, project, **cache)

    assert skipped.returncode == 0
    assert "Skipped" in skipped.stdout
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    assert "sluttdatoen" in stopped.stdout
