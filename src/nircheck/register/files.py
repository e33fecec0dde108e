"""One file or sheet as it was read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class InputFile:
    """One file or sheet as it was read."""

    table: str
    name: str
    sha256: str
    rows: int
    encoding: str | None
    separator: str | None
