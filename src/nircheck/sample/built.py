"""An invented register in memory, with its derived tables, as an audit would have it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

import pyarrow as pa

from nircheck.contract import Contract, kommuner
from nircheck.ingest import Limits
from nircheck.register import Register, attribution
from nircheck.rulebook import RuleBook
from nircheck.sql import narrowed, quoted

SYNTHETIC = "syntetisk"


def built(
    tables: Iterable[tuple[str, pa.Table]],
    book: RuleBook,
    day: date,
    limits: Limits | None = None,
    derived: Iterable[str] | None = None,
    columns: Mapping[str, frozenset[str]] | None = None,
) -> Register:
    """The tables as text, typed and derived; of the derived all, or only those that are named.

    With `columns` only these columns of derived tables are made, and what they rest on.
    """
    limits = limits or Limits()
    less = narrowed(book.views, columns) if columns is not None else None
    register = Register.open(
        book.contract, less.views if less else book.views, kommuner.load(book.folder, day), day,
        memory=limits.memory, threads=limits.threads,
    )  # fmt: skip
    typed = _typed(book.contract, less.base) if less else None
    try:
        register.miljoe = SYNTHETIC
        for name, table in tables:
            listed = ", ".join(quoted(column) for column in table.column_names)
            register.stage(
                name,
                f"SELECT {listed}, NULL::VARCHAR AS fil, NULL::BIGINT AS linje FROM frame",
                table,
            )
            if typed is None:
                register.delivered[name] = set(table.column_names)
            elif name in typed:
                register.delivered[name] = typed[name]
        register.build(derived)
    except BaseException:
        register.close()
        raise
    return register


def _typed(contract: Contract, base: Mapping[str, frozenset[str]]) -> dict[str, set[str]]:
    """The columns to type: those that are asked for, and those that place a row in a kommune."""
    typed: dict[str, set[str]] = {}
    for name, table in contract.tables.items():
        if name in base or name in ("person", "program"):
            placing = set(
                re.findall(r"\w+", attribution.PERSON_KOMMUNE + attribution.base_view(table))
            )
            typed[name] = {table.key.name} | (
                (placing | base.get(name, frozenset())) & set(table.by_name)
            )
    return typed
