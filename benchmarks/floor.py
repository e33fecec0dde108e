"""The floor under an audit: the SQL it runs, on the same files, and nothing around it.

`record` notes the statements of one audit, from the typing of the raw text to the list of findings.
`replay` reads the files with DuckDB's own `read_csv` and runs those statements in their order.
"""

from __future__ import annotations

import json
import pickle
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from measure import clocks, since

Statement = tuple[str, str, Any]
NOTED = ("execute", "executemany", "sql", "begin", "commit", "register", "unregister")
_RAW = re.compile(r"(?:CREATE TABLE|INSERT INTO) raa\.(\w+) ")


class Recorder:
    """A connection that notes what it is asked."""

    def __init__(self, connection: Any, noted: list[Statement]) -> None:
        self._connection, self._noted = connection, noted

    def __getattr__(self, name: str) -> Any:
        """What is noted of calls that change or ask something; the rest is the connection's own."""
        method = getattr(self._connection, name)
        if name == "cursor":
            return lambda: Recorder(method(), self._noted)
        if name not in NOTED:
            return method

        def noting(query: str = "", *values: Any) -> Any:
            self._noted.append((name, query, values))
            return method(query, *values) if query else method()

        return noting


def record(folder: Path, target: Path) -> None:
    """Audit once, and keep the statements."""
    from nircheck import ingest, resources, rulebook
    from nircheck.engine import judge
    from nircheck.register import register as module

    noted: list[Statement] = []
    empty = module._empty_database
    module._empty_database = lambda *limits: Recorder(empty(*limits), noted)  # type: ignore[assignment,return-value]
    book = rulebook.load(resources.expectations())
    register, _ = ingest.read([folder], ingest.Manifest(), book.contract, book.views, book.folder)
    with register:
        judge(register, book.running())
        tables = sorted(register.delivered)
    target.write_bytes(pickle.dumps((tables, noted)))


def replay(folder: Path, source: Path) -> None:
    """The same statements and nothing else."""
    from nircheck.register.register import _empty_database

    tables, noted = pickle.loads(source.read_bytes())
    began = clocks()
    with (
        tempfile.TemporaryDirectory() as spill,
        _empty_database(spill, None, None) as connection,
    ):
        for table in tables:
            file = folder / f"{table}.csv"
            connection.execute(
                f"CREATE TABLE raa.{table} AS SELECT *, '{file.name}' AS fil FROM read_csv("
                f"'{file}', delim = ';', header = true, all_varchar = true)"
            )
        for method, query, values in noted:
            staged = _RAW.match(query)
            if (staged and staged[1] in tables) or "read_csv" in query or "read_text" in query:
                continue
            if query.startswith(("SET ", "DROP TABLE raa.")):
                continue
            done = getattr(connection, method)(*([query] if query else []), *values)
            if method == "sql":
                done.to_arrow_table()
            elif method == "execute" and query.startswith("SELECT"):
                done.fetchall()
    wall, cpu = since(began, clocks())
    print(json.dumps({"wall": wall, "cpu": cpu}))


if __name__ == "__main__":
    {"record": record, "replay": replay}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
