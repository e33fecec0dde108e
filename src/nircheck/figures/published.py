"""Figures that have been published from NIR, each with the definition it is counted by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from sqlglot import exp

from nircheck import yamlfile
from nircheck.errors import RuleBookError, UsageError
from nircheck.figures.yaml_model import Id, Strict, Told, Words, validated
from nircheck.rulebook import RuleBook, grammar
from nircheck.sql import View, Views
from nircheck.sql.lineage import Origin
from nircheck.suggest import did_you_mean

FOLDER = "_publisert"
Number = int | float


class _Population(Strict):
    table: Words
    where: Words


class Row(Told):
    """A row of the published tables, and who is in it."""

    where: Words


class Figure(Strict):
    """A published figure, in one row of its table or in several; a row may be left unpublished."""

    id: Id
    label: Told
    source: Words
    where: Words | None = None
    value: Words
    decimals: int = 0
    published: dict[str, Number | None]
    note: Told | None = None


class NotRecomputed(Strict):
    """A published figure that the register cannot give, and why."""

    id: Id
    label: Told
    source: Words
    why: Told


class _Publication(Strict):
    name: Words
    needs: list[Words]
    population: _Population
    terms: dict[str, Words]
    rows: dict[str, Row]
    figures: list[Figure]
    not_recomputed: list[NotRecomputed]


@dataclass(frozen=True)
class Counted:
    """A figure, and the statement that counts each row of it."""

    figure: Figure
    statements: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Publication:
    """What one publication has told from NIR; the extract date is left to be bound."""

    key: str
    name: str
    needs: tuple[str, ...]
    population: str
    counted: tuple[Counted, ...]
    rows: MappingProxyType[str, Row]
    not_recomputed: tuple[NotRecomputed, ...]


POPULATION = "utvalg"
"""The table that the population and its terms are put in."""


def publications(expectations: Path) -> tuple[str, ...]:
    """The publications there are definitions for."""
    return tuple(path.stem for path in sorted((expectations / FOLDER).glob("*.yaml")))


def load_publication(book: RuleBook, key: str) -> Publication:
    """The definitions of one publication, checked word by word like a rule."""
    known = publications(book.folder)
    if key not in known:
        there = ", ".join(known) or "none"
        raise UsageError(f"no publication '{key}'{did_you_mean(key, known)}; there are {there}")
    path = book.folder / FOLDER / f"{key}.yaml"
    document = yamlfile.load(path)
    publication = validated(_Publication, document, path)
    views = _with_terms(book.views, publication)
    problems = [
        f"{path}:{yamlfile.line_of(document, keys)}: {said}"
        for keys, said in _problems(publication, book, views)
    ]
    if problems:
        raise RuleBookError(*problems)
    return Publication(
        key=key,
        name=publication.name,
        needs=tuple(publication.needs),
        population=_population(publication, views),
        counted=tuple(_counted(figure, publication, views) for figure in publication.figures),
        rows=MappingProxyType(publication.rows),
        not_recomputed=tuple(publication.not_recomputed),
    )


def _with_terms(views: Views, publication: _Publication) -> Views:
    """The views, with the terms as columns of the population's own table."""
    terms = {name: Origin(frozenset()) for name in publication.terms}
    return Views(
        tuple(
            View(view.name, view.sql, view.types, {**view.origins, **terms}, view.reads)
            if view.name == publication.population.table
            else view
            for view in views.ordered
        ),
        views.functions,
    )


def _problems(
    publication: _Publication, book: RuleBook, views: Views
) -> list[tuple[tuple[str | int, ...], str]]:
    table = publication.population.table
    if table not in views.for_rules:
        return [(("population",), f"unknown table '{table}'")]
    found: list[tuple[tuple[str | int, ...], str]] = []
    written: list[tuple[tuple[str | int, ...], str]] = [
        (("population", "where"), publication.population.where),
        *((("terms", name), sql) for name, sql in publication.terms.items()),
        *((("rows", name, "where"), row.where) for name, row in publication.rows.items()),
    ]
    for place, figure in enumerate(publication.figures):
        written += [
            (("figures", place, key), sql)
            for key, sql in (("value", figure.value), ("where", figure.where))
            if sql
        ]
        for row in sorted(figure.published.keys() - publication.rows.keys()):
            hint = did_you_mean(row, publication.rows)
            found.append((("figures", place, "published"), f"no row '{row}'{hint}"))
    for keys, sql in written:
        try:
            grammar.parse(sql, table, views, book.policy)
        except grammar.PredicateError as error:
            found.append((keys, str(error)))
    return found


def _population(publication: _Publication, views: Views) -> str:
    """The rows of the population, one term after the other added to them."""
    table = publication.population.table
    made = (
        f"SELECT {table}.* FROM {table} "
        f"WHERE forekomst = 1 AND {_plain(publication.population.where, views)}"
    )
    for name, sql in publication.terms.items():
        made = f"SELECT {table}.*, {_plain(sql, views)} AS {name} FROM ({made}) AS {table}"
    return made


def _counted(figure: Figure, publication: _Publication, views: Views) -> Counted:
    table = publication.population.table
    where = f" AND {_plain(figure.where, views)}" if figure.where else ""
    return Counted(
        figure,
        tuple(
            (
                row,
                f"WITH {table} AS (FROM {POPULATION}) SELECT {_plain(figure.value, views)} "
                f"FROM {table} WHERE {_plain(publication.rows[row].where, views)}{where}",
            )
            for row in figure.published
        ),
    )


def _plain(sql: str, views: Views) -> str:
    expanded: exp.Expr = views.functions.expand(grammar.parse_free(sql))
    return f"({expanded.sql('duckdb')})"
