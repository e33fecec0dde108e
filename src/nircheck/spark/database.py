"""A Spark session asked as the embedded database is: in its SQL, over its names of tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pyarrow as pa

from nircheck.sql.spark import for_spark

_T = TypeVar("_T")


def persistent(made: Callable[[], _T]) -> _T:
    """What is made, at the second try if Java failed at the first by no fault of the query.

    Spark has names for what is wrong with a query or a value, and pyspark raises those as errors of
    its own. Whatever else is thrown (a block or a thread that was not to be had) may be by chance.
    """
    try:
        return made()
    except Exception as error:
        if not hasattr(error, "java_exception"):
            raise
        return made()


@dataclass(frozen=True)
class SparkAnswer:
    """What a query gave, not fetched yet."""

    rows: Any

    def fetchall(self) -> list[Any]:
        """Every row as a tuple."""
        return [tuple(row) for row in persistent(self.rows.collect)]

    def to_arrow_table(self) -> pa.Table:
        """Every row as a table."""
        return persistent(self.rows.toArrow)


@dataclass(frozen=True)
class SparkDatabase:
    """The tables of one register as temporary views; `prefix` parts two registers."""

    session: Any
    prefix: str = ""

    def view(self, schema: str, name: str) -> str:
        """The view that stands for a table."""
        return f"{self.prefix}{schema}__{name}" if schema else f"{self.prefix}{name}"

    def frame(self, query: str) -> Any:
        """A query in the SQL of rules and views as rows still to be made."""
        return self.session.sql(for_spark(query, self.view))

    def sql(self, query: str) -> SparkAnswer:
        """Ask."""
        return SparkAnswer(self.frame(query))

    execute = sql

    def register(self, view_name: str, python_object: pa.Table) -> None:
        """Let queries read a table of ours by this name."""
        self.put("", view_name, self.session.createDataFrame(python_object))

    def unregister(self, view_name: str) -> None:
        """Forget that table."""
        self.forget("", view_name)

    def put(self, schema: str, name: str, frame: Any) -> None:
        """Let these rows be read as a table."""
        frame.createOrReplaceTempView(self.view(schema, name))

    def make(self, schema: str, name: str, query: str) -> None:
        """Make a table once and for all: what is made of it does not make it again."""
        self.keep(schema, name, self.frame(query))

    def keep(self, schema: str, name: str, frame: Any) -> None:
        """Let these rows be read as a table, and make them now, once."""
        self.put(schema, name, persistent(frame.localCheckpoint))

    def forget(self, schema: str, name: str) -> None:
        """Let go of a table, and of its rows if it kept them."""
        self.session.catalog.dropTempView(self.view(schema, name))
