"""The rule book as people read it, and what is told when it changes."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from commands import nircheck
from extracts import EXPECTATIONS
from nircheck import rulebook
from nircheck.book import FORMS, Changes, Form, changes_document, compare, site
from nircheck.contract import MAALFORMER, Maalform
from nircheck.rulebook import RuleBook

BOTH = [(maalform, form) for maalform in MAALFORMER for form in FORMS]


class _Reader(HTMLParser):
    """The text of a page, what it draws in, and whether every element is closed."""

    void = frozenset({"meta", "link", "input", "br", "img"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.outside, self.ids, self.links = "", list[str](), list[str](), list[str]()
        self._open: list[str] = []
        self.feed(page)
        self.left_open = list(self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.void:
            self._open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "href") and not (value or "").startswith(("#", "regelbok.")):
                self.outside.append(value or "")
            if name == "href" and (value or "").startswith("#"):
                self.links.append((value or "")[1:])

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.text += data


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("maalform", "form"), BOTH)
def test_the_book_holds_every_text_of_every_rule(
    book: RuleBook, maalform: Maalform, form: Form
) -> None:
    page = site(book, maalform, form)
    shown = squeezed(_Reader(page).text if form == "html" else page)

    for file in book.files:
        rule = file.rule
        fix = getattr(rule.fix, maalform)
        texts = [getattr(t, maalform) for t in (rule.title, rule.meaning, rule.not_an_error)]
        for text in [*texts, fix.nir, fix.fagsystem, rule.id, rule.applies, rule.fails]:
            assert squeezed(text) in shown, (rule.id, text)
        assert all(squeezed(key) in shown for key in rule.evidence)


@pytest.mark.parametrize("maalform", MAALFORMER)
def test_the_page_stands_by_itself_and_every_link_in_it_leads_somewhere(
    book: RuleBook, maalform: Maalform
) -> None:
    page = _Reader(site(book, maalform, "html"))

    assert page.outside == []
    assert page.left_open == []
    assert len(page.ids) == len(set(page.ids))
    assert set(page.links) <= set(page.ids)


def test_a_message_is_shown_with_the_names_of_what_will_stand_there(book: RuleBook) -> None:
    page = site(book, "nb", "md")

    assert "Programmet er avsluttet [sluttdato], men årsaken er ikke registrert." in page
    assert not re.search(r"\{[a-z_.]+\}", page.replace("{fil", ""))


def test_markup_in_a_rule_is_text_on_the_page(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    edit(folder, "NIR-140", "{sluttdato} er tidligere", "<script>alert(1)</script> {sluttdato} er")

    page = site(rulebook.load(folder), "nb", "html")

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_command_writes_both_standards_in_both_forms(tmp_path: Path) -> None:
    result = nircheck("rules", "book", "--ut", tmp_path / "bok")

    names = {f"regelbok.{maalform}.{form}" for maalform, form in BOTH}
    assert result.code == 0
    assert {path.name for path in (tmp_path / "bok").iterdir()} == names


# What has changed.


def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "expectations"
    shutil.copytree(EXPECTATIONS, folder)
    return folder


def edit(folder: Path, rule_id: str, old: str, new: str) -> None:
    (path,) = folder.glob(f"*/{rule_id}-*.yaml")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def changes(book: RuleBook, folder: Path) -> Changes:
    """From the changed book to the one that ships."""
    return compare(rulebook.load(folder), book)


def test_two_equal_books_have_no_changes(book: RuleBook) -> None:
    found = compare(book, book)

    assert found.none
    assert "Ingenting er endret" in changes_document(found, "nb", "md")


def test_what_is_new_gone_graver_and_reworded_is_told_apart(book: RuleBook, tmp_path: Path) -> None:
    folder = copy(tmp_path)
    next(folder.glob("*/NIR-149-*.yaml")).unlink()
    edit(folder, "NIR-140", "severity: feil", "severity: info")
    edit(folder, "NIR-103", "nb: >-", "nb: >-\n    Tidligere ordlyd.")
    edit(folder, "NIR-100", "why: >-", "why: >-\n  Another reason.")

    found = changes(book, folder)

    assert [rule.id for rule in found.new] == ["NIR-149"]
    assert [(c.after.id, c.keys) for c in found.judged_otherwise] == [("NIR-140", ("severity",))]
    assert [c.after.id for c in found.reworded] == ["NIR-103"]
    assert [rule.id for rule in compare(book, rulebook.load(folder)).gone] == ["NIR-149"]


def test_a_limit_with_another_value_is_told(book: RuleBook, tmp_path: Path) -> None:
    folder = copy(tmp_path)
    path = folder / "_policy.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("value: 55}", "value: 54}"), encoding="utf-8"
    )

    (limit,) = changes(book, folder).limits

    assert (limit.name, limit.before.split(",")[0], limit.after.split(",")[0]) == (
        "alder_max",
        "54",
        "55",
    )


@pytest.mark.parametrize(("maalform", "form"), BOTH)
def test_the_letter_of_changes_names_each_rule(
    book: RuleBook, tmp_path: Path, maalform: Maalform, form: Form
) -> None:
    folder = copy(tmp_path)
    next(folder.glob("*/NIR-149-*.yaml")).unlink()
    edit(folder, "NIR-140", "severity: feil", "severity: info")

    letter = changes_document(changes(book, folder), maalform, form)

    if form == "html":
        assert _Reader(letter).left_open == []
    for rule_id in ("NIR-149", "NIR-140"):
        assert rule_id in letter
        assert getattr(book.by_id[rule_id].rule.title, maalform) in letter


def test_the_command_compares_a_book_with_the_one_in_use(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    edit(folder, "NIR-140", "severity: feil", "severity: info")

    result = nircheck("rules", "diff", folder, "--maalform", "nn")

    assert result.code == 0
    assert "- **NIR-140 Programmet sluttar før det startar**" in result.out
    assert "alvor: før `info`, no `feil`" in result.out
