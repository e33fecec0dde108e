"""`nircheck trend`: how findings have come on, from the history."""

from __future__ import annotations

from pathlib import Path

import click

from nircheck.cli.options import Kommunenummer, chosen, folder, language_option, rulebook_option
from nircheck.errors import UsageError


@click.command()
@click.argument("historikk", type=click.Path(path_type=Path))
@click.option(
    "--kommune", "kommuner", type=Kommunenummer(), multiple=True,
    help="This kommune with all its numbers; may be repeated.",
)  # fmt: skip
@click.option(
    "--ut", "out", type=click.Path(path_type=Path), default=Path("trend.html"), show_default=True,
    help="File for the page.",
)  # fmt: skip
@click.option(
    "--skjerm-under", "threshold", type=click.IntRange(0),
    help="Hide numbers above 0 and below this one; 0 hides nothing [default: 5]",
)  # fmt: skip
@language_option
@rulebook_option
@click.pass_context
def trend(
    context: click.Context,
    /,
    historikk: Path,
    kommuner: tuple[str, ...],
    out: Path,
    threshold: int | None,
    maalform: str | None,
    expectations: Path | None,
) -> None:
    """Write a page of the last twelve months in HISTORIKK: the country, its fylker and kommuner.

    Small numbers are hidden, and whatever would give them away, as in the national report.
    """
    settings = chosen(context, maalform=maalform, expectations=expectations)
    from nircheck import national, resources
    from nircheck.history import disk, read
    from nircheck.national.trend import KOMMUNE, trend
    from nircheck.national.trend_page import TrendPage
    from nircheck.texts import texts

    form = settings["maalform"].value
    hide = national.THRESHOLD if threshold is None else threshold
    found = trend(read(historikk), resources.expectations(folder(settings["expectations"])), hide)
    if strange := [k for k in kommuner if (KOMMUNE, k) not in found.points]:
        raise UsageError(f"{historikk}: nothing is told of kommune {', '.join(strange)}")
    page = TrendPage(found, form, hide).html(kommuner)
    try:
        disk.save_text(out, page)
    except OSError as error:
        raise UsageError(f"{out}: cannot write here: {error.strerror or error}") from None
    click.echo(texts(form, "trend").say("skjerm", "skrevet", fil=out))
