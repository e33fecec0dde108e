"""Writes what the gate has to say to a file, whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path

from nircheck.errors import UsageError


def replace(target: Path, text: str) -> None:
    """Put a text in a file; a file that stands there is kept until the new one is whole."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".kladd-", dir=target.parent) as scratch:
            draft = Path(scratch) / "kladd"
            draft.write_text(text, encoding="utf-8", newline="\n")
            draft.replace(target)
    except OSError as error:
        raise UsageError(f"{target}: cannot write here: {error.strerror or error}") from None
