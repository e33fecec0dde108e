"""A report on disk: the page, the workbook and the tables, all of them or none."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from nircheck.contract import Maalform
from nircheck.errors import UsageError
from nircheck.national import places, source
from nircheck.national.answers import answers
from nircheck.national.figures import HIDDEN, Figures
from nircheck.national.page import Page
from nircheck.national.table import Table
from nircheck.national.tables import Tables
from nircheck.national.workbook import Workbook
from nircheck.replies import Precision
from nircheck.replies.precision import Limits
from nircheck.run import swap

FOLDER, PAGE, BOOK = "nasjonal", "rapport.html", "rapport.xlsx"
THRESHOLD = 5
WITHOUT_PLACE = {"ukjent", "ikke_fordelt"}
"""Where a run puts rows of no kommune, or of a divided one."""

_TYPES = {"text": pa.string(), "count": pa.int64(), "share": pa.float64()}


def write(
    run: Path,
    out: Path,
    expectations: Path,
    maalform: Maalform,
    *,
    threshold: int = THRESHOLD,
    with_findings: bool = False,
    replies: tuple[Sequence[Precision], Limits] | None = None,
) -> Path:
    """The folder with the report; an earlier report there is replaced when this one is whole."""
    target = out / FOLDER
    if target.exists() and not (target / PAGE).is_file():
        raise UsageError(f"{target}: is not a report, so it is left as it is")
    read = source.read(run)
    known = places.load(expectations, read.day)
    if strange := sorted(read.facts["kommuner"].keys() - known.kommuner.keys() - WITHOUT_PLACE):
        raise UsageError(
            f"{run}: of {read.day}, when kommuner had other numbers ({strange[0]} and "
            f"{len(strange) - 1} more); the report knows those of today"
        )
    figures = Figures(read, known, threshold)
    said = answers(read, *replies, maalform, threshold) if replies else None
    tables = Tables(read, known, figures, maalform, said)
    page = Page(read, known, figures, tables, maalform, threshold)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".kladd-", dir=out) as scratch:
            draft = Path(scratch) / FOLDER
            draft.mkdir()
            (draft / PAGE).write_text(page.html(), encoding="utf-8", newline="\n")
            book = Workbook(read, maalform)
            book.write(draft / BOOK, tables, page, with_findings=with_findings)
            for table in tables:
                pq.write_table(_frame(table), draft / f"{table.key}.parquet", compression="zstd")
            if target.exists():
                swap(draft, target, Path(scratch) / "forrige")
            else:
                draft.replace(target)
    except OSError as error:
        raise UsageError(f"{out}: cannot write here: {error.strerror or error}") from None
    return target


def _frame(table: Table) -> pa.Table:
    """The table; what is hidden is empty, and `skjermet` names the columns it stands in."""
    columns = {
        column.key: pa.array(
            [None if value is HIDDEN else value for value in table.column(column.key)],
            _TYPES[column.kind],
        )
        for column in table.columns
    }
    hidden = [
        [column.key for column, value in zip(table.columns, row, strict=True) if value is HIDDEN]
        for row in table.rows
    ]
    return pa.table(columns | {"skjermet": pa.array(hidden, pa.list_(pa.string()))})
