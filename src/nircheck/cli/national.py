"""`nircheck national`: the report on the whole country."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nircheck.cli.options import chosen, folder, language_option, rulebook_option

if TYPE_CHECKING:
    from nircheck.replies import Precision
    from nircheck.replies.precision import Limits
    from nircheck.settings import Chosen


@click.command()
@click.argument("kjoering", type=click.Path(path_type=Path))
@click.option(
    "--ut", "out", type=click.Path(path_type=Path), help="Folder for the report [default: KJOERING]"
)
@click.option(
    "--skjerm-under",
    "threshold",
    type=click.IntRange(0),
    help="Hide numbers above 0 and below this one; 0 hides nothing [default: 5]",
)
@click.option("--med-funn", "with_findings", is_flag=True, help="List every finding, by NIR-ID.")
@click.option(
    "--svar", "answer_files", type=click.Path(path_type=Path), multiple=True,
    help="Answers of kommuner (svar.parquet), for how often they doubt a rule; may be repeated.",
)  # fmt: skip
@language_option
@rulebook_option
@click.pass_context
def national(
    context: click.Context,
    /,
    kjoering: Path,
    out: Path | None,
    threshold: int | None,
    with_findings: bool,
    answer_files: tuple[Path, ...],
    maalform: str | None,
    expectations: Path | None,
) -> None:
    """Write the national report of the run in KJOERING: a page, a workbook and tables.

    They are put in UT/nasjonal. Small numbers are hidden, and whatever would give them away. No
    person is in it, unless you ask for --med-funn.
    """
    settings = chosen(context, maalform=maalform, expectations=expectations)
    from nircheck import national as report
    from nircheck import resources
    from nircheck.texts import texts

    form = settings["maalform"].value
    written = report.write(
        kjoering,
        out or kjoering,
        resources.expectations(folder(settings["expectations"])),
        form,
        threshold=report.THRESHOLD if threshold is None else threshold,
        with_findings=with_findings,
        replies=_precision(settings, answer_files) if answer_files else None,
    )
    click.echo(texts(form).say("skjerm", "nasjonal_skrevet", mappe=written))


def _precision(
    settings: dict[str, Chosen], files: tuple[Path, ...]
) -> tuple[Sequence[Precision], Limits]:
    """How often kommuner doubt each rule, by the limits of the day of the last answer."""
    from nircheck import replies, resources
    from nircheck.rulebook import policy

    answers = replies.load(files)
    day = max(answers.column("dato").to_pylist(), default=date.max)
    book = resources.expectations(folder(settings["expectations"]))
    limit = replies.limits(policy.load(book, folder(settings["policy"])), day)
    return replies.precision(answers, limit), limit
