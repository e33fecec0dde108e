"""`nircheck letters`: from a run to what each kommune is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from nircheck.cli.options import IsoDate, Kommunenummer, chosen, folder, rulebook_option
from nircheck.cli.outside import reader_may_leave, stop_if_interrupted
from nircheck.errors import ExitCode, NircheckError, UsageError

if TYPE_CHECKING:
    from nircheck.letters.batch import Written
    from nircheck.letters.compose import Choices
    from nircheck.rulebook import RuleBook
    from nircheck.settings import Chosen

MOST_NAMED = 5


@click.command()
@click.argument("kjoering", metavar="KJOERING", type=click.Path(path_type=Path))
@click.option(
    "--kommune", "kommuner", type=Kommunenummer(), multiple=True,
    help="Only this kommune; may be repeated.",
)  # fmt: skip
@click.option(
    "--maalform", type=click.Choice(["auto", "nb", "nn"]), default="auto",
    help="Written standard of the letters [default: auto, that of each kommune]",
)  # fmt: skip
@click.option("--pdf", is_flag=True, help="The letter as PDF/A too; needs nircheck[pdf].")
@click.option("--per-bydel", is_flag=True, help="A package of its own for each bydel as well.")
@click.option("--dato", type=IsoDate(), help="Date of the letters [default: the extract date]")
@click.option("--frist", "brevfrist", type=IsoDate(), help="Deadline in the letters.")
@click.option(
    "--avsender", "brevavsender", type=click.Path(path_type=Path),
    help="File that says who the letters are from.",
)  # fmt: skip
@click.option(
    "--prosesser", type=click.IntRange(1, 64), default=2, show_default=True,
    help="Processes to write with; the letters are the same with any number.",
)  # fmt: skip
@rulebook_option
@click.pass_context
def letters(
    context: click.Context,
    /,
    kjoering: Path,
    kommuner: tuple[str, ...],
    maalform: Any,
    pdf: bool,
    per_bydel: bool,
    dato: date | None,
    prosesser: int,
    **options: Any,
) -> int:
    """Write a letter and a workbook for each kommune of the run in folder KJOERING.

    They are put in KJOERING/brev, one folder per kommune. Nothing is sent. Exit code: 0 all were
    written, 2 some could not be, 4 the program failed on some.
    """
    settings = chosen(context, **options)
    from nircheck import resources, rulebook
    from nircheck.letters import pdf as portable

    if pdf:
        portable.require()

    book = rulebook.load(
        resources.expectations(folder(settings["expectations"])), folder(settings["policy"])
    )
    return write_letters(
        kjoering, book, settings,
        kommuner=kommuner, maalform=maalform, dato=dato, pdf=pdf, per_bydel=per_bydel,
        processes=prosesser,
    )  # fmt: skip


def choices(settings: dict[str, Chosen], maalform: Any = "auto", dato: Any = None) -> Choices:
    """What the settings say of all letters; refused here, before anything is read."""
    from nircheck.letters import Choices, html, sender

    html.check()
    due = settings["brevfrist"].value
    return Choices(
        sender=sender.load(folder(settings["brevavsender"])),
        maalform=maalform,
        dato=dato,
        frist=date.fromisoformat(str(due)) if due else None,
    )


def write_letters(
    run_folder: Path,
    book: RuleBook,
    settings: dict[str, Chosen],
    *,
    kommuner: tuple[str, ...] = (),
    maalform: Any = "auto",
    dato: date | None = None,
    pdf: bool = False,
    per_bydel: bool = False,
    processes: int = 2,
    birth_dates: dict[str, str] | None = None,
    quiet: bool = False,
) -> int:
    """Write the packages and tell how many; raise, when all is done, if some could not be."""
    from nircheck.letters import batch, open_run, package

    decided = choices(settings, maalform, dato)
    run = replace(
        open_run(run_folder, book, settings["maalform_noeytral"].value),
        birth_dates=birth_dates or {},
    )
    if decided.frist and decided.frist < (decided.dato or run.day):
        raise UsageError(f"--frist: {decided.frist} is before the date of the letters")
    there = [number for number in run.recipients if number in run.info["kommuner"]]
    if strange := sorted(set(kommuner) - set(there)):
        raise UsageError(f"{run_folder}: no kommune {', '.join(strange)} in this run")
    root = run_folder / package.FOLDER
    written = batch.write_all(
        run,
        sorted(set(kommuner)) or there,
        decided,
        _package(book, pdf=pdf),
        root,
        per_bydel=per_bydel,
        processes=processes,
        go_on=stop_if_interrupted,
    )
    if not quiet:
        _tell(written, 0 if kommuner else sum(run.unaddressed().values()), root)
    if written.failures:
        raise _told(written, root)
    return ExitCode.CLEAN


def _tell(written: Written, unaddressed: int, root: Path) -> None:
    """How many letters of each kind there are, what no letter could hold, and where they are."""
    from nircheck.cli.terminal import language
    from nircheck.letters.case import Kind

    say = language().say
    counts = {kind: written.kinds.get(kind, 0) for kind in get_args(Kind)}
    with reader_may_leave():
        click.echo(say("skjerm", "brev", antall=written.letters, **counts))
        if unaddressed:
            click.echo(say("skjerm", "brev_uten_mottaker", antall=unaddressed))
        click.echo(say("skjerm", "brev_skrevet", mappe=root))


def _package(book: RuleBook, *, pdf: bool) -> Any:
    from functools import partial

    from nircheck.letters import workbook
    from nircheck.letters.package import Package
    from nircheck.letters.workbook_wording import wordings

    return Package(partial(workbook.write, wordings=wordings(book)), pdf=pdf)


def _told(written: Written, root: Path) -> NircheckError:
    """One line per cause, with the first of the letters it held back."""
    causes: dict[str, list[str]] = {}
    for failure in written.failures:
        causes.setdefault(failure.why, []).append(failure.place)
    lines = []
    for why, places in causes.items():
        more = f" and {len(places) - MOST_NAMED} more" if len(places) > MOST_NAMED else ""
        lines.append(f"{root}: {', '.join(places[:MOST_NAMED])}{more} not written: {why}")
    kind = NircheckError if any(failure.bug for failure in written.failures) else UsageError
    return kind(*lines)
