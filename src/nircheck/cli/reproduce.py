"""`nircheck reproduce`: a fault to show others, without the person it was found on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nircheck.cli.options import chosen, folder, language_option, reading, rulebook_option
from nircheck.errors import UsageError


@click.command()
@click.argument("finding_id", metavar="FEILID")
@click.option(
    "--kjoering", "run_folder", type=click.Path(path_type=Path), required=True,
    help="Folder of the run that has the finding.",
)  # fmt: skip
@click.option(
    "--uttrekk", type=click.Path(path_type=Path), required=True,
    help="The extract that the run was made of.",
)  # fmt: skip
@click.option(
    "--ut", "out", type=click.Path(path_type=Path), required=True,
    help="Folder for the invented extract.",
)  # fmt: skip
@reading
@language_option
@rulebook_option
@click.pass_context
def reproduce(
    context: click.Context,
    /,
    finding_id: str,
    run_folder: Path,
    uttrekk: Path,
    out: Path,
    **options: Any,
) -> None:
    """Make the smallest invented extract that still has the fault of one finding.

    No value of the original is in it: ids, kommuner, numbers and days are others, texts are gone,
    and of days only the order is kept as far as that will do. Codes stay.
    """
    settings = chosen(context, **options)
    from nircheck import ingest, resources, rulebook
    from nircheck.reproduce import reproduce as make
    from nircheck.run import read_table
    from nircheck.texts import texts

    columns = ["finding_id", "rule_id", "noekkel"]
    rows = read_table(run_folder, "findings", columns).to_pylist()
    finding = next((row for row in rows if row["finding_id"] == finding_id.strip().lower()), None)
    if finding is None:
        raise UsageError(f"{run_folder}: no finding {finding_id} in this run")
    book = rulebook.load(
        resources.expectations(folder(settings["expectations"])), folder(settings["policy"])
    )
    if finding["rule_id"] not in book.by_id:
        raise UsageError(f"{finding['rule_id']} is not in the rule book; see --expectations")
    chart = folder(settings["kolonnekart"])
    register, _ = ingest.read(
        [uttrekk],
        ingest.Manifest(**{key: options[key] for key in ingest.MANIFEST_KEYS}),
        book.contract,
        book.views,
        book.folder,
        ingest.Limits(settings["minne"].value, settings["traader"].value),
        ingest.load_column_map(chart, book.contract) if chart else None,
    )
    with register:
        made = make(finding, register, book, out)
    say = texts(settings["maalform"].value, "reproduce").say
    click.echo(say("side", made.way, regel=made.rule_id, antall=made.rows, feilid=made.finding_id))
    click.echo(say("side", "skrevet", mappe=made.folder))
