"""The `nircheck` command for tests: called in this process, or as a process of its own."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nircheck import rulebook
from nircheck.cli.main import main
from nircheck.rulebook import RuleBook

_load = rulebook.load
_loaded: dict[object, RuleBook] = {}


def _loaded_once(expectations: Path, own_policy: Path | None = None) -> RuleBook:
    """The rule book; files that have not changed are read once in this process."""
    files = [path for path in expectations.rglob("*") if path.is_file()]
    files += [own_policy] if own_policy else []
    seen = ((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    key = (expectations, own_policy, frozenset(seen))
    if key not in _loaded:
        _loaded[key] = _load(expectations, own_policy)
    return _loaded[key]


@dataclass(frozen=True)
class Done:
    """How a command went."""

    code: int
    out: str
    err: str


class _Stream(io.TextIOWrapper):
    """A stream in memory that, unlike StringIO, can be reconfigured and says it is a terminal."""

    def __init__(self, *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    def text(self) -> str:
        self.flush()
        held: Any = self.buffer
        return str(held.getvalue().decode("utf-8"))


def nircheck(
    *arguments: object,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    terminal: bool = False,
) -> Done:
    """The command, called through `main` in this process; an audit without letters."""
    if arguments[:1] == ("audit",):
        environment = {"NIRCHECK_BREV": "nei"} | dict(environment or {})
    out, err = _Stream(terminal=terminal), _Stream(terminal=terminal)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in [name for name in os.environ if name.startswith(("NIRCHECK_", "FORCE_COLOR"))]:
            patch.delenv(name)
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        if cwd is not None:
            patch.chdir(cwd)
        patch.setattr(sys, "unraisablehook", sys.unraisablehook)  # which main replaces
        if rulebook.load is _load:  # unless a test has put another in its place
            patch.setattr(rulebook, "load", _loaded_once)
        patch.setattr(sys, "argv", ["nircheck", *map(str, arguments)])
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            with pytest.raises(SystemExit) as left:
                main()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    assert isinstance(left.value.code, int)
    return Done(int(left.value.code), out.text(), err.text())


def process(*arguments: object, cwd: Path, **environment: str) -> Done:
    """The command as a process of its own, without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "nircheck", *map(str, arguments)],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)
