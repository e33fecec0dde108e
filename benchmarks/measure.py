"""How the benchmarks measure: a process of its own for each run, medians, ratios, and a table."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
LIBRARIES = ("duckdb", "pandas", "pyarrow", "great-expectations", "polars")


class Cost(NamedTuple):
    """Seconds on the wall, seconds of all processors, and the peak of memory in MiB."""

    wall: float
    cpu: float
    peak: float


class Ran(NamedTuple):
    """What a command cost, how it ended, and what it said."""

    cost: Cost
    code: int
    out: str
    complained: str

    @property
    def succeeded(self) -> bool:
        """Whether the command did what it was asked, whatever it found."""
        return self.code in (0, 1)


def run(*arguments: object) -> Ran:
    """Run Python with the arguments in a process of its own; children are counted in."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complaints:
        began = time.perf_counter()
        started = subprocess.Popen(
            [sys.executable, *map(str, arguments)], stdout=said, stderr=complaints, cwd=HERE.parent
        )
        _, status, used = os.wait4(started.pid, 0)
        wall = time.perf_counter() - began
        started.returncode = code = os.waitstatus_to_exitcode(status)
        for stream in (said, complaints):
            stream.seek(0)
        out = said.read().decode()
        complained = complaints.read().decode()[-2000:]
    cost = Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
    return Ran(cost, code, out, complained)


def nircheck(*arguments: object) -> Ran:
    """Run the command as a user does."""
    done = tried(*arguments)
    if not done.succeeded:
        asked = " ".join(map(str, arguments))
        raise SystemExit(f"nircheck {asked}: {done.code}\n{done.complained}")
    return done


def tried(*arguments: object) -> Ran:
    """Run the command as a user does, and say how it went."""
    return run("-m", "nircheck", *arguments)


def script(name: str, *arguments: object) -> Any:
    """Run a script beside this one, and read what it says as JSON."""
    done = run(HERE / name, *arguments)
    if done.code:
        raise SystemExit(f"{name}: {done.code}\n{done.complained}")
    return json.loads(done.out.splitlines()[-1])


def median(costs: Iterable[Cost]) -> Cost:
    """The median of each part."""
    return Cost(*(statistics.median(values) for values in zip(*costs, strict=True)))


def clocks() -> tuple[float, float]:
    """The time on the wall, and the processor time of all threads, which noise disturbs less."""
    return time.perf_counter(), time.process_time()


def cpu() -> float:
    """The processor time of this process and of those it has waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def since(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """How far both clocks have gone."""
    return end[0] - start[0], end[1] - start[1]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as Markdown has them, numbers to the right."""
    lines = ["| " + " | ".join(head) + " |"]
    lines.append("|---|" + "---:|" * (len(head) - 1))
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def machine() -> str:
    """The machine and the versions, without any name of either."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB of memory, {platform.system()}; "
        f"Python {platform.python_version()}, {versions}. Load when it began: "
        f"{os.getloadavg()[0]:.1f} processes waiting for the cores"
    )
