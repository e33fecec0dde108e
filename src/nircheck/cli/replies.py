"""`nircheck replies`: what kommuner have answered in the workbooks they were sent."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nircheck.cli.options import (
    IsoDate,
    Kommunenummer,
    chosen,
    folder,
    language_option,
    rulebook_option,
)
from nircheck.cli.outside import reader_may_leave
from nircheck.errors import ExitCode
from nircheck.privacy import masked

if TYPE_CHECKING:
    from nircheck.replies import Precision, Replies
    from nircheck.replies.precision import Limits
    from nircheck.texts import Texts

_MOST = 20


@click.group()
def replies() -> None:
    """Read what kommuner have answered."""


@replies.command("les")
@click.argument("mappe", type=click.Path(path_type=Path))
@click.option(
    "--kjoering", "run_folders", type=click.Path(path_type=Path), multiple=True,
    help="Folder of the run that was answered; may be repeated [default: all in UT]",
)  # fmt: skip
@click.option("--dato", type=IsoDate(), required=True, help="Day the answers came.")
@click.option("--kommune", type=Kommunenummer(), help="The kommune that all of MAPPE is from.")
@click.option("--avsender", help="Who answered [default: the kommune]")
@click.option(
    "--ut", "out", type=click.Path(path_type=Path),
    help="File or folder for svar.parquet [default: MAPPE]",
)  # fmt: skip
@click.option("--alle", "show_all", is_flag=True, help=f"List everything, not the first {_MOST}.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@language_option
@rulebook_option
@click.pass_context
def read(
    context: click.Context,
    /,
    mappe: Path,
    run_folders: tuple[Path, ...],
    dato: date,
    kommune: str | None,
    avsender: str | None,
    out: Path | None,
    show_all: bool,
    form: str,
    maalform: str | None,
    expectations: Path | None,
) -> int:
    """Read the returned workbooks in MAPPE, and write the answers to svar.parquet.

    A row is known by its FeilID, whatever has been moved, sorted or renamed around it. What cannot
    be taken as an answer is listed with the reason, and so are answers that do not agree. Exit
    code: 0 everything was an answer, 1 something was not, 3 no file could be read.
    """
    settings = chosen(context, maalform=maalform, expectations=expectations)
    from nircheck import replies as room
    from nircheck import resources
    from nircheck.replies.summary import document
    from nircheck.rulebook import policy
    from nircheck.texts import texts

    runs = room.known_runs(run_folders, Path(settings["ut"].value))
    found = room.collect(mappe, runs, dato, kommune=kommune, avsender=avsender)
    book = resources.expectations(folder(settings["expectations"]))
    limit = room.limits(policy.load(book, folder(settings["policy"])), dato)
    place = out or (mappe if mappe.is_dir() else mappe.parent)
    if place.suffix != ".parquet":
        place /= room.files.NAME
    room.save(found, place)
    rules = room.precision(room.files.as_table(found), limit)
    with reader_may_leave():
        if form == "json":
            click.echo(json.dumps(document(found, rules), ensure_ascii=False, indent=1))
        else:
            say = texts(settings["maalform"].value, "replies")
            _Screen(say, None if show_all else _MOST).show(found, rules, limit, place)
    return ExitCode.CLEAN if found.whole else ExitCode.FINDINGS


class _Screen:
    """The answers as a person reads them."""

    def __init__(self, texts: Texts, most: int | None) -> None:
        from nircheck.cli.screen import console

        self._say, self._groups, self._most = texts.say, texts.groups, most
        self._console = console()

    def show(
        self, found: Replies, rules: tuple[Precision, ...], limit: Limits, place: Path
    ) -> None:
        unread = sum(file.why is not None for file in found.files)
        self._bold(self._say("side", "tittel", dato=f"{found.dato:%d.%m.%Y}"))
        self._line(self._say("side", "filer", antall=len(found.files), uleste=unread))
        self._files(found)
        self._line(self._say("side", "svar", antall=len(found.answers)))
        for verdict, words in self._groups["svar"].items():
            if number := found.counts[verdict]:
                self._line(f"  {number:>6}  {words}")
        self._refused(found)
        self._conflicts(found)
        self._rules(rules, limit)
        self._line("")
        self._line(self._say("side", "skrevet", fil=masked(str(place))))

    def _files(self, found: Replies) -> None:
        from nircheck.cli.screen import plain_table

        columns = [self._groups["kolonne"][key] for key in
                   ("fil", "kommune", "rader", "besvart", "godtatt")]  # fmt: skip
        shown = plain_table(self._console, *columns, right=3)
        for file in found.files:
            if file.why is None:
                numbers = (str(n) for n in (file.rows, file.answered, file.accepted))
                shown.add_row(file.fil, file.kommunenummer, *numbers)
        self._line("")
        self._console.print(shown)
        self._line("")

    def _refused(self, found: Replies) -> None:
        if not found.refused:
            return
        self._line("")
        self._bold(self._say("side", "ikke_godtatt"))
        for row in found.refused[: self._most]:
            place = row.place
            where = [place.fil, place.ark, self._say("side", "rad", rad=place.rad)]
            if not place.rad:
                where[2] = self._say("side", "rader", antall=row.rows) if row.rows > 1 else ""
            said = f" [{row.text}]" if row.text else ""
            shown = ", ".join(part for part in (*where, row.finding_id) if part)
            self._line(f"  {shown}: {self._groups['grunn'][row.why]}{said}")
        self._more(len(found.refused))

    def _conflicts(self, found: Replies) -> None:
        if not found.conflicts:
            return
        self._line("")
        self._bold(self._say("side", "motstrid"))
        self._line(self._say("side", "motstrid_hva"))
        for conflict in found.conflicts[: self._most]:
            known = conflict.known
            self._line(f"  {conflict.finding_id}  {known.rule_id}  {known.kommunenummer}")
            for answer in conflict.answers:
                place = answer.place
                row = self._say("side", "rad", rad=place.rad)
                said = self._groups["svar"][answer.svar]
                self._line(f"    {said}: {place.fil}, {place.ark}, {row}")
        self._more(len(found.conflicts))

    def _rules(self, rules: tuple[Precision, ...], limit: Limits) -> None:
        from nircheck.cli.screen import plain_table

        if not rules:
            return
        columns = [self._groups["kolonne"][key] for key in
                   ("regel", "foreslaas", "svar", "ikke_feil", "prosent")]  # fmt: skip
        shown = plain_table(self._console, *columns, right=3)
        for rule in [rule for rule in rules if rule.not_an_error][: self._most]:
            proposal = self._groups["forslag"]["nedgradert"] if rule.demote else ""
            shown.add_row(rule.rule_id, proposal, str(rule.answered), str(rule.not_an_error),
                          f"{rule.percent:.0f}")  # fmt: skip
        self._line("")
        if shown.row_count:
            self._bold(self._say("side", "regler"))
            self._line(self._say("side", "regler_hva"))
            self._console.print(shown)
        proposed = ", ".join(rule.rule_id for rule in rules if rule.demote)
        values = {"grense": f"{limit.prosent:g}", "svar": limit.answers, "steder": limit.kommuner}
        key = "foreslaas" if proposed else "ingen_foreslaas"
        self._line(self._say("side", key, id=proposed, **values))

    def _more(self, number: int) -> None:
        if self._most is not None and number > self._most:
            self._line("  " + self._say("side", "flere", antall=number - self._most))

    def _line(self, text: str) -> None:
        self._console.print(text, soft_wrap=True)

    def _bold(self, text: str) -> None:
        self._console.print(text, style="bold", soft_wrap=True)
