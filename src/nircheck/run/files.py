"""A run on disk: written whole or not at all, never over another run."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nircheck.errors import UsageError
from nircheck.run.model import SCHEMA_VERSION, Run
from nircheck.run.receipt import FILE_NAME as RECEIPT
from nircheck.run.receipt import as_text, hash_of, receipt

FACTS = "run.json"
TABLES = ("findings", "accounting", "linked", "programmes", "figures")
FOLLOWED = ("status", "gone", "changes", "development")
"""Only in runs that were compared with a history."""

HISTORY = "historikk"
"""What `run.json` calls the sums of that comparison."""


def write(run: Run, out: Path, tidspunkt: str | None = None) -> Path:
    """The folder of the run, named after the extract date; another run there is moved aside."""
    target = out / str(run.facts["uttrekksdato"])
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".kladd-", dir=out) as scratch:
            draft = Path(scratch) / target.name
            draft.mkdir()
            for name in TABLES:
                pq.write_table(getattr(run, name), draft / f"{name}.parquet", compression="zstd")
            for name, table in run.followed.items():
                pq.write_table(table, draft / f"{name}.parquet", compression="zstd")
            (draft / FACTS).write_text(_json(run.facts), encoding="utf-8", newline="\n")
            hashes = {file.name: hash_of(file) for file in sorted(draft.iterdir())}
            content = receipt(
                "audit", run.facts, run.facts["totals"], tidspunkt=tidspunkt, files=hashes
            )
            (draft / RECEIPT).write_text(as_text(content), encoding="utf-8", newline="\n")
            _put_in_place(draft, target, run.run_id)
    except OSError as error:
        raise UsageError(f"{out}: cannot write here: {error.strerror or error}") from None
    return target


def read(folder: Path) -> Run:
    """A run as it was written."""
    facts = read_facts(folder)
    followed = FOLLOWED if HISTORY in facts else ()
    return Run(
        facts=facts,
        **{name: read_table(folder, name, None) for name in TABLES},
        followed={name: read_table(folder, name, None) for name in followed},
    )


def read_facts(folder: Path) -> dict[str, Any]:
    """The facts of a run, without its tables."""
    try:
        facts: dict[str, Any] = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        form = facts["schema_version"]
    except (OSError, ValueError, KeyError, TypeError):
        raise _incomplete(folder) from None
    if form != SCHEMA_VERSION:
        raise UsageError(
            f"{folder}: written in form {form}, this program reads {SCHEMA_VERSION}; "
            "run the audit again"
        )
    return facts


def read_table(folder: Path, name: str, columns: list[str] | None) -> pa.Table:
    """A table of a run, or some columns of it."""
    try:
        return pq.read_table(folder / f"{name}.parquet", columns=columns)
    except (OSError, ValueError):
        raise _incomplete(folder) from None


def table_in_parts(
    folder: Path, name: str, columns: list[str], rows: int
) -> Iterator[pa.RecordBatch]:
    """A table of a run, so many rows at a time."""
    try:
        with pq.ParquetFile(folder / f"{name}.parquet") as file:
            yield from file.iter_batches(rows, columns=columns)
    except (OSError, ValueError):
        raise _incomplete(folder) from None


def _incomplete(folder: Path) -> UsageError:
    return UsageError(f"{folder}: not a complete run; run the audit again")


def swap(draft: Path, target: Path, aside: Path) -> None:
    """Put a draft in the place of what stands there, which goes aside, or comes back on failure."""
    target.replace(aside)
    try:
        draft.replace(target)
    except BaseException:
        aside.replace(target)
        raise


def _put_in_place(draft: Path, target: Path, run_id: str) -> None:
    if not target.exists():
        draft.replace(target)
    elif _run_id(target) == run_id:
        for name in FOLLOWED:
            if not (draft / f"{name}.parquet").exists():
                (target / f"{name}.parquet").unlink(missing_ok=True)
        for file in sorted(draft.iterdir()):
            file.replace(target / file.name)
    else:
        swap(
            draft,
            target,
            _free(target.with_name(f"{target.name}~{_run_id(target) or 'ufullstendig'}")),
        )


def _free(path: Path) -> Path:
    """The path, or the first numbered one like it that nothing stands in."""
    numbered = (path.with_name(f"{path.name}~{number}") for number in count(2))
    return next(place for place in chain([path], numbered) if not place.exists())


def _run_id(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / FACTS).read_text(encoding="utf-8"))["run_id"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _json(facts: dict[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
