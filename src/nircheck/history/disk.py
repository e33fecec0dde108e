"""Writing so that a history is whole whenever the machine stops: draft, flush, then one rename."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

DRAFT = ".kladd-"
FACTS = "kjoering.json"


def sweep(root: Path) -> None:
    """Remove drafts that an interrupted run has left; nothing in them was ever part of it."""
    for left in [*root.glob(f"{DRAFT}*"), *root.glob(f"*/{DRAFT}*")]:
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def save_folder(target: Path, facts: Mapping[str, Any], tables: Mapping[str, pa.Table]) -> None:
    """A folder of tables, with facts that hold the hash of each; there at once or not at all."""
    _folder(target.parent)
    draft = target.with_name(DRAFT + target.name)
    draft.mkdir()
    hashes = {}
    for name, table in tables.items():
        path = draft / f"{name}.parquet"
        pq.write_table(table, path, compression="zstd")
        hashes[path.name] = sha256(path)
        _flush(path)
    told = draft / FACTS
    told.write_text(as_json({**facts, "filer": hashes}), encoding="utf-8", newline="\n")
    _flush(told)
    _flush_folder(draft)
    draft.replace(target)
    _flush_folder(target.parent)


def save_table(target: Path, table: pa.Table) -> None:
    """A table, there at once or not at all."""
    _folder(target.parent)
    draft = target.with_name(DRAFT + target.name)
    pq.write_table(table, draft, compression="zstd")
    _in_place(draft, target)


def save_text(target: Path, text: str) -> None:
    """A text, there at once or not at all."""
    draft = target.with_name(DRAFT + target.name)
    draft.write_text(text, encoding="utf-8", newline="\n")
    _in_place(draft, target)


def as_json(facts: Mapping[str, Any]) -> str:
    """Facts as they are written everywhere."""
    return json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def sha256(path: Path) -> str:
    """The hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _in_place(draft: Path, target: Path) -> None:
    _flush(draft)
    draft.replace(target)
    _flush_folder(target.parent)


def _folder(path: Path) -> None:
    if not path.is_dir():
        path.mkdir(parents=True)
        _flush_folder(path.parent)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(path: Path) -> None:
    """Have the names in a folder written too, where the operating system knows how."""
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
