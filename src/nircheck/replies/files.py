"""The table of answers on disk: written whole or not at all, and read again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from nircheck.errors import UsageError
from nircheck.history.schema import SVAR
from nircheck.replies.model import Replies

NAME = "svar.parquet"
SCHEMA = pa.schema([(name, pa.date32() if name == "dato" else pa.string()) for name in SVAR.names])
"""The answers as the history takes them in, the day as a day."""


def as_table(replies: Replies) -> pa.Table:
    """The answers, one row each; what was refused or in conflict is not among them."""
    rows = [
        {
            "finding_id": answer.finding_id,
            "kommunenummer": answer.known.kommunenummer,
            "rule_id": answer.known.rule_id,
            "values_hash": answer.known.values_hash,
            "svar": answer.svar.value,
            "begrunnelse": answer.begrunnelse or None,
            "avsender": answer.avsender,
            "dato": answer.dato,
            "fil": answer.place.fil,
            "run_id": answer.known.run_id,
        }
        for answer in replies.answers
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def save(replies: Replies, target: Path) -> Path:
    """Write the answers; an earlier table there is replaced when this one is whole."""
    draft = target.with_name(f".kladd-{target.name}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(as_table(replies), draft, compression="zstd")
        draft.replace(target)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror or error}") from None
    finally:
        draft.unlink(missing_ok=True)
    return target


def load(paths: Iterable[Path]) -> pa.Table:
    """The answers of one or more tables."""
    return pa.concat_tables([_load(path) for path in paths] or [SCHEMA.empty_table()])


def _load(path: Path) -> pa.Table:
    try:
        table = pq.read_table(path)
        return table.select(SCHEMA.names).cast(SCHEMA)
    except (OSError, KeyError, ValueError, pa.ArrowException):
        raise UsageError(
            f"{path}: not a table of answers; nircheck replies les makes one"
        ) from None
