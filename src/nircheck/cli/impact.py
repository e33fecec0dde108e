"""`nircheck rules impact`: what a change of the rule book would do, before it is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nircheck.cli.options import chosen, folder, language_option, reading
from nircheck.errors import ExitCode


@click.command()
@click.argument("uttrekk", type=click.Path(path_type=Path))
@click.option(
    "--gammel", "before", type=click.Path(path_type=Path, exists=True), required=True,
    help="Folder with the rule book as it was.",
)  # fmt: skip
@click.option(
    "--ny", "after", type=click.Path(path_type=Path, exists=True),
    help="Folder with the changed rule book [default: the one in use]",
)  # fmt: skip
@click.option(
    "--forrige", type=click.Path(path_type=Path), help="Extract of the month before, to compare."
)
@click.option(
    "--grense", "limit", type=click.FloatRange(0, 100), default=5.0, show_default=True,
    help="Per cent of the kommuner that may change status before the exit code is 1.",
)  # fmt: skip
@click.option(
    "--skjerm-under", "threshold", type=click.IntRange(0),
    help="Hide numbers of findings above 0 and below this one; 0 hides nothing [default: 5]",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(["md", "json"]), default="md")
@reading
@language_option
@click.pass_context
def impact(
    context: click.Context,
    /,
    uttrekk: Path,
    before: Path,
    after: Path | None,
    forrige: Path | None,
    limit: float,
    threshold: int | None,
    form: str,
    **options: Any,
) -> int:
    """Judge the extract UTTREKK by two rule books, and tell what the change does.

    Findings and kommuner per rule, and how many kommuner change status. No person and no kommune is
    named. Exit code: 0 within the limit, 1 above it, 4 when a rule of the changed book fails.
    """
    settings = chosen(context, **options)
    from nircheck import impact as room
    from nircheck import national, resources, rulebook
    from nircheck.cli.judged import judged

    new = after or resources.expectations(folder(settings["expectations"]))
    books = (rulebook.load(book, folder(settings["policy"])) for book in (before, new))
    runs = [judged(book, uttrekk, forrige, options, settings) for book in books]
    found = room.compare(*runs)
    numbers = room.shown(found, national.THRESHOLD if threshold is None else threshold)
    if form == "json":
        click.echo(room.as_json(found, numbers, limit))
    else:
        click.echo(room.as_markdown(found, numbers, limit, settings["maalform"].value), nl=False)
    if found.failed:
        return ExitCode.INTERNAL
    return ExitCode.FINDINGS if found.percent > limit else ExitCode.CLEAN
