"""`nircheck kolonnekart`: propose a column map for the files of a fagsystem."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nircheck.cli.options import chosen, folder, language_option, rulebook_option
from nircheck.cli.outside import reader_may_leave
from nircheck.errors import Message, UsageError
from nircheck.privacy import masked
from nircheck.texts import Texts, on_one_line

if TYPE_CHECKING:
    from nircheck.ingest.code_proposal import Codes, Placed, Unplaced
    from nircheck.ingest.proposal import Proposal, TableProposal


@click.group()
def kolonnekart() -> None:
    """Map a fagsystem's own names of tables, columns and codes to the contract."""


@kolonnekart.command()
@click.argument("filer", metavar="FIL...", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--ut", type=click.Path(path_type=Path), help="File to write; never over another.")
@language_option
@rulebook_option
@click.pass_context
def forslag(
    context: click.Context,
    filer: tuple[Path, ...],
    ut: Path | None,
    maalform: str | None,
    expectations: Path | None,
) -> None:
    """Propose a column map for FIL... (files, workbooks, folders or zips).

    Every line says how sure it is and why; what could not be placed is listed with candidates.
    Read it through before you use it: nircheck audit UTTREKK --kolonnekart fil.yaml
    """
    settings = chosen(context, maalform=maalform, expectations=expectations)
    from nircheck import contract, resources
    from nircheck.cli.terminal import language
    from nircheck.ingest.proposal import propose

    if ut is not None and ut.exists():
        raise UsageError(f"{ut}: exists already; choose another name")
    root = resources.expectations(folder(settings["expectations"]))
    nir = contract.load(root)
    proposal = propose(list(filer), nir, root)
    text = "\n".join(_Page(language()).lines(proposal, nir.name)) + "\n"
    with reader_may_leave():
        if ut is None:
            click.echo(text, nl=False)
        else:
            ut.write_text(text, encoding="utf-8", newline="\n")
            placed = sum(len(table.columns) for table in proposal.tables)
            left = sum(len(table.unplaced) for table in proposal.tables)
            said = language().say("forslag", "skrevet", fil=ut, antall=placed, uten=left)
            click.echo(said)


class _Page:
    """A proposal as YAML, its reasons as comments."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts

    def lines(self, proposal: Proposal, contract: str) -> Iterator[str]:
        for number in (
            "innledning",
            "innledning_sikkert",
            "innledning_trolig",
            "innledning_ukjent",
        ):
            yield f"# {self._say(number)}"
        yield from (f"# {self.texts.message(problem)}" for problem in proposal.problems)
        yield f"kontrakt: {contract}"
        yield f"fagsystem: {_quoted(self._say('fagsystem'))}"
        yield "tabeller:"
        for table in proposal.tables:
            yield from self._table(table)

    def _table(self, table: TableProposal) -> Iterator[str]:
        shown = self._say("rader", fil=table.shown, antall=table.rows)
        if table.table is None:
            yield f"  # {_quoted(table.source)}: ?  # {shown}; {self._maybe(table.candidates)}"
            return
        yield f"  {_quoted(table.source)}:  # {self._sureness(table.sure)}: {shown}"
        yield f"    table: {table.table}"
        if table.columns:
            yield "    columns:"
        yield from self._entries(table.columns, table.unplaced, "      ")
        if table.missing:
            yield f"    # {self._say('mangler', kolonner=', '.join(table.missing))}"
        if any(codes.placed for codes in table.codes.values()):
            yield "    codes:"
        for column, codes in table.codes.items():
            yield from self._codes(column, codes)

    def _codes(self, column: str, codes: Codes) -> Iterator[str]:
        yield f"      {'' if codes.placed else '# '}{column}:"
        yield from self._entries(codes.placed, codes.unplaced, "        ")
        if codes.rare:
            yield f"        # {self._say('sjeldne', antall=codes.rare)}"

    def _entries(
        self, placed: Iterable[Placed], unplaced: Iterable[Unplaced], indent: str
    ) -> Iterator[str]:
        for entry in placed:
            why = "; ".join(self._reason(reason) for reason in entry.why)
            sureness = self._sureness(entry.sure) + (f": {why}" if why else "")
            yield f"{indent}{_quoted(entry.own)}: {entry.meant}  # {sureness}"
        for missed in unplaced:
            yield f"{indent}# {_quoted(missed.own)}: ?  # {self._maybe(missed.candidates)}"

    def _maybe(self, candidates: tuple[str, ...]) -> str:
        if not candidates:
            return self._say("ingen_kandidat")
        return self._say("kandidater", navn=", ".join(candidates))

    def _sureness(self, sure: bool) -> str:
        return self._say("sikkert" if sure else "trolig")

    def _reason(self, reason: Message) -> str:
        return self._say(reason.key, **reason.values)

    def _say(self, key: str, **values: object) -> str:
        return self.texts.say("forslag", key, **values)


def _quoted(text: str) -> str:
    """A YAML scalar, without personal numbers."""
    return json.dumps(masked(on_one_line(text)), ensure_ascii=False)
