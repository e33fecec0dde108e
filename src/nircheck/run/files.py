"""A run on disk: written whole or not at all, never over another run."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from nircheck.errors import UsageError
from nircheck.run.model import SCHEMA_VERSION, Run

FACTS = "run.json"
TABLES = ("findings", "accounting", "linked")


def write(run: Run, out: Path) -> Path:
    """The folder of the run, named after the extract date; another run there is moved aside."""
    target = out / str(run.facts["uttrekksdato"])
    try:
        out.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".kladd-", dir=out))
    except OSError as error:
        raise UsageError(f"{out}: cannot write here: {error.strerror}") from None
    try:
        for name in TABLES:
            pq.write_table(getattr(run, name), draft / f"{name}.parquet", compression="zstd")
        (draft / FACTS).write_text(_json(run.facts), encoding="utf-8", newline="\n")
        _put_in_place(draft, target, run.run_id)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return target


def read(folder: Path) -> Run:
    """A run as it was written."""
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        tables = {name: pq.read_table(folder / f"{name}.parquet") for name in TABLES}
    except (OSError, ValueError):
        raise UsageError(f"{folder}: not a complete run") from None
    if facts["schema_version"] != SCHEMA_VERSION:
        raise UsageError(
            f"{folder}: written in form {facts['schema_version']}, this program reads "
            f"{SCHEMA_VERSION}; run the audit again"
        )
    return Run(facts=facts, **tables)


def _put_in_place(draft: Path, target: Path, run_id: str) -> None:
    draft.chmod(0o755)
    if not target.exists():
        draft.replace(target)
        return
    same = _run_id(target) == run_id
    aside = target.with_name(f"{target.name}~{_run_id(target) or 'ufullstendig'}")
    if same or aside.exists():
        aside = Path(tempfile.mkdtemp(prefix=".gammel-", dir=target.parent)) / target.name
    target.replace(aside)
    draft.replace(target)
    if aside.parent != target.parent:
        shutil.rmtree(aside.parent, ignore_errors=True)


def _run_id(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / FACTS).read_text(encoding="utf-8"))["run_id"])
    except (OSError, ValueError, KeyError):
        return None


def _json(facts: dict[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
