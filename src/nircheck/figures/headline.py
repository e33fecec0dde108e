"""The key figures: what each is a share of, and which missing registrations leave it open."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from nircheck import yamlfile
from nircheck.contract import Contract
from nircheck.errors import RuleBookError
from nircheck.figures.yaml_model import Id, Strict, Told, Words, validated
from nircheck.rulebook import RuleBook, grammar
from nircheck.rulebook.compile import readable
from nircheck.sql import Views, literal
from nircheck.suggest import did_you_mean

FILE = "_noekkeltall.yaml"
UNREADABLE = "uleselig"
"""The gap of a row that rests on a value that cannot be read."""

ANSWERED = "nei"


class _Figure(Strict):
    id: Id
    table: Words
    needs: list[Words]
    of: Words
    yes: Words
    gaps: dict[str, Words]
    evidence: list[Words]
    label: Told
    about: Told


@dataclass(frozen=True)
class Headline:
    """A key figure ready to be counted; the extract date is left to be bound."""

    id: str
    label: Told
    about: Told
    needs: tuple[str, ...]
    gaps: tuple[str, ...]
    evidence: tuple[str, ...]
    counts: str

    @property
    def told(self) -> dict[str, dict[str, str]]:
        """What people are told of it, in both written standards."""
        return {
            "label": {"nb": self.label.nb, "nn": self.label.nn},
            "about": {"nb": self.about.nb, "nn": self.about.nn},
        }


def load_headlines(book: RuleBook) -> tuple[Headline, ...]:
    """The key figures of the rule book, or one error that holds every complaint."""
    path = book.folder / FILE
    if not path.is_file():
        return ()
    document = yamlfile.load(path)
    made: list[Headline] = []
    problems: list[str] = []
    for place, _ in enumerate(document or ()):
        try:
            figure = validated(_Figure, document, path, place)
        except RuleBookError as error:
            problems += [str(problem) for problem in error.problems]
            continue
        found = _problems(figure, book)
        problems += [f"{path}:{yamlfile.line_of(document, (place,))}: {said}" for said in found]
        if figure.id in {other.id for other in made}:
            problems.append(f"{path}:{yamlfile.line_of(document, (place,))}: '{figure.id}' twice")
        if not found:
            made.append(_compiled(figure, book.views, book.contract))
    if problems:
        raise RuleBookError(*problems)
    return tuple(made)


def _problems(figure: _Figure, book: RuleBook) -> list[str]:
    if figure.table not in book.views.for_rules:
        hint = did_you_mean(figure.table, book.views.for_rules)
        return [f"{figure.id}: unknown table '{figure.table}'{hint}"]
    known = {file.rule.id for file in book.files}
    said = [
        f"{figure.id}: no rule '{rule_id}'{did_you_mean(rule_id, known)}"
        for rule_id in figure.gaps
        if rule_id not in known
    ]
    for sql in (figure.of, figure.yes, *figure.gaps.values()):
        try:
            grammar.parse(sql, figure.table, book.views, book.policy)
        except grammar.PredicateError as error:
            said.append(f"{figure.id}: {error}")
    for need in figure.needs:
        table, _, column = need.partition(".")
        if table not in book.contract.tables or (column and book.contract.column(need) is None):
            said.append(f"{figure.id}: the contract has no '{need}'")
    return said


def _compiled(figure: _Figure, views: Views, contract: Contract) -> Headline:
    trees = {sql: grammar.parse_free(sql) for sql in (figure.yes, *figure.gaps.values())}
    columns = set().union(*(grammar.columns_of(tree, figure.table) for tree in trees.values()))
    legible = readable(views.for_rules[figure.table], columns, contract)
    whens = [f"WHEN {_plain(sql, views)} THEN {literal(id_)}" for id_, sql in figure.gaps.items()]
    answer = (
        f"CASE WHEN {_plain(figure.yes, views)} THEN 'ja' "
        f"WHEN NOT ({legible}) THEN '{UNREADABLE}' {' '.join(whens)} ELSE '{ANSWERED}' END"
    )
    return Headline(
        id=figure.id,
        label=figure.label,
        about=figure.about,
        needs=tuple(figure.needs),
        gaps=tuple(figure.gaps),
        evidence=tuple(figure.evidence),
        counts=(
            f"SELECT kommunenummer_gjeldende AS kommunenummer, {answer} AS svar, "
            f"COUNT(*) AS antall FROM {figure.table} "
            f"WHERE forekomst = 1 AND {_plain(figure.of, views)} GROUP BY 1, 2 ORDER BY 1, 2"
        ),
    )


def _plain(sql: str, views: Views) -> str:
    expanded: exp.Expr = views.functions.expand(grammar.parse_free(sql))
    return f"({expanded.sql('duckdb')})"
