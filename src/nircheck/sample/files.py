"""An invented register on disk, in the written form of the contract."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from nircheck.contract import Contract
from nircheck.errors import UsageError
from nircheck.sample.forms import Form, own_names, text_files
from nircheck.sample.workbook import workbook

_SENDER = "nircheck sample"
_OURS = (".csv", ".xlsx", ".yaml", ".parquet", ".html")
"""What may be left from another register in the same folder."""
_WRITTEN = pacsv.WriteOptions(delimiter=";", quoting_style="none", quoting_header="none")


def write(
    tables: Iterable[tuple[str, pa.Table]], folder: Path, contract: Contract, day: date,
    form: Form = Form.CANONICAL,
) -> dict[str, int]:  # fmt: skip
    """One file per table, or one for them all, and what the whole is; the rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.suffix in _OURS:
            path.unlink()
    if form is Form.CANONICAL:
        rows = _canonical(tables, folder)
    elif form is Form.WORKBOOK:
        rows = workbook(tables, folder / "uttrekk.xlsx", contract)
    else:
        rows = text_files(tables, folder, contract, form)
    if form is Form.SYSTEM:
        column_map = folder / "kolonnekart.yaml"
        column_map.write_text(own_names(contract), encoding="utf-8", newline="\n")
    facts = (
        f'kontrakt = "{contract.name}"\nuttrekksdato = {day.isoformat()}\n'
        f'populasjon = "nasjonal"\navsender = "{_SENDER}"\nmiljoe = "syntetisk"\n'
    )
    (folder / "uttrekk.toml").write_text(facts, encoding="utf-8", newline="\n")
    return rows


def _canonical(tables: Iterable[tuple[str, pa.Table]], folder: Path) -> dict[str, int]:
    rows = {}
    for name, table in tables:
        with (folder / f"{name}.csv").open("wb") as handle:
            pacsv.write_csv(table, handle, _WRITTEN)
        rows[name] = table.num_rows
    return rows


def write_truth(truth: pa.Table, folder: Path) -> int:
    """What was planted, beside the tables."""
    pq.write_table(truth, folder / "fasit.parquet", compression="zstd")
    return int(truth.num_rows)


def write_page(html: str, folder: Path) -> None:
    """How the register is distributed."""
    (folder / "portrett.html").write_text(html, encoding="utf-8", newline="\n")


def write_events(events: pa.Table, folder: Path) -> None:
    """What went wrong with whole deliveries of a series."""
    pq.write_table(events, folder / "hendelser.parquet", compression="zstd")


def clear_series(folder: Path) -> None:
    """Clear away another series; refuse a folder that holds anything else."""
    inside = list(folder.iterdir()) if folder.is_dir() else []
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file; name a folder")
    months = [path for path in inside if path.name not in ("fasit.parquet", "hendelser.parquet")]
    for month in months:
        require_free(month)
    for month in months:
        shutil.rmtree(month)


def require_free(folder: Path) -> None:
    """Refuse a folder that holds something else than an invented register."""
    manifest = folder / "uttrekk.toml"
    ours = manifest.is_file() and _SENDER in manifest.read_text(encoding="utf-8", errors="replace")
    if folder.exists() and not ours and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: holds something else already; name another folder")


def month_before(day: date) -> date:
    """The last day of the month before."""
    return day.replace(day=1) - timedelta(days=1)
