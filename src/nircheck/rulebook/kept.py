"""A rule book that was read and found whole is kept, so that the next command need not read it.

It lies among the user's other cached files, under a name that is a hash of all it was made from:
the rule book, the policy, the program and what compiles the rules. Nobody else may write there. A
file that is gone, cut off or from elsewhere costs only the time it takes to read the rule book.
"""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from nircheck import resources, settings
from nircheck.rulebook.load import RuleBook, content_hash
from nircheck.rulebook.load import load as read

_MOST = 8
"""As many rule books are kept; one is about 5 MB."""
_HASH = hashlib.sha256
_DIGEST = _HASH().digest_size


def load(expectations: Path, own_policy: Path | None = None) -> RuleBook:
    """The whole rule book, kept from before or read anew; or one error with every complaint."""
    with _without_sweeping():
        content = content_hash(expectations, own_policy)
        name, folder = _name(content, expectations), _folder()
        kept = _taken_out(folder / name) if folder else None
        if kept is not None:
            return kept
        book = read(expectations, own_policy)
        if folder and book.sha256 == content:
            with suppress(OSError):
                _put_in(folder, name, book)
        return book


def _name(content: str, expectations: Path) -> str:
    made_from = (
        content, str(expectations), resources.program_hash(),
        sys.version, version("sqlglot"), version("pydantic"),
    )  # fmt: skip
    return _HASH("\n".join(made_from).encode()).hexdigest() + ".regelbok"


def _folder() -> Path | None:
    """Where this system keeps what a program can make again, if it says so."""
    environment = settings.environment()
    chosen = environment.get("XDG_CACHE_HOME") or environment.get("LOCALAPPDATA")
    if chosen:
        return Path(chosen) / "nircheck"
    try:
        home = Path.home()
    except RuntimeError:
        return None
    own = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return home / own / "nircheck"


def _taken_out(path: Path) -> RuleBook | None:
    try:
        with path.open("rb") as handle:
            if not _is_only_mine(os.fstat(handle.fileno())):
                return None
            digest, content = handle.read(_DIGEST), handle.read()
    except OSError:
        return None
    if _HASH(content).digest() != digest:
        return None
    with suppress(OSError):
        os.utime(path)
    book = pickle.loads(content)
    return book if isinstance(book, RuleBook) else None


def _is_only_mine(found: os.stat_result) -> bool:
    """Whether nobody else can have written the file, as far as the system tells."""
    if sys.platform == "win32":
        return True
    others = stat.S_IWGRP | stat.S_IWOTH
    return found.st_uid == os.getuid() and not found.st_mode & others


def _put_in(folder: Path, name: str, book: RuleBook) -> None:
    content = pickle.dumps(book, pickle.HIGHEST_PROTOCOL)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as out:
        scratch = Path(out.name)
        try:
            out.write(_HASH(content).digest() + content)
            out.close()
            scratch.replace(folder / name)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise
    by_age = sorted(folder.glob("*.regelbok"), key=lambda path: path.stat().st_mtime)
    for old in by_age[:-_MOST]:
        old.unlink(missing_ok=True)


@contextmanager
def _without_sweeping() -> Iterator[None]:
    """A rule book is a million objects that stay: looking for those that do not is in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
