"""All letters of a run, one after the other or in several processes; one that fails stops none."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import signal
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from nircheck.errors import NircheckError
from nircheck.letters import package
from nircheck.letters.case import Case, Kind
from nircheck.letters.compose import Choices, compose
from nircheck.letters.package import Package
from nircheck.letters.run_folder import OpenRun

WORTH_A_PROCESS = 40
"""With fewer findings-bearing letters than this, starting a process takes longer than it saves."""

_HANDED_OUT = 3
"""Letters that another process has before it, so that it need not wait for the next."""


@dataclass(frozen=True)
class Failure:
    """A letter that was not written, and why."""

    place: str
    why: str
    bug: bool = False


@dataclass
class Written:
    """How it went: the letters of each kind, and those that failed."""

    kinds: dict[Kind, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    @property
    def letters(self) -> int:
        """How many were written."""
        return sum(self.kinds.values())


def write_all(
    run: OpenRun,
    numbers: list[str],
    choices: Choices,
    package: Package,
    root: Path,
    *,
    per_bydel: bool = False,
    processes: int = 1,
    go_on: Callable[[], None] = lambda: None,
) -> Written:
    """A package for each of the kommuner; `go_on` is asked between letters, and may raise."""
    written = Written()
    with_findings = sum(len(run.findings_of(number)) > 0 for number in numbers)
    wanted = _cases(run, numbers, choices, written, per_bydel=per_bydel)
    gc.freeze()  # the rule book is large; looking through it for garbage took a fifth of the time
    try:
        if processes > 1 and with_findings >= WORTH_A_PROCESS:
            _in_processes(wanted, root, package, written, processes, go_on)
        else:
            for case in wanted:
                go_on()
                _count(written, _attempt(case, root, package))
    finally:
        gc.unfreeze()
    written.failures.sort(key=lambda failure: failure.place)
    return written


def _cases(
    run: OpenRun, numbers: list[str], choices: Choices, written: Written, *, per_bydel: bool
) -> Iterator[Case]:
    for number in numbers:
        try:
            case = compose(run, number, choices)
            bydeler = case.bydeler if per_bydel else ()
            cases = [case, *(compose(run, number, choices, line.number) for line in bydeler)]
        except Exception as error:
            written.failures.append(_failure(number, error))
            continue
        yield from cases


def _in_processes(
    cases: Iterator[Case],
    root: Path,
    package: Package,
    written: Written,
    processes: int,
    go_on: Callable[[], None],
) -> None:
    """Keep the other processes busy and do the rest here: to start one costs as much as 30 letters.

    Few are handed out at a time, so that they are not all in memory at once.
    """
    others = processes - 1
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(others, context, _begin, (root, package))
    waiting: set[Future[Kind | Failure]] = set()
    try:
        for case in cases:
            go_on()
            for future in [future for future in waiting if future.done()]:
                waiting.remove(future)
                _count(written, future.result())
            if len(waiting) < _HANDED_OUT * others:
                waiting.add(executor.submit(_attempt_here, case))
            else:
                _count(written, _attempt(case, root, package))
        for future in waiting:
            go_on()
            _count(written, future.result())
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _attempt(case: Case, root: Path, parts: Package) -> Kind | Failure:
    try:
        package.write(case, root, parts)
    except Exception as error:
        return _failure(package.folder_name(case), error)
    return case.kind


def _failure(place: str, error: Exception) -> Failure:
    """Why a letter could not be written, without values that may be from the register."""
    if isinstance(error, NircheckError):
        return Failure(place, "; ".join(str(problem) for problem in error.problems))
    if isinstance(error, OSError):
        return Failure(place, error.strerror or type(error).__name__)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    return Failure(place, f"internal error ({type(error).__name__} in {where})", bug=True)


def _count(written: Written, outcome: Kind | Failure) -> None:
    if isinstance(outcome, Failure):
        written.failures.append(outcome)
    else:
        written.kinds[outcome] = written.kinds.get(outcome, 0) + 1


_here: list[tuple[Path, Package]] = []
"""In a process of its own: where all its letters go, and what goes with them."""


def _begin(root: Path, parts: Package) -> None:
    """Take what all letters share, once, and leave interrupts to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _here[:] = [(root, parts)]
    gc.freeze()
    atexit.register(gc.unfreeze)  # or the interpreter could not take down what it holds


def _attempt_here(case: Case) -> Kind | Failure:
    ((root, parts),) = _here
    return _attempt(case, root, parts)
