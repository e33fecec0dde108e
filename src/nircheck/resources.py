"""Finds `expectations/` and `reports/`, in the wheel or the repository, and the program itself."""

from __future__ import annotations

import hashlib
from functools import cache
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


@cache
def program_hash() -> str:
    """A hash of the program: another one whenever a line of it is changed."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _shipped(name: str) -> Path:
    for root in (_PACKAGE / "_shipped", _REPOSITORY):
        if (root / name).is_dir():
            return root / name
    raise UsageError(f"the folder `{name}` did not come with this installation; reinstall nircheck")
