"""What is wrong in the files of figures, for whoever checks a rule book."""

from __future__ import annotations

from collections.abc import Iterator

from nircheck.errors import RuleBookError
from nircheck.figures.headline import load_headlines
from nircheck.figures.published import load_publication, publications
from nircheck.rulebook import RuleBook


def complaints(book: RuleBook) -> Iterator[str]:
    """Every complaint of the key figures, and of each publication."""
    try:
        load_headlines(book)
    except RuleBookError as error:
        yield from map(str, error.problems)
    for key in publications(book.folder):
        try:
            load_publication(book, key)
        except RuleBookError as error:
            yield from map(str, error.problems)
