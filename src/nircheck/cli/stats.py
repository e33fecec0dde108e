"""`nircheck stats`: published figures, counted anew from the rows of an extract."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nircheck.cli.options import IsoDate, chosen, folder, language_option, rulebook_option
from nircheck.cli.outside import reader_may_leave

if TYPE_CHECKING:
    from nircheck.figures import Publication, Recomputed
    from nircheck.texts import Texts


@click.command()
@click.argument("uttrekk", type=click.Path(path_type=Path))
@click.option(
    "--som",
    "publication",
    required=True,
    metavar="PUBLIKASJON",
    help="Which publication, such as fafo-2024-09.",
)
@click.option("--uttrekksdato", type=IsoDate(), help="Day of the extract.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)
@language_option
@rulebook_option
@click.pass_context
def stats(
    context: click.Context, /, uttrekk: Path, publication: str, uttrekksdato: date | None,
    form: str, maalform: str | None, expectations: Path | None,
) -> None:  # fmt: skip
    """Count published figures anew from the rows of UTTREKK.

    Each line has the number as published, as the rows have it, what is between them, and what is
    known of it. What the register cannot give is named, with the reason.
    """
    settings = chosen(context, maalform=maalform, expectations=expectations)
    from nircheck import figures, ingest, resources, rulebook

    book = rulebook.load(resources.expectations(folder(settings["expectations"])))
    wanted = figures.load_publication(book, publication)
    stated = ingest.Manifest(uttrekksdato=uttrekksdato)
    register, _ = ingest.read([uttrekk], stated, book.contract, book.views, book.folder)
    with register:
        found = figures.recompute(register, wanted)
    with reader_may_leave():
        if form == "json":
            click.echo(json.dumps(_document(wanted, found), ensure_ascii=False, indent=1))
        else:
            _show(wanted, found)


def _document(wanted: Publication, found: tuple[Recomputed, ...]) -> dict[str, Any]:
    return {
        "publication": wanted.key,
        "figures": [
            {
                "id": made.figure.id,
                "row": made.row,
                "label": made.figure.label.model_dump(),
                "source": made.figure.source,
                "published": None if made.published is None else float(made.published),
                "recomputed": None if made.recomputed is None else float(made.recomputed),
                "difference": None if made.difference is None else float(made.difference),
                "note": made.figure.note.model_dump() if made.figure.note else None,
            }
            for made in found
        ],
        "not_recomputed": [figure.model_dump() for figure in wanted.not_recomputed],
    }


def _show(wanted: Publication, found: tuple[Recomputed, ...]) -> None:
    from nircheck.cli.screen import console, plain_table
    from nircheck.cli.terminal import language
    from nircheck.texts import texts

    form = language().maalform
    said: Texts = texts(form, "stats")
    words, screen = said.groups["kolonne"], console()
    columns = ("id", "tall", "publisert", "regnet", "forskjell")
    table = plain_table(screen, *(words[column] for column in columns), right=3)
    notes: dict[str, str] = {}
    for made in found:
        figure = made.figure
        mark = ""
        if figure.note:
            mark = "*"
            notes[figure.id] = getattr(figure.note, form)
        name = getattr(figure.label, form)
        if len(figure.published) > 1 or made.row != "alle":
            name = f"{name}: {getattr(wanted.rows[made.row], form)}"
        table.add_row(
            figure.id + mark, name, _number(made.published), _number(made.recomputed),
            _number(made.difference) if made.difference else "",
        )  # fmt: skip
    screen.print(said.say("setning", "overskrift", navn=wanted.name), style="bold")
    screen.print(table)
    compared = [made for made in found if made.published is not None]
    equal = sum(made.difference == 0 for made in compared)
    screen.print(said.say("setning", "like", like=equal, av=len(compared)), style="bold")
    _list(screen, said.say("setning", "merknader"), notes)
    _list(
        screen,
        said.say("setning", "ikke_regnet"),
        {
            figure.id: f"{getattr(figure.label, form)}. {getattr(figure.why, form)}"
            for figure in wanted.not_recomputed
        },
    )


def _list(screen: Any, heading: str, lines: dict[str, str]) -> None:
    if lines:
        screen.print()
        screen.print(heading, style="bold")
        for key, line in lines.items():
            screen.print(f"  {key:6} {line}", soft_wrap=True)


def _number(value: Any) -> str:
    """With a comma, and a hard space in thousands."""
    if value is None:
        return "–"
    return f"{value:,}".replace(",", "\u00a0").replace(".", ",")
