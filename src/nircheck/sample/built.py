"""An invented register in memory, with its derived tables, as an audit would have it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import pyarrow as pa

from nircheck.contract import Contract, kommuner
from nircheck.ingest import Limits
from nircheck.register import Register, attribution
from nircheck.rulebook import RuleBook
from nircheck.sql import Narrowed, quoted

SYNTHETIC = "syntetisk"
_PLACING = ("person", "program")


def built(
    tables: Iterable[tuple[str, pa.Table]],
    book: RuleBook,
    day: date,
    limits: Limits | None = None,
    derived: Iterable[str] | None = None,
    less: Narrowed | None = None,
) -> Register:
    """The tables as text, typed and derived; of the derived all, or only those that are named.

    With `less` only these columns of them are made, and a table may lack what they do not rest on.
    """
    limits = limits or Limits()
    register = Register.open(
        book.contract, less.views if less else book.views, kommuner.load(book.folder, day), day,
        memory=limits.memory, threads=limits.threads,
    )  # fmt: skip
    typed = typed_columns(book.contract, less) if less else None
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


def typed_columns(contract: Contract, less: Narrowed) -> dict[str, set[str]]:
    """The columns to type: those it rests on, and those that place a row in a kommune."""
    typed: dict[str, set[str]] = {}
    for name, table in contract.tables.items():
        if name in less.base or name in _PLACING:
            sql = attribution.PERSON_KOMMUNE + attribution.base_view(table)
            needed = {table.key.name, *re.findall(r"\w+", sql)} | less.base.get(name, frozenset())
            typed[name] = needed & table.by_name.keys()
    return typed
