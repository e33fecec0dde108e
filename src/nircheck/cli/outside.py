"""What happens to a command from outside: Ctrl-C, and a reader who has left."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_interrupted: list[int] = []


def heed_interrupts() -> None:
    """Stop on Ctrl-C and on being told to end, once: a second time must not disturb the tidying."""
    _interrupted.clear()
    sys.unraisablehook = _quiet_about_interrupts(sys.unraisablehook)
    for number in _SIGNALS:
        signal.signal(number, _interrupt)


def ignore_interrupts() -> None:
    """All is done: nothing is left to interrupt."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def stop_if_interrupted() -> None:
    """Stop here if a library took the interrupt for an error of its own and went on."""
    if was_interrupted():
        raise KeyboardInterrupt


def was_interrupted() -> bool:
    """Whether someone has asked this command to stop."""
    return bool(_interrupted)


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """A closed pipe (`| head`) ends the showing, and changes nothing else."""
    try:
        yield
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # rich leaves by SystemExit
        show_no_more()


def show_no_more() -> None:
    """Let what is still to be written to standard output go nowhere, instead of failing at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _interrupt(number: int, frame: FrameType | None) -> None:
    if not _interrupted:
        _interrupted.append(number)
        raise KeyboardInterrupt


def _quiet_about_interrupts(hook: Callable[[Any], object]) -> Callable[[Any], object]:
    """The hook for errors that Python must drop, such as an interrupt while it tidies a lock."""

    def tell(dropped: Any) -> None:
        if not issubclass(dropped.exc_type, KeyboardInterrupt):
            hook(dropped)

    return tell
