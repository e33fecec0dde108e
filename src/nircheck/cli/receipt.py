"""`nircheck receipt`: confirm a receipt, without the data or with it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click

from nircheck.cli.options import chosen, folder, language_option, rulebook_option
from nircheck.errors import ExitCode, UsageError

_PATH = click.Path(path_type=Path)


class Answer(NamedTuple):
    """What was held against the receipt, whether it agrees (or was not tried), and why not."""

    what: str
    agrees: bool | None
    why: str = ""


@click.group()
def receipt() -> None:
    """Confirm receipts (kvittering.json)."""


@receipt.command()
@click.argument("kvittering", type=_PATH)
@click.option("--kjoering", type=_PATH, help="Run folder [default: the folder of the receipt]")
@click.option("--uttrekk", type=_PATH, help="The extract it is for, to compare the files with.")
@language_option
@rulebook_option
@click.pass_context
def verify(
    context: click.Context,
    kvittering: Path,
    kjoering: Path | None,
    uttrekk: Path | None,
    maalform: str | None,
    expectations: Path | None,
) -> int:
    """Tell whether KVITTERING is whole, and agrees with rule book, run and extract.

    A rule book that is not the one of the receipt is told of; it only counts against it when it was
    named with --expectations. Exit code: 0 confirmed, 1 not confirmed, 2 not a receipt.
    """
    settings = chosen(context, maalform=maalform, expectations=expectations)
    from nircheck import resources, rulebook
    from nircheck.gate.wording import Wording
    from nircheck.run import receipt as receipts

    wording = Wording(settings["maalform"].value)
    content = receipts.read(kvittering)
    book = rulebook.load(
        resources.expectations(folder(settings["expectations"])), folder(settings["policy"])
    )
    here = kjoering or kvittering.parent
    if kjoering is not None and not (kjoering / "run.json").is_file():
        raise UsageError(f"{kjoering}: not a run folder")
    answers = [
        Answer("egen", receipts.is_whole(content)),
        _same_book(content, "rulebook", book.sha256, expectations is not None, wording),
        _same_book(content, "contract", book.contract.sha256, expectations is not None, wording),
        _run(content, here, wording),
        _extract(content, uttrekk, book.contract, wording),
    ]
    for answer in answers:
        key = {True: "stemmer", False: "avviker", None: "ikke_proevd"}[answer.agrees]
        said = f"{wording.say('kvittering', answer.what)}: {wording.say('kvittering', key)}"
        click.echo(said + (f" ({answer.why})" if answer.why else ""))
    confirmed = all(answer.agrees is not False for answer in answers)
    click.echo(wording.say("kvittering", "bekreftet" if confirmed else "ikke_bekreftet"))
    return ExitCode.CLEAN if confirmed else ExitCode.FINDINGS


def _same_book(content: dict[str, Any], part: str, sha256: str, must: bool, wording: Any) -> Answer:
    name = {"rulebook": "regelbok", "contract": "kontrakt"}[part]
    if content.get(part, {}).get("sha256") == sha256:
        return Answer(name, True)
    why = wording.say("kvittering", f"annen_{name}")
    return Answer(name, False if must else None, why)


def _run(content: dict[str, Any], place: Path, wording: Any) -> Answer:
    from nircheck.run import receipt as receipts

    files = content.get("files") or {}
    if not files or not (place / "run.json").is_file():
        return Answer("kjoering", None)
    found = {name: place / name for name in files}
    hashes = {name: receipts.hash_of(path) for name, path in found.items() if path.is_file()}
    return _compared("kjoering", files, hashes, wording)


def _extract(content: dict[str, Any], path: Path | None, contract: Any, wording: Any) -> Answer:
    if path is None:
        return Answer("uttrekk", None)
    from nircheck.ingest import sheets

    if not path.exists():
        raise UsageError(f"{path}: no such extract")
    wanted = {file["name"]: file["sha256"] for file in content["inputs"]}
    with tempfile.TemporaryDirectory(prefix="nircheck-") as scratch:
        return _compared("uttrekk", wanted, sheets.hashes([path], Path(scratch), contract), wording)


def _compared(what: str, wanted: dict[str, str], found: dict[str, str], wording: Any) -> Answer:
    def differences() -> Iterator[str]:
        for name, digest in sorted(wanted.items()):
            if name not in found:
                yield wording.say("kvittering", "mangler", navn=name)
            elif found[name] != digest:
                yield wording.say("kvittering", "endret", navn=name)

    told = list(differences())
    return Answer(what, not told, ", ".join(told))
