"""What it costs to read a large extract, against DuckDB's own `read_csv` with explicit types.

A clean tiltak.csv is read in turn by DuckDB alone and by nircheck: encoding, line ends, hash, every
row as text with its line. The same file is then read within a limit of memory, and once more with
quotes in it, which takes the careful way. Each reading has a process of its own, so that no peak of
memory hides another. Run it with `make bench`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import statistics
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
from measure import Cost, clocks, since

from nircheck import ingest, resources
from nircheck.contract import load as load_contract
from nircheck.ingest import Limits, Manifest
from nircheck.register import Register
from nircheck.sql import load_views

DAY = date(2026, 10, 31)
PROMISED = 1.3
PERSONS = 1000
WORDS = (
    "deltakeren har språkpraksis på arbeidsplassen med oppfølging av kontaktperson, følger norsk "
    "og samfunnskunnskap etter avtale, og løper mot målet om fagbrev i helsefag – "
)

PERSON = """
SELECT 'N' || i AS person_id, '1990-01-01' AS foedselsdato, 'K' AS kjoenn,
  'SYR' AS statsborgerskap, '2022-04-01' AS innvilget_dato FROM range({persons}) AS t(i)
"""
PROGRAM = """
SELECT 'P' || i AS program_id, 'N' || i AS person_id, '0301' AS kommunenummer,
  '2022-06-01' AS startdato, '2024-05-31' AS sluttdato, 'ARBEID_HAR_VGO' AS sluttmaal,
  'ARBEID' AS avslutningsaarsak FROM range({persons}) AS t(i)
"""
TILTAK = """
SELECT 'T' || i AS tiltak_id, 'P' || (i % {persons}) AS program_id,
  'N' || (i % {persons}) AS person_id, '0301' AS kommunenummer,
  CASE i % 2 WHEN 0 THEN 'NORSK' ELSE 'FORBEREDENDE' END AS tiltakstype,
  'NORSK_SAMF' AS tiltaksgruppe,
  CAST(DATE '2022-06-01' + CAST(i % 900 AS INTEGER) AS VARCHAR) AS startdato,
  CASE WHEN i % 20 <> 0 THEN CAST(DATE '2023-01-01' + CAST(i % 900 AS INTEGER) AS VARCHAR) END
  AS stoppdato, CASE WHEN i % 10 <> 0 THEN i % 75 / 2 END AS timer_per_uke,
  {mark} || substr(repeat('{words}', 5), 1 + i % 97, i * 7 % 640) || {mark} AS beskrivelse,
  CAST(DATE '2022-06-01' + CAST(i % 900 AS INTEGER) AS VARCHAR) AS registrert_dato
FROM range({rows}) AS t(i)
"""


def extract(folder: Path, rows: int, *, quotes: bool) -> Path:
    """A clean extract, but for quotes around every description if so wished."""
    folder.mkdir()
    mark = "CASE WHEN i % 3 = 0 THEN '\"' ELSE '' END" if quotes else "''"
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        for table, query in (("person", PERSON), ("program", PROGRAM), ("tiltak", TILTAK)):
            text = query.format(persons=PERSONS, rows=rows, words=WORDS, mark=mark)
            target = folder / f"{table}.csv"
            connection.execute(f"COPY ({text}) TO '{target}' (DELIM ';', HEADER, QUOTE '')")
    return folder


def bare(folder: Path, _: str | None) -> list[Cost]:
    """DuckDB's own reading with the types of the contract."""
    table = load_contract(resources.expectations()).tables["tiltak"]
    types = ", ".join(f"'{column.name}': '{column.sql_type}'" for column in table.columns)
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        start = clocks()
        connection.execute(
            f"CREATE TABLE tiltak AS SELECT * FROM read_csv('{folder / 'tiltak.csv'}', "
            f"delim = ';', header = true, columns = {{{types}}})"
        )
        return [cost(start)]


def ours(folder: Path, memory: str | None) -> list[Cost]:
    """What nircheck takes to stage the raw text of the extract, and to type it."""
    book = resources.expectations()
    contract = load_contract(book)
    views = load_views(book, contract)
    typing: list[Cost] = []
    build = Register.build

    def timed(register: Register) -> None:
        begun = clocks()
        build(register)
        typing.append(cost(begun))

    Register.build = timed  # type: ignore[method-assign]
    start = clocks()
    limits = Limits(memory=memory)
    register, _ = ingest.read([folder], Manifest(uttrekksdato=DAY), contract, views, book, limits)
    whole = cost(start)
    register.close()
    (typed,) = typing
    return [Cost(whole.wall - typed.wall, whole.cpu - typed.cpu, whole.peak), typed]


def cost(start: tuple[float, float]) -> Cost:
    """How far both clocks have gone, and the most memory this process has had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(*since(start, clocks()), peak)


def alone(
    reading: Callable[[Path, str | None], list[Cost]], folder: Path, memory: str | None = None
) -> list[Cost]:
    """A reading in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(reading, (folder, memory))


def show(name: str, took: Cost) -> None:
    """One line of the account."""
    print(f"{name:34} {took.wall:6.1f} s {took.cpu:6.1f} s CPU {took.peak:7.0f} MiB", flush=True)


def main() -> None:
    """Print every reading, the median ratio to DuckDB's own, and what a limit of memory does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", default="2GB")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nircheck-bench-") as name:
        clean = extract(Path(name) / "clean", options.rows, quotes=False)
        size = (clean / "tiltak.csv").stat().st_size / 1e6
        print(f"{options.rows} tiltak, {size:.0f} MB")
        ratios = []
        for number in range(1, options.rounds + 1):
            (alone_cost,) = alone(bare, clean)
            staged, typed = alone(ours, clean)
            show(f"round {number}: read_csv", alone_cost)
            show(f"round {number}: nircheck, raw text", staged)
            show(f"round {number}: nircheck, typing", typed)
            ratios.append((staged.wall / alone_cost.wall, staged.cpu / alone_cost.cpu))
        wall, cpu = (statistics.median(values) for values in zip(*ratios, strict=True))
        print(f"median: {wall:.2f} times read_csv, {cpu:.2f} of CPU (promised: {PROMISED})")
        for part, took in zip(
            ("raw text", "typing"), alone(ours, clean, options.memory), strict=True
        ):
            show(f"within {options.memory}: {part}", took)
        quoted = extract(Path(name) / "quoted", options.rows, quotes=True)
        (clean / "tiltak.csv").unlink()
        for part, took in zip(
            ("raw text", "typing"), alone(ours, quoted, options.memory), strict=True
        ):
            show(f"within {options.memory}, quotes: {part}", took)


if __name__ == "__main__":
    main()
