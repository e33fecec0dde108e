"""Every rule cites what it rests on, and every citation leads to a document that is described."""

from __future__ import annotations

import re

import pytest

from extracts import EXPECTATIONS, ROOT
from nircheck import rulebook

PAGE = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| `")
]
KNOWN = {row[0].strip("`"): row[1] for row in ROWS}
UNREAD = {key for key, through in KNOWN.items() if "not read" in through}
CITED = sorted(
    {
        (key, file.rule.id)
        for file in rulebook.load(EXPECTATIONS).files
        for key in file.rule.evidence
    }
)


def problem(key: str) -> str | None:
    """What is wrong with a citation, if anything is."""
    if key in UNREAD:
        return "a § that nobody has read"
    if key in KNOWN:
        document, _, place = key.partition(":")
        needs_place = not place and "§" not in key and document not in ("logikk", "kontrakt")
        return "no place in the document" if needs_place else None
    document, _, place = key.partition(":")
    if document not in KNOWN:
        return "an unknown document"
    if not re.fullmatch(r"[0-9]+(-[0-9]+)?", place):
        return "a page or place that is not described"
    return None


@pytest.mark.parametrize(("key", "rule_id"), CITED, ids=[f"{r}-{k}" for k, r in CITED])
def test_what_a_rule_cites_is_described(key: str, rule_id: str) -> None:
    assert problem(key) is None


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("fafo-2024-09", "no place"),
        ("fafo-2024-09:side 3", "not described"),
        ("fafo-2025:12", "unknown document"),
        ("imdi-web:W99", "not described"),
        ("integreringsforskriften § 52", "nobody has read"),
        ("integreringsloven § 99", "unknown document"),
    ],
)
def test_a_citation_that_leads_nowhere_is_refused(key: str, said: str) -> None:
    assert said in (problem(key) or "")


def test_a_paragraph_names_the_document_it_is_known_through() -> None:
    for key, through in KNOWN.items():
        if "§" in key and key not in UNREAD:
            document = through.strip("`").split("`")[0]
            assert problem(document) is None, key
