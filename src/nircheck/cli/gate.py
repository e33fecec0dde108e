"""`nircheck gate`: stop an extract that has not the form it should have, before it is audited."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nircheck.cli.gate_contracts import diff, draft, export
from nircheck.cli.gate_reading import opened, options_of_reading, save
from nircheck.cli.options import (
    IsoDate,
    chosen,
    language_option,
    receipt_option,
    rulebook_option,
    time_option,
)
from nircheck.cli.outside import reader_may_leave, stop_if_interrupted
from nircheck.errors import ExitCode

if TYPE_CHECKING:
    from nircheck.gate.check import Result

FORMATS = ("table", "json", "sarif", "junit", "github")
_ACTION = "check"


class Report(click.ParamType[tuple[str, Path]]):
    """A format and the file to write it to."""

    name = "report"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Path]:
        """Both parts, or a complaint that shows the form."""
        form, _, target = str(value).partition("=")
        if form not in FORMATS[1:] or not target:
            listed = ", ".join(FORMATS[1:])
            self.fail(f"'{value}' is not FORMAT=FIL with one of {listed}", param, ctx)
        return form, Path(target)


class _Gate(click.Group):
    """Sub-commands, and an action of its own for whatever is none of them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what is no sub-command for the extract to check."""
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = [_ACTION, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Gate, subcommand_metavar="UTTREKK | COMMAND [ARGS]...")
def gate() -> None:
    """Stop an extract that has not the form it should have, and say why.

    `nircheck gate UTTREKK` is short for `nircheck gate check UTTREKK`.
    """


@gate.command(_ACTION)
@click.argument("uttrekk", type=click.Path(path_type=Path))
@click.option(
    "--kontrakt",
    type=click.Path(path_type=Path),
    help="ODCS file to hold it against [default: the contract of the rule book]",
)
@click.option(
    "--forrige", type=click.Path(path_type=Path), help="The extract before, to compare with."
)
@click.option("--uttrekksdato", type=IsoDate(), help="Day the extract was taken.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table",
    help="What is told, and how [default: table]",
)  # fmt: skip
@click.option(
    "--rapport",
    "reports",
    metavar="FORMAT=FIL",
    type=Report(),
    multiple=True,
    help="Write one of the other formats to a file as well; may be repeated.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["feil", "advarsel", "info", "aldri"]),
    help="Lowest severity that closes the gate [default: feil]",
)
@receipt_option
@time_option
@options_of_reading
@language_option
@rulebook_option
@click.pass_context
def check(
    context: click.Context,
    /,
    uttrekk: Path,
    kontrakt: Path | None,
    forrige: Path | None,
    uttrekksdato: Any,
    form: str,
    reports: tuple[tuple[str, Path], ...],
    kvittering: Path | None,
    tidspunkt: str | None,
    **options: Any,
) -> int:
    """Hold UTTREKK (folder, .zip, .xlsx or file) against its contract.

    Tables, columns, types, keys, references, code lists and rows, each deviation once, with the
    rules it stops. No value of a row is shown. Exit code: 0 the gate is open, 1 it is closed,
    2 wrong use, 3 nothing could be read, 4 the program failed.
    """
    settings = chosen(context, **options)
    with opened(settings, kontrakt) as (book, contract, survey_of):
        from nircheck.gate.check import check as checked

        before = survey_of(forrige) if forrige else None
        result = checked(survey_of(uttrekk, uttrekksdato), book, contract, before)
    stop_if_interrupted()
    fail_on, maalform = settings["fail_on"].value, settings["maalform"].value
    if kvittering is not None:
        from nircheck.gate.document import totals
        from nircheck.run import receipt

        counts = totals(result.deviations) | {"checks": len(result.checked)}
        made = receipt.receipt("gate", result.facts, counts, tidspunkt=tidspunkt)
        save(kvittering, receipt.as_text(made))
    for other, target in reports:
        save(target, rendered(result, other, maalform, fail_on, _base(uttrekk)))
    with reader_may_leave():
        if form == "table":
            from nircheck.cli import gate_screen
            from nircheck.gate.wording import Wording

            gate_screen.show(result, Wording(maalform), fail_on)
        else:
            click.echo(rendered(result, form, maalform, fail_on, _base(uttrekk)), nl=False)
    return ExitCode.FINDINGS if result.at_least(fail_on) else ExitCode.CLEAN


def rendered(result: Result, form: str, maalform: Any, fail_on: str, base: str) -> str:
    """What was found in one of the formats for machines."""
    from nircheck.gate import document, github, junit, sarif

    if form == "json":
        return document.as_json(result, fail_on)
    if form == "sarif":
        return sarif.as_sarif(result, maalform, base)
    if form == "junit":
        return junit.as_junit(result, maalform, fail_on)
    return github.as_github(result, maalform, base)


def _base(uttrekk: Path) -> str:
    """The folder that file names are relative to, seen from where the command was given."""
    place = uttrekk if uttrekk.is_dir() or uttrekk.suffix.lower() == ".zip" else uttrekk.parent
    if place.is_absolute():
        here = Path.cwd()
        place = place.relative_to(here) if place.is_relative_to(here) else Path()
    return place.as_posix()


for command in (diff, draft, export):
    gate.add_command(command)
