"""Which engine holds and judges an extract, and `nircheck engines`, which compares them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nircheck.cli.options import (
    Command,
    chosen,
    folder,
    language_option,
    reading,
    rulebook_option,
)
from nircheck.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from nircheck.ingest import ColumnMap, Limits, Manifest
    from nircheck.register import Register
    from nircheck.rulebook import RuleBook
    from nircheck.run import Run
    from nircheck.settings import Chosen
    from nircheck.spark import Cluster, SparkRegister

EMBEDDED, SPARK = "embedded", "spark"


def engine_options(command: Command) -> Command:
    """Where an extract is held and judged."""
    findings = click.option(
        "--spark-findings",
        metavar="STED",
        help="Write the findings there too, as Parquet by kommunenummer.",
    )
    engine = click.option(
        "--engine",
        type=click.Choice([EMBEDDED, SPARK]),
        default=EMBEDDED,
        show_default=True,
        help="What judges: the database that came along, or Spark.",
    )
    return engine(spark_options(findings(command)))


def spark_options(command: Command) -> Command:
    """Where Spark runs."""
    master = click.option(
        "--spark-master", metavar="URL", help="local[*], spark://... [default: local[*]]"
    )
    settings = click.option(
        "--spark-conf",
        metavar="NAVN=VERDI",
        multiple=True,
        help="A setting of Spark's own; may be repeated.",
    )
    return master(settings(command))


@dataclass(frozen=True)
class Question:
    """What is to be read, and by which rule book."""

    places: list[str]
    previous: str | None
    stated: Manifest
    book: RuleBook
    limits: Limits
    column_map: ColumnMap | None = None


@contextmanager
def embedded(question: Question) -> Iterator[tuple[Register, Manifest]]:
    """The extract in the database that came along."""
    from nircheck import ingest

    register, manifest = ingest.read_pair(
        [Path(place) for place in question.places],
        Path(question.previous) if question.previous else None,
        question.stated,
        question.book.contract,
        question.book.views,
        question.book.folder,
        question.limits,
        question.column_map,
    )
    with register:
        yield register, manifest


@contextmanager
def on_spark(
    question: Question, cluster: Cluster, findings: str | None = None
) -> Iterator[tuple[SparkRegister, Manifest]]:
    """The extract on Spark; `findings` is where they are to be written, looked at beforehand."""
    from nircheck import spark

    with spark.connected(cluster) as session:
        if findings is not None:
            spark.require_free(session, findings)
        (place,) = question.places
        yield spark.read_pair(session, place, question.previous, question.stated, question.book)


def cluster(options: dict[str, Any]) -> Cluster:
    """Where Spark is to run, from the options."""
    from nircheck.spark import LOCAL, Cluster

    settings = dict(_setting(text) for text in options["spark_conf"])
    return Cluster(options["spark_master"] or LOCAL, settings)


def refuse_idle_options(options: dict[str, Any], settings: dict[str, Chosen]) -> None:
    """What the engine that is asked for would not heed is a mistake."""
    if options["engine"] == SPARK:
        for name in ("historikk", "kolonnekart", "tidsgrense"):
            if settings[name].value:
                raise UsageError(f"--{name} is for --engine {EMBEDDED}")
    given = [name for name in ("spark_master", "spark_conf", "spark_findings") if options[name]]
    if options["engine"] != SPARK and given:
        raise UsageError(f"--{given[0].replace('_', '-')} is for --engine spark")


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.startswith("spark."):
        raise UsageError(f"--spark-conf {text}: write spark.executor.memory=8g")
    return name, value


@click.group()
def engines() -> None:
    """The engines that can judge an extract."""


@engines.command("compare")
@click.argument("uttrekk")
@reading
@click.option("--forrige", help="Extract of the month before, to compare.")
@spark_options
@language_option
@rulebook_option
@click.pass_context
def compare(context: click.Context, /, uttrekk: str, forrige: str | None, **options: Any) -> int:
    """Judge UTTREKK with both engines, and print what each says, rule by rule.

    Exit code 4 if anything is different: a finding, a count, a value, a word.
    """
    settings = chosen(context, **options)
    from nircheck import ingest, resources, rulebook
    from nircheck.run.parity import compared

    book = rulebook.load(
        resources.expectations(folder(settings["expectations"])), folder(settings["policy"])
    )
    question = Question(
        [uttrekk],
        forrige,
        ingest.Manifest(**{key: options[key] for key in ingest.MANIFEST_KEYS}),
        book,
        ingest.Limits(settings["minne"].value, settings["traader"].value),
    )
    with embedded(question) as (register, manifest):
        first = _run(register, manifest, book, options["kommuner"])
    with on_spark(question, cluster(options)) as (register_there, manifest):
        second = _run(register_there, manifest, book, options["kommuner"])
    pairs = compared(first, second)
    for pair in pairs:
        sign = "=" if pair.same else "≠"
        click.echo(
            f"{sign} {pair.name:36} {pair.first.findings:>9} {pair.first.digest} "
            f"{pair.second.findings:>9} {pair.second.digest}"
        )
    different = [pair.name for pair in pairs if not pair.same]
    rules = [pair for pair in pairs if pair.is_rule]
    hits = sum(pair.first.findings > 0 for pair in rules)
    click.echo(f"{len(rules)} rules, {hits} with findings, {len(different)} differences")
    return ExitCode.INTERNAL if different else ExitCode.CLEAN


def _run(
    register: Register | SparkRegister, manifest: Manifest, book: RuleBook, asked: tuple[str, ...]
) -> Run:
    from nircheck import ingest
    from nircheck.engine import judge
    from nircheck.run import assemble

    ingest.require_kommuner(asked, register)
    return assemble(register, manifest, book, judge(register, book.running()), asked)
