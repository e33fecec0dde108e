"""The findings as Parquet where Spark and whatever reads after it can find them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from nircheck.errors import UsageError
from nircheck.spark.register import SparkRegister
from nircheck.spark.storage import Storage

_PARTED_BY = "kommunenummer"


def require_free(session: Any, place: str) -> None:
    """Refuse a place that holds something already, before the work and not after it."""
    if Storage(session).exists(place):
        raise UsageError(f"{place}: holds something already; name another place")


def write_findings(register: SparkRegister, findings: pa.Table, place: str) -> None:
    """Every finding that is shown, in a folder for each kommune; whole when `_SUCCESS` is there."""
    rows = register.session.createDataFrame(findings).repartition(_PARTED_BY)
    rows.sortWithinPartitions(_PARTED_BY, "rule_id", "noekkel").write.partitionBy(
        _PARTED_BY
    ).parquet(place)
