"""One writer at a time: a lock that the operating system lets go of when its holder dies."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nircheck.errors import UsageError

LOCK, HOLDER = ".laas", ".laas-holder"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; refuse at once if another program has it.

    SQLite locks files in the way of each operating system, and no lock outlives its process: there
    is never a stale one to remove. The file itself stays, and is empty.
    """
    try:
        connection = sqlite3.connect(folder / LOCK, timeout=0, isolation_level=None)
    except sqlite3.Error as error:
        raise UsageError(f"{folder / LOCK}: cannot be locked: {error}") from None
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise UsageError(f"{folder / LOCK}: cannot be locked: {error}") from None
            raise UsageError(
                f"{folder}: in use by another nircheck{_holder(folder)}; try again when it is done"
            ) from None
        with suppress(OSError):
            (folder / HOLDER).write_text(f"{os.getpid()} {platform.node()}", encoding="utf-8")
        yield
    finally:
        connection.close()


def _holder(folder: Path) -> str:
    """Who has the lock, as far as they have said."""
    try:
        process, _, machine = (folder / HOLDER).read_text(encoding="utf-8").partition(" ")
    except (OSError, ValueError):
        return ""
    return f" (process {process} on {machine})" if machine else ""
