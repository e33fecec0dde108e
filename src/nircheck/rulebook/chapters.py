"""The chapters of the rule book: which numbers, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from nircheck import yamlfile
from nircheck.errors import RuleBookError

CONTRACT_CHAPTER = "kontrakt"


@dataclass(frozen=True)
class Chapter:
    """A run of rule numbers with a name."""

    name: str
    first: int
    last: int
    nb: str
    nn: str


def load(expectations: Path) -> tuple[Chapter, ...]:
    """The chapters, in order."""
    path = expectations / "_chapters.yaml"
    try:
        return tuple(Chapter(**row) for row in yamlfile.load(path))
    except TypeError:
        keys = ", ".join(field.name for field in fields(Chapter))
        raise RuleBookError(f"{path}:1: a chapter has the keys {keys}, all of them") from None


def chapter_of(number: int, chapters: tuple[Chapter, ...], where: str) -> str:
    """The chapter a rule number belongs to."""
    for chapter in chapters:
        if chapter.first <= number <= chapter.last:
            return chapter.name
    raise RuleBookError(f"{where}: no chapter in _chapters.yaml holds number {number}")
