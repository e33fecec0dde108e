"""Registers read from a small extract, and what single rules say about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from extracts import DAY
from nircheck import ingest
from nircheck.ingest import Manifest
from nircheck.register import Register
from nircheck.rulebook import RuleBook
from nircheck.sql import Views, bind

Finding = dict[str, Any]


@contextmanager
def reading(book: RuleBook, *paths: Path, day: date | None = DAY) -> Iterator[Register]:
    """The register behind some paths, let go of at the end."""
    with _read(book, book.views, *paths, day=day) as register:
        yield register


@contextmanager
def delivered(book: RuleBook, *paths: Path, day: date | None = DAY) -> Iterator[Register]:
    """The same without the tables derived from what was delivered, which take longest to make."""
    with _read(book, Views((), book.views.functions), *paths, day=day) as register:
        yield register


def _read(book: RuleBook, views: Views, *paths: Path, day: date | None) -> Register:
    register, _ = ingest.read(
        list(paths),
        Manifest(uttrekksdato=day),
        book.contract,
        views,
        book.folder,
        ingest.Limits(threads=1),
    )
    return register


def said(register: Register, book: RuleBook, only: str = "KON-") -> list[Finding]:
    """The findings of the rules whose id begins so, straight from their statements."""
    rows: list[Finding] = []
    for compiled in book.running():
        if not compiled.rule.id.startswith(only) or any(map(register.missing, compiled.needs)):
            continue
        result = register.connection.sql(bind(compiled.findings, register.uttrekksdato))
        rows += result.to_arrow_table().to_pylist()
    return sorted(rows, key=lambda row: (row["rule_id"], row["noekkel"]))


def of_contract(book: RuleBook, *paths: Path, only: str = "KON-") -> list[Finding]:
    """The contract findings of an extract."""
    with reading(book, *paths) as register:
        return said(register, book, only)


def delivered_rows(register: Register, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a table as delivered, in the order of the file."""
    return rows(register, f"basis.{table}", *columns)


def rows(register: Register, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a derived table, in the order of the file."""
    return register.connection.sql(
        f"SELECT {', '.join(columns)} FROM {table} ORDER BY rad"
    ).fetchall()


def notes(register: Register) -> list[tuple[str, dict[str, str | int]]]:
    """What reading had to say, as (key, values)."""
    return [(note.key, note.values) for note in register.notes]
