"""`nircheck gate diff`, `draft` and `export`: contracts compared, drafted and handed on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nircheck.cli.gate_reading import opened, options_of_reading, save
from nircheck.cli.options import chosen, folder, language_option, rulebook_option
from nircheck.cli.outside import reader_may_leave
from nircheck.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from nircheck.gate.difference import Difference
    from nircheck.settings import Chosen

TARGETS = ("frictionless", "json-schema", "sql-ddl", "great-expectations")
_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("a", type=_PATH)
@click.argument("b", type=_PATH)
@click.option(
    "--format", "form", type=click.Choice(["markdown", "json"]), default="markdown",
    help="What is told, and how [default: markdown]",
)  # fmt: skip
@click.option("--ut", type=_PATH, help="File to write [default: standard output]")
@click.option(
    "--fail-on",
    type=click.Choice(["feil", "advarsel", "info", "aldri"]),
    help="Lowest severity that gives exit code 1; what breaks is feil [default: feil]",
)
@options_of_reading
@language_option
@rulebook_option
@click.pass_context
def diff(
    context: click.Context, /, a: Path, b: Path, form: str, ut: Path | None, **options: Any
) -> int:
    """Tell what changed from A to B: two contracts (.yaml), two extracts, or one of each."""
    settings = chosen(context, **options)
    from nircheck.gate import difference
    from nircheck.gate.wording import Wording

    found = _difference(a, b, settings)
    if form == "json":
        text = difference.as_json(found)
    else:
        text = difference.as_markdown(found, Wording(settings["maalform"].value))
    _out(text, ut)
    fail_on = settings["fail_on"].value
    from nircheck.rulebook.model import SEVERITIES

    grave = () if fail_on == "aldri" else SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    breaks = any(change.severity in grave for change in found.changes)
    return ExitCode.FINDINGS if breaks else ExitCode.CLEAN


def _difference(a: Path, b: Path, settings: dict[str, Chosen]) -> Difference:
    from nircheck import contract as contracts
    from nircheck.gate import difference
    from nircheck.gate.contracts import compare

    sides = [_is_contract(path) for path in (a, b)]
    own = next((path for path, is_one in zip((a, b), sides, strict=True) if is_one), None)
    with opened(settings, None if all(sides) else own) as (book, contract, survey_of):
        if all(sides):
            before, after = (contracts.load_file(path, book.folder) for path in (a, b))
            changes = compare(before, after, book)
        else:
            from nircheck.gate.check import check

            if any(sides):
                changes = check(survey_of(b if sides[0] else a), book, contract).deviations
            else:
                earlier, later = survey_of(a), survey_of(b)
                changes = difference.between_extracts(
                    check(earlier, book, contract), check(later, book, contract, earlier)
                )
    return difference.Difference(_side(a, sides[0]), _side(b, sides[1]), changes)


def _is_contract(path: Path) -> bool:
    from nircheck.gate.difference import is_contract

    return is_contract(path)


def _side(path: Path, is_contract: bool) -> Any:
    from nircheck.gate.difference import Side
    from nircheck.privacy import masked

    return Side("kontrakt" if is_contract else "uttrekk", masked(path.resolve().name))


@click.command()
@click.argument("uttrekk", type=_PATH)
@click.option("--ut", type=_PATH, help="File to write; never over another.")
@language_option
@rulebook_option
@click.pass_context
def draft(
    context: click.Context,
    uttrekk: Path,
    ut: Path | None,
    maalform: str | None,
    expectations: Path | None,
) -> None:
    """Draft a contract (ODCS) from the files of UTTREKK; read it through before you use it."""
    settings = chosen(context, maalform=maalform, expectations=expectations)
    from nircheck import contract as contracts
    from nircheck import resources
    from nircheck.cli.terminal import language
    from nircheck.gate.draft import draft as drafted
    from nircheck.gate.wording import Wording
    from nircheck.privacy import masked
    from nircheck.texts import on_one_line

    if ut is not None and ut.exists():
        raise UsageError(f"{ut}: exists already; choose another name")
    nir = contracts.load(resources.expectations(folder(settings["expectations"])))
    found, wording = drafted(uttrekk, nir), Wording(settings["maalform"].value)
    comments = [wording.say("utkast", "innledning", fil=masked(uttrekk.name))]
    comments += [language().message(problem) for problem in found.problems]
    comments += [wording.say("utkast", "noekkel", tabell=table) for table in found.without_key]
    lines = [*(f"# {on_one_line(comment)}" for comment in comments), *found.lines]
    _out("\n".join(lines) + "\n", ut, wording.say("utkast", "skrevet", fil=ut or ""))


@click.command()
@click.option(
    "--to", "target", type=click.Choice(TARGETS), required=True, help="Form to write it in."
)
@click.option(
    "--kontrakt", type=_PATH, help="ODCS file to export [default: the contract of the rule book]"
)
@click.option(
    "--ut", type=_PATH, help="File (for great-expectations a folder) [default: standard output]"
)
@language_option
@rulebook_option
@click.pass_context
def export(
    context: click.Context,
    target: str,
    kontrakt: Path | None,
    ut: Path | None,
    maalform: str | None,
    expectations: Path | None,
) -> None:
    """Write the contract in the form of another tool, for those who make extracts."""
    settings = chosen(context, maalform=maalform, expectations=expectations)
    from nircheck import contract as contracts
    from nircheck import resources
    from nircheck.gate import export as forms

    root = resources.expectations(folder(settings["expectations"]))
    own = contracts.load_file(kontrakt, root) if kontrakt else contracts.load(root)
    if target == "great-expectations":
        from nircheck.engine import contract_suites

        suites = {suite.name: suite.to_json_dict() for suite in contract_suites(own)}
        if ut is None:
            _out(_json(list(suites.values())), None)
        for name, suite in suites.items() if ut else ():
            assert ut is not None
            save(ut / f"{name}.json", _json(suite))
        return
    write = {
        "frictionless": forms.frictionless,
        "json-schema": forms.json_schema,
        "sql-ddl": forms.sql_ddl,
    }[target]
    _out(write(own), ut)


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _out(text: str, target: Path | None, said: str = "") -> None:
    with reader_may_leave():
        if target is None:
            click.echo(text, nl=False)
            return
    save(target, text)
    if said:
        with reader_may_leave():
            click.echo(said)
