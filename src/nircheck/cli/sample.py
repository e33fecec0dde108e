"""`nircheck sample`: an invented register, clean or with planted defects."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from click.core import ParameterSource

from nircheck.cli.options import chosen, folder, rulebook_option
from nircheck.errors import UsageError

FORMS = ("kanonisk", "fagsystem", "excel", "excel-csv", "unicode-tekst")
"""The forms of `nircheck.sample.Form`, written out so that `--help` need not load numpy."""


@click.command()
@click.option(
    "--preset",
    help="Which defects, or the publication to match.  [default: ren; serie with --maaneder]",
)
@click.option("--personer", type=click.IntRange(1, 1_000_000), default=2000, show_default=True)
@click.option(
    "--froe", type=int, default=1, show_default=True, help="Seed; the same gives the same."
)
@click.option(
    "--plant",
    "plants",
    multiple=True,
    metavar="ID=N",
    help="Defects of a rule: a number, or a share below 1 of its rows; may be repeated.",
)
@click.option(
    "--maaneder",
    type=click.IntRange(2, 120),
    help="A folder for each of so many months, in which defects come and go.",
)
@click.option(
    "--uttrekksdato",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Extract date, the last one of a series.  [default: 2026-10-31; 2024-06-30 of a series]",
)
@click.option(
    "--form",
    "forms",
    type=click.Choice(FORMS),
    multiple=True,
    help="As who would write it; of a series several, which take turns.  [default: kanonisk]",
)
@click.option(
    "--portrett",
    is_flag=True,
    help="Write portrett.html too: its distributions beside the published ones.",
)
@click.option("--ut", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@rulebook_option
@click.pass_context
def sample(
    context: click.Context, preset: str | None, personer: int, froe: int, plants: tuple[str, ...],
    maaneder: int | None, uttrekksdato: datetime | None, forms: tuple[str, ...], portrett: bool,
    ut: Path, expectations: Path | None,
) -> None:  # fmt: skip
    """Write an invented register: no real people, every number synthetic.

    With defects, fasit.parquet tells which row has which; UT-forrige is written when a rule
    compares with the month before.
    """
    from nircheck import resources, rulebook
    from nircheck.sample import (
        SERIES_UTTREKKSDATO,
        UTTREKKSDATO,
        Form,
        Order,
        load_among,
        load_presets,
        make,
        make_published,
        make_series,
        published_presets,
    )

    settings = chosen(context, expectations=expectations)
    book = rulebook.load(resources.expectations(folder(settings["expectations"])))
    presets, published = load_presets(book.folder), published_presets(book.folder)
    preset = preset or ("serie" if maaneder and not plants else "ren")
    if preset in published:
        if plants or context.get_parameter_source("personer") != ParameterSource.DEFAULT:
            raise UsageError(f"--preset {preset} is a whole register: no --personer, no --plant")
        if maaneder or uttrekksdato or forms or portrett:
            raise UsageError(
                f"--preset {preset} is one extract as published: "
                "no --maaneder, no --uttrekksdato, no --form, no --portrett"
            )
        _told(make_published(book, preset, froe, ut))
        return
    if preset not in presets:
        there = ", ".join((*presets, *published))
        raise UsageError(f"unknown preset '{preset}'; there are {there}")
    wanted = presets[preset] | dict(_plant(text) for text in plants)
    for rule_id in wanted:
        if rule_id not in book.by_id or book.by_id[rule_id].plant is None:
            raise UsageError(f"{rule_id}: no rule with a planter")
    written = tuple(Form(form) for form in forms) or (Form.CANONICAL,)
    if len(written) > 1 and not maaneder:
        raise UsageError("--form: several forms take turns in a series, so give --maaneder too")
    if portrett and maaneder:
        raise UsageError("--portrett is of one register; leave out --maaneder")
    usual = SERIES_UTTREKKSDATO if maaneder else UTTREKKSDATO
    order = Order(personer, froe, uttrekksdato.date() if uttrekksdato else usual)
    made = (
        make_series(book, order, wanted, maaneder, ut, written)
        if maaneder
        else make(
            book,
            order,
            wanted,
            ut,
            written[0],
            portrayed=portrett,
            among=load_among(book.folder, preset),
        )
    )
    _told(made)


def _told(rows_of: dict[str, int]) -> None:
    for name, rows in rows_of.items():
        click.echo(f"{name:14} {rows:>10}")


def _plant(text: str) -> tuple[str, float]:
    rule_id, _, number = text.partition("=")
    try:
        wanted = float(number)
        if not 0 < wanted < 1e9:
            raise ValueError
    except ValueError:
        raise UsageError(f"--plant {text}: write NIR-230=0.05 or NIR-230=3") from None
    return rule_id, wanted
