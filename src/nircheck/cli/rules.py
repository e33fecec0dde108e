"""`nircheck rules`: see, make, check and export the rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nircheck.cli.options import Command, chosen, folder, language_option, rulebook_option
from nircheck.errors import ExitCode, RuleBookError, UsageError

if TYPE_CHECKING:
    from nircheck.book import Form
    from nircheck.contract import Maalform
    from nircheck.rulebook import RuleBook
    from nircheck.rulebook.load import RuleFile
    from nircheck.sample import Loosened

RULE_ID = click.argument("rule_id", metavar="ID")


def _written_to(default: str, what: str) -> Callable[[Command], Command]:
    return click.option(
        "--ut",
        type=click.Path(path_type=Path),
        default=Path(default),
        help=f"Folder for the {what} [default: {default}]",
    )


@click.group()
def rules() -> None:
    """See, make, check and export the rules."""


@rules.command("list")
@click.option("--chapter", help="Only this chapter.")
@click.option("--contract", is_flag=True, help="Also the rules that follow from the contract.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@language_option
@rulebook_option
@click.pass_context
def list_(
    context: click.Context,
    chapter: str | None,
    contract: bool,
    form: str,
    maalform: str | None,
    expectations: Path | None,
) -> None:
    """List the rules, one line each."""
    book, language = _book(context, maalform, expectations)
    from nircheck.rulebook.chapters import CONTRACT_CHAPTER

    names = [known.name for known in book.chapters]
    if chapter and chapter not in names:
        raise UsageError(f"unknown chapter '{chapter}'; there are {', '.join(names)}")
    shown = [
        c
        for c in book.rules
        if (c.chapter == chapter if chapter else contract or c.chapter != CONTRACT_CHAPTER)
    ]
    if form == "json":
        rows = [
            c.rule.model_dump(mode="json", include={"id", "status", "table", "regimes", "title"})
            | {"chapter": c.chapter, "severity": c.worst}
            for c in shown
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for c in shown:
        title = getattr(c.rule.title, language)
        click.echo(f"{c.rule.id:8} {c.worst:9} {c.rule.status:8} {c.chapter:15} {title}")


@rules.command()
@RULE_ID
@click.option("--sql", is_flag=True, help="Print the compiled statements instead.")
@language_option
@rulebook_option
@click.pass_context
def show(
    context: click.Context,
    rule_id: str,
    sql: bool,
    maalform: str | None,
    expectations: Path | None,
) -> None:
    """Show one rule as the rule book has it."""
    book, language = _book(context, maalform, expectations)
    from nircheck.book import page
    from nircheck.suggest import did_you_mean

    compiled = book.by_id.get(rule_id.strip())
    if compiled is None:
        raise UsageError(f"no rule '{rule_id}'{did_you_mean(rule_id, book.by_id)}")
    if sql:
        click.echo(f"{compiled.findings};\n\n{compiled.counts};")
    else:
        click.echo(page(compiled, language))


@rules.command()
@RULE_ID
@click.option("--table", required=True, help="Table the rule is about.")
@click.option("--slug", required=True, help="The fault in a few words: a-z and hyphens.")
@rulebook_option
@click.pass_context
def new(
    context: click.Context, rule_id: str, table: str, slug: str, expectations: Path | None
) -> None:
    """Write a new rule file with every key in it."""
    from nircheck import contract, resources
    from nircheck.rulebook.scaffold import new_rule

    settings = chosen(context, expectations=expectations)
    root = resources.expectations(folder(settings["expectations"]))
    click.echo(str(new_rule(root, contract.load(root), rule_id, table, slug)))


@rules.command()
@click.argument("rule_ids", metavar="[ID]...", nargs=-1)
@click.option("--no-examples", is_flag=True, help="Look at the texts only, which is quick.")
@rulebook_option
@click.pass_context
def lint(
    context: click.Context, rule_ids: tuple[str, ...], no_examples: bool, expectations: Path | None
) -> int:
    """Check rule files, their texts, examples and limits, and the figures; all at once."""
    book, _ = _book(context, None, expectations)
    from nircheck import examples, figures

    defaults = examples.load_defaults(book.folder)
    asked = _asked(book, rule_ids)
    complaints = list(examples.lint(asked, book, defaults, run=not no_examples))
    complaints += figures.complaints(book)
    if complaints:
        raise RuleBookError(*complaints)
    click.echo(f"{len(asked)} rule files, {len(book.rules)} rules: nothing to complain of")
    if without := book.without_planter():
        click.echo(f"{len(without)} active rules have no planter yet: {', '.join(without)}")
    return ExitCode.CLEAN


@rules.command()
@click.argument("rule_ids", metavar="[ID]...", nargs=-1)
@rulebook_option
@click.pass_context
def mutants(context: click.Context, rule_ids: tuple[str, ...], expectations: Path | None) -> int:
    """Change each rule in small ways, and see whether its examples notice.

    Exit code 2 when the examples of an active rule let more than 5 % of the slips through.
    """
    book, _ = _book(context, None, expectations)
    from nircheck import examples

    defaults = examples.load_defaults(book.folder)
    poor = []
    for rule_id in (file.rule.id for file in _asked(book, rule_ids)):
        found = examples.score(rule_id, book, defaults)
        excused = f", {len(found.excused)} with a reason" if found.excused else ""
        lived = f", {len(found.survivors)} live" if found.survivors else ""
        click.echo(f"{rule_id}  {found.percent:5.1f} %  {found.killed} killed{lived}{excused}")
        for survivor in found.survivors:
            click.echo(f"          {survivor}")
        if not found.enough and book.by_id[rule_id].rule.status == "active":
            poor.append(rule_id)
    if poor:
        least = examples.LEAST_PERCENT
        raise RuleBookError(f"examples kill fewer than {least} % of the mutants: {', '.join(poor)}")
    return ExitCode.CLEAN


@rules.command()
@click.argument("rule_ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--uten-vilkaar",
    "without",
    is_flag=True,
    help="Take each condition of a rule away in turn, and tell whether that would be noticed.",
)
@click.option("--personer", type=click.IntRange(1000, 1_000_000), default=20_000, show_default=True)
@click.option("--per-regel", type=click.IntRange(1, 1000), default=5, show_default=True)
@click.option("--froe", type=int, default=1, show_default=True, help="Seed of chance.")
@rulebook_option
@click.pass_context
def truth(
    context: click.Context,
    rule_ids: tuple[str, ...],
    personer: int,
    per_regel: int,
    froe: int,
    without: bool,
    expectations: Path | None,
) -> int:
    """Plant each rule's defect in a clean register, and see whether just that is found.

    What must not be found are the examples in the rule file that say `ok`, too. Exit code 2 when a
    planted defect is not found, or something else is.
    """
    book, _ = _book(context, None, expectations)
    from nircheck import sample

    if missing := [each for each in rule_ids if each not in book.by_id]:
        raise UsageError(f"no rule {', '.join(missing)}")
    order = sample.Order(personer, froe)
    if without:
        _show_loosened(sample.loosened(book, order, per_regel, rule_ids))
        return ExitCode.CLEAN
    scores = sample.truth(book, order, per_regel, rule_ids)
    for score in scores:
        mark = "" if score.right else "   <-"
        click.echo(
            f"{score.rule_id}  planted {score.planted:4}  near misses {score.near_misses:3}  "
            f"recall {score.recall:.3f}  precision {score.precision:.3f}{mark}"
        )
        for line in score.told:
            click.echo(f"          {line}")
    wrong = [score.rule_id for score in scores if not score.right]
    click.echo(f"{len(scores) - len(wrong)} of {len(scores)} rules find just what was planted")
    if wrong:
        raise RuleBookError(f"not so: {', '.join(wrong)}")
    return ExitCode.CLEAN


def _show_loosened(conditions: list[Loosened]) -> None:
    for each in conditions:
        mark = "   <- would not be noticed" if each.untried else ""
        if each.why and not each.falls:
            mark = f"   ({each.why})"
        click.echo(
            f"{each.rule_id}  recall {each.recall:.3f}  precision {each.precision:.3f}  "
            f"without {each.condition}{mark}"
        )
    falls = sum(each.falls for each in conditions)
    untried = [f"{each.rule_id} {each.condition}" for each in conditions if each.untried]
    without = len(conditions) - falls - len(untried)
    click.echo(f"{falls} of {len(conditions)} conditions would be missed, {without} need not be")
    if untried:
        raise RuleBookError(f"no row stands just outside of: {'; '.join(untried)}")


@rules.command()
@_written_to("regelbok", "rule book")
@rulebook_option
@click.pass_context
def book(context: click.Context, ut: Path, expectations: Path | None) -> None:
    """Write the whole rule book, in bokmål and nynorsk, as searchable HTML and as Markdown."""
    rules, _ = _book(context, None, expectations)
    from nircheck.book import FORMS, site
    from nircheck.contract import MAALFORMER

    ut.mkdir(parents=True, exist_ok=True)
    for maalform in MAALFORMER:
        for form in FORMS:
            path = ut / f"regelbok.{maalform}.{form}"
            path.write_text(site(rules, maalform, form), encoding="utf-8", newline="\n")
            click.echo(path)


@rules.command()
@click.argument("before", metavar="A", type=click.Path(path_type=Path, exists=True))
@click.argument(
    "after", metavar="[B]", type=click.Path(path_type=Path, exists=True), required=False
)
@click.option("--format", "form", type=click.Choice(["md", "html"]), default="md")
@language_option
@click.pass_context
def diff(
    context: click.Context, before: Path, after: Path | None, form: Form, maalform: str | None
) -> None:
    """Tell what has changed from the rule book in folder A to the one in B, for those who register.

    Without B: to the rule book in use.
    """
    from nircheck import rulebook
    from nircheck.book import changes_document, compare

    new, language = _book(context, maalform, after)
    click.echo(changes_document(compare(rulebook.load(before), new), language, form))


@rules.command()
@_written_to("suites", "suites")
@rulebook_option
@click.pass_context
def export(context: click.Context, ut: Path, expectations: Path | None) -> None:
    """Write the rules as great_expectations suites, one JSON file per chapter.

    They load in any great_expectations context after `import nircheck.engine`.
    """
    book, _ = _book(context, None, expectations)
    from nircheck.engine import suites

    ut.mkdir(parents=True, exist_ok=True)
    for suite in suites(book.running()):
        path = ut / f"{suite.name}.json"
        text = json.dumps(suite.to_json_dict(), ensure_ascii=False, indent=1, sort_keys=True)
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
        click.echo(f"{path}  {len(suite.expectations)}")


def _asked(book: RuleBook, rule_ids: tuple[str, ...]) -> list[RuleFile]:
    """The files of these rules, or of all when none are named."""
    files = [file for file in book.files if file.rule.id in rule_ids or not rule_ids]
    if missing := set(rule_ids) - {file.rule.id for file in files}:
        raise UsageError(f"no rule file for {', '.join(sorted(missing))}")
    return files


def _book(
    context: click.Context, maalform: str | None, expectations: Path | None
) -> tuple[RuleBook, Maalform]:
    from nircheck import resources, rulebook

    settings = chosen(context, maalform=maalform, expectations=expectations)
    root = resources.expectations(folder(settings["expectations"]))
    return rulebook.load(root), settings["maalform"].value
