"""What the whole rule book costs over a national register, against the bare SQL of the same rules.

An invented register with the published shares of defects is read as an extract is. Then the
compiled statements on their own and `nircheck.engine.judge` take turns in one process. Last come
the slowest rules at this size and at a quarter of it: a rule whose time grows much faster than the
register compares rows with rows. Run it with `make bench`.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from measure import clocks, since
from overhead import bare

from nircheck import ingest, resources, rulebook
from nircheck.engine import judge
from nircheck.ingest import Manifest
from nircheck.register import Register
from nircheck.rulebook import RuleBook
from nircheck.sample import UTTREKKSDATO, Order, load_presets, make

PROMISED = 1.3
SHOWN = 8
STEEP = 2.0
"""Growth per row above this, where the time is long enough to tell, is said to be steep."""
_LONG = 0.1


def read(book: RuleBook, folder: Path, persons: int) -> Register:
    """An invented register of the stated size, read from its files."""
    make(book, Order(persons, 1), load_presets(book.folder)["nasjonal"], folder)
    stated = Manifest(uttrekksdato=UTTREKKSDATO)
    register, _ = ingest.read([folder], stated, book.contract, book.views, book.folder)
    return register


def timed(register: Register, book: RuleBook) -> dict[str, float]:
    """The seconds of each rule in one judging."""
    times: dict[str, float] = {}
    judge(register, book.running(), times.__setitem__)
    register.connection.execute("DROP SCHEMA dom CASCADE")
    return times


def main() -> None:
    """Print both times round by round, their ratio, and how the slowest rules grow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=250_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    book = rulebook.load(resources.expectations())
    ratios = []
    with tempfile.TemporaryDirectory(prefix="nircheck-bench-") as name:
        with read(book, Path(name) / "whole", options.persons) as register:
            rules = [c for c in book.running() if not any(map(register.missing, c.needs))]
            for number in range(1, options.rounds + 1):
                start = clocks()
                found = bare(register, rules)
                between = clocks()
                said = judge(register, rules)
                end = clocks()
                register.connection.execute("DROP SCHEMA dom CASCADE")
                assert said.findings.num_rows + said.linked.num_rows == found
                (wall, cpu), (whole, whole_cpu) = since(start, between), since(between, end)
                ratios.append((whole / wall, whole_cpu / cpu))
                print(
                    f"round {number}: {len(rules)} rules, {found} findings, bare SQL {wall:6.2f} s "
                    f"({cpu:6.2f} s CPU), nircheck {whole:6.2f} s ({whole_cpu:6.2f} s CPU)",
                    flush=True,
                )
            large = timed(register, book)
        with read(book, Path(name) / "part", options.persons // 4) as register:
            small = timed(register, book)
    wall, cpu = (statistics.median(values) for values in zip(*ratios, strict=True))
    print(f"median: {wall:.2f} times the bare SQL, {cpu:.2f} of CPU (promised: {PROMISED})")
    for rule_id in sorted(large, key=lambda rule_id: -large[rule_id])[:SHOWN]:
        print(f"{rule_id:32} {small[rule_id]:6.3f} s -> {large[rule_id]:6.3f} s")
    steep = [
        rule_id
        for rule_id, seconds in large.items()
        if seconds > _LONG and seconds > 4 * STEEP * small[rule_id]
    ]
    print(f"growing faster than the register: {', '.join(sorted(steep)) or 'none'}")


if __name__ == "__main__":
    main()
