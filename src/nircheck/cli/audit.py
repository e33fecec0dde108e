"""`nircheck audit` and `nircheck selfcheck`: read, judge, show."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import click

from nircheck.cli.engines import (
    SPARK,
    Question,
    cluster,
    embedded,
    engine_options,
    on_spark,
    refuse_idle_options,
)
from nircheck.cli.history import show_since
from nircheck.cli.memory import Memory, remembering
from nircheck.cli.options import (
    Kommunenummer,
    chosen,
    folder,
    language_option,
    reading,
    receipt_option,
    rulebook_option,
    telling,
    time_option,
)
from nircheck.cli.outside import reader_may_leave, stop_if_interrupted
from nircheck.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from nircheck.cli.terminal import Progress
    from nircheck.ingest import ColumnMap, Manifest
    from nircheck.register import Register
    from nircheck.rulebook import RuleBook
    from nircheck.run import Run
    from nircheck.settings import Chosen
    from nircheck.spark import SparkRegister

_SECONDS_OF_PYTHON_IN_TURN = 0.0005


@click.command()
@click.argument("uttrekk")
@reading
@click.option("--ut", type=click.Path(path_type=Path), help="Folder for runs [default: ut]")
@click.option("--forrige", help="Extract of the month before, to compare.")
@engine_options
@click.option(
    "--historikk",
    type=click.Path(path_type=Path),
    help="Folder with earlier runs, to compare with and add to; begun if it is not there.",
)
@click.option(
    "--godta-fall",
    "accepted",
    type=Kommunenummer(),
    multiple=True,
    help="The rows of this kommune have fallen by more than half, and that is right.",
)
@telling
@click.option("--findings", "with_findings", is_flag=True, help="List every finding as well.")
@click.option("--uten-brev", "brev", flag_value="nei", help="Write no letters.")
@click.option(
    "--vis-foedselsdato", is_flag=True, help="Dates of birth in workbooks, noted in each manifest."
)
@click.option("--timings", is_flag=True, help="Tell how long each rule took, on stderr.")
@time_option
@language_option
@rulebook_option
@click.pass_context
def audit(
    context: click.Context,
    /,
    uttrekk: str,
    forrige: str | None,
    accepted: tuple[str, ...],
    form: str,
    with_findings: bool,
    vis_foedselsdato: bool,
    timings: bool,
    tidspunkt: str | None,
    **options: Any,
) -> int:
    """Judge the extract UTTREKK (folder, .zip, .xlsx or file) and write a run.

    Findings, accounting and run.json are put in UT/<uttrekksdato>, and a letter and a workbook for
    each kommune in UT/<uttrekksdato>/brev. Exit code: 0 clean, 1 findings,
    2 wrong use, 3 the extract cannot be assessed, 4 a rule or the program failed.
    """
    settings = chosen(context, **options)
    refuse_idle_options(options, settings)
    out = Path(settings["ut"].value)
    _require_writable(out)
    from nircheck.cli import terminal
    from nircheck.cli.letters import choices, write_letters

    with_letters = settings["brev"].value == "ja"
    if with_letters:
        choices(settings)
    elif vis_foedselsdato:
        raise UsageError("--vis-foedselsdato is for the workbooks, and none are to be written")
    progress = terminal.Progress()
    born: dict[str, str] | None = {} if vis_foedselsdato else None
    with remembering(settings, accepted) as memory:
        run, book = _assess([uttrekk], options, forrige, settings, progress, born, memory)
        from nircheck.run import write

        place = write(run, out, tidspunkt)
        memory.keep()
    with reader_may_leave():
        if form == "json":
            terminal.show_json(run, with_findings=with_findings)
        else:
            terminal.show_summary(run)
            if with_findings:
                terminal.show_findings(run)
            show_since(run)
            terminal.show_place(run, place)
    if with_letters:
        write_letters(place, book, settings, birth_dates=born, quiet=form == "json")
    if timings:
        terminal.show_timings(progress.seconds)
    return _exit_code(run, settings["fail_on"].value)


@click.command()
@click.argument("filer", metavar="FIL...", type=click.Path(path_type=Path), nargs=-1, required=True)
@reading
@telling
@click.option("--all", "show_all", is_flag=True, help="List every finding, not 20 per rule.")
@click.option(
    "--arbeidsbok",
    metavar="FIL",
    type=click.Path(path_type=Path),
    help="Write every finding to a workbook (.xlsx), with your own extra columns.",
)
@receipt_option
@time_option
@language_option
@rulebook_option
@click.pass_context
def selfcheck(
    context: click.Context,
    /,
    filer: tuple[Path, ...],
    form: str,
    show_all: bool,
    arbeidsbok: Path | None,
    kvittering: Path | None,
    tidspunkt: str | None,
    **options: Any,
) -> int:
    """Check your own files before you send them; says what is wrong and how to correct it.

    FIL... are the tables (person.csv, program.csv, tiltak.csv ...), a workbook, a folder or a zip.
    Nothing leaves the machine, and nothing of yours is written but to the workbook of --arbeidsbok
    and the receipt of --kvittering.
    """
    settings = chosen(context, **options)
    if options["kommunenummer"] is None and len(options["kommuner"]) == 1:
        (options["kommunenummer"],) = options["kommuner"]
    if arbeidsbok is not None:
        from nircheck.letters import own_files

        own_files.refuse(arbeidsbok, list(filer))
    from nircheck.cli import terminal

    places = [str(path) for path in filer]
    run, book = _assess(places, options, None, settings, terminal.Progress())
    if arbeidsbok is not None:
        _save_workbook(arbeidsbok, list(filer), run, book, settings)
    if kvittering is not None:
        from nircheck.gate import files
        from nircheck.run import receipt

        made = receipt.receipt("selfcheck", run.facts, run.facts["totals"], tidspunkt=tidspunkt)
        files.replace(kvittering, receipt.as_text(made))

    with reader_may_leave():
        if form == "json":
            terminal.show_json(run, with_findings=True)
        else:
            terminal.show_summary(run)
            terminal.show_corrections(run, book, most=None if show_all else 20)
            if arbeidsbok is not None:
                click.echo(terminal.language().say("skjerm", "arbeidsbok", fil=arbeidsbok))
    return _exit_code(run, settings["fail_on"].value)


def _assess(
    places: list[str],
    options: dict[str, Any],
    forrige: str | None,
    settings: dict[str, Chosen],
    bar: Progress,
    born: dict[str, str] | None = None,
    memory: Memory | None = None,
) -> tuple[Run, RuleBook]:
    """Read the extract, run every rule over it, and make the run; `born` is filled if given."""
    from nircheck import figures, ingest, resources, rulebook

    book = rulebook.load(
        resources.expectations(folder(settings["expectations"])), folder(settings["policy"])
    )
    figures.load_headlines(book)
    question = Question(
        places,
        forrige,
        ingest.Manifest(**{key: options[key] for key in ingest.MANIFEST_KEYS}),
        book,
        ingest.Limits(settings["minne"].value, settings["traader"].value),
        _column_map(settings, book),
    )
    kommuner = options["kommuner"]
    with bar as progress:
        progress.reading()
        # It takes seconds. It is not waited for at the end, because an interrupt in the midst of an
        # import can leave another one waiting for ever. Meanwhile the reading asks the database for
        # a thousand small things, and would wait after each until it is let in again.
        sys.setswitchinterval(_SECONDS_OF_PYTHON_IN_TURN)
        Thread(target=import_module, args=("nircheck.engine",), daemon=True).start()
        with _held(question, options) as (register, manifest):
            ingest.require_kommuner(kommuner, register)
            from nircheck.engine import judge
            from nircheck.register import Register
            from nircheck.run import assemble, birth_dates
            from nircheck.spark import write_findings

            rules = book.running()
            progress.judging(len(rules))
            most = settings["tidsgrense"].value
            judgement = judge(register, rules, progress.judged, seconds=most)
            stop_if_interrupted()
            run = assemble(register, manifest, book, judgement, kommuner)
            if born is not None:
                born |= birth_dates(register, run)
            if not isinstance(register, Register):
                if place := options.get("spark_findings"):
                    write_findings(register, run.findings, place)
                return run, book
            return (memory.compare(run, register, book) if memory else run), book


def _held(
    question: Question, options: dict[str, Any]
) -> AbstractContextManager[tuple[Register | SparkRegister, Manifest]]:
    """The extract, read by the engine that was asked for."""
    if options.get("engine") == SPARK:
        return on_spark(question, cluster(options), options["spark_findings"])
    return embedded(question)


def _column_map(settings: dict[str, Chosen], book: RuleBook) -> ColumnMap | None:
    from nircheck import ingest

    chart = folder(settings["kolonnekart"])
    return ingest.load_column_map(chart, book.contract) if chart else None


def _save_workbook(
    target: Path, paths: list[Path], run: Run, book: RuleBook, settings: dict[str, Chosen]
) -> None:
    """All findings as a workbook, with the columns of the files that no rule knows."""
    from nircheck import ingest
    from nircheck.letters import own_files
    from nircheck.letters.workbook_lines import OwnFiles
    from nircheck.register import InputFile

    files = [InputFile(**file) for file in run.facts["inputs"]]
    wanted = own_files.places(run)
    columns = ingest.echo(paths, files, wanted, book.contract, _column_map(settings, book))
    own_files.save(target, run, book, settings["maalform"].value, OwnFiles(columns))


def _require_writable(out: Path) -> None:
    """Refuse a folder that cannot be written to before the work, not after it."""
    nearest = next(place for place in (out, *out.absolute().parents) if place.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise UsageError(f"{out}: cannot write here")


def _exit_code(run: Run, fail_on: str) -> int:
    if run.failed_rules:
        return ExitCode.INTERNAL
    if fail_on == "aldri":
        return ExitCode.CLEAN
    from nircheck.rulebook.model import SEVERITIES

    counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    found = sum(run.facts["totals"][severity] for severity in counted)
    return ExitCode.FINDINGS if found else ExitCode.CLEAN
