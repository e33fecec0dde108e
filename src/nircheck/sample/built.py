"""An invented register in memory, with its derived tables, as an audit would have it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pyarrow as pa

from nircheck.contract import kommuner
from nircheck.ingest import Limits
from nircheck.register import Register
from nircheck.rulebook import RuleBook
from nircheck.sql import quoted

SYNTHETIC = "syntetisk"


def built(
    tables: Iterable[tuple[str, pa.Table]],
    book: RuleBook,
    day: date,
    limits: Limits | None = None,
    derived: Iterable[str] | None = None,
) -> Register:
    """The tables as text, typed and derived; of the derived all, or only those that are named."""
    limits = limits or Limits()
    register = Register.open(
        book.contract, book.views, kommuner.load(book.folder, day), day,
        memory=limits.memory, threads=limits.threads,
    )  # fmt: skip
    try:
        register.miljoe = SYNTHETIC
        for name, table in tables:
            listed = ", ".join(quoted(column) for column in table.column_names)
            register.stage(
                name,
                f"SELECT {listed}, NULL::VARCHAR AS fil, NULL::BIGINT AS linje FROM frame",
                table,
            )
            register.delivered[name] = set(table.column_names)
        register.build(derived)
    except BaseException:
        register.close()
        raise
    return register
