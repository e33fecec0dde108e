"""The receipt of a reading: what was held against what, and what came of it, under one hash.

The hash tells that the receipt is as it was written. It is no signature: whoever can write a
receipt can write another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nircheck.errors import UsageError

FILE_NAME = "kvittering.json"
FORM = 1
_INPUT = ("table", "name", "sha256", "rows")


def receipt(
    command: str,
    facts: Mapping[str, Any],
    counts: Mapping[str, int],
    *,
    tidspunkt: str | None = None,
    files: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A receipt for a command, from the facts of what it made; a time only if one was given."""
    content: dict[str, Any] = {
        "kvittering": FORM,
        "command": command,
        "nircheck": facts["nircheck"],
        "tidspunkt": tidspunkt,
        "uttrekksdato": facts["uttrekksdato"],
        "run_id": facts.get("run_id"),
        "contract": facts["contract"],
        "rulebook": facts["rulebook"],
        "kolonnekart": facts.get("kolonnekart"),
        "inputs": [{name: file[name] for name in _INPUT} for file in facts["inputs"]],
        "counts": dict(counts),
        "files": dict(files or {}),
    }
    return content | {"sha256": _hash(content)}


def as_text(content: Mapping[str, Any]) -> str:
    """The receipt as it is written."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read(path: Path) -> dict[str, Any]:
    """A receipt that was written, whole or not."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        known = isinstance(content, dict) and content["kvittering"] == FORM
        named = {file["name"]: file["sha256"] for file in content["inputs"]} if known else None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError):
        named = None
    if named is None:
        raise UsageError(f"{path}: not a receipt that this program can read")
    return dict(content)


def is_whole(content: Mapping[str, Any]) -> bool:
    """Whether a receipt is as it was written."""
    return content.get("sha256") == _hash({k: v for k, v in content.items() if k != "sha256"})


def hash_of(path: Path) -> str:
    """The hash of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _hash(content: Mapping[str, Any]) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
