"""What the commands of the gate share: reading extracts and contracts, and writing reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nircheck.cli.options import folder

if TYPE_CHECKING:
    from nircheck.contract import Contract
    from nircheck.ingest import Survey
    from nircheck.rulebook import RuleBook
    from nircheck.settings import Chosen


def options_of_reading(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every command of the gate that reads an extract."""
    for option in reversed(
        (
            click.option(
                "--kolonnekart",
                type=click.Path(path_type=Path),
                help="File that maps the names of a fagsystem to the contract.",
            ),
            click.option("--minne", help="Most memory for the database, such as 4GiB."),
            click.option("--traader", help="Most threads for the database."),
        )
    ):
        command = option(command)
    return command


@contextmanager
def opened(
    settings: dict[str, Chosen], own_contract: Path | None = None
) -> Iterator[tuple[RuleBook, Contract, Callable[..., Survey]]]:
    """The rule book, the contract, and a way to read extracts that are let go of at the end."""
    from nircheck import contract as contracts
    from nircheck import ingest, resources, rulebook

    book = rulebook.load(
        resources.expectations(folder(settings["expectations"])), folder(settings["policy"])
    )
    contract = contracts.load_file(own_contract, book.folder) if own_contract else book.contract
    chart = folder(settings["kolonnekart"])
    column_map = ingest.load_column_map(chart, contract) if chart else None
    limits = ingest.Limits(settings["minne"].value, settings["traader"].value)
    with ExitStack() as stack:

        def survey_of(path: Path, day: Any = None) -> Survey:
            return stack.enter_context(
                ingest.survey(
                    [path], ingest.Manifest(uttrekksdato=day), contract, book.views, book.folder,
                    limits, column_map,
                )
            )  # fmt: skip

        yield book, contract, survey_of


def save(target: Path, text: str) -> None:
    """A report in a file, whole or not at all."""
    from nircheck.gate.files import replace

    replace(target, text)
