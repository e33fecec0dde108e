"""The tables of docs/benchmarks.md."""

from __future__ import annotations

from pathlib import Path

import duckdb
import extract
import ten_checks
from measure import HERE, Cost, Ran, median, nircheck, run, script, table, tried

PERSONS = 250_000
TILTAK = 1_350_000
GROWING = (25_000, 250_000, 1_000_000)
LARGE = 2_000_000
AUDIT = ("--uten-brev", "--fail-on", "aldri", "--format", "json")
_ATTEMPTS = 3
_TOO_LONG = 60.0
"""A tool whose single round takes longer than this, in seconds, is not asked again."""


def floor(folder: Path, rounds: int, scale: float) -> str:
    """An audit against the SQL it runs."""
    persons = max(1, int(PERSONS * scale))
    source, _ = _extract(folder, persons)
    tiny, _ = _extract(folder, 500)
    noted = folder / "statements.pickle"
    done = run(HERE / "floor.py", "record", source, noted)
    if done.code:
        raise SystemExit(done.complained)
    bare, whole, start = [], [], []
    for _ in range(rounds):
        said = script("floor.py", "replay", source, noted)
        bare.append(Cost(said["wall"], said["cpu"], 0))
        whole.append(_audit(source, folder))
        start.append(_audit(tiny, folder))
    lowest, ours, first = median(bare), median(whole), median(start)
    ratio = (ours.cpu - first.cpu) / lowest.cpu
    clock = (ours.wall - first.wall) / lowest.wall
    rows = [
        _row("the same SQL on the same files", lowest),
        _row("`nircheck audit`", ours),
        _row("start-up: the same of 500 persons", first),
    ]
    return (
        f"An audit against its floor: {_many(persons)} persons\n\n"
        f"Promised: at most 1.5 times the floor, plus start-up. Measured: **{ratio:.2f}** of CPU, "
        f"{clock:.2f} by the clock.\n\n"
        "The floor is a bare script that reads the CSV files with DuckDB's `read_csv` and runs the "
        "statements the audit runs, from typing to the ordered list of findings. The audit also "
        "checks every byte of the files, counts, and writes the run.\n\n"
        + table(("", "CPU s", "clock s", "peak MiB"), rows) + "\n"
    )  # fmt: skip


def tools(folder: Path, rounds: int, scale: float) -> str:
    """Ten checks in other tools."""
    rows_there = int(TILTAK * scale)
    file = folder / "tiltak.parquet"
    duckdb.sql(f"COPY ({ten_checks.ROWS.format(rows=rows_there)}) TO '{file}'")
    costs: dict[str, Cost] = {}
    listed: dict[str, int] = {}
    asked: dict[str, int] = {}
    for tool in ten_checks.TOOLS:
        said = script("ten_checks.py", tool, file, "--rounds", 1)
        if said["costs"][0][1] < _TOO_LONG:
            said = script("ten_checks.py", tool, file, "--rounds", rounds)
        costs[tool] = median(Cost(wall, cpu, 0) for wall, cpu in said["costs"])
        listed[tool], asked[tool] = said["listed"], len(said["costs"])
    ours = costs["nircheck"].cpu
    lines = [
        (
            tool, f"{cost.cpu:.2f}", f"{cost.wall:.2f}", f"{cost.cpu / ours:.2f}",
            _many(listed[tool]), str(asked[tool]),
        )
        for tool, cost in sorted(costs.items(), key=lambda item: item[1].cpu)
    ]  # fmt: skip
    bare = min(costs[name].cpu for name in costs if name.endswith("bare"))
    slower = [name for name in costs if "nircheck" not in name and costs[name].cpu > ours]
    rows_alone = costs["nircheck, the rows alone"].cpu
    return (
        f"Ten checks by hand: {_many(rows_there)} rows\n\n"
        "Promised: faster than all but a bare polars or DuckDB script, and within 1.5 times of "
        f"those. Measured: **{ours / bare:.1f}** times the faster of the two; faster than "
        f"{', '.join(slower) or 'none'}.\n\n"
        "Each tool has the table in memory in its own form, and lists every wrong row, once "
        "per check. nircheck alone gives each finding two hashes, a message in two written "
        "standards, and counts what was judged per kommune. Asked for the rows alone, as the "
        f"others are, the same rules cost {rows_alone / bare:.1f} times the faster bare script, "
        f"and {rows_alone / costs['DuckDB, bare'].cpu:.1f} times bare DuckDB. A tool is asked once "
        f"only when that takes more than {_TOO_LONG:.0f} s.\n\n"
        + table(("", "CPU s", "clock s", "times nircheck", "listed", "rounds"), lines) + "\n"
    )  # fmt: skip


def growth(folder: Path, rounds: int, scale: float) -> str:
    """Registers of three sizes."""
    found: dict[int, tuple[int, Cost]] = {}
    for persons in (max(500, int(size * scale)) for size in GROWING):
        source, rows = _extract(folder, persons)
        found[persons] = rows, median(_audit(source, folder) for _ in range(rounds))
    (first_rows, first), *_, (last_rows, last) = found.values()
    lines = [
        (
            _many(persons), _many(rows), f"{cost.cpu:.1f}", f"{cost.wall:.1f}",
            f"{cost.cpu / rows * 1e6:.1f}", f"{cost.peak:.0f}",
        )
        for persons, (rows, cost) in found.items()
    ]  # fmt: skip
    more = last.cpu / last_rows / (first.cpu / first_rows) - 1
    return (
        "Growth\n\n"
        "Promised: the cost per row rises by at most 20 % from the smallest to the largest. "
        f"Measured: **{more:+.0%}** of CPU.\n\n"
        + table(("persons", "rows", "CPU s", "clock s", "µs per row", "peak MiB"), lines) + "\n"
    )  # fmt: skip


def memory(folder: Path, rounds: int, scale: float) -> str:
    """A register larger than the memory it may use."""
    persons = int(LARGE * scale)
    source, rows = _extract(folder, persons)
    size = sum(file.stat().st_size for file in source.glob("*.csv")) / 1024**3
    limit = f"{max(256, round(1024 * scale))}MiB" if scale != 1 else "1GiB"
    runs: list[Ran] = []
    while len(runs) < _ATTEMPTS and not (runs and runs[-1].succeeded):
        runs.append(tried("audit", source, "--ut", folder / "ut", *AUDIT, "--minne", limit))
    cost = runs[-1].cost
    line = f"{size:.1f}", f"{cost.cpu:.0f}", f"{cost.wall:.0f}", f"{cost.peak:.0f}"
    broken = [
        f"Run {number} ended with exit code {ran.code}: {ran.complained.partition(chr(10))[0]}"
        for number, ran in enumerate(runs, start=1)
        if not ran.succeeded
    ]
    return (
        f"A register larger than memory: {_many(persons)} persons, `--minne {limit}`\n\n"
        "Promised: it completes, by putting aside on disk what has no room. Run "
        f"{_times(len(runs))}: **it {'did' if runs[-1].succeeded else 'did not'}**.\n\n"
        + table(
            ("rows", "files GiB", "CPU s", "clock s", "peak MiB"),
            [(_many(rows), *line)],
        )
        + "\n\nThe limit is for the database; the list of findings, and the program, come in "
        "addition.\n" + "".join(f"\n{told}\n" for told in broken)
    )  # fmt: skip


def letters(folder: Path, rounds: int, scale: float) -> str:
    """Letters of the country, and one kommune's own check."""
    findings = int(300 * scale) or 1
    said = [script("letters.py", "--findings", findings, "--json") for _ in range(rounds)]
    lines = []
    for processes in ("1", "2"):
        cost = median(Cost(*one["costs"][processes], one["peak"]) for one in said)
        lines.append(_row(f"357 letters and workbooks, {processes} process(es)", cost))
        both = cost
    book = _workbook(folder, 1000)
    own = median(
        nircheck("selfcheck", book, "--kommune", "5001", "--uttrekksdato", "2026-10-31").cost
        for _ in range(rounds)
    )
    lines.append(_row("`nircheck selfcheck` of one `.xlsx`, 1 000 persons", own))
    return (
        "Letters, and one kommune's own check\n\n"
        f"Promised: letters and workbooks of the country, {findings} findings each, take at most "
        f"20 s of CPU; a self-check takes at most 6 s from prompt to result. Measured: "
        f"**{both.cpu:.1f} s** of CPU with two processes, and **{own.wall:.1f} s** by the clock "
        f"({own.cpu:.1f} s of CPU).\n\n"
        + table(("", "CPU s", "clock s", "peak MiB"), lines) + "\n"
    )  # fmt: skip


def stages(folder: Path, rounds: int, scale: float) -> str:
    """Where the time of a national run goes."""
    persons = max(500, int(PERSONS * scale))
    source, _ = _extract(folder, persons)
    said = script("stages.py", source)
    whole = sum(said["stages"].values())
    lines = [
        (stage, f"{seconds:.1f}", f"{seconds / whole:.0%}")
        for stage, seconds in said["stages"].items()
    ]
    dearest = [(name, f"{seconds:.1f}") for name, seconds in said["statements"].items()]
    first, second, third = sorted(said["stages"], key=said["stages"].__getitem__)[:-4:-1]
    return (
        f"Where the time of a national run goes: {_many(persons)} persons\n\n"
        f"Measured once, one process. The three largest costs are {first}, {second} and {third}."
        "\n\n" + table(("stage", "CPU s", "share"), lines)
        + "\n\nThe dearest statements among them:\n\n"
        + table(("statement", "CPU s"), dearest) + "\n"
    )  # fmt: skip


def _extract(folder: Path, persons: int) -> tuple[Path, int]:
    """An extract of so many persons, made when it is first asked for; and its rows."""
    target = folder / f"uttrekk-{persons}"
    kept = target.with_suffix(".rows")
    if not target.exists():
        base = min(persons, extract.BASE)
        source = folder / f"grunnlag-{base}"
        if not source.exists():
            done = run(HERE / "extract.py", source, "--persons", base)
            if done.code:
                raise SystemExit(done.complained)
        kept.write_text(str(extract.repeated(source, target, persons // base)))
    return target, int(kept.read_text())


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _audit(source: Path, folder: Path, *more: str) -> Cost:
    return nircheck("audit", source, "--ut", folder / "ut", *AUDIT, *more).cost


def _workbook(folder: Path, persons: int) -> Path:
    """The extract of one kommune as an Excel workbook with a sheet per table."""
    from xlsxwriter import Workbook

    source, _ = _extract(folder, persons)
    target = folder / "kommune.xlsx"
    with Workbook(target, {"constant_memory": True, "strings_to_numbers": False}) as book:
        for file in sorted(source.glob("*.csv")):
            page = book.add_worksheet(file.stem)
            read = f"read_csv('{file}', delim = ';', header = true, all_varchar = true)"
            rows = duckdb.sql(f"FROM {read}")
            one = [
                "5001" if name in ("kommunenummer", "bosettingskommune") else None
                for name in rows.columns
            ]
            for at, name in enumerate(rows.columns):
                page.write_string(0, at, name)
            for line, row in enumerate(rows.fetchall(), start=1):
                for at, value in enumerate(row):
                    if value and rows.columns[at] != "bydel":
                        page.write_string(line, at, one[at] or value)
    return target


def _row(name: str, cost: Cost) -> tuple[str, ...]:
    peak = f"{cost.peak:.0f}" if cost.peak else "–"
    return name, f"{cost.cpu:.1f}", f"{cost.wall:.1f}", peak


def _many(number: int) -> str:
    return f"{number:,}".replace(",", " ")
