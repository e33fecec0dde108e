"""What a workbook costs: an ordinary kommune of 300 findings, and one so large that it is streamed.

The findings are those of the sample extract, repeated under other keys. CPU time of the best of
several, and the peak of memory for the large one. Run it with `make bench`.
"""

from __future__ import annotations

import argparse
import io
import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

from nircheck import ingest, resources, rulebook
from nircheck.engine import judge
from nircheck.letters import Case, own_files, workbook
from nircheck.letters.workbook_wording import Wordings, wordings
from nircheck.rulebook import RuleBook
from nircheck.run import Run, assemble

SAMPLE = Path(__file__).parent.parent / "sample_data"


def main() -> None:
    """Measure both and print what they cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ordinary", type=int, default=300)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=20)
    asked = parser.parse_args()
    book = rulebook.load(resources.expectations())
    whole = own_files.whole_case(_run(book), book, "nb")
    said = wordings(book)
    ordinary = _of_size(whole, asked.ordinary)
    best = min(_seconds(ordinary, said) for _ in range(asked.times))
    print(f"{asked.ordinary} findings: {best * 1000:.1f} ms CPU")
    large = _of_size(whole, asked.large)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = _seconds(large, said)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{asked.large} findings: {seconds:.1f} s CPU, {(peak - before) / 1024:.0f} MiB more")


def _run(book: RuleBook) -> Run:
    register, manifest = ingest.read(
        [SAMPLE], ingest.Manifest(), book.contract, book.views, book.folder
    )
    with register:
        return assemble(register, manifest, book, judge(register, book.running()))


def _of_size(case: Case, size: int) -> Case:
    """The case with its findings repeated, each under keys of its own."""
    rows = [case.findings.index[at % len(case.findings)] for at in range(size)]
    findings = case.findings.loc[rows].reset_index(drop=True)
    numbers = pd.Series(range(size)).map("{:06}".format)
    changed = {
        "finding_id": "aaaa-" + numbers, "noekkel": "P" + numbers, "person_id": "N" + numbers,
        "kommunenummer": case.kommunenummer or "0301",
    }  # fmt: skip
    return replace(case, findings=findings.assign(**changed))


def _seconds(case: Case, said: Wordings) -> float:
    with tempfile.TemporaryFile() as large:
        target = large if len(case.findings) >= workbook.STREAMED_FROM else io.BytesIO()
        began = time.process_time()
        workbook.write(target, case, said)
        return time.process_time() - began


if __name__ == "__main__":
    main()
