"""All measurements that docs/benchmarks.md shows, in one run on one machine: `make bench`.

Every run has a process of its own. What is compared takes turns, and what is promised is a ratio.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import tables
from measure import machine

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`{day}; do not edit. Medians of {rounds} rounds, every run in a process of its
own; what is compared takes turns. Seconds are those of all processors (CPU), which a busy machine
disturbs less, and of the clock. What is promised is a ratio or a limit; it stands above its table,
with what came of it.

{machine}.
{scale}"""
SMALLER = """
This was a short run: all sizes are {scale} of those promised, {rounds} rounds.
"""


def main() -> None:
    """Make the tables one after the other; each is written as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--date", help="the day, to be stated on the page")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1, help="make everything so much smaller")
    parser.add_argument("--only", type=int, nargs="*", help="numbers of tables; prints, writes not")
    parser.add_argument("--page", type=Path, default=PAGE)
    asked = parser.parse_args()
    scale = SMALLER.format(scale=asked.scale, rounds=asked.rounds) if asked.scale != 1 else ""
    parts = [
        HEAD.format(
            day=f" on {asked.date}" if asked.date else "",
            rounds=asked.rounds,
            machine=machine(),
            scale=scale,
        )
    ]
    makers: list[Callable[[Path, int, float], str]] = [
        tables.floor, tables.tools, tables.growth, tables.memory, tables.letters, tables.stages,
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="nircheck-bench-") as name:
        for number, make in enumerate(makers, start=1):
            if asked.only and number not in asked.only:
                continue
            part = make(Path(name), asked.rounds, asked.scale)
            parts.append(f"## {number}. {part}")
            print(parts[-1], flush=True)
            if not asked.only:
                asked.page.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
