"""The sample extract: what was planted is found, and nothing else."""

from __future__ import annotations

import filecmp
import json
import subprocess
import sys
from pathlib import Path

from extracts import SAMPLE
from nircheck.run import Run

ACCEPTED = json.loads((SAMPLE / "accepted.json").read_text(encoding="utf-8"))
COUNTED = {*ACCEPTED["findings"], *ACCEPTED["linked"]}
"""The rules the sample was planted for; a newer rule may find more, and is not wrong for it."""


def test_every_planted_defect_is_found_and_no_other(sample_run: Run) -> None:
    counted: dict[str, dict[str, dict[str, int]]] = {}
    for finding in sample_run.findings.to_pylist():
        if finding["rule_id"] not in COUNTED:
            continue
        cell = counted.setdefault(finding["rule_id"], {}).setdefault(finding["kommunenummer"], {})
        cell[finding["severity"]] = cell.get(finding["severity"], 0) + 1

    assert counted == ACCEPTED["findings"]


def test_the_sample_keeps_the_contract(sample_run: Run) -> None:
    ids = set(sample_run.findings.column("rule_id").to_pylist())

    assert {rule_id for rule_id in ids if rule_id.startswith("KON-")} == set()


def test_findings_another_rule_shows_are_linked_not_listed(sample_run: Run) -> None:
    linked: dict[str, dict[str, int]] = {}
    for row in sample_run.linked.to_pylist():
        if row["rule_id"] not in COUNTED:
            continue
        cell = linked.setdefault(row["rule_id"], {})
        cell[row["kommunenummer"]] = cell.get(row["kommunenummer"], 0) + 1

    assert linked == ACCEPTED["linked"]


def test_the_files_are_those_the_generator_makes(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, SAMPLE / "generate.py", "--ut", tmp_path], check=True, capture_output=True
    )

    made = sorted(path.name for path in tmp_path.iterdir())
    same, different, missing = filecmp.cmpfiles(tmp_path, SAMPLE, made, shallow=False)
    assert "accepted.json" in made
    assert (different, missing) == ([], [])
    assert sorted(same) == made
