"""Spark itself: the only module that imports pyspark."""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from nircheck.errors import UsageError

LOCAL = "local[*]"
_ON_THREADS = re.compile(r"local\[(\*|\d+)\]")
_TRIES_OF_A_TASK = 4
"""As on a cluster; on threads of this machine Spark would give up at the first failure."""
_THREADS_OF_EXCHANGES = "8"
_LOOPBACK = "127.0.0.1"
_LOGS_QUERIES = "SQLQueryContextLogger"
"""Writes what failed, with its values, to standard error."""
_ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
}
"""What the statements take for granted, whatever else a session is set to.

Constraints that follow from long CASE expressions cost gigabytes to reckon, and save nothing here.
"""
_OWN = {
    "spark.app.name": "nircheck",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
}
"""What is set when the session is ours to start."""


@dataclass(frozen=True)
class Cluster:
    """Where Spark runs, and settings of its own."""

    master: str = LOCAL
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def is_local(self) -> bool:
        """Whether it is this machine and nothing else."""
        return self.master.startswith("local")

    @property
    def patient(self) -> str:
        """The master, told to try a task that fails again."""
        return _ON_THREADS.sub(rf"local[\1, {_TRIES_OF_A_TASK}]", self.master)


@contextmanager
def connected(cluster: Cluster) -> Iterator[Any]:
    """A Spark session that is stopped when the block ends, with all it put on disk."""
    builder = _pyspark().builder.master(cluster.patient)
    with tempfile.TemporaryDirectory(prefix="nircheck-spark-") as scratch:
        for name, value in (_OWN | _ALWAYS | _placed(cluster, scratch) | cluster.settings).items():
            builder = builder.config(name, value)
        try:
            session = builder.getOrCreate()
        except Exception as error:  # whatever py4j makes of what the JVM said
            raise UsageError(
                f"Spark does not start with --spark-master {cluster.master} "
                f"({type(error).__name__}); see docs/spark.md"
            ) from None
        session.sparkContext.setLogLevel("OFF")
        logging.getLogger(_LOGS_QUERIES).disabled = True
        try:
            yield session
        finally:
            session.stop()


def apart(session: Any) -> Any:
    """The same Spark with temporary views of its own."""
    own = session.newSession()
    for name, value in _ALWAYS.items():
        own.conf.set(name, value)
    return own


def _placed(cluster: Cluster, scratch: str) -> dict[str, str]:
    """On this machine nothing listens to the outside, all files are in one place, threads few."""
    if not cluster.is_local:
        return {}
    return {
        "spark.driver.host": _LOOPBACK,
        "spark.driver.bindAddress": _LOOPBACK,
        "spark.local.dir": scratch,
        "spark.sql.warehouse.dir": f"{scratch}/warehouse",
        "spark.sql.broadcastExchange.maxThreadThreshold": _THREADS_OF_EXCHANGES,
        "spark.sql.shuffleExchange.maxThreadThreshold": _THREADS_OF_EXCHANGES,
    }


def _pyspark() -> Any:
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        raise UsageError("--engine spark needs Java 17 or newer; install it or set JAVA_HOME")
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError("--engine spark needs pyspark; pip install 'nircheck[spark]'") from None
    return SparkSession
