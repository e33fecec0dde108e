"""What the letters of the whole country cost: 357 packages of 300 findings each.

The findings are those of the sample extract, repeated under other keys in every kommune. CPU time
of all processes together, without the reading of rule book and run. Run it with `make bench`.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
from measure import cpu

from nircheck import ingest, resources, rulebook
from nircheck import run as runs
from nircheck.letters import Choices, OpenRun, batch, html, workbook
from nircheck.letters.package import Package
from nircheck.letters.run_folder import opened
from nircheck.letters.sender import Sender
from nircheck.letters.workbook_wording import wordings
from nircheck.rulebook import RuleBook

SAMPLE = Path(__file__).parent.parent / "sample_data"


def main() -> None:
    """Write all packages, in one process and in two, and print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=300)
    parser.add_argument("--json", action="store_true", help="say it as the page needs it")
    asked = parser.parse_args()
    costs: dict[int, tuple[float, float]] = {}
    book = rulebook.load(resources.expectations())
    html.check()
    run = _of_size(opened(_sample(book), book, "sample"), asked.findings)
    parts = Package(partial(workbook.write, wordings=wordings(book)))
    for processes in (1, 2):
        with tempfile.TemporaryDirectory() as scratch:
            wall, before = time.perf_counter(), cpu()
            written = batch.write_all(
                run, list(run.recipients), Choices(Sender()), parts, Path(scratch),
                processes=processes,
            )  # fmt: skip
            assert not written.failures, written.failures[:1]
            costs[processes] = time.perf_counter() - wall, cpu() - before
            sizes = sorted(path.stat().st_size for path in Path(scratch).glob("*/brev.html"))
            print(
                f"{processes} process(es): {written.letters} packages of {asked.findings} "
                f"findings, {costs[processes][1]:.1f} s of CPU, {costs[processes][0]:.1f} s; "
                f"HTML {sizes[len(sizes) // 2] / 1000:.0f} kB, at most {sizes[-1] / 1000:.0f} kB"
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak of memory {peak:.0f} MiB")
    if asked.json:
        print(json.dumps({"costs": costs, "peak": peak}))


def _sample(book: RuleBook) -> runs.Run:
    from nircheck.engine import judge  # not above: each process imports this module again

    register, manifest = ingest.read(
        [SAMPLE], ingest.Manifest(), book.contract, book.views, book.folder, ingest.Limits()
    )
    with register:
        return runs.assemble(register, manifest, book, judge(register, book.running()))


def _of_size(run: OpenRun, size: int) -> OpenRun:
    """The same number of findings in every kommune, with the accounting of Oslo."""
    every = pd.concat(run.findings.values()).reset_index(drop=True)
    times = -(-size // len(every))
    many = pd.concat([every] * times).iloc[:size].reset_index(drop=True)
    many["noekkel"] += "-" + many.index.astype(str)
    many["finding_id"] = [f"{at:04x}-{at:04x}-{at:04x}-{at:04x}" for at in many.index]
    facts = run.info["kommuner"]["0301"]
    return replace(
        run,
        info=run.info | {"kommuner": dict.fromkeys(run.recipients, facts)},
        findings={number: many.assign(kommunenummer=number) for number in run.recipients},
        accounting=dict.fromkeys(run.recipients, run.accounting["0301"]),
    )


if __name__ == "__main__":
    main()
