"""Finds `expectations/` and `reports/`, in the wheel or in the repository."""

from __future__ import annotations

from pathlib import Path

from nircheck.errors import UsageError

_PACKAGE = Path(__file__).parent
_REPOSITORY = _PACKAGE.parent.parent


def expectations(chosen: Path | None = None) -> Path:
    """The rule book: the one that was chosen, else the one that came with the program."""
    if chosen is not None:
        if not (chosen / "_contract").is_dir():
            raise UsageError(f"{chosen}: not a rule book (no folder `_contract` in it)")
        return chosen
    return _shipped("expectations")


def reports() -> Path:
    """Templates and texts for people."""
    return _shipped("reports")


def _shipped(name: str) -> Path:
    for root in (_PACKAGE / "_shipped", _REPOSITORY):
        if (root / name).is_dir():
            return root / name
    raise UsageError(f"the folder `{name}` did not come with this installation; reinstall nircheck")
