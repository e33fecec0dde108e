"""Take a month into a history, killed at the n-th thing that is written; run by a test."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from months import Person, Register
from nircheck.history import exceptions, writing
from nircheck.history.schema import SVAR, table

ANSWER = ("0000-0000-0000-0000", "0301", "NIR-100", "v0", "rettet", None, None, None, None, "x")


def stop_at(step: int) -> None:
    """Die without a word before the n-th thing that is written, half of it written if it can be."""
    left = [step]

    def dying(write: Callable[..., Any], half: bool) -> Callable[..., Any]:
        def instead(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] > 0:
                return write(*args, **kwargs)
            if half:
                write(*args, **kwargs)
                target = Path(args[1])
                target.write_bytes(target.read_bytes()[: target.stat().st_size // 2])
            os.kill(os.getpid(), signal.SIGKILL)

        return instead

    pq.write_table = dying(pq.write_table, half=True)
    os.fsync = dying(os.fsync, half=False)
    for name in ("replace", "mkdir", "write_text"):
        setattr(Path, name, dying(getattr(Path, name), half=False))


def change(folder: Path) -> None:
    """A second month, and an answer."""
    register = Register(folder)
    register.persons["P1"] = Person("0301", {"NIR-100"})
    register.persons["P2"] = Person("1103", {"NIR-101"})
    register.day = register.day.replace(month=2, day=28)
    register.audit()
    with writing(folder) as store:
        store.add_replies(exceptions.taken_in(table([ANSWER], SVAR)))


def main() -> None:
    """A process for each step, in a copy of the history of its own, until one gets to the end."""
    for number, folder in enumerate(map(Path, sys.argv[1:]), start=1):
        child = os.fork()
        if not child:
            stop_at(number)
            change(folder)
            os._exit(0)
        _, how = os.waitpid(child, 0)
        sys.stdout.write("killed\n" if os.WIFSIGNALED(how) else f"whole {how}\n")
        if not os.WIFSIGNALED(how):
            break


if __name__ == "__main__":
    main()
