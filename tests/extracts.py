"""Small extracts for tests: clean rows of one law, of which a test states only what differs."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from nircheck import ingest
from nircheck.engine import judge
from nircheck.examples import load_defaults
from nircheck.rulebook import RuleBook
from nircheck.run import Run, assemble

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_data"
EXPECTATIONS = ROOT / "expectations"
DAY = date(2024, 6, 30)
_DEFAULTS = load_defaults(EXPECTATIONS)

Row = dict[str, str]


@dataclass
class Extract:
    """Tables as text, the way a file would hold them."""

    tables: dict[str, list[Row]] = field(
        default_factory=lambda: {"person": [], "program": [], "tiltak": []}
    )

    def add(self, table: str, regime: str = "INT", **cells: Any) -> str:
        """Add a clean row with these cells changed; its key."""
        rows = self.tables.setdefault(table, [])
        default = {k: v for k, v in _DEFAULTS.row(regime, table).items() if v is not None}
        key = {"norskproeve": "proeve_id"}.get(table, f"{table}_id")
        row = {key: f"{table[:2].upper()}{len(rows) + 1}"} | default
        row |= {name: "" if value is None else str(value) for name, value in cells.items()}
        rows.append(row)
        return row[key]

    def participant(self, regime: str = "INT", **program: Any) -> str:
        """Add a clean person with a programme and one tiltak; the programme's key."""
        person = self.add("person", regime)
        key = self.add("program", regime, **({"person_id": person} | program))
        self.add("tiltak", regime, program_id=key, person_id=person)
        return key

    def columns(self, table: str, book: RuleBook) -> list[str]:
        """Every contract column of the table, then columns only the rows have."""
        known = list(book.contract.tables[table].by_name)
        extra = {name for row in self.tables[table] for name in row} - set(known)
        return known + sorted(extra)

    def write(self, folder: Path, book: RuleBook, day: date | None = DAY) -> Path:
        """The extract in its written form: a folder of CSV files and uttrekk.toml."""
        folder.mkdir(parents=True, exist_ok=True)
        if day:
            text = (
                f'kontrakt = "nir-uttrekk/1.0"\nuttrekksdato = {day}\n'
                'populasjon = "nasjonal"\nmiljoe = "syntetisk"\n'
            )
            (folder / "uttrekk.toml").write_text(text, encoding="utf-8")
        for table, rows in self.tables.items():
            write_csv(folder / f"{table}.csv", self.columns(table, book), rows)
        return folder

    def write_xlsx(self, path: Path, book: RuleBook) -> Path:
        """The extract as one workbook with a sheet per table, every cell text."""
        with xlsxwriter.Workbook(path) as workbook:
            for table, rows in self.tables.items():
                columns = self.columns(table, book)
                sheet = workbook.add_worksheet(table)
                sheet.write_row(0, 0, columns)
                for number, row in enumerate(rows, start=1):
                    for at, column in enumerate(columns):
                        sheet.write_string(number, at, row.get(column, ""))
        return path

    def write_parquet(self, folder: Path, book: RuleBook) -> Path:
        """The extract as a folder of Parquet files, every column text."""
        folder.mkdir(parents=True, exist_ok=True)
        for table, rows in self.tables.items():
            columns = {
                c: pa.array([row.get(c) or None for row in rows], pa.string())
                for c in self.columns(table, book)
            }
            pq.write_table(pa.table(columns), folder / f"{table}.parquet")
        return folder


def write_csv(
    path: Path,
    columns: list[str],
    rows: Iterable[Row],
    *,
    encoding: str = "utf-8",
    separator: str = ";",
) -> Path:
    """Rows as a delimited file."""
    with path.open("w", encoding=encoding, newline="") as handle:
        writer = csv.writer(handle, delimiter=separator, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return path


def audited(
    book: RuleBook,
    *paths: Path,
    day: date | None = None,
    kommuner: tuple[str, ...] = (),
    previous: Path | None = None,
) -> Run:
    """The run of an extract, made in this process."""
    register, manifest = ingest.read_pair(
        list(paths),
        previous,
        ingest.Manifest(uttrekksdato=day),
        book.contract,
        book.views,
        book.folder,
    )
    with register:
        judgement = judge(register, book.running())
        return assemble(register, manifest, book, judgement, kommuner)


def found(run: Run) -> set[tuple[str, str, str]]:
    """The findings as (rule, row key, severity)."""
    return {(f["rule_id"], f["noekkel"], f["severity"]) for f in run.findings.to_pylist()}
