"""`nircheck national`: the report on the whole country."""

from __future__ import annotations

from pathlib import Path

import click

from nircheck.cli.options import chosen, folder, language_option, rulebook_option


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
    )
    click.echo(texts(form).say("skjerm", "nasjonal_skrevet", mappe=written))
