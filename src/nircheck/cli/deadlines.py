"""`nircheck frister`: what must be registered by when."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nircheck.cli.options import (
    IsoDate,
    chosen,
    folder,
    language_option,
    reading,
    rulebook_option,
)
from nircheck.cli.outside import reader_may_leave
from nircheck.errors import UsageError

if TYPE_CHECKING:
    from nircheck.contract import Maalform
    from nircheck.deadlines import Worklist
    from nircheck.deadlines.worklist import Task
    from nircheck.run import Run

_MOST = 12


@click.command()
@click.argument("kilde", metavar="KJOERING|UTTREKK", type=click.Path(path_type=Path))
@click.option("--dato", type=IsoDate(), help="The day it is [default: the extract date]")
@click.option(
    "--ut", "out", type=click.Path(path_type=Path),
    help="Folder for a page per kommune; none is written without it.",
)  # fmt: skip
@click.option("--alle", "show_all", is_flag=True, help=f"List everything, not {_MOST} of each.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@reading
@language_option
@rulebook_option
@click.pass_context
def frister(
    context: click.Context,
    /,
    kilde: Path,
    dato: date | None,
    out: Path | None,
    show_all: bool,
    form: str,
    **options: Any,
) -> None:
    """List what each kommune must correct, by days left, of a run or of an extract.

    First what changes a figure of the official statistics, to be corrected before the last day of
    February; then the rest. The two months are counted from the day of the event.
    """
    settings = chosen(context, **options)
    from nircheck import deadlines, resources, rulebook

    book = rulebook.load(
        resources.expectations(folder(settings["expectations"])), folder(settings["policy"])
    )
    if (kilde / "run.json").is_file():
        from nircheck.run import read

        run = read(kilde)
    else:
        from nircheck.cli.judged import judged

        run = judged(book, kilde, None, options, settings)
    figures = deadlines.load(book.folder, book.by_id)
    lists = deadlines.worklists(run, figures, _today(run, dato), options["kommuner"])
    language: Maalform = settings["maalform"].value
    written = deadlines.write(lists, out, language) if out else []
    with reader_may_leave():
        if form == "json":
            from nircheck.deadlines.document import as_facts

            click.echo(json.dumps([as_facts(work) for work in lists], ensure_ascii=False, indent=1))
            return
        screen = _Screen(language, None if show_all else _MOST)
        screen.show(lists)
        if written:
            screen.tell("skrevet", mappe=out)


def _today(run: Run, dato: date | None) -> date:
    taken = date.fromisoformat(run.facts["uttrekksdato"])
    if dato and dato < taken:
        raise UsageError(f"--dato: {dato} is before the extract was taken, {taken}")
    return dato or taken


class _Screen:
    """Work lists as a person reads them."""

    def __init__(self, form: Maalform, most: int | None) -> None:
        from nircheck.cli.screen import console
        from nircheck.texts import texts

        self._form, self._most = form, most
        self._texts = texts(form, "deadlines")
        self._console = console()

    def show(self, lists: list[Worklist]) -> None:
        """All of them, one after the other."""
        from nircheck.letters.numbers import long_day

        if not lists:
            self.tell("ingen")
        for work in lists:
            deadline = long_day(work.aarsfrist, self._form)
            name = f"{work.kommunenummer} {work.navn}".strip()
            self._console.print(self._texts.say("side", "tittel", navn=name), style="bold")
            self.tell(
                "ledetekst",
                dato=long_day(work.dato, self._form),
                frist=deadline,
                antall=work.days_to_statistics,
            )
            if work.first:
                self._console.print()
                self.tell("start_her", antall=len(work.first))
                self._list(work.first)
            if work.rest:
                self._console.print()
                self.tell("resten")
                self._list(work.rest)
            self._console.print()

    def tell(self, key: str, **values: object) -> None:
        """One of our own sentences."""
        self._console.print(self._texts.say("side", key, **values), soft_wrap=True)

    def _list(self, tasks: tuple[Task, ...]) -> None:
        from nircheck.cli.screen import plain_table
        from nircheck.deadlines.document import left
        from nircheck.letters.numbers import short_day
        from nircheck.texts import on_one_line

        keys = ("igjen", "frist", "regel", "nir_id", "hva")
        table = plain_table(self._console, *(self._texts.groups["kolonne"][key] for key in keys))
        for task in tasks[: self._most]:
            table.add_row(
                left(task, self._form),
                short_day(task.frist) if task.frist else "–",
                task.rule_id,
                on_one_line(task.person_id or task.noekkel),
                on_one_line(task.message[self._form]),
            )
        self._console.print(table)
        if self._most is not None and len(tasks) > self._most:
            self.tell("flere", antall=len(tasks) - self._most)
