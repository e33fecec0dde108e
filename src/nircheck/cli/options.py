"""Options that several commands share, and the settings behind them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from nircheck import settings
from nircheck.settings import Chosen

Command = TypeVar("Command", bound=Callable[..., Any])


class IsoDate(click.ParamType[date]):
    """A day written yyyy-mm-dd."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or a complaint that shows the form."""
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not a date; write it as 2026-10-31", param, ctx)


class Moment(click.ParamType[str]):
    """A day and a time of day."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The moment in one form, or a complaint that shows it."""
        try:
            if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}", value):
                raise ValueError
            return datetime.fromisoformat(value).isoformat(timespec="seconds")
        except ValueError:
            self.fail(f"'{value}' is not a time; write it as 2026-10-31T12:00", param, ctx)


class Kommunenummer(click.ParamType[str]):
    """Four digits, the first of which may be 0."""

    name = "kommunenummer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The number as text."""
        if not re.fullmatch(r"[0-9]{4}", str(value)):
            self.fail(f"'{value}' is not four digits; write it as 0301", param, ctx)
        return str(value)


def reading(command: Command) -> Command:
    """Options of every command that reads an extract; the first six win over uttrekk.toml."""
    for option in reversed(
        (
            click.option("--uttrekksdato", type=IsoDate(), help="Day the extract was taken."),
            click.option("--kontrakt", help="Contract the extract follows."),
            click.option(
                "--populasjon",
                type=click.Choice(["nasjonal", "kommune"]),
                help="Whom the extract is about.",
            ),
            click.option(
                "--kommunenummer", type=Kommunenummer(), help="Kommune the extract is from."
            ),
            click.option("--avsender", help="Who made the extract."),
            click.option(
                "--miljoe",
                type=click.Choice(["produksjon", "syntetisk"]),
                help="Whether the people in it are real.",
            ),
            click.option(
                "--kommune",
                "kommuner",
                type=Kommunenummer(),
                multiple=True,
                help="Only this kommune; may be repeated.",
            ),
            click.option(
                "--kolonnekart",
                type=click.Path(path_type=Path),
                help="File that maps the names of a fagsystem to the contract.",
            ),
            click.option("--minne", help="Most memory for the database, such as 4GiB."),
            click.option("--traader", help="Most threads for the database."),
            click.option(
                "--tidsgrense",
                metavar="SEKUNDER",
                help="Most time for one rule; one that takes longer is told of as a failure.",
            ),
        )
    ):
        command = option(command)
    return command


def telling(command: Command) -> Command:
    """Options of every command that shows what was found."""
    for option in reversed(
        (
            click.option(
                "--fail-on",
                type=click.Choice(["feil", "advarsel", "info", "aldri"]),
                help="Lowest severity that gives exit code 1 [default: feil]",
            ),
            click.option(
                "--format",
                "form",
                type=click.Choice(["table", "json"]),
                default="table",
                help="What standard output holds [default: table]",
            ),
        )
    ):
        command = option(command)
    return command


def time_option(command: Command) -> Command:
    """The time a receipt tells; the program asks no clock."""
    return click.option(
        "--tidspunkt", type=Moment(), help="Time to put in the receipt, such as 2026-10-31T12:00."
    )(command)


def receipt_option(command: Command) -> Command:
    """A receipt for what was read and what came of it."""
    return click.option(
        "--kvittering",
        metavar="FIL",
        type=click.Path(path_type=Path),
        help="Write a receipt (JSON): hashes, counts and version.",
    )(command)


def language_option(command: Command) -> Command:
    """Which written standard to print."""
    return click.option(
        "--maalform", type=click.Choice(["nb", "nn"]), help="Written standard [default: nb]"
    )(command)


def rulebook_option(command: Command) -> Command:
    """Another rule book than the one that came along."""
    return click.option(
        "--expectations",
        type=click.Path(path_type=Path),
        help="Folder with another rule book.",
    )(command)


def chosen(context: click.Context, **given: Any) -> dict[str, Chosen]:
    """All settings for this call."""
    from nircheck.cli.terminal import speak

    file = settings.find(context.find_root().obj, Path.cwd())
    result = settings.resolve(given, settings.environment(), file)
    speak(result["maalform"].value)
    return result


def folder(choice: Chosen) -> Path | None:
    """A setting that names a folder."""
    return Path(choice.value) if choice.value else None
