"""The portrait of an invented register: what is published beside what was made."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from commands import nircheck
from nircheck import sample
from nircheck.rulebook import RuleBook
from nircheck.sample.clean import clean
from nircheck.sample.portrait import page, portrait

ORDER = sample.Order(persons=600, seed=3)


def test_every_figure_is_counted_and_shown(book: RuleBook) -> None:
    tables = clean(ORDER, book.contract, book.folder)
    shown = portrait(tables, book.folder, ORDER.day)
    html = page(shown)

    figures = [figure for group in shown.groups.values() for figure in group]
    assert len(figures) > 15
    assert all(figure.made is not None and figure.rows > 0 for figure in figures)
    assert all(figure.title in html for figure in figures)
    assert html.count("<svg") == len(figures) + 2
    assert not re.search(r"https?://|<script", html)


def test_small_kommuner_are_many_and_all_are_there(book: RuleBook) -> None:
    tables = clean(sample.Order(3000, 3), book.contract, book.folder)
    sizes = portrait(tables, book.folder, ORDER.day).sizes

    half = sizes[len(sizes) // 2]
    assert len(sizes) == 357
    assert half[1] < 0.15
    assert half[2] < 0.3
    assert sizes[-1] == pytest.approx((1, 1, 1))


@pytest.mark.slow
def test_the_national_preset_has_the_published_rates(tmp_path: Path, book: RuleBook) -> None:
    presets = sample.load_presets(book.folder)["nasjonal"]
    wanted = {rule_id: presets[rule_id] for rule_id in ("NIR-101", "NIR-105", "NIR-106")}
    among = sample.load_among(book.folder, "nasjonal")
    sample.make(book, sample.Order(1500, 3), wanted, tmp_path, portrayed=True, among=among)

    text = (tmp_path / "portrett.html").read_text(encoding="utf-8")
    cells = re.findall(r'<td class="n">([\d.]+)</td>\s*<td class="n">([\d.]+)</td>', text)
    told = {float(published): float(made) for published, made in cells[:3]}
    assert told == pytest.approx({16: 16, 23.8: 23.8, 37: 37}, abs=2)


def test_a_portrait_is_of_one_register(tmp_path: Path) -> None:
    done = nircheck("sample", "--portrett", "--maaneder", 3, "--ut", tmp_path / "x")

    assert done.code == 2


def test_what_no_rule_asks_for_is_distributed_as_published(book: RuleBook) -> None:
    order = sample.Order(20_000, 2)
    groups = portrait(clean(order, book.contract, book.folder), book.folder, order.day).groups
    told = {figure.title: figure for figures in groups.values() for figure in figures}

    near = [title for title in told if "Higher education" in title or "arbeidsrettet" in title]
    assert len(near) == 3
    for title in ("Participants without level of education", "Work", "Moved", *near):
        assert told[title].made == pytest.approx(told[title].published, abs=4), title
    assert told["Days in the programme"].made == pytest.approx(235, rel=0.1)
