"""Where the CPU of a national run goes, from the first import to the letters and the report.

`stages.py UTTREKK` goes through what `nircheck audit` and `nircheck national` do, in one process,
and says it as JSON: the seconds of each stage in order, and of the dearest statements.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from measure import cpu

SHOWN = 6
_COUNTING = "SELECT kommunenummer_gjeldende AS kommunenummer, "
_NAMED = (
    (re.compile(r'(?:CREATE TABLE|INSERT INTO) "(\w+)"'), "the derived table {}"),
    (re.compile(r"CREATE TABLE typet\.(\w+)"), "typing {}"),
    (re.compile(r"CREATE TABLE raa\.(\w+)"), "the text of {}"),
    (re.compile(rf"{_COUNTING}.* AS r1_applies", re.DOTALL), "counting rules together"),
    (re.compile(rf"{_COUNTING}.* AS applies", re.DOTALL), "counting rules one by one"),
    (re.compile(r"INSERT INTO dom\.(funn)"), "listing findings"),
)


class Account:
    """Seconds of CPU by stage, and by statement."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self.statements: dict[str, float] = {}
        self._last = cpu()

    def until_now(self, stage: str) -> None:
        """What was spent since last belongs to this stage."""
        now = cpu()
        self.stages[stage] = self.stages.get(stage, 0.0) + now - self._last
        self._last = now

    def run(self, method: Callable[..., Any], query: str, *values: Any) -> Any:
        """A statement, with what it takes."""
        began = cpu()
        result = method(query, *values)
        for pattern, called in _NAMED:
            if found := pattern.match(query):
                name = called.format(*found.groups())
                self.statements[name] = self.statements.get(name, 0.0) + cpu() - began
        return result


class Noted:
    """A connection whose statements are accounted for."""

    def __init__(self, connection: Any, account: Account) -> None:
        self._connection, self._account = connection, account

    def __getattr__(self, name: str) -> Any:
        """The connection's own, but that statements are timed."""
        method = getattr(self._connection, name)
        return partial(self._account.run, method) if name in ("execute", "sql") else method


def _note(account: Account) -> None:
    """Let the register say when it begins and ends what it does."""
    from nircheck.register import Register
    from nircheck.register import register as module

    empty, typing, build = module._empty_database, Register.type_tables, Register.build

    def typed(register: Register) -> None:
        account.until_now("reading the files as text")
        typing(register)
        account.until_now("typing")

    def built(register: Register, *tables: Any) -> None:
        build(register, *tables)
        account.until_now("derived tables")

    module._empty_database = lambda *limits: Noted(empty(*limits), account)  # type: ignore[assignment,return-value]
    Register.type_tables = typed  # type: ignore[method-assign]
    Register.build = built  # type: ignore[method-assign]


def main() -> None:
    """Go through the stages, and say what they took."""
    account = Account()
    from nircheck import ingest, letters, national, resources, rulebook, run
    from nircheck.letters import batch, html, workbook
    from nircheck.letters.package import Package
    from nircheck.letters.sender import Sender
    from nircheck.letters.workbook_wording import wordings

    book = rulebook.load(resources.expectations())
    account.until_now("starting, and the rule book")
    from nircheck.engine import judge

    account.until_now("importing great_expectations")
    _note(account)
    register, manifest = ingest.read(
        [Path(sys.argv[1])], ingest.Manifest(), book.contract, book.views, book.folder
    )
    with register, tempfile.TemporaryDirectory() as name:
        judgement = judge(register, book.running())
        account.until_now(f"judging {len(book.running())} rules")
        made = run.assemble(register, manifest, book, judgement)
        folder = run.write(made, Path(name))
        account.until_now("putting together and writing the run")
        html.check()
        opened = letters.open_run(folder, book)
        parts = Package(partial(workbook.write, wordings=wordings(book)))
        written = batch.write_all(
            opened, list(opened.recipients), letters.Choices(Sender()), parts, folder / "brev",
            processes=1,
        )  # fmt: skip
        account.until_now(f"{written.letters} letters and workbooks")
        national.write(folder, folder, book.folder, "nb", with_findings=False)
        account.until_now("the national report")
    dearest = sorted(account.statements.items(), key=lambda item: -item[1])[:SHOWN]
    sys.stdout.write(
        "\n" + json.dumps({"stages": account.stages, "statements": dict(dearest)}) + "\n"
    )


if __name__ == "__main__":
    main()
