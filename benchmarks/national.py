"""What the national report costs: without findings, and with 200 000 of them listed.

The run is that of the tests, every kommune in it, with its findings repeated. Seconds of CPU, and
how much the peak of memory grows from when the program is loaded. Run it with `make bench`.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from nircheck import national, resources
from nircheck.run import write

TESTS = Path(__file__).parent.parent / "tests"


def main() -> None:
    """Write both reports, each in a process of its own, and print what they cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=200_000)
    parser.add_argument("--report", type=Path, help="write the report of this run, and measure")
    parser.add_argument("--list", action="store_true", help="with every finding listed")
    asked = parser.parse_args()
    if asked.report:
        return _measure(asked.report, listed=asked.list)
    with tempfile.TemporaryDirectory() as scratch:
        folder = _run(Path(scratch), asked.findings)
        command = [sys.executable, __file__, "--report", str(folder)]
        for more in ([], ["--list"]):
            subprocess.run([*command, *more], check=True)


def _run(scratch: Path, findings: int) -> Path:
    sys.path.insert(0, str(TESTS))
    from national_run import national_run

    run = national_run()
    times = -(-findings // run.findings.num_rows)
    repeated = pa.concat_tables([run.findings] * times).slice(0, findings)
    return write(replace(run, findings=repeated), scratch)


def _measure(folder: Path, *, listed: bool) -> None:
    loaded, began = _peak(), time.process_time()
    national.write(folder, folder, resources.expectations(), "nb", with_findings=listed)
    name = "with findings" if listed else "without findings"
    seconds, more = time.process_time() - began, _peak() - loaded
    print(f"{name:17}  {seconds:6.1f} s CPU   {more:5.0f} MiB more than the {loaded:.0f} loaded")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
